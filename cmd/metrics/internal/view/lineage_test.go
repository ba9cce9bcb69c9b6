package view

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/compiler/lineage"
)

func shopLineage(t *testing.T) Traced {
	t.Helper()
	p, diags := compiler.Compile(os.DirFS("../../../../compiler/lineage/testdata/shop"), compiler.Options{})
	if diags.HasErrors() {
		t.Fatal(diags[0])
	}
	return Traced{
		Graph: lineage.Of(p.Model), Model: p.Model, AsOf: time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC),
		Place: func(string) (string, int) { return "project.hcl", 1 },
	}
}

// TestOpenLineageEvents checks what the standard demands of each event, and that
// events agree with each other: a field that is read is one of a data set among the
// inputs, and of one that an event makes, a field of its schema.
func TestOpenLineageEvents(t *testing.T) {
	var b bytes.Buffer
	if err := Lineage(&b, "openlineage", shopLineage(t), LineageOptions{}); err != nil {
		t.Fatal(err)
	}
	type event struct {
		EventTime, Producer, SchemaURL string
		Job                            olJob
		Inputs                         []olDataset
		Outputs                        []struct {
			olDataset
			Facets struct {
				Schema        olSchema
				ColumnLineage olColumns
			}
		}
	}
	var events []event
	for line := range strings.Lines(b.String()) {
		var e event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	fields := map[string][]string{} // of data sets that events make
	for _, e := range events {
		for _, out := range e.Outputs {
			for _, f := range out.Facets.Schema.Fields {
				fields[out.Name] = append(fields[out.Name], f.Name)
			}
		}
	}
	if len(events) != 20 {
		t.Errorf("got %d events, want one for each of 8 sources, 2 dimensions, 8 KPIs, a check and a page", len(events))
	}
	for _, e := range events {
		if _, err := time.Parse(time.RFC3339, e.EventTime); err != nil || e.Producer == "" || e.SchemaURL != openLineageEvent || e.Job.Namespace != "shop" || e.Job.Name == "" {
			t.Errorf("%s: %+v", e.Job.Name, e)
		}
		for _, out := range e.Outputs {
			lineageOf := out.Facets.ColumnLineage
			all := slices.Clone(lineageOf.Dataset)
			for name, f := range lineageOf.Fields {
				if !slices.Contains(fields[out.Name], name) {
					t.Errorf("%s: %s has no field %s", e.Job.Name, out.Name, name)
				}
				all = append(all, f.InputFields...)
			}
			for _, in := range all {
				known, made := fields[in.Name]
				if !slices.ContainsFunc(e.Inputs, func(d olDataset) bool { return d.Namespace == in.Namespace && d.Name == in.Name }) ||
					made && !slices.Contains(known, in.Field) || !made && in.Namespace != "file" || len(in.Transformations) == 0 {
					t.Errorf("%s: %+v is none of its inputs", e.Job.Name, in)
				}
			}
		}
	}
}

// openLineageShape is what the published schemas demand, by where in an event it stands
// ("*" is any name, "[]" any element): which fields there must be, and which there may be.
// Facets may have more, and all have a producer and a schema.
var openLineageShape = map[string]struct{ must, may string }{
	"":                                  {"eventTime producer schemaURL job", "inputs outputs"},
	".job":                              {"namespace name", "facets"},
	".job.facets.jobType":               {"_producer _schemaURL processingType integration", "jobType"},
	".inputs[]":                         {"namespace name", "facets"},
	".outputs[]":                        {"namespace name", "facets"},
	".outputs[].facets.schema":          {"_producer _schemaURL", "fields"},
	".outputs[].facets.schema.fields[]": {"name", "type description"},
	".outputs[].facets.columnLineage":   {"_producer _schemaURL fields", "dataset"},
	".outputs[].facets.columnLineage.fields.*":                                 {"inputFields", ""},
	".outputs[].facets.columnLineage.fields.*.inputFields[]":                   {"namespace name field", "transformations"},
	".outputs[].facets.columnLineage.fields.*.inputFields[].transformations[]": {"type", "subtype description masking"},
	".outputs[].facets.columnLineage.dataset[]":                                {"namespace name field", "transformations"},
	".outputs[].facets.columnLineage.dataset[].transformations[]":              {"type", "subtype description masking"},
}

// TestOpenLineageShape holds the fields of events, as they are written, against the schemas.
func TestOpenLineageShape(t *testing.T) {
	var b bytes.Buffer
	if err := Lineage(&b, "openlineage", shopLineage(t), LineageOptions{}); err != nil {
		t.Fatal(err)
	}
	met := map[string]bool{}
	var visit func(at string, v any)
	visit = func(at string, v any) {
		switch v := v.(type) {
		case []any:
			for _, one := range v {
				visit(at+"[]", one)
			}
		case map[string]any:
			shape, known := openLineageShape[at]
			may := append(strings.Fields(shape.may), strings.Fields(shape.must)...)
			met[at] = known
			for _, name := range strings.Fields(shape.must) {
				if text, isText := v[name].(string); v[name] == nil || isText && text == "" {
					t.Errorf("%s lacks %s", at, name)
				}
			}
			for name, inner := range v {
				next := at + "." + name
				if strings.HasSuffix(at, ".columnLineage.fields") {
					next = at + ".*"
				}
				if known && !slices.Contains(may, name) {
					t.Errorf("%s: no schema knows it", next)
				}
				visit(next, inner)
			}
		case string:
			name := at[strings.LastIndex(at, ".")+1:]
			if u, err := url.Parse(v); slices.Contains([]string{"producer", "schemaURL", "_producer", "_schemaURL"}, name) && (err != nil || !u.IsAbs()) {
				t.Errorf("%s: %q is no URI", at, v)
			}
		}
	}
	for line := range strings.Lines(b.String()) {
		var event any
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatal(err)
		}
		visit("", event)
	}
	for at := range openLineageShape {
		if !met[at] {
			t.Errorf("no event has %s", at)
		}
	}
}

