package metrics

import (
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics/diag"
)

// The health of a source is KPIs that nobody defines: health.SOURCE.MEASURE, such as
// health.orders.completeness. Some are expressions over its clean rows; others count
// what became of all rows that were read, in the source's account.

// HealthPrefix starts the names of the KPIs of health.
const HealthPrefix = "health."

// OutcomeColumn is the column of an account that says what became of a row.
const OutcomeColumn = "$outcome"

// RowOutcome is what became of a row that was read.
type RowOutcome string

// The outcomes; every row has one of them.
const (
	RowClean     RowOutcome = "clean"
	RowFiltered  RowOutcome = "filtered"
	RowDuplicate RowOutcome = "duplicate"
	RowRejected  RowOutcome = "rejected"
)

// outcomes are the measures that count rows by what became of them, all for "".
var outcomes = []struct {
	name        string
	outcome     RowOutcome
	description string
}{
	{"rows", "", "Rows of %s that were read"},
	{"clean", RowClean, "Rows of %s that came through all steps of cleaning"},
	{"filtered", RowFiltered, "Rows of %s that where leaves out"},
	{"duplicates", RowDuplicate, "Rows of %s left out as copies of others"},
	{"rejected", RowRejected, "Rows of %s that are kept out, as listed by metrics rejects"},
}

// DeriveHealth makes the KPIs of health. The checker calls it when the columns of all
// sources are known, and gives their expressions types.
func (m *Model) DeriveHealth() {
	m.health = map[string]*KPI{}
	m.accounts = map[string]*Source{}
	for _, s := range m.Sources {
		account := m.account(s)
		m.accounts[account.Name] = account
		for _, k := range healthKPIs(s) {
			m.health[k.Name] = k
		}
	}
}

