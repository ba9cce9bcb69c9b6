package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/metrics/inert"
)

func (s Shown) sourceText(b *showPrinter) {
	src := s.Source
	s.heading(b, src.Label, src.Description)
	b.fact("rows from", readerWords(src.Reader))
	b.factList("key", src.Key)
	b.fact("time", src.Time)
	b.fact("a row is", string(src.RowUnit))
	if src.Grain != metrics.NoGrain {
		spread := ""
		if src.Allocated() {
			spread = ", and is spread over its days"
		}
		b.fact("grain", "each row stands for "+diag.A(string(src.Grain))+spread)
	}
	if src.Ahead {
		b.fact("ahead", "rows after as-of are plans")
	}
	if c := src.Covered; c != nil {
		b.fact("covers", c.From+" to "+c.To)
	}
	if v := src.Valid; v != nil {
		b.fact("holds", "from "+v.From+" up to, without, "+v.To)
	}
	b.sourceChecks(src)
	b.fact("owner", src.Owner)
	b.factList("tags", src.Tags)
	s.links(b)
	b.WriteString("\n")
	b.endFacts()
	if steps := cleaningSteps(s.Model, src); len(steps) > 0 {
		b.section("Cleaning, in this order")
		for i, step := range steps {
			for j, line := range wrap(inert.Visible(step), defaultWidth-6) {
				number := ""
				if j == 0 {
					number = fmt.Sprintf("%d.", i+1)
				}
				fmt.Fprintf(b, "  %3s %s\n", number, line)
			}
		}
	}
	b.section("Columns")
	b.table(columnTable(src))
	if s.Stored != nil {
		s.Stored.text(b)
	}
}

