package runtime_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/runtime"
)

const planProject = `project "large" {
  as_of  = "2026-02-01"
  grains = [month]
}

source "orders" {
  csv {
    path = "orders.csv"
  }
  key  = [id]
  time = day
  columns {
    id       = string
    day      = date
    channel  = string
    status   = string
    quantity = integer
    amount   = { type = decimal(18, 2), unit = "CNY" }
  }
}

dimension "channel" {
  from "orders" { value = channel }
}
`

// writeLarge writes a project of that many KPIs, 100 a file, over a small file.
func writeLarge(b *testing.B, kpis int) string {
	b.Helper()
	dir := b.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	write("project.hcl", planProject)
	write("orders.csv", "id,day,channel,status,quantity,amount\n1,2026-01-05,c1,paid,2,10.00\n2,2026-01-06,c2,paid,1,20.00\n")
	for start := 0; start < kpis; start += 100 {
		var t strings.Builder
		for i := start; i < start+100; i++ {
			fmt.Fprintf(&t, "kpi \"k%d\" {\n  label       = \"指标 %d\"\n  description = \"Order value of channel %d; cancelled orders out\"\n  owner       = \"sales-ops\"\n"+
				"  value       = sum(orders.amount * orders.quantity, orders.quantity > %d)\n  where       = orders.status != \"cancelled\" && orders.channel == \"c%d\"\n"+
				"  by          = [channel]\n  format      = \"#,##0.00\"\n}\n\n", i, i, i%40, i%7, i%40)
		}
		write(fmt.Sprintf("f%03d.hcl", start/100), t.String())
	}
	return dir
}

// BenchmarkPlanNothing compares a plan with nothing to do with validate, on
// 10,000 KPIs.
func BenchmarkPlanNothing(b *testing.B) {
	dir := applyLarge(b)
	planBesideValidate(b, dir, 2, func(made *plan.Plan) bool { return made.Verdict.Nothing })
}

// BenchmarkPlanTenChanged compares a plan after edits of ten KPIs, in as many files, with
// validate, on 10,000 KPIs. What the edits do is measured, over few rows.
func BenchmarkPlanTenChanged(b *testing.B) {
	dir := applyLarge(b)
	for i := range 10 {
		file := filepath.Join(dir, fmt.Sprintf("f%03d.hcl", 7*i))
		text, err := os.ReadFile(file)
		if err == nil {
			err = os.WriteFile(file, bytes.Replace(text, []byte("orders.quantity > "), []byte("orders.quantity >= "), 1), 0o666)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	planBesideValidate(b, dir, 3, func(made *plan.Plan) bool {
		measured := 0
		for _, c := range made.Changes {
			if c.Effect != nil && len(c.Effect.Grains) > 0 {
				measured++
			}
		}
		return len(made.Changes) == 10 && measured == 10
	})
}

// applyLarge is a large project whose definitions were applied.
func applyLarge(b *testing.B) string {
	b.Helper()
	dir := writeLarge(b, 10_000)
	p := openedLarge(b, dir)
	made, diags := p.Plan(b.Context())
	must(b, diags)
	_, diags = p.Apply(b.Context(), made, "")
	must(b, diags)
	return dir
}

func openedLarge(b *testing.B, dir string) *runtime.Project {
	b.Helper()
	p, diags := runtime.Open(b.Context(), runtime.Options{Dir: dir})
	must(b, diags)
	return p
}

// planBesideValidate demands that a plan takes at most some times the processor time of
// validate, and that it is as expected.
func planBesideValidate(b *testing.B, dir string, most float64, expected func(*plan.Plan) bool) {
	b.Helper()
	var validate, planned time.Duration
	for b.Loop() {
		validate += processorTime(b, func() { must(b, openedLarge(b, dir).Validate(b.Context())) })
		planned += processorTime(b, func() {
			made, diags := openedLarge(b, dir).Plan(b.Context())
			must(b, diags)
			if !expected(made) {
				b.Fatal(made.Verdict.Text)
			}
		})
	}
	times := float64(planned) / float64(validate)
	b.ReportMetric(validate.Seconds()/float64(b.N), "validate_cpu_s")
	b.ReportMetric(planned.Seconds()/float64(b.N), "plan_cpu_s")
	b.ReportMetric(times, "times")
	if times > most {
		b.Errorf("plan takes %.2f times as long as validate, and may take %.2f times", times, most)
	}
}
