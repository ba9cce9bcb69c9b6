package runtime_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/metricsascode/metrics/runtime"
)

// BenchmarkPage draws the example's page: that takes no longer than to read its values.
func BenchmarkPage(b *testing.B) {
	dir := b.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../examples/weekly_sales")); err != nil {
		b.Fatal(err)
	}
	if err := os.RemoveAll(dir + "/.metrics"); err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	p, diags := runtime.Open(ctx, runtime.Options{Dir: dir})
	if diags.HasErrors() {
		b.Fatal(diags)
	}
	planned, diags := p.Plan(ctx)
	if diags.HasErrors() {
		b.Fatal(diags)
	}
	if _, diags = p.Apply(ctx, planned, ""); diags.HasErrors() {
		b.Fatal(diags)
	}
	_, read, draw := runtime.PageParts(b, p, p.Model.Dashboards[0])
	var reading, drawing time.Duration
	for b.Loop() {
		reading += processorTime(b, read)
		drawing += processorTime(b, draw)
	}
	b.ReportMetric(float64(drawing)/float64(reading), "x-reading")
	if drawing > reading {
		b.Errorf("drawing took %v, reading the values %v", drawing, reading)
	}
}
