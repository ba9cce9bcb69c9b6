package lineage_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/compiler/lineage"
	"github.com/metricsascode/metrics/metrics"
)

var update = flag.Bool("update", false, "write what is found into the files")

func shop(t *testing.T) *metrics.Model {
	t.Helper()
	p, diags := compiler.Compile(os.DirFS("testdata/shop"), compiler.Options{})
	for _, d := range diags {
		t.Fatalf("%s %s: %s", d.Code, d.Summary, d.Detail)
	}
	return p.Model
}

func edgesText(g *lineage.Graph) string {
	var b strings.Builder
	for _, e := range g.Edges {
		fmt.Fprintf(&b, "%s -> %s %v\n", e.From, e.To, e.Uses)
	}
	return b.String()
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}

// TestEdges compares all edges of a project that has a bit of everything.
func TestEdges(t *testing.T) {
	g := lineage.Of(shop(t))
	golden(t, "testdata/shop/columns.txt", edgesText(g))
	golden(t, "testdata/shop/whole.txt", edgesText(g.Whole()))
}

// TestSame checks that the graph comes out alike each time.
func TestSame(t *testing.T) {
	m := shop(t)
	first := edgesText(lineage.Of(m))
	for range 5 {
		if again := edgesText(lineage.Of(m)); again != first {
			t.Fatalf("got another graph:\n%s", again)
		}
	}
}

func TestReached(t *testing.T) {
	g := lineage.Of(shop(t))
	for _, tt := range []struct {
		from string
		way  lineage.Direction
		kind lineage.Kind
		want string
	}{
		// Through a union, a computed column, and what decides which rows there are.
		{"file:data/web_*.csv#金额", lineage.Downstream, lineage.KPI, "kpi.best kpi.budget kpi.buyers kpi.cost kpi.gmv kpi.margin"},
		{"source.web.net", lineage.Downstream, lineage.KPI, "kpi.budget kpi.gmv"}, // of gmv the target, which goes no further
		{"source.web.sku", lineage.Downstream, lineage.KPI, "kpi.cost kpi.margin"},
		{"source.web.state", lineage.Downstream, lineage.Check, "check.enough"},
		{"source.prices.cost", lineage.Downstream, lineage.KPI, "kpi.cost kpi.margin"},
		// A check that only warns changes no row.
		{"source.till.currency", lineage.Downstream, lineage.KPI, "kpi.best kpi.gmv kpi.margin"},
		// A cut is a KPI's own, and a dimension no way from one source to another's KPIs.
		{"source.stock.on_hand", lineage.Downstream, lineage.Dashboard, "dashboard.weekly"},
		{"source.stock.shop", lineage.Downstream, lineage.KPI, "kpi.on_hand"},
		{"source.stock.shop", lineage.Downstream, lineage.Dimension, "dimension.region"},
		{"kpi.margin", lineage.Upstream, lineage.Dimension, ""},
		{"kpi.margin", lineage.Upstream, lineage.KPI, "kpi.cost kpi.gmv"},
		{"kpi.gmv", lineage.Upstream, lineage.Dimension, "dimension.front"},
		{"kpi.gmv", lineage.Upstream, lineage.KPI, "kpi.budget"},
		{"dimension.region", lineage.Downstream, lineage.KPI, "kpi.east kpi.on_hand"},
		{"kpi.on_hand", lineage.Upstream, lineage.File, "file:data/shops.csv file:data/stock.csv"},
		{"dashboard.weekly", lineage.Upstream, lineage.File, "file:data/shops.csv file:data/stock.csv"},
		{"kpi.gmv", lineage.Downstream, lineage.Annotation, "annotation.move"},
		{"nothing", lineage.Upstream | lineage.Downstream, lineage.KPI, ""},
	} {
		var got []string
		for _, n := range g.Reached([]string{tt.from}, tt.way) {
			if n.Kind == tt.kind {
				got = append(got, n.ID)
			}
		}
		if text := strings.Join(got, " "); text != tt.want {
			t.Errorf("from %s: got %s %q, want %q", tt.from, tt.kind, text, tt.want)
		}
	}
}

func TestNamed(t *testing.T) {
	g := lineage.Of(shop(t))
	for name, want := range map[string]string{
		"kpi.gmv": "kpi.gmv", "gmv": "kpi.gmv", "web.net": "source.web.net", "web": "source.web",
		"data/web_*.csv": "file:data/web_*.csv", "data/web_2.csv": "file:data/web_*.csv", "./data/shops.csv": "file:data/shops.csv",
		"data/web_*.csv#金额": "file:data/web_*.csv#金额", "front": "dimension.front", "shops": "source.shops",
		"data/[": "", "": "", "nobody": "",
	} {
		var got []string
		for _, n := range g.Named(name) {
			got = append(got, n.ID)
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%q names %q, want %q", name, text, want)
		}
	}
}

func TestWith(t *testing.T) {
	g := lineage.Of(shop(t))
	if got := g.With("source.buyer"); !slices.Equal(got, []string{"source.buyer", "source.buyer.first_on", "source.buyer.key"}) {
		t.Errorf("got %v", got)
	}
	if got := g.With("kpi.gmv"); !slices.Equal(got, []string{"kpi.gmv"}) {
		t.Errorf("got %v", got)
	}
}

// TestSheets tells the sheets of one workbook apart.
func TestSheets(t *testing.T) {
	column := func() []*metrics.Column { return []*metrics.Column{{Name: "amount", From: "金额"}} }
	g := lineage.Of(&metrics.Model{Sources: []*metrics.Source{
		{Name: "plan", Reader: &metrics.XLSX{Path: "budget.xlsx", Sheet: "Plan"}, Columns: column()},
		{Name: "actual", Reader: &metrics.XLSX{Path: "budget.xlsx"}, Columns: column()},
		{Name: "written", Reader: &metrics.Inline{}, Columns: column()},
	}})
	want := `file:budget.xlsx -> source.actual [rows]
file:budget.xlsx!Plan -> source.plan [rows]
file:budget.xlsx!Plan#金额 -> source.plan.amount [value]
file:budget.xlsx#金额 -> source.actual.amount [value]
`
	if got := edgesText(g); got != want {
		t.Errorf("got:\n%s", got)
	}
}
