package runtime_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	dir := writeLarge(b, 10_000)
	ctx := context.Background()
	open := func(b *testing.B) *runtime.Project {
		p, diags := runtime.Open(ctx, runtime.Options{Dir: dir})
		must(b, diags)
		return p
	}
	p := open(b)
	plan, diags := p.Plan(ctx)
	must(b, diags)
	_, diags = p.Apply(ctx, plan, "")
	must(b, diags)
	var validate, nothing time.Duration
	for b.Loop() {
		validate += timed(func() { must(b, open(b).Validate(ctx)) })
		nothing += timed(func() {
			plan, diags := open(b).Plan(ctx)
			must(b, diags)
			if !plan.Verdict.Nothing {
				b.Fatal(plan.Verdict.Text)
			}
		})
	}
	b.ReportMetric(validate.Seconds()/float64(b.N), "validate_s")
	b.ReportMetric(nothing.Seconds()/float64(b.N), "plan_s")
	b.ReportMetric(float64(nothing)/float64(validate), "times")
}
