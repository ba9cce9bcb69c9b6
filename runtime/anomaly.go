package runtime

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// What a period is held against: the periods before it, or of a z-score by day or
// hour those of the same weekday (and hour). With fewer than enough it is not judged.
const (
	ordinaryBaseline = 60
	weekdayBaseline  = 26
	enoughPeriods    = 8
)

// judgedSpan is how far back before as-of periods are judged by where they end; the
// last one that ended always is.
const judgedSpan = 7 * 24 * time.Hour

// judgeAnomalies holds what was measured of sources against the periods before.
func (w *work) judgeAnomalies(ctx context.Context, p *Project) diag.List {
	for _, s := range p.Model.Sources {
		for _, a := range s.Anomalies {
			points, diags := w.measureAnomaly(ctx, p, a)
			if diags.HasErrors() {
				return p.placed(about(diags, "source."+s.Name))
			}
			w.tellAnomaly(p, s, a, findAnomalies(a, points, p.AsOf))
		}
	}
	return nil
}

// point is what was measured in a period.
type point struct {
	period metrics.Period
	name   string
	value  float64
	alike  string // what a z-score compares within: the weekday and hour
}

// measureAnomaly measures the whole periods that ended by as-of, as far back as the
// earliest one judged is held against.
func (w *work) measureAnomaly(ctx context.Context, p *Project, a *metrics.Anomaly) ([]point, diag.List) {
	last := p.Calendar.Of(a.Grain, p.AsOf)
	from, ok := p.Calendar.Shift(p.Calendar.Of(a.Grain, p.AsOf.Add(-judgedSpan)), -reachBack(a), a.Grain)
	if !ok {
		from = last
	}
	request := query.Request{KPIs: []string{a.KPI.Name}, Grain: a.Grain, From: &from, To: &last, AsOf: p.AsOf}
	selected, diags := query.Compile(withKPI(p.Model, a.KPI), w.session.statistics(), p.Calendar, request)
	if diags.HasErrors() {
		return nil, diags
	}
	table, err := w.session.eng.Query(ctx, sqlgen.Print(selected, sqlgen.DuckDB))
	if err != nil {
		return nil, diag.List{queryFailed(ctx, err)}
	}
	var out []point
	for _, row := range result(selected, table.Rows, p.AsOf).Rows {
		name, _ := row.Values[0].(string)
		value, known := asFloat(row.Values[1])
		period, err := p.Calendar.ParseIn(a.Grain, name)
		if known && err == nil && row.State != metrics.Open && row.State != metrics.Incomplete && row.State != metrics.NoData {
			out = append(out, point{period, name, value, alike(a, period.Start.In(p.Calendar.Zone()))})
		}
	}
	return out, nil
}

// reachBack is how many periods before one that is judged are looked at.
func reachBack(a *metrics.Anomaly) int {
	const daysOfWeek, hoursOfWeek = 7, 7 * 24
	switch {
	case a.Method == metrics.IQR:
		return ordinaryBaseline
	case a.Grain == metrics.Day:
		return weekdayBaseline * daysOfWeek
	case a.Grain == metrics.Hour:
		return weekdayBaseline * hoursOfWeek
	}
	return weekdayBaseline
}

func alike(a *metrics.Anomaly, start time.Time) string {
	switch {
	case a.Method == metrics.ZScore && a.Grain == metrics.Day:
		return start.Weekday().String()
	case a.Method == metrics.ZScore && a.Grain == metrics.Hour:
		return fmt.Sprint(start.Weekday(), start.Hour())
	}
	return ""
}

// outlier is a period out of proportion, and what would have been in it.
type outlier struct {
	point
	low, high float64
}

// findAnomalies judges each period that ended lately by those before it.
func findAnomalies(a *metrics.Anomaly, points []point, asOf time.Time) []outlier {
	size := ordinaryBaseline
	if a.Method == metrics.ZScore {
		size = weekdayBaseline
	}
	var out []outlier
	for i, at := range points {
		if i < len(points)-1 && !at.period.End.After(asOf.Add(-judgedSpan)) {
			continue
		}
		var before []float64
		for j := i - 1; j >= 0 && len(before) < size; j-- {
			if points[j].alike == at.alike {
				before = append(before, points[j].value)
			}
		}
		if len(before) < enoughPeriods {
			continue
		}
		if low, high := proportion(a, before); at.value < low || at.value > high {
			out = append(out, outlier{at, low, high})
		}
	}
	return out
}

// proportion is the bounds of what is in proportion to values.
func proportion(a *metrics.Anomaly, values []float64) (low, high float64) {
	if a.Method == metrics.ZScore {
		mean, spread := meanAndDeviation(values)
		return mean - a.Factor*spread, mean + a.Factor*spread
	}
	sorted := slices.Sorted(slices.Values(values))
	first, third := quantile(sorted, 0.25), quantile(sorted, 0.75)
	return first - a.Factor*(third-first), third + a.Factor*(third-first)
}

// quantile interpolates between the two nearest of sorted values.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	below := int(math.Floor(at))
	above := min(below+1, len(sorted)-1)
	return sorted[below] + (at-float64(below))*(sorted[above]-sorted[below])
}

// meanAndDeviation are those of a sample.
func meanAndDeviation(values []float64) (mean, deviation float64) {
	for _, v := range values {
		mean += v / float64(len(values))
	}
	squares := 0.0
	for _, v := range values {
		squares += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(squares / float64(len(values)-1))
}

func asFloat(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		return f, true
	case metrics.Number:
		f, err := strconv.ParseFloat(string(v), 64)
		return f, err == nil
	case float64:
		return v, true
	}
	return 0, false
}

func (w *work) tellAnomaly(p *Project, s *metrics.Source, a *metrics.Anomaly, found []outlier) {
	r := metrics.CheckResult{Source: s.Name, Check: metrics.CheckAnomaly, Name: a.Name, OnFail: a.OnFail, Failed: int64(len(found))}
	var told []string
	for _, o := range found[:min(len(found), shownPeriods)] {
		told = append(told, fmt.Sprintf("%s: %s, expected %s..%s", o.name, short(o.value), short(o.low), short(o.high)))
	}
	if more := len(found) - len(told); more > 0 {
		told = append(told, fmt.Sprintf("and %d more", more))
	}
	r.Found = strings.Join(told, "; ")
	if len(found) > 0 {
		r.Sample = found[0].name
	}
	w.tell(r, "source."+s.Name, fmt.Sprintf("The anomaly check %q of source.%s failed: %s", a.Name, s.Name, r.Found),
		"What was expected follows from the periods before. See what happened there; the values stay as they are.")
}

// short is a number with as many digits as tell something.
func short(v float64) string {
	if math.Abs(v) >= 1000 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}
