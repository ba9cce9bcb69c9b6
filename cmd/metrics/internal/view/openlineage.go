package view

import (
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler/lineage"
	"github.com/metricsascode/metrics/metrics"
)

// The parts of the OpenLineage standard that events name, each with its version.
const (
	openLineageProducer = "https://github.com/metricsascode/metrics"
	openLineageEvent    = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent"
	openLineageColumns  = "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet"
	openLineageSchema   = "https://openlineage.io/spec/facets/1-1-1/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet"
	openLineageJobType  = "https://openlineage.io/spec/facets/2-0-3/JobTypeJobFacet.json#/$defs/JobTypeJobFacet"
)

// fileNamespace is the standard's for files; names are as the project writes them.
const fileNamespace = "file"

// valueField is the one field of what has no columns: a KPI, a dimension.
const valueField = "value"

type olEvent struct {
	EventTime string      `json:"eventTime"`
	Producer  string      `json:"producer"`
	SchemaURL string      `json:"schemaURL"`
	Job       olJob       `json:"job"`
	Inputs    []olDataset `json:"inputs"`
	Outputs   []olDataset `json:"outputs"`
}

type olJob struct {
	Namespace string         `json:"namespace"`
	Name      string         `json:"name"`
	Facets    map[string]any `json:"facets"`
}

type olDataset struct {
	Namespace string         `json:"namespace"`
	Name      string         `json:"name"`
	Facets    map[string]any `json:"facets,omitempty"`
}

type olFacet struct {
	Producer  string `json:"_producer"`
	SchemaURL string `json:"_schemaURL"`
}

type olJobType struct {
	olFacet
	ProcessingType string `json:"processingType"`
	Integration    string `json:"integration"`
	JobType        string `json:"jobType"`
}

type olSchema struct {
	olFacet
	Fields []olSchemaField `json:"fields"`
}

type olSchemaField struct {
	Name        string `json:"name"`
	Type        string `json:"type,omitempty"`
	Description string `json:"description,omitempty"`
}

type olColumns struct {
	olFacet
	Fields  map[string]olField `json:"fields"`
	Dataset []olInput          `json:"dataset,omitempty"`
}

type olField struct {
	InputFields []olInput `json:"inputFields"`
}

type olInput struct {
	Namespace       string             `json:"namespace"`
	Name            string             `json:"name"`
	Field           string             `json:"field"`
	Transformations []olTransformation `json:"transformations"`
}

type olTransformation struct {
	Type        string `json:"type"`
	Subtype     string `json:"subtype"`
	Description string `json:"description,omitempty"`
}

// openLineage writes an event of the OpenLineage standard a line, one for each
// definition of the graph that reads data: a job that makes the definition's data of what it reads.
func (t Traced) openLineage(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, n := range t.Graph.Nodes {
		if n.Kind == lineage.File || n.Kind == lineage.Annotation || n.Whole != "" || len(t.Graph.Up(n.ID)) == 0 {
			continue // no data is made
		}
		if err := encoder.Encode(t.event(n)); err != nil {
			return err
		}
	}
	return nil
}

