package compiler_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/compiler/plan"
)

// largeProject has that many KPIs, 100 a file, as a large company writes them:
// aggregates with filters, ratios of them, cuts and words around.
func largeProject(kpis int) fstest.MapFS {
	files := fstest.MapFS{"project.hcl": {Data: []byte(`project "large" {
  timezone = "Asia/Shanghai"
  currency = "CNY"
}

source "orders" {
  csv {
    path = "orders.csv"
  }
  key  = [order_id]
  time = ordered_at
  columns {
    order_id    = string
    ordered_at  = timestamp
    amount      = { type = decimal(18, 2), unit = "CNY", tax = included }
    discount    = { type = decimal(18, 2), unit = "CNY", tax = included }
    quantity    = integer
    channel     = string
    status      = string
    customer_id = { type = string, references = customers }
  }
}

source "customers" {
  csv {
    path = "customers.csv"
  }
  key = [customer_id]
  columns {
    customer_id = string
    region      = string
  }
}

dimension "channel" {
  from "orders" { value = channel }
}

dimension "region" {
  from "customers" { value = region }
}
`)}}
	const perFile = 100
	for start := 0; start < kpis; start += perFile {
		var b strings.Builder
		for i := start; i < start+perFile; i++ {
			if i%3 == 2 {
				fmt.Fprintf(&b, "kpi \"k%d\" {\n  label     = \"比率 %d\"\n  value     = kpi.k%d / kpi.k%d\n  by        = [channel]\n  direction = up\n  format    = \"0.0%%\"\n}\n\n", i, i, i-1, i-2)
				continue
			}
			fmt.Fprintf(&b, "kpi \"k%d\" {\n  label       = \"指标 %d\"\n  description = \"Order value of channel %d, tax included; cancelled orders out\"\n  owner       = \"sales-ops\"\n"+
				"  value       = sum(orders.amount - coalesce(orders.discount, 0), orders.quantity > %d)\n  where       = orders.status != \"cancelled\" && orders.channel == \"c%d\"\n"+
				"  by          = [channel, region]\n  format      = \"#,##0.00\"\n}\n\n", i, i, i%40, i%7, i%40)
		}
		files[fmt.Sprintf("kpis/f%03d.hcl", start/perFile)] = &fstest.MapFile{Data: []byte(b.String())}
	}
	return files
}

// rawParse is the limit: the same bytes through HCL's own parser, one file after
// the other.
func rawParse(b *testing.B, files fstest.MapFS) []*hcl.File {
	var out []*hcl.File
	for name, f := range files {
		parsed, diags := hclsyntax.ParseConfig(f.Data, name, hcl.InitialPos)
		if diags.HasErrors() {
			b.Fatal(diags)
		}
		out = append(out, parsed)
	}
	return out
}

// timed is how long f takes.
func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// BenchmarkValidate compares all stages of the compiler with the limit: HCL's
// parser alone, on the same bytes, one file after the other.
func BenchmarkValidate(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		files := largeProject(n)
		b.Run(fmt.Sprintf("%d_KPIs", n), func(b *testing.B) {
			var raw, whole time.Duration
			for b.Loop() {
				raw += timed(func() { rawParse(b, files) })
				whole += timed(func() {
					if _, diags := compiler.Compile(files, compiler.Options{}); len(diags) > 0 {
						b.Fatal(diags[0])
					}
				})
			}
			b.ReportMetric(float64(raw.Milliseconds())/float64(b.N), "raw_ms")
			b.ReportMetric(float64(whole.Milliseconds())/float64(b.N), "validate_ms")
			b.ReportMetric(float64(whole)/float64(raw), "times")
		})
	}
}

// BenchmarkFingerprints makes the definitions of 10,000 KPIs, as plan does.
func BenchmarkFingerprints(b *testing.B) {
	p, _ := compiler.Compile(largeProject(10000), compiler.Options{})
	for b.Loop() {
		plan.Definitions(p.Model, p.Text)
	}
}

// BenchmarkMemory reports what is held after each: the bytes in use once garbage
// is gone.
func BenchmarkMemory(b *testing.B) {
	files := largeProject(10000)
	held := func(make func() any) float64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		v := make()
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(v)
		return float64(after.HeapAlloc-before.HeapAlloc) / 1e6
	}
	for b.Loop() {
		raw := held(func() any { return rawParse(b, files) })
		whole := held(func() any {
			p, _ := compiler.Compile(files, compiler.Options{})
			return p
		})
		b.ReportMetric(raw, "raw_MB")
		b.ReportMetric(whole, "validate_MB")
		b.ReportMetric(whole/raw, "times")
	}
}
