package resolve

import (
	"slices"
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// find is the sources by name.
func (r *resolver) find(name string) *metrics.Source {
	if d, known := r.sources[name]; known {
		return d.Value
	}
	return nil
}

// unionReferences carries over the references on which all leaves agree.
func (r *resolver) unionReferences(s *decode.Decl[metrics.Source], u *metrics.Union) {
	own := slices.Clone(s.Value.References)
	for _, leaf := range u.Sources {
		for _, ref := range r.sources[leaf].Value.References {
			if s.Value.Reference(ref.Name) != nil || sameColumns(own, ref) {
				continue
			}
			for _, other := range u.Sources {
				src := r.sources[other].Value
				if hasColumns(src, ref) && src.Reference(ref.Name) == nil {
					r.report(diag.UnionMismatch, s.Address, s.At("union"), "Sources of the union disagree on "+strconv.Quote(ref.On[0].Column),
						"In "+leaf+" it references "+ref.To+", in "+other+" it does not. Declare the same in both, or declare the column in the union.")
				}
			}
			carried := *ref
			carried.On = slices.Clone(ref.On)
			s.Value.References = append(s.Value.References, &carried)
		}
	}
}

// hasColumns tells whether a source has all columns by which another references.
func hasColumns(s *metrics.Source, ref *metrics.Reference) bool {
	return !slices.ContainsFunc(ref.On, func(on metrics.JoinOn) bool { return s.Column(on.Column) == nil })
}

// sameColumns tells whether one of the union's own references says what the columns
// of another reference. Those carried over don't count: a column may have two roles.
func sameColumns(own []*metrics.Reference, ref *metrics.Reference) bool {
	return slices.ContainsFunc(own, func(o *metrics.Reference) bool {
		return slices.EqualFunc(o.On, ref.On, func(a, b metrics.JoinOn) bool { return a.Column == b.Column })
	})
}

// references links each reference to the key of its target.
func (r *resolver) references(s *decode.Decl[metrics.Source]) {
	var kept []*metrics.Reference
	for _, ref := range s.Value.References {
		if n := len(kept); n > 0 && kept[n-1].Name == ref.Name {
			r.sameName(s, kept[n-1], ref)
			continue
		}
		if r.reference(s, ref) {
			kept = append(kept, ref)
		}
	}
	s.Value.References = kept
}

// placeOf is where a reference stands: its block, or the attribute of its column.
func placeOf(s *decode.Decl[metrics.Source], ref *metrics.Reference, part ...string) diag.Range {
	if at := s.At("reference", ref.Name); at != s.Range() {
		return s.At(append([]string{"reference", ref.Name}, part...)...)
	}
	return s.At("columns", ref.On[0].Column, "references")
}

func (r *resolver) sameName(s *decode.Decl[metrics.Source], first, second *metrics.Reference) {
	r.report(diag.AmbiguousPath, s.Address, s.At("columns", second.On[0].Column, "references"), "Two columns reference source."+second.To,
		columnsOf(first)+" and "+columnsOf(second)+" would both be "+s.Value.Name+"."+second.Name+
			". Give one of them a role of its own, by a block in place of its references: reference \"role\" { to = "+second.To+", on = ["+columnsOf(second)+"] }.")
}

func columnsOf(ref *metrics.Reference) string {
	var names []string
	for _, on := range ref.On {
		names = append(names, on.Column)
	}
	return strings.Join(names, ", ")
}

// reference finds the columns of the target that are held equal, and demands that
// there can be one match at most. What a union takes over is reported at its leaves.
func (r *resolver) reference(s *decode.Decl[metrics.Source], ref *metrics.Reference) bool {
	_, isUnion := s.Value.Reader.(*metrics.Union)
	inherited := isUnion && s.At("reference", ref.Name) == s.Range() && s.At("columns", ref.On[0].Column) == s.Range()
	target := r.find(ref.To)
	if target == nil {
		if !inherited {
			r.report(diag.UnknownSource, s.Address, placeOf(s, ref, "to"), "Unknown source "+strconv.Quote(ref.To),
				"No source has this name."+diag.DidYouMean(ref.To, names(r.sources)))
		}
		return false
	}
	if inherited {
		timed := !ref.Dated(target) || s.Value.Time != ""
		return r.onKey(ref, target) && len(r.unreached(ref, target)) == 0 && timed
	}
	return r.columnsKnown(s, ref) && r.matchesOne(s, ref, target) && r.datable(s, ref, target)
}

// onKey settles the target's column of each pair: the one named, the one of the
// same name, or the only one that the target is referenced by.
func (r *resolver) onKey(ref *metrics.Reference, target *metrics.Source) bool {
	key := target.Referenced()
	for i := range ref.On {
		on := &ref.On[i]
		switch {
		case on.Target != "":
		case slices.Contains(key, on.Column):
			on.Target = on.Column
		case len(key) == 1 && len(ref.On) == 1:
			on.Target = key[0]
		case len(ref.Latest) > 0 && target.Column(on.Column) != nil:
			on.Target = on.Column
		default:
			return false
		}
	}
	return len(target.Key) > 0
}

// unreached is the columns of the target's key that the reference leaves open, so
// that several rows could match.
func (r *resolver) unreached(ref *metrics.Reference, target *metrics.Source) []string {
	return slices.DeleteFunc(slices.Clone(target.Referenced()), func(k string) bool {
		return slices.Contains(ref.Latest, k) || slices.ContainsFunc(ref.On, func(on metrics.JoinOn) bool { return on.Target == k })
	})
}

func (r *resolver) columnsKnown(s *decode.Decl[metrics.Source], ref *metrics.Reference) bool {
	ok := true
	missing := func(in *metrics.Source, column, part string) {
		if column != "" && in.Column(column) == nil && !r.Open[in.Name] {
			ok = false
			r.report(diag.UnknownColumn, s.Address, placeOf(s, ref, part), "Unknown column "+strconv.Quote(column),
				"source."+in.Name+" has no column "+strconv.Quote(column)+"."+diag.DidYouMean(column, columnNames(in)))
		}
	}
	target := r.find(ref.To)
	for _, on := range ref.On {
		missing(s.Value, on.Column, "on")
		if s.At("reference", ref.Name) != s.Range() {
			missing(target, on.Target, "on")
		}
	}
	for _, c := range ref.Latest {
		missing(target, c, "latest")
	}
	return ok
}

// matchesOne demands that a reference can find one row at most.
func (r *resolver) matchesOne(s *decode.Decl[metrics.Source], ref *metrics.Reference, target *metrics.Source) bool {
	at := placeOf(s, ref, "on")
	key := "[" + strings.Join(target.Referenced(), ", ") + "]"
	whole := r.onKey(ref, target)
	open := r.unreached(ref, target)
	switch {
	case len(target.Key) == 0:
		r.report(diag.NotAKey, s.Address, at, "source."+ref.To+" has no key",
			"A reference finds at most one row, by the target's key. Give source."+ref.To+" a key = [...].")
	case len(ref.Latest) > 0 && target.Valid != nil:
		r.report(diag.Conflict, s.Address, placeOf(s, ref, "latest"), "latest of rows that are valid for a time",
			"source."+ref.To+" says by valid which row holds when. Remove latest here, or valid there.")
	case whole && len(open) == 0:
		return true
	case len(ref.Latest) > 0:
		r.report(diag.NotAKey, s.Address, placeOf(s, ref, "latest"), "The last row of source."+ref.To+" can't be told",
			"Rows that are equal in "+columnsOf(ref)+" need a total order, so on and latest together must hold its key, "+key+". Add what is missing to latest.")
	case len(ref.On) == 1 && ref.On[0].Target != "" && !slices.Contains(target.Referenced(), ref.On[0].Target):
		r.report(diag.NotAKey, s.Address, at, strconv.Quote(ref.On[0].Target)+" is not the key of source."+ref.To,
			"A reference finds at most one row, by the target's key, which is "+key+". Reference that, or change the key.")
	case len(ref.On) == 1 && len(target.Referenced()) > 1:
		r.report(diag.NotAKey, s.Address, at, "The key of source."+ref.To+" has several columns",
			"It is "+key+", of which one column can't find a single row. Name them all in a block: reference \""+ref.Name+"\" { to = "+ref.To+", on = "+key+
				" }; or say which of several rows is meant, the last by time: latest = [...].")
	default:
		r.report(diag.NotAKey, s.Address, at, "Not the whole key of source."+ref.To,
			"A reference finds at most one row, by the target's key, which is "+key+". Name all of its columns: on = { column = key_column, ... }.")
	}
	return false
}

// datable demands a time by which the row of that time is found.
func (r *resolver) datable(s *decode.Decl[metrics.Source], ref *metrics.Reference, target *metrics.Source) bool {
	if !ref.Dated(target) || s.Value.Time != "" {
		return true
	}
	r.report(diag.NoTime, s.Address, placeOf(s, ref, "to"), "source."+s.Value.Name+" has no time",
		"The row of source."+ref.To+" is the one that holds at the time of this row. Say which column that is: time = ordered_at.")
	return false
}

// entities lets the sources in which an entity's keys are found reference it.
func (r *resolver) entities() {
	for _, s := range r.Sources {
		e, ok := s.Value.Reader.(*metrics.Entity)
		if !ok {
			continue
		}
		e.From = slices.DeleteFunc(e.From, func(f metrics.EntityFrom) bool { return !r.entityFrom(s, f) })
	}
	for _, s := range r.Sources {
		slices.SortFunc(s.Value.References, byName)
	}
}

func (r *resolver) entityFrom(s *decode.Decl[metrics.Source], f metrics.EntityFrom) bool {
	at := s.At("from", f.Source)
	src := r.find(f.Source)
	if src == nil {
		r.report(diag.UnknownSource, s.Address, at, "Unknown source "+strconv.Quote(f.Source),
			"No source has this name."+diag.DidYouMean(f.Source, names(r.sources)))
		return false
	}
	if src.Column(f.Key) == nil && !r.Open[src.Name] {
		r.report(diag.UnknownColumn, s.Address, s.At("from", f.Source, "key"), "Unknown column "+strconv.Quote(f.Key),
			"source."+src.Name+" has no column "+strconv.Quote(f.Key)+"."+diag.DidYouMean(f.Key, columnNames(src)))
		return false
	}
	if src.Reference(s.Value.Name) != nil {
		r.report(diag.AmbiguousPath, s.Address, at, "Two ways from source."+f.Source+" to "+strconv.Quote(s.Value.Name),
			"source."+f.Source+" has a reference "+strconv.Quote(s.Value.Name)+" already, and its rows reference the entity by that name. Rename the entity or the reference.")
		return false
	}
	src.References = append(src.References, &metrics.Reference{
		Name: s.Value.Name, To: s.Value.Name, On: []metrics.JoinOn{{Column: f.Key, Target: metrics.EntityKey}}, OnFail: metrics.Warn, Entity: true,
	})
	return true
}
