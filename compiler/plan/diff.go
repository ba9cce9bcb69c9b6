package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// Field is one attribute or nested block of a definition, as text.
type Field struct{ Name, Text string }

// Diff compares two sets of definitions, each in order of address. renamed says
// which old ones have a new name; fields takes a block's text apart, and is asked
// only where texts differ.
func Diff(from, to []metrics.Definition, renamed []metrics.Renamed, fields func(text string) []Field) []metrics.Change {
	from, was := underNewNames(from, to, renamed)
	var out []metrics.Change
	fresh := map[string]string{} // fingerprints of what is new or gone, by address
	i, j := 0, 0
	for i < len(from) || j < len(to) {
		switch {
		case j == len(to) || i < len(from) && from[i].Address < to[j].Address:
			out = append(out, removed(from[i]))
			fresh[from[i].Address] = from[i].Fingerprint
			i++
		case i == len(from) || to[j].Address < from[i].Address:
			out = append(out, created(to[j], fields))
			fresh[to[j].Address] = to[j].Fingerprint
			j++
		default:
			if c, changed := updated(from[i], to[j], was[to[j].Address], fields); changed {
				out = append(out, c)
			}
			i++
			j++
		}
	}
	lookAlike(out, fresh)
	return out
}

// underNewNames puts old definitions under the names that renamed blocks give them,
// and tells which ones had another.
func underNewNames(from, to []metrics.Definition, renamed []metrics.Renamed) ([]metrics.Definition, map[string]string) {
	was := map[string]string{}
	for _, r := range renamed {
		i, there := Find(from, r.From)
		_, taken := Find(from, r.To)
		_, wanted := Find(to, r.To)
		if !there || taken || !wanted {
			continue // a rename that was applied already
		}
		if len(was) == 0 {
			from = slices.Clone(from)
		}
		from[i].Address = r.To
		was[r.To] = r.From
		if old, isDimension := strings.CutPrefix(r.From, "dimension."); isDimension {
			renameCuts(from, old, strings.TrimPrefix(r.To, "dimension."))
		}
		slices.SortFunc(from, func(a, b metrics.Definition) int { return strings.Compare(a.Address, b.Address) })
	}
	return from, was
}

// renameCuts gives a dimension its new name in the cuts that KPIs keep.
func renameCuts(all []metrics.Definition, old, now string) {
	for i, d := range all {
		if !strings.Contains(d.Settings["by"], old) {
			continue
		}
		sets := strings.Split(d.Settings["by"], ";")
		for j, set := range sets {
			dims := strings.Split(set, ",")
			if at := slices.Index(dims, old); at >= 0 {
				dims[at] = now
			}
			sets[j] = CutName(dims)
		}
		all[i].Settings = maps.Clone(d.Settings)
		all[i].Settings["by"] = strings.Join(sets, ";")
	}
}

// Find looks an address up in definitions, which are in order of address.
func Find(all []metrics.Definition, address string) (int, bool) {
	return slices.BinarySearchFunc(all, address, func(d metrics.Definition, a string) int { return strings.Compare(d.Address, a) })
}

// lookAlike marks KPIs that are gone and new ones that mean the same.
func lookAlike(changes []metrics.Change, prints map[string]string) {
	gone := map[string]int{} // by fingerprint
	for i, c := range changes {
		if c.Action == metrics.Delete && strings.HasPrefix(c.Address, "kpi.") {
			gone[prints[c.Address]] = i
		}
	}
	for i, c := range changes {
		j, found := gone[prints[c.Address]]
		if c.Action != metrics.Create || !found || !strings.HasPrefix(c.Address, "kpi.") {
			continue
		}
		delete(gone, prints[c.Address])
		old, now := &changes[j], &changes[i]
		old.LooksLike, now.LooksLike = now.Address, old.Address
		old.Reason = fmt.Sprintf("removed; looks like a rename to %s, which is new and means the same", now.Address)
		now.Reason = fmt.Sprintf("new; means the same as %s, which is removed", old.Address)
	}
}

func removed(d metrics.Definition) metrics.Change {
	c := metrics.Change{Address: d.Address, Action: metrics.Delete, Class: metrics.Breaking, Reason: "removed"}
	kind, _, _ := strings.Cut(d.Address, ".")
	switch {
	case kind == "change" && d.Settings["restate"] == string(metrics.RestateAll):
		c.Class, c.Reason = metrics.Cosmetic, "removed"
	case kind == "change":
		c.Class, c.Reason = metrics.ValueChanging, "removed; all periods are of the new definition"
	case kind == "check", kind == "threshold":
		c.Class, c.Reason = metrics.AlertOnly, "removed; no value moves"
	case isPage(kind):
		c.Class, c.Reason = metrics.Cosmetic, "removed; no value moves"
	}
	return c
}

func created(d metrics.Definition, fields func(string) []Field) metrics.Change {
	c := metrics.Change{Address: d.Address, Action: metrics.Create, Class: metrics.Additive, Reason: "new"}
	if strings.HasPrefix(d.Address, "threshold.") {
		c.Class = metrics.AlertOnly
	}
	for _, f := range fields(d.Text) {
		c.Fields = append(c.Fields, metrics.FieldChange{Name: f.Name, New: f.Text})
	}
	return c
}

func updated(from, to metrics.Definition, was string, fields func(string) []Field) (metrics.Change, bool) {
	if from.Text == to.Text && from.Fingerprint == to.Fingerprint && maps.Equal(from.Settings, to.Settings) && was == "" && len(remadeCuts(from, to)) == 0 {
		return metrics.Change{}, false
	}
	c := metrics.Change{Address: to.Address, Action: metrics.Update, RenamedFrom: was}
	j := judge(from, to)
	c.Class, c.Reason = j.verdict()
	if was != "" {
		c.Reason = strings.TrimSuffix("renamed from "+was+"; "+c.Reason, "; same meaning")
	}
	if from.Text != to.Text {
		c.Fields = fieldChanges(fields(from.Text), fields(to.Text))
		for i, f := range c.Fields {
			c.Fields[i].Class = j.field(f)
		}
	}
	return c, true
}

func fieldChanges(from, to []Field) []metrics.FieldChange {
	old, now := map[string]string{}, map[string]string{}
	for _, f := range from {
		old[f.Name] = f.Text
	}
	for _, f := range to {
		now[f.Name] = f.Text
	}
	all := maps.Clone(old)
	maps.Copy(all, now)
	var out []metrics.FieldChange
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if old[name] != now[name] {
			out = append(out, metrics.FieldChange{Name: name, Old: old[name], New: now[name]})
		}
	}
	return out
}