// TestOpenLineageColumns follows a computed column and a filter to the file.
func TestOpenLineageColumns(t *testing.T) {
	traced := shopLineage(t)
	web, _ := traced.Graph.Node("source.web")
	columns := traced.columns(web)
	got := func(inputs []olInput) string {
		var all []string
		for _, in := range inputs {
			for _, how := range in.Transformations {
				all = append(all, in.Field+" "+how.Subtype+" "+how.Description)
			}
		}
		return strings.Join(all, ", ")
	}
	if text := got(columns.Fields["net"].InputFields); text != "金额 TRANSFORMATION value" {
		t.Errorf("net is made of %s", text)
	}
	if text := got(columns.Dataset); text != "day FILTER check, state FILTER filter, updated FILTER dedupe, 订单号 FILTER dedupe, 订单号 FILTER check, 金额 FILTER check" {
		t.Errorf("rows are chosen by %s", text)
	}
}

// TestLineageEscapes shows names that mean something to the tools that draw graphs.
func TestLineageEscapes(t *testing.T) {
	if got, want := mermaidText("a\"b#c<d>&`\n\\"), "a#34;b#35;c#60;d#62;#38;#96;#92;n#92;"; got != want {
		t.Errorf("Mermaid: got %s, want %s", got, want)
	}
	if got, want := dotText("a\"b\\c\n销"), `a\"b\\c\\n销`; got != want {
		t.Errorf("DOT: got %s, want %s", got, want)
	}
}

// TestLineageWidth checks that labels go before a line gets wider than a page.
func TestLineageWidth(t *testing.T) {
	traced := shopLineage(t)
	for i := range traced.Graph.Nodes {
		traced.Graph.Nodes[i].Label = strings.Repeat("很长", 22)
	}
	node, _ := traced.Graph.Node("kpi.margin")
	traced.Of, traced.By, traced.Ways = &node, []string{node.ID}, lineage.Upstream
	var b bytes.Buffer
	if err := Lineage(&b, "text", traced, LineageOptions{}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if w := Width(strings.TrimSuffix(line, "\n")); w > defaultWidth {
			t.Errorf("%d columns: %s", w, line)
		}
	}
}