// columnTable is the columns with what is demanded of them.
func columnTable(s *metrics.Source) Table {
	t := titled("  name", "label", "type", "unit", "references", "checks")
	if !slices.ContainsFunc(s.Columns, func(c *metrics.Column) bool { return c.Label != "" }) {
		t.Columns = slices.Delete(t.Columns, 1, 2)
	}
	for _, c := range s.Columns {
		row := []string{"  " + c.Name, c.Label, c.Type.String(), unitWords(c.Unit, c.Tax), referenceOf(s, c), strings.Join(append(classified(c), checksOf(s, c)...), "; ")}
		if len(t.Columns) < len(row) {
			row = slices.Delete(row, 1, 2)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// referenceOf is the column of another source that a column points to.
func referenceOf(s *metrics.Source, c *metrics.Column) string {
	var all []string
	for _, r := range s.References {
		for _, on := range r.On {
			if on.Column == c.Name {
				all = append(all, roleWords(r, on.Target))
			}
		}
	}
	return strings.Join(all, ", ")
}

// roleWords is the column of another source that a reference leads to, with the
// role where it has one, and which of several rows is meant.
func roleWords(r *metrics.Reference, target string) string {
	text := r.To + "." + target
	if r.Name != r.To {
		text += " as " + r.Name
	}
	if len(r.Latest) > 0 {
		text += ", latest " + strings.Join(r.Latest, ", ") + behind(" within ", r.Within.String())
	}
	return text
}

// classified says who may see a column's values, and how others see them.
func classified(c *metrics.Column) []string {
	if c.Classification == "" {
		return nil
	}
	return []string{string(c.Classification) + behind(", masked as ", string(c.Mask))}
}

// checksOf says what a column's values must be.
func checksOf(s *metrics.Source, c *metrics.Column) []string {
	var all []string
	switch {
	case slices.Contains(s.Key, c.Name):
		all = append(all, "required")
	case c.Required:
		what := "required"
		if c.Missing() != metrics.Quarantine {
			what += onFail(c.Missing())
		}
		all = append(all, what)
	}
	if len(c.Values) > 0 {
		all = append(all, "one of "+counted(int64(len(c.Values)), "value")+onFail(c.OnFail))
	}
	if c.Range != nil {
		all = append(all, rangeWords(c.Range)+onFail(c.OnFail))
	}
	return all
}

// onFail is what becomes of a row that fails, in parentheses.
func onFail(f metrics.OnFail) string {
	if f == "" {
		f = metrics.Warn
	}
	return " (" + string(f) + ")"
}

func rangeWords(r *[2]*metrics.Literal) string {
	switch low, high := r[0], r[1]; {
	case low == nil && high == nil:
		return "any"
	case low == nil:
		return "at most " + high.Text
	case high == nil:
		return "at least " + low.Text
	default:
		return low.Text + " to " + high.Text
	}
}

// cleaningSteps is what happens to the rows of a source, in the order in which it
// does, without the steps that do nothing.
func cleaningSteps(m *metrics.Model, s *metrics.Source) []string {
	var steps []string
	perColumn := func(verb string, of func(c *metrics.Column) string) {
		var all []string
		for _, c := range s.Columns {
			if what := of(c); what != "" {
				all = append(all, c.Name+what)
			}
		}
		if len(all) > 0 {
			steps = append(steps, verb+" "+strings.Join(all, "; "))
		}
	}
	steps = append(steps, "read "+readerWords(s.Reader))
	perColumn("rename", func(c *metrics.Column) string { return behind(" from ", c.From) })
	perColumn("strip", func(c *metrics.Column) string { return behind(" of ", strings.Join(c.Strip, " ")) })
	perColumn("parse", func(c *metrics.Column) string {
		return behind(" as ", strings.Join(c.Formats, " or ")) + behind(" in ", c.Timezone)
	})
	perColumn("fold", func(c *metrics.Column) string { return behind(" by ", foldWords(c.Fold)) })
	perColumn("map", func(c *metrics.Column) string {
		if len(c.Map) == 0 {
			return ""
		}
		return " (" + counted(int64(len(c.Map)), "spelling") + ")"
	})
	late := metrics.Sources(m.Source).Aggregating(s)
	compute := func(wanted func(c *metrics.Column) bool) func(c *metrics.Column) string {
		return func(c *metrics.Column) string {
			if c.Value == nil || !wanted(c) {
				return ""
			}
			return " = " + ownWords(c.Value, s.Name)
		}
	}
	perColumn("compute", compute(func(c *metrics.Column) bool { return !slices.Contains(late, c) }))
	if s.Dedupe != nil {
		steps = append(steps, dedupeWords(s.Dedupe))
	}
	if s.Where != nil {
		steps = append(steps, "keep rows where "+ownWords(s.Where, s.Name))
	}
	steps = append(steps, checkSteps(s)...)
	perColumn("aggregate", compute(func(c *metrics.Column) bool { return slices.Contains(late, c) }))
	return steps
}

// checkSteps is what is demanded of rows: of their columns and references in one
// step, and each check block by itself.
func checkSteps(s *metrics.Source) []string {
	var steps []string
	if len(s.Key) > 0 || len(s.References) > 0 || slices.ContainsFunc(s.Columns, func(c *metrics.Column) bool { return len(checksOf(s, c)) > 0 }) {
		steps = append(steps, "check key, values and references")
	}
	for _, c := range s.Checks {
		steps = append(steps, "check "+c.Name+onFail(c.OnFail)+": "+ownWords(c.Assert, s.Name))
	}
	return steps
}

// sourceChecks adds what is demanded of a source's rows as a whole.
func (b *showPrinter) sourceChecks(s *metrics.Source) {
	if f := s.Freshness; f != nil {
		var all []string
		if !f.Warn.IsZero() {
			all = append(all, "warns when the last row is older than "+f.Warn.String())
		}
		if !f.Error.IsZero() {
			all = append(all, "stops when it is older than "+f.Error.String())
		}
		b.fact("freshness", strings.Join(all, ", "))
	}
	if len(s.CoverageBy) > 0 {
		text := "judged for each " + strings.Join(s.CoverageBy, ", ")
		if s.Silence != nil {
			text += "; one that had rows and has none for " + s.Silence.Within.String() + " fails" + onFail(s.Silence.OnFail)
		}
		b.fact("coverage", text)
	}
	for _, a := range s.Anomalies {
		b.longFact("anomaly", fmt.Sprintf("%s: %s by %s, %s with factor %g%s", a.Name, ownWords(a.Measure, s.Name), a.Grain, a.Method, a.Factor, onFail(a.OnFail)), 14)
	}
}

// behind puts a word before a text, or leaves both out.
func behind(word, text string) string {
	if text == "" {
		return ""
	}
	return word + text
}

func foldWords(folds []metrics.Fold) string {
	words := make([]string, len(folds))
	for i, f := range folds {
		words[i] = string(f)
	}
	return strings.Join(words, ", ")
}

func dedupeWords(d *metrics.Dedupe) string {
	text := "of rows equal in " + strings.Join(d.By, ", ")
	if d.All {
		text = "of rows equal in all columns"
	}
	text += " keep the " + d.Keep
	if len(d.Order) > 0 {
		text += " by " + strings.Join(d.Order, ", ")
	}
	return text
}

// ownWords is an expression of a source's own block: its columns by their names.
func ownWords(e metrics.Expr, source string) string {
	return Words(metrics.Rewrite(e, func(e metrics.Expr) metrics.Expr {
		ref, ok := e.(*metrics.ColumnRef)
		if !ok || ref.Source != source || len(ref.Path) > 0 {
			return e
		}
		return &metrics.ColumnRef{Node: ref.Node, Column: ref.Column}
	}))
}

// text says what the last run found.
func (st *StoredSource) text(b *showPrinter) {
	b.section(fmt.Sprintf("Rows, as of run %d", st.Run))
	a := st.Account
	fmt.Fprintf(b, "  %s\n", accountWords(a))
	if st.FirstDay != "" {
		fmt.Fprintf(b, "  from %s to %s\n", st.FirstDay, st.LastDay)
	}
	if a.Rejected > 0 {
		fmt.Fprintf(b, "  metrics rejects %s\n", a.Source)
	}
	if len(st.Checks) == 0 {
		return
	}
	b.section("Checks")
	t := Table{Columns: []Column{{Title: "  check"}, {Title: "of"}, {Title: "failed", AlignRight: true}, {Title: "on fail"}, {Title: "found"}, {Title: "such as"}}}
	for _, c := range st.Checks {
		t.Rows = append(t.Rows, []string{"  " + string(c.Check), cmp.Or(c.Name, c.Column), group(c.Failed), string(c.OnFail), c.Found, cut(c.Sample, widestValue)})
	}
	b.table(t)
}
