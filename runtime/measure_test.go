package runtime

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/scaffold"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

func TestDataFormat(t *testing.T) {
	tests := []struct {
		file string
		want scaffold.Format
		ok   bool
	}{
		{"a.csv", scaffold.CSV, true},
		{"dir/A.CSV.GZ", scaffold.CSV, true},
		{"a.tsv.zst", scaffold.CSV, true},
		{"a.parquet", scaffold.Parquet, true},
		{"a.parquet.gz", "", false},
		{"a.ndjson", scaffold.JSON, true},
		{"a.xlsx", scaffold.XLSX, true},
		{"a.xlsx.gz", "", false},
		{"a.xls", "", false},
		{"csv", "", false},
		{"a.gz", "", false},
	}
	for _, tt := range tests {
		got, ok := DataFormat(tt.file)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("DataFormat(%q) = %q, %v, want %q, %v", tt.file, got, ok, tt.want, tt.ok)
		}
	}
}

func measureText(t *testing.T, name, text string) (scaffold.Table, diag.List) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return Measure(t.Context(), path, "data/"+name)
}

func TestMeasureCSV(t *testing.T) {
	table, diags := measureText(t, "a [1].csv", "\ufeffid;name;price;day;\n1;x;1,5;2026-01-05;\n2;\"y; z\";;2026-01-07;\n3;x;12,5;2026-01-06;\n")
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	if table.Path != "data/a [1].csv" || table.Format != scaffold.CSV || table.Delimiter != ";" || table.Rows != 3 {
		t.Errorf("table is %+v", table)
	}
	want := []scaffold.Column{
		{Name: "id", Distinct: 3, Min: "1", Max: "3", Samples: []string{"1", "2", "3"}},
		{Name: "name", Distinct: 2, Min: "x", Max: "y; z", Samples: []string{"x", "y; z"}},
		{Name: "price", Nulls: 1, Distinct: 2, Min: "1,5", Max: "12,5", Samples: []string{"1,5", "12,5"}},
		{Name: "day", Distinct: 3, Min: "2026-01-05", Max: "2026-01-07", Samples: []string{"2026-01-05", "2026-01-06", "2026-01-07"}},
	}
	if len(table.Columns) != len(want) {
		t.Fatalf("%d columns, want %d: %+v", len(table.Columns), len(want), table.Columns)
	}
	for i, w := range want {
		got := table.Columns[i]
		if got.Name != w.Name || got.Nulls != w.Nulls || got.Distinct != w.Distinct || got.Min != w.Min || got.Max != w.Max || !slices.Equal(got.Samples, w.Samples) {
			t.Errorf("column %d is %+v, want %+v", i, got, w)
		}
	}
}

// TestMeasureSamples checks that a rare value of another kind is among the samples,
// however many there are of the common one.
func TestMeasureSamples(t *testing.T) {
	var b strings.Builder
	b.WriteString("amount\n")
	for i := range 5000 {
		b.WriteString(strings.Repeat("1", 1+i%4) + "." + string(rune('0'+i%10)) + "\n")
		if i == 3000 {
			b.WriteString("n/a\n")
		}
	}
	table, diags := measureText(t, "a.csv", b.String())
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	if c := table.Columns[0]; !slices.Contains(c.Samples, "n/a") {
		t.Errorf("the samples %q lack n/a", c.Samples)
	}
}

func TestMeasureJSON(t *testing.T) {
	table, diags := measureText(t, "a.json", `[{"id": 1, "tags": ["a"]}, {"id": 2, "late": "2026-01-05"}]`)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	var names []string
	for _, c := range table.Columns {
		names = append(names, c.Name+" "+c.Type.String())
	}
	if want := []string{"id integer", "late date"}; !slices.Equal(names, want) {
		t.Errorf("columns are %q, want %q", names, want)
	}
}

func TestMeasureFaults(t *testing.T) {
	tests := []struct {
		name, text string
		want       diag.Code
	}{
		{"empty.csv", "", diag.FileEmpty},
		{"nameless.csv", ",\n1,2\n", diag.FileEmpty},
		{"twice.csv", "a,a,\n1,2,\n", diag.FileEmpty},
		{"fake.parquet", "PAR0", diag.UnreadableFile},
		{"fake.json", "{", diag.UnreadableFile},
		{"fake.csv.gz", "a,b\n", diag.DamagedFile},
		{"a.doc", "", diag.UnreadableFile},
	}
	for _, tt := range tests {
		_, diags := measureText(t, tt.name, tt.text)
		if !diags.HasErrors() || diags[len(diags)-1].Code != tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, diags, tt.want)
		}
		for _, d := range diags {
			if d.Address != "" {
				t.Errorf("%s: a diagnostic speaks of %s, which no project has", tt.name, d.Address)
			}
		}
	}
	if _, diags := measureText(t, "twice.csv", "a,a,\n1,2,\n"); !strings.Contains(diags[len(diags)-1].Detail, `several columns "a"`) {
		t.Errorf("got %v, want that a name stands twice", diags)
	}
	if _, diags := Measure(t.Context(), "nowhere.csv", "nowhere.csv"); !diags.HasErrors() {
		t.Error("a missing file was measured")
	}
}

// TestInitFrom checks that what is written for measured files is a project without
// fault.
func TestInitFrom(t *testing.T) {
	dir := t.TempDir()
	data := map[string]string{
		"orders.csv":  "Order ID,Ordered At,Customer,Amount ¥,Discount %\nA-1,05/01/2026 10:00,c1,\"¥1,200.50\",5\nA-2,25/01/2026 11:30,c2,¥80.00,\n",
		"people.json": "{\"id\": \"c1\", \"kpi\": \"x\"}\n{\"id\": \"c2\", \"kpi\": \"y\"}\n",
	}
	var tables []scaffold.Table
	for _, name := range []string{"orders.csv", "people.json"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(data[name]), 0o666); err != nil {
			t.Fatal(err)
		}
		table, diags := Measure(t.Context(), path, name)
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		tables = append(tables, table)
	}
	for name, text := range scaffold.Project("shop", tables) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	p, diags := Open(t.Context(), Options{Dir: dir})
	if len(diags) == 0 {
		diags = p.Validate(t.Context())
	}
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	if k := p.Model.Source("orders"); k == nil || k.Columns[1].Type.Kind != metrics.Timestamp || k.Columns[3].Type.Kind != metrics.Decimal {
		t.Errorf("the source is %+v", k)
	}
}