// Health is the KPIs of health of a source, in order of name.
func (m *Model) Health(source string) []*KPI {
	var out []*KPI
	for name, k := range m.health {
		if of, _, _ := strings.Cut(strings.TrimPrefix(name, HealthPrefix), "."); of == source {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b *KPI) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Accounted is the source whose rows an account counts; s itself where it is none.
func (m *Model) Accounted(s *Source) *Source {
	if s.AccountOf == "" {
		return s
	}
	return m.Source(s.AccountOf)
}

// account is the rows that were read of a source, each with its time and outcome.
func (m *Model) account(s *Source) *Source {
	a := &Source{
		Name: HealthPrefix + s.Name, AccountOf: s.Name, Reader: &Inline{}, Contract: true, RowUnit: s.RowUnit, Grain: s.Grain,
		Columns: []*Column{{Name: OutcomeColumn, Type: Type{Kind: String}}},
	}
	if at := s.Column(s.Time); at != nil && m.Shows(s, at) && !slices.Contains(Sources(m.Source).Aggregating(s), at) {
		a.Time = s.Time
		a.Columns = append(a.Columns, &Column{Name: at.Name, Type: at.Type})
	}
	return a
}

func healthKPIs(s *Source) []*KPI {
	var out []*KPI
	add := func(measure, description, format string, value Expr) {
		out = append(out, &KPI{Name: HealthPrefix + s.Name + "." + measure, Description: description + ".", Value: value, Format: format, Sources: []string{s.Name}})
	}
	for _, o := range outcomes {
		var filter Expr
		if o.outcome != "" {
			filter = binary(OpEq, &ColumnRef{Source: HealthPrefix + s.Name, Column: OutcomeColumn}, &Literal{Node: Node{Type: Type{Kind: String}}, Text: string(o.outcome)})
		}
		add(o.name, fmt.Sprintf(o.description, s.Name), "", countOf(HealthPrefix+s.Name, filter))
	}
	if columns := s.ReadColumns(); len(columns) > 0 {
		known := make([]Expr, len(columns))
		for i, c := range columns {
			known[i] = countOf(s.Name, isKnown(s.Name, c.Name))
			add("completeness."+c.Name, "The share of clean rows of "+s.Name+" in which "+c.Name+" is known", "0.0%", binary(OpDiv, known[i], countOf(s.Name, nil)))
		}
		cells := binary(OpMul, countOf(s.Name, nil), whole(len(columns)))
		add("completeness", "The share of cells of clean rows of "+s.Name+" that are known, over the columns that are read", "0.0%", binary(OpDiv, joined(OpAdd, known), cells))
	}
	var lost []Expr
	for _, r := range s.References {
		if !r.Entity {
			lost = append(lost, orphans(s.Name, r))
			add("orphans."+r.Name, "Clean rows of "+s.Name+" whose "+r.Name+" is not found", "", orphans(s.Name, r))
		}
	}
	if len(lost) > 0 {
		add("orphans", "References of clean rows of "+s.Name+" that find nothing", "", joined(OpAdd, lost))
	}
	if age := ageInHours(s); age != nil {
		add("freshness", "Whole hours from the end of the last row of "+s.Name+" to as-of", "", age)
	}
	return out
}

// ReadColumns are the columns that come from files: neither computed nor a union's tag.
func (s *Source) ReadColumns() []*Column {
	return slices.DeleteFunc(slices.Clone(s.Columns), func(c *Column) bool { return c.Value != nil || c.Tag })
}

// orphans counts the rows whose foreign key is whole and finds no row. What is reached
// from such a row is null.
func orphans(source string, r *Reference) Expr {
	conditions := make([]Expr, 0, len(r.On)+1)
	for _, on := range r.On {
		conditions = append(conditions, isKnown(source, on.Column))
	}
	own := &ColumnRef{Source: source, Column: r.On[0].Column}
	found := &ColumnRef{Source: source, Path: []string{r.Name}, Column: r.On[0].Target}
	return countOf(source, joined(OpAnd, append(conditions, binary(OpNe, own, found))))
}

// ageInHours is the time from the end of what the last row stands for up to as-of, in
// whole hours; nil where that can't be told. A date stands for its day, a row of a
// source with grain for its period.
func ageInHours(s *Source) Expr {
	at := s.Column(s.Time)
	if at == nil || s.Grain != NoGrain && !slices.Contains(Grains, s.Grain) {
		return nil
	}
	asOf := func() Expr { return call("as_of") }
	end := func() Expr { // a tree of its own each time: nodes are typed in place
		a := &Aggregate{Func: FunctionNamed("max"), Args: []Expr{&ColumnRef{Source: s.Name, Column: s.Time}}}
		if s.Ahead {
			a.Filter = binary(OpLt, &ColumnRef{Source: s.Name, Column: s.Time}, asOf())
		}
		switch {
		case s.Grain == Hour || s.Grain == NoGrain && at.Type.Kind == Timestamp:
			return a
		case s.Grain == NoGrain:
			return call("date_add", a, whole(1), &Name{Parts: []string{string(Day)}})
		}
		return call("date_add", call("date_trunc", &Name{Parts: []string{string(s.Grain)}}, a), whole(1), &Name{Parts: []string{string(s.Grain)}})
	}
	starts := func() Expr { return call("date_diff", &Name{Parts: []string{string(Hour)}}, end(), asOf()) }
	if s.Grain == Hour { // the first start of an hour is the end of the last row
		return binary(OpSub, starts(), whole(1))
	}
	// Starts of hours that lie between are one too many where the last is not over.
	beyond := binary(OpGt, call("date_add", end(), starts(), &Name{Parts: []string{string(Hour)}}), asOf())
	return binary(OpSub, starts(), call("if", beyond, whole(1), whole(0)))
}

func binary(op Op, l, r Expr) Expr { return &Binary{Op: op, L: l, R: r} }

func call(function string, args ...Expr) Expr {
	return &Call{Func: FunctionNamed(function), Args: args}
}

func whole(n int) Expr {
	return &Literal{Node: Node{Type: Type{Kind: Integer}}, Text: fmt.Sprint(n)}
}

func countOf(source string, filter Expr) Expr {
	return &Aggregate{Func: FunctionNamed("count"), Args: []Expr{&SourceRef{Source: source}}, Filter: filter}
}

func isKnown(source, column string) Expr {
	return binary(OpNe, &ColumnRef{Source: source, Column: column}, &Literal{Node: Node{Type: Type{Kind: Null}}})
}

// joined is a balanced tree, as sources may have thousands of columns.
func joined(op Op, list []Expr) Expr {
	if len(list) == 1 {
		return list[0]
	}
	half := len(list) / 2
	return binary(op, joined(op, list[:half]), joined(op, list[half:]))
}

// ReadsAccounts tells whether a KPI, or one below it, counts what became of rows.
func (m *Model) ReadsAccounts(k *KPI) bool {
	return Any(k.Value, func(e Expr) bool {
		switch e := e.(type) {
		case *KPIRef:
			return m.ReadsAccounts(m.KPI(e.KPI))
		case *Aggregate:
			return m.accounts[e.Source] != nil
		}
		return false
	})
}

// HealthNames are the names of the KPIs of health that a source has.
func HealthNames(s *Source) []string {
	var out []string
	for _, k := range healthKPIs(s) {
		out = append(out, k.Name)
	}
	return out
}

// UnknownHealth explains that there is no KPI of a name that starts as those of health do.
func UnknownHealth(name string, s *Source, sources []string) diag.Diagnostic {
	d := diag.Diagnostic{Code: diag.UnknownHealth, Summary: fmt.Sprintf("Unknown measure of health %q", name)}
	parts := strings.Split(name, ".")
	if s == nil {
		d.Detail = "It is written health.SOURCE.MEASURE, such as health.orders.rows."
		if len(parts) > 1 {
			d.Detail = fmt.Sprintf("No source has the name %q.%s", parts[1], diag.DidYouMean(parts[1], sources))
		}
		return d
	}
	var all, short []string
	for _, k := range healthKPIs(s) {
		all = append(all, k.Name)
		if strings.Count(k.Name, ".") == 2 {
			short = append(short, k.Name[strings.LastIndex(k.Name, ".")+1:])
		}
	}
	d.Detail = fmt.Sprintf("Of source.%s there are %s, and by column completeness.COLUMN, by reference orphans.REFERENCE.%s", s.Name, strings.Join(short, ", "), diag.DidYouMean(name, all))
	return d
}
