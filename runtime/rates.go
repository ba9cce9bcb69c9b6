package runtime

import (
	"context"
	"fmt"
	"slices"
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
	first    string // day of the first, "" where none has a day
}

// since says when the first of the rows is, if any has a day.
func (c currencyRows) since() string {
	if c.first == "" {
		return ", without a day"
	}
	return ", the first on " + c.first
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
		return fmt.Sprintf("%d %s no rate from %s to %s%s: %s", m.rows, have, m.From, m.To, m.currencies[0].since(), values)
	}
	each := make([]string, len(m.currencies))
	for i, c := range m.currencies {
		name := c.currency
		if name == "" {
			name = "no currency"
		}
		each[i] = fmt.Sprintf("%d in %s%s", c.rows, name, c.since())
	}
	return fmt.Sprintf("%d %s no rate to %s: %s: %s", m.rows, have, m.To, strings.Join(each, "; "), values)
}

// judgeRates looks for rows without a rate in all that the KPIs read.
func (w *work) judgeRates(ctx context.Context, p *Project) diag.List {
	var missing []missingRate
	var diags diag.List
	for _, r := range rateRequests(p) {
		selected, problems := query.Compile(p.Model, w.session.statistics(), p.Calendar, r)
		if problems.HasErrors() {
			return p.placed(problems)
		}
		found, problems := missingRates(ctx, w.session, selected)
		diags = append(diags, problems...)
		for _, m := range found {
			if !slices.ContainsFunc(missing, func(have missingRate) bool { return have.Amount == m.Amount && have.words() == m.words() }) {
				missing = append(missing, m)
			}
		}
	}
	for _, m := range missing {
		first := m.currencies[0]
		w.tell(metrics.CheckResult{
			Source: m.Source, Column: m.Amount, Check: metrics.CheckRates, OnFail: metrics.Warn, Failed: m.rows,
			Found: fmt.Sprintf("%d without a rate", m.rows), Sample: strings.TrimSpace(first.currency + strings.TrimPrefix(first.since(), ", the first")),
		}, "source."+m.Source, "Amounts without a rate", m.words()+". Add the rates to source."+p.Model.Project.FX+".")
	}
	return diags
}

// rateRequests are what has to be asked to meet all amounts that are converted: all
// KPIs at once, and by themselves those that are cut by what converts.
func rateRequests(p *Project) []query.Request {
	all := query.Request{AsOf: p.AsOf}
	var cut []query.Request
	for _, k := range p.Model.KPIs {
		if !p.Model.ReadsRates(k) {
			continue
		}
		all.KPIs = append(all.KPIs, k.Name)
		one := query.Request{KPIs: []string{k.Name}, AsOf: p.AsOf}
		for _, name := range slices.Concat(k.By...) {
			if !slices.Contains(one.By, name) && p.Model.ConvertsByColumn(&metrics.DimensionRef{Dimension: name}) {
				one.By = append(one.By, name)
			}
		}
		if len(one.By) > 0 {
			cut = append(cut, one)
		}
	}
	if len(all.KPIs) == 0 {
		return nil
	}
	return append([]query.Request{all}, cut...)
}
