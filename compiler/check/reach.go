package check

import (
	"slices"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// entityKeys gives an entity's key the type that all keys share.
func (c *checker) entityKeys(s *decode.Decl[metrics.Source], e *metrics.Entity) {
	key := s.Value.Column(metrics.EntityKey)
	key.Type = metrics.Type{Kind: metrics.Null}
	for _, f := range e.From {
		column := c.model.Source(f.Source).Column(f.Key)
		if column == nil {
			continue // the source's columns are not known
		}
		common, ok := metrics.Unify(key.Type, column.Type)
		if !ok || common.Kind == metrics.Double {
			c.report(diag.WrongType, s.Address, s.At("from", f.Source, "key"), "Keys of unlike types",
				"Here the key is "+diag.A(column.Type.String())+", which is never equal to keys of another type. Keys are texts, whole numbers, decimals or days, the same everywhere.")
			continue
		}
		key.Type = common
	}
	if key.Type.Kind == metrics.Null {
		key.Type = metrics.Type{} // of columns that are not known
	}
}

// aggregating refuses what needs columns before they are there: those that aggregate
// other sources or convert by rates are computed after cleaning, from clean rows.
func (c *checker) aggregating(s *decode.Decl[metrics.Source]) {
	src := s.Value
	late := metrics.Sources(c.model.Source).Late(src)
	isLate := func(name string) bool {
		return slices.ContainsFunc(late, func(c *metrics.Column) bool { return c.Name == name })
	}
	refuse := func(name, what string, path ...string) {
		c.report(diag.Conflict, s.Address, s.At(path...), what+" by a column that "+c.lateBy(src, name),
			quote(name)+" is computed from clean rows of other sources, after this source is cleaned. Use a column of the row itself, or filter in the KPI.")
	}
	for _, column := range late {
		if len(column.Values) > 0 || column.Range != nil || column.Required {
			refuse(column.Name, "A check", "columns", column.Name)
		}
	}
	for _, k := range src.Key {
		if isLate(k) {
			refuse(k, "A key", "key")
		}
	}
	if d := src.Dedupe; d != nil {
		for _, name := range append(slices.Clone(d.By), d.Order...) {
			if isLate(name) {
				refuse(name, "dedupe", "dedupe")
			}
		}
	}
	for _, column := range metrics.Sources(c.model.Source).OwnColumns(src, src.Where) {
		if isLate(column.Name) {
			refuse(column.Name, "where", "where")
		}
	}
	for _, check := range src.Checks {
		for _, column := range metrics.Sources(c.model.Source).OwnColumns(src, check.Assert) {
			if isLate(column.Name) {
				refuse(column.Name, "A check", "check", check.Name, "assert")
			}
		}
	}
	for _, ref := range src.References {
		for _, on := range ref.On {
			if isLate(on.Column) && ref.OnFail == metrics.Quarantine {
				refuse(on.Column, "A quarantine", "columns", on.Column)
			}
		}
	}
}

// lateBy says why a column is computed after cleaning.
func (c *checker) lateBy(s *metrics.Source, name string) string {
	if slices.Contains(metrics.Sources(c.model.Source).Aggregating(s), s.Column(name)) {
		return "aggregates"
	}
	return "is converted by rates"
}

// valid checks the columns that say when a row holds.
func (c *checker) valid(s *decode.Decl[metrics.Source]) {
	v := s.Value.Valid
	if v == nil {
		return
	}
	at := s.At("valid")
	if len(s.Value.Key) == 0 {
		c.report(diag.NotAKey, s.Address, at, "valid without a key", "Rows of one key hold one after the other. Say what they are rows of: key = [customer_id].")
		return
	}
	from, to := s.Value.Column(v.From), s.Value.Column(v.To)
	for _, column := range []*metrics.Column{from, to} {
		switch {
		case column == nil || column.Type.Kind == metrics.Unknown:
			return
		case !column.Type.Temporal():
			c.report(diag.WrongType, s.Address, at, quote(column.Name)+" is "+diag.A(column.Type.String()), "A row holds from one date or timestamp to another. Give the column that type.")
			return
		case slices.Contains(metrics.Sources(c.model.Source).Late(s.Value), column):
			c.report(diag.Conflict, s.Address, at, "valid by a column that "+c.lateBy(s.Value, column.Name), quote(column.Name)+" is known only after cleaning. Use columns of the row itself.")
			return
		}
	}
	if from.Type != to.Type {
		c.report(diag.WrongType, s.Address, at, "A row that holds from "+diag.A(from.Type.String())+" to "+diag.A(to.Type.String()), "Give both columns one type.")
	}
}

// latest checks that the last row can be told by time.
func (c *checker) latest(s *decode.Decl[metrics.Source], ref *metrics.Reference) {
	if len(ref.Latest) == 0 {
		return
	}
	column := c.model.Source(ref.To).Column(ref.Latest[0])
	if column != nil && column.Type.Kind != metrics.Unknown && !column.Type.Temporal() {
		c.report(diag.WrongType, s.Address, s.At("reference", ref.Name, "latest"), quote(column.Name)+" is "+diag.A(column.Type.String()),
			"The first column of latest is held against this row's time: it is a date or timestamp. Others behind it break ties.")
	}
}

// referenceAt is where a reference is declared.
func referenceAt(s *decode.Decl[metrics.Source], ref *metrics.Reference, on metrics.JoinOn) diag.Range {
	if at := s.At("reference", ref.Name, "on"); at != s.Range() {
		return at
	}
	return s.At("columns", on.Column, "references")
}

// periodOf refuses period() where no period is asked for.
func (t *typer) periodOf(e *metrics.Call) {
	if t.ofSource {
		t.fail(diag.NotAdditiveByRow, e, "period() in a row of a source", "Which period is meant is known when a KPI is asked for by day, week or month. Write it in a dimension or a KPI; a fixed one is date_trunc(month, t).")
	}
}

// wholeLife refuses aggregates that go by periods in a column, which has none.
func (t *typer) wholeLife(e *metrics.Aggregate) {
	t.fail(diag.NotAdditiveByRow, e, e.Func.Name+" by periods in a column",
		"A column brings together all rows of its row's whole life; balances and values per cell belong to a period or cut. Write it in a KPI.")
}
