package syntax

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// manyKPIs is a project of 10,000 KPIs in 100 files.
func manyKPIs() fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := range 100 {
		var b strings.Builder
		for j := range 100 {
			fmt.Fprintf(&b, `kpi "kpi_%d_%d" {
  label       = "销售额 %d"
  description = "Order value, tax included; cancelled orders out"
  owner       = "sales-ops"
  value       = sum(orders.amount, orders.status != "cancelled") / kpi.orders_%d
  where       = orders.channel == "c%d" && orders.amount > 0
  by          = [channel, region, [channel, region]]
  format      = "#,##0"
}
`, i, j, j, j, j)
		}
		fsys[fmt.Sprintf("kpis/%03d.hcl", i)] = &fstest.MapFile{Data: []byte(b.String())}
	}
	return fsys
}

func BenchmarkParse(b *testing.B) {
	fsys := manyKPIs()
	b.ReportAllocs()
	for b.Loop() {
		if _, diags := Parse(fsys); len(diags) > 0 {
			b.Fatal(diags)
		}
	}
}

// BenchmarkHCL is what Parse is measured against: HCL alone, file after file.
func BenchmarkHCL(b *testing.B) {
	fsys := manyKPIs()
	b.ReportAllocs()
	for b.Loop() {
		for path, f := range fsys {
			if _, problems := hclsyntax.ParseConfig(f.Data, path, hcl.InitialPos); problems.HasErrors() {
				b.Fatal(problems)
			}
		}
	}
}

// BenchmarkSkim is the share of Parse that is not HCL's.
func BenchmarkSkim(b *testing.B) {
	fsys := manyKPIs()
	for b.Loop() {
		for _, f := range fsys {
			skim(f.Data)
		}
	}
}

// BenchmarkSalvage parses files that each have a mistake.
func BenchmarkSalvage(b *testing.B) {
	fsys := manyKPIs()
	for _, f := range fsys {
		f.Data = append(f.Data, "x = 15%\n"...)
	}
	for b.Loop() {
		if _, diags := Parse(fsys); len(diags) != len(fsys) {
			b.Fatal(len(diags))
		}
	}
}
