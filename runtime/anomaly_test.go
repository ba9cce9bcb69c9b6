package runtime

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// TestProportion holds the bounds against those that the engine computes of the
// same values.
func TestProportion(t *testing.T) {
	ctx := context.Background()
	eng, err := duckdb.Open(ctx, duckdb.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { eng.Close() })
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		values := make([]float64, enoughPeriods+random.IntN(60))
		list := ""
		for i := range values {
			values[i] = float64(random.IntN(200))
			list += fmt.Sprintf(",(%g)", values[i])
		}
		table, err := eng.Query(ctx, "SELECT quantile_cont(v, 0.25), quantile_cont(v, 0.75), avg(v), stddev_samp(v) FROM (VALUES "+list[1:]+") AS t(v)")
		if err != nil {
			t.Fatal(err)
		}
		of := func(i int) float64 { v, _ := asFloat(table.Rows[0][i]); return v }
		for _, c := range []struct {
			method          metrics.AnomalyMethod
			factor          float64
			middle, reach   float64
			lowest, highest float64
		}{
			{metrics.IQR, 1.5, 0, of(1) - of(0), of(0), of(1)},
			{metrics.ZScore, 3, 0, of(3), of(2), of(2)},
		} {
			low, high := proportion(&metrics.Anomaly{Method: c.method, Factor: c.factor}, values)
			if math.Abs(low-(c.lowest-c.factor*c.reach)) > 1e-6 || math.Abs(high-(c.highest+c.factor*c.reach)) > 1e-6 {
				t.Errorf("%s of %v: %g..%g, the engine has %g..%g", c.method, values, low, high, c.lowest-c.factor*c.reach, c.highest+c.factor*c.reach)
			}
		}
	}
}

// TestFindAnomalies has a shop that is shut on Sundays: a Sunday with sales and a
// Monday without are found by weekday, and neither without.
func TestFindAnomalies(t *testing.T) {
	cal := metrics.NewCalendar(time.UTC, time.Monday, time.January)
	asOf := time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	make := func(a *metrics.Anomaly, days int) []point {
		var out []point
		for _, p := range cal.Between(metrics.Day, asOf.AddDate(0, 0, -days), asOf) {
			value := 100 + float64(p.Start.Day()%3)
			if p.Start.Weekday() == time.Sunday {
				value = float64(p.Start.Day() % 2)
			}
			switch cal.Name(p) {
			case "2026-11-15": // a Sunday
				value = 60
			case "2026-11-09": // a Monday
				value = 0
			case "2026-11-04": // out of proportion, but judged last week
				value = 5000
			}
			out = append(out, point{p, cal.Name(p), value, alike(a, p.Start)})
		}
		return out
	}
	tests := []struct {
		name string
		a    metrics.Anomaly
		days int
		want []string
	}{
		{"by weekday", metrics.Anomaly{Method: metrics.ZScore, Grain: metrics.Day, Factor: 3}, 200, []string{"2026-11-09", "2026-11-15"}},
		{"in the middle", metrics.Anomaly{Method: metrics.IQR, Grain: metrics.Day, Factor: 1.5}, 200, []string{"2026-11-09", "2026-11-15"}},
		{"wide", metrics.Anomaly{Method: metrics.IQR, Grain: metrics.Day, Factor: 60}, 200, nil},
		{"too few to judge", metrics.Anomaly{Method: metrics.ZScore, Grain: metrics.Day, Factor: 3}, 7 * enoughPeriods, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, o := range findAnomalies(&test.a, make(&test.a, test.days), asOf) {
				got = append(got, o.name)
			}
			if fmt.Sprint(got) != fmt.Sprint(test.want) {
				t.Errorf("found %v, want %v", got, test.want)
			}
		})
	}
}
