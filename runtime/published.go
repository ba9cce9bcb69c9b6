package runtime

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/store"
)

// Moment says whose report is meant: the zero Moment is the present one.
type Moment = store.Moment

// Published answers a request from what was published: the values as they were
// reported at a moment, not as they would be computed now.
func (p *Project) Published(ctx context.Context, r query.Request, m Moment) (*metrics.Result, diag.List) {
	if diags := p.UseCalendars(ctx, string(r.Grain)); diags.HasErrors() {
		return nil, diags
	}
	p, diags := p.withRemoved(r.KPIs, m)
	if diags.HasErrors() {
		return nil, diags
	}
	kept, diags := p.keptOf(r)
	if diags.HasErrors() {
		return nil, diags
	}
	var result *metrics.Result
	if diags := p.storeInside(); diags.HasErrors() {
		return nil, diags
	}
	diags = store.Read(p.StoreDir(), func(st *store.Store) diag.List {
		values, diags := st.Published(m)
		if diags.HasErrors() {
			return diags
		}
		rows, notes, more := p.publishedRows(ctx, st, values, kept, r)
		if diags = append(diags, more...); !diags.HasErrors() {
			var starts []string
			result, starts = p.pivot(r, rows)
			result.Notes = notes
			diags = append(diags, p.arrange(r, result, starts)...)
		}
		return diags
	})
	return result, diags
}

// publishedRow is one published value.
type publishedRow struct {
	kpi, period, start, members string
	value                       any // canonical text, or nil
	state                       metrics.State
}

// publishedRows reads the values asked for, and makes those that finer ones make; the
// notes say what is left out of these.
func (p *Project) publishedRows(ctx context.Context, st *store.Store, values string, kept []keptAs, r query.Request) ([]publishedRow, []string, diag.List) {
	s, diags := p.reading(ctx)
	if diags.HasErrors() {
		return nil, nil, diags
	}
	defer s.close()
	out, notes, err := p.publishedAsAsked(ctx, s.eng, values, kept, r)
	for _, as := range kept {
		if err != nil || as.how == query.NoRollUp {
			continue
		}
		var rolled []publishedRow
		var note string
		rolled, note, err = p.rolledUp(ctx, s.eng, values, as, r)
		out = append(out, rolled...)
		if note != "" {
			notes = append(notes, note)
		}
	}
	if err != nil {
		if diags := st.CheckValues(); diags.HasErrors() {
			return nil, nil, diags
		}
		return nil, nil, diag.List{queryFailed(ctx, err)}
	}
	return out, notes, nil
}

// publishedAsAsked reads the values of the KPIs that are published as they are asked
// for; the notes say which are of several definitions.
func (p *Project) publishedAsAsked(ctx context.Context, eng *duckdb.Engine, values string, kept []keptAs, r query.Request) ([]publishedRow, []string, error) {
	var kpis []string
	for _, as := range kept {
		if as.how == query.NoRollUp {
			kpis = append(kpis, duckdb.Literal(as.kpi.Name))
		}
	}
	if len(kpis) == 0 {
		return nil, nil, nil
	}
	where := fmt.Sprintf(`"kpi" IN (%s) AND "grain" = %s AND "cuts" = %s`, strings.Join(kpis, ", "),
		duckdb.Literal(string(r.Grain)), duckdb.Literal(plan.CutName(r.By)))
	where += p.publishedRange(r)
	table, err := eng.Query(ctx, fmt.Sprintf(`SELECT "kpi", "period", "start", "members", "value", "state" FROM (%s) WHERE %s`, values, where)) // put in order by arrange
	if err != nil {
		return nil, nil, err
	}
	out := make([]publishedRow, len(table.Rows))
	for i, row := range table.Rows {
		text := func(j int) string { s, _ := row[j].(string); return s }
		out[i] = publishedRow{text(0), text(1), text(2), text(3), row[4], metrics.State(text(5))}
	}
	notes, err := p.boundaryNotes(ctx, eng, values, where, r)
	return out, notes, err
}

// defaultPublished is how many periods are shown where no range is given.
const defaultPublished = 8

