package runtime

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/store"
)

// formerName is a name that a KPI had until a run renamed it; 0 is the present one.
type formerName struct {
	name  string
	until int
}

// namesOf is the names that a KPI had.
func namesOf(runs []metrics.Run, kpi string) []formerName {
	out := []formerName{{name: kpi}}
	for _, r := range slices.Backward(runs) {
		for _, c := range r.Changes {
			if former, renamed := strings.CutPrefix(c.RenamedFrom, "kpi."); renamed && c.Address == "kpi."+out[len(out)-1].name {
				out = append(out, formerName{former, r.ID})
				break
			}
		}
	}
	return out
}

// reported is a row of the history.
type reported struct {
	run         int
	value       any
	state       metrics.State
	fingerprint string
	gone        bool
}

// readReports reads all that was published of the cell, the first run first.
func (x *explaining) readReports(ctx context.Context, st *store.Store, names []formerName) ([]reported, diag.List) {
	s, diags := x.reading(ctx)
	if diags.HasErrors() {
		return nil, diags
	}
	defer s.close()
	var named []string
	for _, n := range names {
		one := `"kpi" = ` + duckdb.Literal(n.name)
		if n.until > 0 {
			one += fmt.Sprintf(` AND "run" < %d`, n.until)
		}
		named = append(named, "("+one+")")
	}
	table, err := s.eng.Query(ctx, fmt.Sprintf(`SELECT "run", "value", "state", "fingerprint", "gone" FROM (%s) WHERE (%s) AND "grain" = %s AND "cuts" = %s AND "period" = %s AND "members" = %s ORDER BY "run", "gone" DESC`,
		st.Reports(), strings.Join(named, " OR "), duckdb.Literal(string(x.out.Grain)), duckdb.Literal(plan.CutName(x.out.Cuts)), duckdb.Literal(x.out.Period), duckdb.Literal(x.membersText())))
	if err != nil {
		if diags := st.CheckValues(); diags.HasErrors() {
			return nil, diags
		}
		return nil, diag.List{queryFailed(ctx, err)}
	}
	out := make([]reported, len(table.Rows))
	for i, row := range table.Rows {
		state, _ := row[2].(string)
		out[i] = reported{run: int(integer(row[0])), value: row[1], state: metrics.State(state)}
		out[i].fingerprint, _ = row[3].(string)
		out[i].gone, _ = row[4].(bool)
	}
	return out, nil
}

// integer is a whole number of any size that the engine gives.
func integer(v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case int32:
		return int64(v)
	}
	return 0
}

// reportsOf tells of each published value whose it is, and what makes it another one.
func (x *explaining) reportsOf(runs []metrics.Run, history []reported) []metrics.Report {
	out := []metrics.Report{}
	for i, h := range history {
		at := slices.IndexFunc(runs, func(r metrics.Run) bool { return r.ID == h.run })
		if at < 0 {
			continue // its run was dropped with what retention doesn't keep
		}
		run := &runs[at]
		r := metrics.Report{Run: h.run, At: run.At, AsOf: run.AsOf, User: run.User, Message: run.Message, State: h.state, Gone: h.gone}
		if text, some := h.value.(string); some && !h.gone {
			r.Value = metrics.NewValue(text, x.kpi.Type)
		}
		redefined := i == 0 || history[i-1].fingerprint != h.fingerprint
		if c := x.changeIn(run); c != nil && redefined {
			r.Change = &metrics.ReportChange{Address: c.Address, Class: c.Class, Reason: c.Reason, Author: c.Author, Commit: c.Commit}
		}
		if n := len(out); n > 0 && (out[n-1].Value != r.Value || out[n-1].Gone != r.Gone) {
			r.Difference = r.Value.Minus(out[n-1].Value)
			x.blame(&r, out[n-1].Value, run, redefined && !h.gone)
		}
		out = append(out, r)
	}
	return out
}

// changeIn is what a run changed in the definition of the KPI, by any name that it had; nil
// for nothing.
func (x *explaining) changeIn(run *metrics.Run) *metrics.Change {
	i := slices.IndexFunc(run.Changes, func(c metrics.Change) bool { return c.Address == "kpi."+x.kpi.Name })
	if i < 0 {
		return nil
	}
	return &run.Changes[i]
}

// blame finds what a difference to the value before is made of.
func (x *explaining) blame(r *metrics.Report, before metrics.Value, run *metrics.Run, redefined bool) {
	upstream := x.upstream(x.kpi.Sources)
	moved := run.Moved == nil || slices.ContainsFunc(run.Moved, func(s string) bool { return redefined || slices.Contains(upstream, s) })
	switch {
	case redefined && moved:
		r.Cause = metrics.ByBoth
		x.part(r, before, run)
	case redefined:
		r.Cause = metrics.ByDefinition
	case moved:
		r.Cause = metrics.ByRows
	default:
		r.Cause = metrics.ByTime
	}
}

// part parts a difference by what was measured before the run: totals alone, of the last
// periods.
func (x *explaining) part(r *metrics.Report, before metrics.Value, run *metrics.Run) {
	c := x.changeIn(run)
	if c == nil || c.Effect == nil || len(x.pins) > 0 {
		return
	}
	for _, g := range c.Effect.Grains {
		for _, total := range g.Totals {
			if g.Grain != x.out.Grain || total.Period != x.out.Period || total.Split == nil || total.Split.Published != before || total.Now != r.Value {
				continue
			}
			r.Definition, r.Data = total.Split.Definition, total.Split.Data
			if zero(r.Data) {
				r.Cause, r.Definition, r.Data = metrics.ByDefinition, "", ""
			} else if zero(r.Definition) {
				r.Cause, r.Definition, r.Data = metrics.ByRows, "", ""
			}
		}
	}
}

func zero(v metrics.Value) bool {
	n, isNumber := v.Number()
	return isNumber && n.Sign() == 0
}
