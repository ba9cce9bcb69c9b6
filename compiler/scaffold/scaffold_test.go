package scaffold_test

import (
	"encoding/csv"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/compiler/format"
	"github.com/metricsascode/metrics/compiler/scaffold"
	"github.com/metricsascode/metrics/metrics"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestProject runs the stories of testdata: data files, and the project that is
// written for them.
func TestProject(t *testing.T) {
	stories, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(stories) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, story := range stories {
		t.Run(strings.TrimSuffix(filepath.Base(story), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(story)
			if err != nil {
				t.Fatal(err)
			}
			var tables []scaffold.Table
			var data, written []txtar.File
			for _, f := range archive.Files {
				if strings.HasPrefix(f.Name, "want/") {
					written = append(written, f)
					continue
				}
				data = append(data, f)
				tables = append(tables, measure(t, f))
			}
			name := strings.TrimSuffix(filepath.Base(story), ".txtar")
			got := scaffold.Project(name, tables)
			checkCompiles(t, got)
			want := archiveOf(got)
			if *update {
				archive.Files = append(data, want...)
				if err := os.WriteFile(story, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			compareFiles(t, want, written)
		})
	}
}

// archiveOf are the files of a project in order of path.
func archiveOf(project map[string]string) []txtar.File {
	var all []txtar.File
	for _, name := range slices.Sorted(maps.Keys(project)) {
		if strings.HasSuffix(name, ".hcl") {
			all = append(all, txtar.File{Name: "want/" + name, Data: []byte(project[name])})
		}
	}
	return all
}

func compareFiles(t *testing.T, got, want []txtar.File) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d files, want %d", len(got), len(want))
	}
	for i, f := range got {
		if f.Name != want[i].Name || string(f.Data) != string(want[i].Data) {
			t.Errorf("%s differs from %s (-update writes it anew):\n%s", f.Name, want[i].Name, f.Data)
		}
	}
}

// checkCompiles checks that a project validates without data, and that its files
// are in canonical layout.
func checkCompiles(t *testing.T, project map[string]string) {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range project {
		files[name] = &fstest.MapFile{Data: []byte(text)}
		if strings.HasSuffix(name, ".hcl") && string(format.Format([]byte(text))) != text {
			t.Errorf("%s is not in canonical layout:\n%s", name, text)
		}
	}
	_, diags := compiler.Compile(files, compiler.Options{})
	for _, d := range diags {
		t.Errorf("%s %s: %s %s", d.Code, d.Address, d.Summary, d.Detail)
	}
}

// measure tells of a CSV text what the runtime tells of a file. Its first line
// says the delimiter where that is no comma: "sep=;".
func measure(t *testing.T, f txtar.File) scaffold.Table {
	t.Helper()
	table := scaffold.Table{Path: "data/" + f.Name, Format: scaffold.CSV}
	text := string(f.Data)
	if rest, found := strings.CutPrefix(text, "sep="); found {
		table.Delimiter, text, _ = strings.Cut(rest, "\n")
	}
	r := csv.NewReader(strings.NewReader(text))
	if table.Delimiter != "" {
		r.Comma = rune(table.Delimiter[0])
	}
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	table.Rows = int64(len(rows) - 1)
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		text := strings.Join(row, "\x00")
		switch {
		case strings.Trim(text, "\x00") == "":
			table.Blank++
		case seen[text]:
			table.Copies++
		}
		seen[text] = true
	}
	for i, name := range rows[0] {
		var values []string
		for _, row := range rows[1:] {
			values = append(values, row[i])
		}
		table.Columns = append(table.Columns, measureColumn(name, values))
	}
	return table
}