// publishedRange is the request's range as a condition; the last periods before
// as-of where it names none.
func (p *Project) publishedRange(r query.Request) string {
	if len(r.Periods) > 0 {
		var names []string
		for _, period := range r.Periods {
			names = append(names, duckdb.Literal(p.Calendar.Name(period)))
		}
		return ` AND "period" IN (` + strings.Join(names, ", ") + `)`
	}
	out := ""
	end := p.AsOf
	if r.To != nil {
		end = r.To.End
	}
	last := p.Calendar.Last(r.Grain, 1, end)
	if len(last) == 0 {
		return ` AND false` // before a calendar block begins
	}
	to := last[0]
	out += ` AND "start" <= ` + duckdb.Literal(p.Calendar.StartText(to))
	switch {
	case r.From != nil:
		out += ` AND "start" >= ` + duckdb.Literal(p.Calendar.StartText(p.Calendar.Of(r.Grain, r.From.Start)))
	case r.To == nil || r.Last > 0:
		n := defaultPublished
		if r.Last > 0 {
			n = r.Last
		}
		if from, ok := p.Calendar.Shift(to, 1-n, r.Grain); ok {
			out += ` AND "start" >= ` + duckdb.Literal(p.Calendar.StartText(from))
		}
	}
	return out
}

// pivot lays values out as rows of a result, a column for each KPI; starts are
// those of the rows' periods.
func (p *Project) pivot(r query.Request, rows []publishedRow) (out *metrics.Result, starts []string) {
	out = &metrics.Result{AsOf: p.AsOf, Grain: r.Grain, Columns: []metrics.ResultColumn{{Name: "period", Kind: "period", Type: "string"}}}
	for _, d := range r.By {
		out.Columns = append(out.Columns, p.cutColumn(d))
	}
	var types []metrics.Type
	for _, name := range r.KPIs {
		k := p.Model.KPI(name)
		out.Columns = append(out.Columns, metrics.ResultColumn{Name: name, Kind: "kpi", Type: k.Type.String(), Unit: k.Unit,
			Label: k.Label, KPI: name, Format: k.Format, Direction: k.Direction})
		types = append(types, k.Type)
	}
	sorted := slices.Sorted(slices.Values(r.By))
	type place struct{ start, period, members string }
	index := make(map[place]int, len(rows)/len(r.KPIs))
	members := map[string][]any{}
	for _, v := range rows {
		key := place{v.start, v.period, v.members}
		i, known := index[key]
		if !known {
			i = len(out.Rows)
			index[key] = i
			of, known := members[v.members]
			if !known {
				of = membersAsked(r, sorted, v.members)
				members[v.members] = of
			}
			row := metrics.ResultRow{Values: make([]any, 1+len(r.By)+len(r.KPIs)), State: metrics.Final}
			row.Values[0] = v.period
			copy(row.Values[1:], of)
			out.Rows = append(out.Rows, row)
			starts = append(starts, v.start)
		}
		row := &out.Rows[i]
		j := slices.Index(r.KPIs, v.kpi)
		row.Values[1+len(r.By)+j] = typed(v.value, types[j])
		row.State = weaker(row.State, v.state)
	}
	return out, starts
}

// cutColumn describes a published cut: a dimension or a built-in cycle.
func (p *Project) cutColumn(name string) metrics.ResultColumn {
	c := metrics.ResultColumn{Name: name, Kind: "dimension"}
	if cycle := metrics.CycleNamed(name); cycle != nil {
		c.Type = cycle.Type().String()
	} else if dim := p.Model.Dimension(name); dim != nil {
		c.Type, c.Label = dim.Type.String(), dim.Label
	}
	return c
}

// membersAsked is the members that a text lists, in the order of the request's cuts.
func membersAsked(r query.Request, sorted []string, text string) []any {
	out := make([]any, len(r.By))
	var members []*string
	if err := json.Unmarshal([]byte(text), &members); err == nil {
		for i, d := range r.By {
			if j := slices.Index(sorted, d); j < len(members) && members[j] != nil {
				out[i] = *members[j]
			}
		}
	}
	return out
}

// settledness orders states from the most settled to the least.
var settledness = []metrics.State{metrics.Final, metrics.Provisional, metrics.Incomplete, metrics.Open}

func weaker(a, b metrics.State) metrics.State {
	if slices.Index(settledness, b) > slices.Index(settledness, a) {
		return b
	}
	return a
}

// typed reads a value's canonical text.
func typed(v any, t metrics.Type) any {
	text, ok := v.(string)
	if !ok {
		return nil
	}
	switch t.Kind {
	case metrics.Boolean:
		return text == "true"
	case metrics.Double:
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f
		}
	case metrics.Integer, metrics.Decimal:
		if strings.Contains(text, ".") { // as the engine's decimals come: without zeros that say nothing
			text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
		}
		return metrics.Number(text)
	}
	return text
}
