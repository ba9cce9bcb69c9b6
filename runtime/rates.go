package runtime

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// missingRate is the rows of a source whose amounts have no rate.
type missingRate struct {
	query.RateCheck
	rows       int64
	currencies []currencyRows
}

// currencyRows is the rows of one currency, "" where none is known.
type currencyRows struct {
	currency string
	rows     int64
	first    string // day of the first
}

// missingRates runs the checks of a compiled request, and returns those that found
// rows.
func missingRates(ctx context.Context, s *session, selected *query.Select) ([]missingRate, diag.List) {
	var out []missingRate
	for _, check := range selected.Rates {
		table, err := s.eng.Query(ctx, sqlgen.Print(check.Statement, sqlgen.DuckDB))
		if err != nil {
			return nil, diag.List{queryFailed(ctx, err)}
		}
		found := missingRate{RateCheck: check}
		for _, row := range table.Rows {
			one := currencyRows{}
			one.currency, _ = row[0].(string)
			one.rows, _ = row[1].(int64)
			if day, ok := row[2].(time.Time); ok {
				one.first = day.Format(time.DateOnly)
			}
			found.rows += one.rows
			found.currencies = append(found.currencies, one)
		}
		if found.rows > 0 {
			out = append(out, found)
		}
	}
	return out, nil
}

// words says which rows have no rate.
func (m missingRate) words() string {
	have, values := "rows of source."+m.Source+" have", "their values are null"
	if m.rows == 1 {
		have, values = "row of source."+m.Source+" has", "its value is null"
	}
	if m.From != "" {
		return fmt.Sprintf("%d %s no rate from %s to %s, the first on %s: %s", m.rows, have, m.From, m.To, m.currencies[0].first, values)
	}
	each := make([]string, len(m.currencies))
	for i, c := range m.currencies {
		name := c.currency
		if name == "" {
			name = "no currency"
		}
		each[i] = fmt.Sprintf("%d in %s, the first on %s", c.rows, name, c.first)
	}
	return fmt.Sprintf("%d %s no rate to %s: %s: %s", m.rows, have, m.To, strings.Join(each, "; "), values)
}

// judgeRates looks for rows without a rate in all that the KPIs read.
func (w *work) judgeRates(ctx context.Context, p *Project) diag.List {
	r := query.Request{AsOf: p.AsOf}
	for _, k := range p.Model.KPIs {
		if p.Model.ReadsRates(k) {
			r.KPIs = append(r.KPIs, k.Name)
		}
	}
	if len(r.KPIs) == 0 {
		return nil
	}
	selected, diags := query.Compile(p.Model, w.session.statistics(), p.Calendar, r)
	if diags.HasErrors() {
		return p.placed(diags)
	}
	missing, diags := missingRates(ctx, w.session, selected)
	for _, m := range missing {
		first := m.currencies[0]
		w.tell(metrics.CheckResult{
			Source: m.Source, Column: m.Amount, Check: metrics.CheckRates, OnFail: metrics.Warn, Failed: m.rows,
			Found: fmt.Sprintf("%d without a rate", m.rows), Sample: strings.TrimSpace(first.currency + " on " + first.first),
		}, "source."+m.Source, "Amounts without a rate", m.words()+". Add the rates to source."+p.Model.Project.FX+".")
	}
	return diags
}
