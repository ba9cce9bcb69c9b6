package view

import (
	"fmt"
	"io"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// ListFormats are the formats of List.
var ListFormats = []string{"text", "json", "markdown"}

// The kinds of things that List can show, in its order.
const (
	ListKPIs       = "kpis"
	ListSources    = "sources"
	ListDimensions = "dimensions"

	ListEntities    = "entities"
	ListCalendars   = "calendars"
	ListChecks      = "checks"
	ListThresholds  = "thresholds"
	ListTests       = "tests"
	ListDashboards  = "dashboards"
	ListAnnotations = "annotations"
	ListChanges     = "changes"

	ListHealth = "health"
)

// ListKinds are the kinds of what a project defines. The health of sources, which
// nobody defines, is listed where it is asked for.
var ListKinds = []string{
	ListKPIs, ListSources, ListDimensions,
	ListEntities, ListCalendars, ListChecks, ListThresholds, ListTests, ListDashboards, ListAnnotations, ListChanges,
}

// everyProject is the kinds of which all projects have some.
const everyProject = 3

// Listing is what List shows.
type Listing struct {
	Model *metrics.Model
	Kinds []string                                     // some of ListKinds, or ListHealth; none: all that there is
	Place func(address string) (file string, line int) // where a definition stands
}

// List writes what a project defines, a table a kind. Without kinds it is all that
// there is.
func List(w io.Writer, format string, l Listing) error {
	if len(l.Kinds) == 0 {
		for i, kind := range ListKinds {
			if i < everyProject || len(l.table(kind).Rows) > 0 {
				l.Kinds = append(l.Kinds, kind)
			}
		}
	}
	switch format {
	case "text":
		return l.text(w)
	case "json":
		return l.json(w)
	case "markdown":
		return l.markdown(w)
	}
	return fmt.Errorf("no format %q of lists", format)
}

// listTitle is the heading of a kind.
func listTitle(kind string) string {
	switch kind {
	case ListKPIs:
		return "KPIs"
	case ListHealth:
		return "Health of sources"
	}
	return strings.ToUpper(kind[:1]) + kind[1:]
}

func (l Listing) text(w io.Writer) error {
	for i, kind := range l.Kinds {
		if i > 0 {
			fmt.Fprintln(w)
		}
		t := l.table(kind)
		if len(l.Kinds) > 1 {
			fmt.Fprintf(w, "%s (%d)\n", listTitle(kind), len(t.Rows))
		}
		if len(t.Rows) == 0 {
			fmt.Fprintln(w, "(none)")
			continue
		}
		if err := t.Text(w); err != nil {
			return err
		}
	}
	return nil
}

func (l Listing) markdown(w io.Writer) error {
	for i, kind := range l.Kinds {
		if i > 0 {
			fmt.Fprintln(w)
		}
		t := l.table(kind)
		fmt.Fprintf(w, "## %s\n\n", listTitle(kind))
		if err := t.Markdown(w); err != nil {
			return err
		}
	}
	return nil
}

// table is the part of a kind that one reads to find something.
func (l Listing) table(kind string) Table {
	switch kind {
	case ListSources:
		return l.sources()
	case ListDimensions:
		return l.dimensions()
	case ListHealth:
		return l.health()
	case ListEntities:
		return l.entities()
	case ListCalendars:
		return l.calendars()
	case ListChecks:
		return l.checks()
	case ListThresholds:
		return l.thresholds()
	case ListTests:
		return l.tests()
	case ListDashboards:
		return l.dashboards()
	case ListAnnotations:
		return l.annotations()
	case ListChanges:
		return l.changes()
	}
	return l.kpis()
}

// listedCuts is how wide a list of cuts may be in a table.
const listedCuts = 30

func (l Listing) kpis() Table {
	t := titled("name", "label", "unit", "grains", "by", "owner")
	for _, k := range l.Model.KPIs {
		t.Rows = append(t.Rows, []string{
			k.Name, k.Label, unitWords(k.Unit, k.Tax), grainWords(k.Grains), shortened(cutNames(k.By), listedCuts), k.Owner,
		})
	}
	return t
}

func (l Listing) sources() Table {
	t := titled("name", "label", "rows from", "key", "time", "columns", "owner")
	t.Columns[5].AlignRight = true
	for _, s := range l.Model.Sources {
		columns := "inferred"
		if len(s.Columns) > 0 {
			columns = fmt.Sprint(len(s.Columns))
		}
		t.Rows = append(t.Rows, []string{s.Name, s.Label, readerWords(s.Reader), strings.Join(s.Key, ", "), s.Time, columns, s.Owner})
	}
	return t
}

func (l Listing) dimensions() Table {
	t := titled("name", "label", "type", "members", "parent", "from", "owner")
	t.Columns[3].AlignRight = true
	for _, d := range l.Model.Dimensions {
		members := ""
		if len(d.Values) > 0 {
			members = fmt.Sprint(len(d.Values))
		}
		var from []string
		for _, f := range d.From {
			from = append(from, f.Source)
		}
		t.Rows = append(t.Rows, []string{d.Name, d.Label, d.Type.String(), members, d.Parent, shortened(from, listedCuts), d.Owner})
	}
	return t
}

// health is the KPIs that every source has.
func (l Listing) health() Table {
	t := titled("name", "unit", "description")
	for _, s := range l.Model.Sources {
		for _, k := range l.Model.Health(s.Name) {
			t.Rows = append(t.Rows, []string{k.Name, unitWords(k.Unit, k.Tax), k.Description})
		}
	}
	return t
}

func titled(titles ...string) Table {
	var t Table
	for _, title := range titles {
		t.Columns = append(t.Columns, Column{Title: title})
	}
	return t
}

// unitWords is a unit with its tax basis: "CNY, tax included".
func unitWords(u metrics.Unit, tax metrics.Tax) string {
	switch {
	case tax == metrics.NoTax:
		return string(u)
	case u == "":
		return "tax " + string(tax)
	}
	return string(u) + ", tax " + string(tax)
}

func grainWords(grains []metrics.Grain) string {
	words := make([]string, len(grains))
	for i, g := range grains {
		words[i] = string(g)
	}
	return strings.Join(words, ", ")
}

// cutNames names cut sets: channel, region, channel × region.
func cutNames(sets [][]string) []string {
	names := make([]string, len(sets))
	for i, set := range sets {
		names[i] = strings.Join(set, " × ")
	}
	return names
}

// shortened joins names as far as they fit, and counts the rest.
func shortened(names []string, width int) string {
	text := ""
	for i, name := range names {
		more := text
		if i > 0 {
			more += ", "
		}
		more += name
		if i > 0 && Width(more) > width {
			return fmt.Sprintf("%s +%d", text, len(names)-i)
		}
		text = more
	}
	return text
}

// readerWords says where rows come from.
func readerWords(r metrics.Reader) string {
	switch r := r.(type) {
	case *metrics.XLSX:
		return sheetWords(r)
	case *metrics.DuckDB:
		return r.Path + ", table " + r.Table
	case *metrics.Inline:
		return counted(int64(len(r.Rows)), "row") + " in the definition"
	case *metrics.Union:
		return "union of " + strings.Join(r.Sources, ", ")
	case *metrics.SQL:
		return "SELECT over " + strings.Join(r.Sources(), ", ")
	case *metrics.Entity:
		var keys []string
		for _, f := range r.From {
			keys = append(keys, f.Source+"."+f.Key)
		}
		return "keys in " + strings.Join(keys, ", ")
	}
	return metrics.FilePath(r)
}

// sheetWords says which cells of a workbook are read.
func sheetWords(x *metrics.XLSX) string {
	text := x.Path
	if x.Sheet != "" {
		text += ", sheet " + x.Sheet
	}
	if x.Range != "" {
		text += ", cells " + x.Range
	}
	return text
}