func (t Traced) event(n lineage.Node) olEvent {
	facet := olJobType{olFacet{openLineageProducer, openLineageJobType}, "BATCH", "METRICS", strings.ToUpper(string(n.Kind))}
	e := olEvent{
		EventTime: t.AsOf.UTC().Format(time.RFC3339), Producer: openLineageProducer, SchemaURL: openLineageEvent,
		Job:    olJob{t.Model.Project.Name, n.Address, map[string]any{"jobType": facet}},
		Inputs: []olDataset{}, Outputs: []olDataset{},
	}
	parts := t.Graph.With(n.ID)
	seen := map[string]bool{n.ID: true}
	for _, id := range parts {
		for _, edge := range t.Graph.Up(id) {
			from, _ := t.Graph.Node(edge.From)
			whole := cmp.Or(from.Whole, from.ID)
			if !seen[whole] {
				seen[whole] = true
				e.Inputs = append(e.Inputs, t.dataset(whole))
			}
		}
	}
	slices.SortFunc(e.Inputs, func(a, b olDataset) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	switch n.Kind {
	case lineage.Source, lineage.Dimension, lineage.KPI:
		out := t.dataset(n.ID)
		out.Facets = map[string]any{"schema": t.schema(n), "columnLineage": t.columns(n)}
		e.Outputs = append(e.Outputs, out)
	}
	return e
}

// dataset is what a whole file, source, dimension or KPI is called.
func (t Traced) dataset(id string) olDataset {
	if path, isFile := strings.CutPrefix(id, "file:"); isFile {
		return olDataset{Namespace: fileNamespace, Name: path}
	}
	return olDataset{Namespace: t.Model.Project.Name, Name: id}
}

func (t Traced) schema(n lineage.Node) olSchema {
	out := olSchema{olFacet{openLineageProducer, openLineageSchema}, []olSchemaField{}}
	_, name, _ := strings.Cut(n.Address, ".")
	switch n.Kind {
	case lineage.Source:
		for _, c := range t.Model.Source(name).Columns {
			out.Fields = append(out.Fields, olSchemaField{c.Name, c.Type.String(), metrics.Display(c.Label, c.Description)})
		}
	case lineage.Dimension:
		d := t.Model.Dimension(name)
		out.Fields = append(out.Fields, olSchemaField{valueField, d.Type.String(), d.Description})
	case lineage.KPI:
		k := t.Model.KPI(name)
		out.Fields = append(out.Fields, olSchemaField{valueField, k.Type.String(), k.Description})
	}
	return out
}

// columns says which fields each field is made of, and by which the rows are chosen.
func (t Traced) columns(n lineage.Node) olColumns {
	out := olColumns{olFacet: olFacet{openLineageProducer, openLineageColumns}, Fields: map[string]olField{}}
	rows := t.inputs(n)
	if n.Kind == lineage.Source {
		out.Dataset = rows
		for _, id := range t.Graph.With(n.ID)[1:] {
			column, _ := t.Graph.Node(id)
			out.Fields[fieldOf(column)] = olField{orEmpty(t.inputs(column))}
		}
		return out
	}
	out.Fields[valueField] = olField{orEmpty(rows)}
	return out
}

// inputs are the fields of other data that a node is made of: where it reads a column
// beside it, what that column is made of. Rows as a whole are no field: they stand
// among the inputs of the event.
func (t Traced) inputs(n lineage.Node) []olInput {
	var out []olInput
	add := func(d olDataset, field string, how olTransformation) {
		i := slices.IndexFunc(out, func(in olInput) bool { return in.Namespace == d.Namespace && in.Name == d.Name && in.Field == field })
		if i < 0 {
			i = len(out)
			out = append(out, olInput{Namespace: d.Namespace, Name: d.Name, Field: field})
		}
		if !slices.Contains(out[i].Transformations, how) {
			out[i].Transformations = append(out[i].Transformations, how)
		}
	}
	type step struct {
		id string
		as lineage.Use
	}
	whole, seen := cmp.Or(n.Whole, n.ID), map[step]bool{}
	var visit func(step)
	visit = func(at step) {
		if seen[at] {
			return
		}
		seen[at] = true
		for _, e := range t.Graph.Up(at.id) {
			from, _ := t.Graph.Node(e.From)
			for _, use := range e.Uses {
				if use == lineage.Value { // of a column that is a filter, say
					use = at.as
				}
				switch {
				case from.Whole == whole:
					visit(step{from.ID, use})
				case from.Kind != lineage.Source && from.Kind != lineage.File:
					add(t.dataset(cmp.Or(from.Whole, from.ID)), fieldOf(from), transformation(from.Kind, n.Kind, use))
				}
			}
		}
	}
	visit(step{n.ID, lineage.Value})
	slices.SortFunc(out, func(a, b olInput) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name), strings.Compare(a.Field, b.Field))
	})
	return out
}

// fieldOf is the name of a column within what it belongs to.
func fieldOf(n lineage.Node) string {
	if n.Whole == "" {
		return valueField
	}
	return n.ID[len(n.Whole)+1:] // behind "." or "#"
}

// transformation puts a use into the standard's words.
func transformation(from, to lineage.Kind, use lineage.Use) olTransformation {
	direct := func(subtype string) olTransformation { return olTransformation{"DIRECT", subtype, string(use)} }
	indirect := func(subtype string) olTransformation { return olTransformation{"INDIRECT", subtype, string(use)} }
	switch use {
	case lineage.Value:
		if from == lineage.Column && to == lineage.KPI {
			return direct("AGGREGATION")
		}
		return direct("TRANSFORMATION")
	case lineage.Time, lineage.Group, lineage.Cut:
		return indirect("GROUP_BY")
	case lineage.Join:
		return indirect("JOIN")
	case lineage.Target, lineage.Coverage, lineage.Parent:
		return indirect("CONDITIONAL")
	}
	return indirect("FILTER")
}
