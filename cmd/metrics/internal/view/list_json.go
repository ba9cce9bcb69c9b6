package view

import (
	"io"

	"github.com/metricsascode/metrics/metrics"
)

// placeJSON is where a definition stands.
type placeJSON struct {
	Address string `json:"address"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
}

type kpiJSON struct {
	placeJSON
	*metrics.KPI
}

type sourceJSON struct {
	placeJSON
	*metrics.Source
	Format string `json:"format"` // of its rows: csv, parquet, json, inline, union
}

type dimensionJSON struct {
	placeJSON
	*metrics.Dimension
}

// healthJSON is a measure of the health of a source.
type healthJSON struct {
	Name        string `json:"name"`
	Source      string `json:"source"`
	Unit        string `json:"unit,omitempty"`
	Description string `json:"description"`
}

func (l Listing) json(w io.Writer) error {
	var out struct {
		Project    string           `json:"project"`
		KPIs       *[]kpiJSON       `json:"kpis,omitempty"`
		Sources    *[]sourceJSON    `json:"sources,omitempty"`
		Dimensions *[]dimensionJSON `json:"dimensions,omitempty"`
		Health     *[]healthJSON    `json:"health,omitempty"`
	}
	out.Project = l.Model.Project.Name
	for _, kind := range l.Kinds {
		switch kind {
		case ListKPIs:
			all := []kpiJSON{}
			for _, k := range l.Model.KPIs {
				all = append(all, kpiJSON{l.place("kpi." + k.Name), k})
			}
			out.KPIs = &all
		case ListSources:
			all := []sourceJSON{}
			for _, s := range l.Model.Sources {
				all = append(all, sourceJSON{l.place("source." + s.Name), s, readerFormat(s.Reader)})
			}
			out.Sources = &all
		case ListDimensions:
			all := []dimensionJSON{}
			for _, d := range l.Model.Dimensions {
				all = append(all, dimensionJSON{l.place("dimension." + d.Name), d})
			}
			out.Dimensions = &all
		case ListHealth:
			all := []healthJSON{}
			for _, s := range l.Model.Sources {
				for _, k := range l.Model.Health(s.Name) {
					all = append(all, healthJSON{k.Name, s.Name, string(k.Unit), k.Description})
				}
			}
			out.Health = &all
		}
	}
	return writeJSON(w, out)
}

func (l Listing) place(address string) placeJSON {
	p := placeJSON{Address: address}
	p.File, p.Line = l.Place(address)
	return p
}

func readerFormat(r metrics.Reader) string {
	switch r.(type) {
	case *metrics.CSV:
		return "csv"
	case *metrics.Parquet:
		return "parquet"
	case *metrics.JSON:
		return "json"
	case *metrics.XLSX:
		return "xlsx"
	case *metrics.DuckDB:
		return "duckdb"
	case *metrics.Inline:
		return "inline"
	case *metrics.SQL:
		return "sql"
	}
	return "union"
}