func measureColumn(name string, values []string) scaffold.Column {
	c := scaffold.Column{Name: name}
	known := slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
	c.Nulls = int64(len(values) - len(known))
	slices.Sort(known)
	for i, v := range known {
		if i == 0 || v != known[i-1] {
			c.Values = append(c.Values, scaffold.Value{Text: v})
		}
		c.Values[len(c.Values)-1].Rows++
	}
	c.Samples = slices.Compact(known)
	c.Distinct = int64(len(c.Samples))
	c.Type = metrics.Type{Kind: kindOf(c.Samples)}
	if n := len(c.Samples); n > 0 && c.Type.Temporal() {
		c.Min, c.Max = c.Samples[0], c.Samples[n-1]
	}
	return c
}

// kindOf is the kind that all values can be read as.
func kindOf(all []string) metrics.Kind {
	tests := []struct {
		kind metrics.Kind
		ok   func(string) bool
	}{
		{metrics.Boolean, func(s string) bool { return s == "true" || s == "false" }},
		{metrics.Integer, func(s string) bool { _, err := strconv.ParseInt(s, 10, 64); return err == nil }},
		{metrics.Double, func(s string) bool { _, err := strconv.ParseFloat(s, 64); return err == nil }},
		{metrics.Date, func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil }},
		{metrics.Timestamp, func(s string) bool { _, err := time.Parse(time.DateTime, s); return err == nil }},
	}
	for _, test := range tests {
		if len(all) > 0 && !slices.ContainsFunc(all, func(s string) bool { return !test.ok(s) }) {
			return test.kind
		}
	}
	return metrics.String
}

func TestEmpty(t *testing.T) {
	for _, name := range []string{"demo", "销售周报", "my project-2", "", "null", "2026"} {
		checkCompiles(t, scaffold.Empty(name))
	}
	if got := scaffold.Project("demo", nil); !maps.Equal(got, scaffold.Empty("demo")) {
		t.Errorf("a project without tables is not the empty one: %v", got)
	}
}

// TestParquet checks that the types of a format that has types are kept.
func TestParquet(t *testing.T) {
	table := scaffold.Table{Path: "superstore.parquet", Format: scaffold.Parquet, Rows: 4, Columns: []scaffold.Column{
		{Name: "Row ID", Type: metrics.Type{Kind: metrics.Integer}, Distinct: 4, Min: "1", Max: "4", Samples: []string{"1", "2", "3", "4"}},
		{Name: "Order Date", Type: metrics.Type{Kind: metrics.Date}, Distinct: 2, Min: "2017-01-02", Max: "2017-12-30", Samples: []string{"2017-01-02", "2017-12-30"}},
		{Name: "Sales", Type: metrics.Type{Kind: metrics.Double}, Distinct: 3, Min: "0.5", Max: "99", Samples: []string{"0.5", "12", "99"}},
		{Name: "Margin", Type: metrics.DecimalType(9, 4), Distinct: 3, Samples: []string{"0.5"}},
		{Name: "Postal Code", Type: metrics.Type{Kind: metrics.String}, Distinct: 2, Samples: []string{"01234", "90210"}},
		{Name: "Nothing", Type: metrics.Type{Kind: metrics.Null}, Nulls: 4},
	}}
	got := scaffold.Project("superstore", []scaffold.Table{table})
	checkCompiles(t, got)
	for _, want := range []string{
		`row_id = { type = integer, from = "Row ID" }`, `order_date = { type = date, from = "Order Date" }`,
		"Sales = double", "Margin = decimal(9, 4)", `postal_code = { type = string, from = "Postal Code" }`, "Nothing = string",
		"key = [row_id]", "time = order_date",
	} {
		if !strings.Contains(squeezed(got["sources/superstore.hcl"]), want) {
			t.Errorf("the source lacks %q:\n%s", want, got["sources/superstore.hcl"])
		}
	}
	if want := `# as_of = "2017-12-31"`; !strings.Contains(squeezed(got["project.hcl"]), want) {
		t.Errorf("the project lacks %q:\n%s", want, got["project.hcl"])
	}
}

// squeezed has one space where the layout has several.
func squeezed(s string) string {
	for strings.Contains(s, "  ") {
		s = strings.ReplaceAll(s, "  ", " ")
	}
	return s
}
