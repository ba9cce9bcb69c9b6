package view

import (
	"fmt"
	"io"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/inert"
)

// ShowFormats are the formats of Show.
var ShowFormats = []string{"text", "json"}

// Shown is one definition whole. One of the kinds of definitions is set.
type Shown struct {
	Address   string
	File      string
	Line      int
	Text      string // as written
	Model     *metrics.Model
	KPI       *metrics.KPI
	Source    *metrics.Source
	Dimension *metrics.Dimension

	Project    *metrics.Project
	Calendar   *metrics.NamedCalendar
	Check      *metrics.Check
	Threshold  *metrics.Threshold
	Test       *metrics.Test
	Dashboard  *metrics.Dashboard
	Annotation *metrics.Annotation
	Change     *metrics.Announced

	Cuts   []string // dimensions that a KPI can be cut by
	Reads  []string // addresses
	ReadBy []string
	SQL    string        // of a KPI over all its data
	Stored *StoredSource // nil where nothing was applied
}

// StoredSource is what the last run found in the rows of a source.
type StoredSource struct {
	Run      int                   `json:"run"`
	FirstDay string                `json:"first_day,omitempty"`
	LastDay  string                `json:"last_day,omitempty"`
	Account  metrics.Account       `json:"account"`
	Checks   []metrics.CheckResult `json:"checks"`
}

// ShowOptions say how a definition is shown.
type ShowOptions struct {
	Color bool
}

// Show writes one definition.
func Show(w io.Writer, format string, s Shown, opt ShowOptions) error {
	switch format {
	case "text":
		return s.text(w, painter(opt.Color))
	case "json":
		return s.json(w)
	}
	return fmt.Errorf("no format %q of definitions", format)
}

// showPrinter builds the text of one definition.
type showPrinter struct {
	strings.Builder
	painter
	facts Table
}

func (s Shown) text(w io.Writer, p painter) error {
	b := &showPrinter{painter: p, facts: Table{Columns: make([]Column, 2)}}
	switch {
	case s.KPI != nil:
		s.kpiText(b)
	case s.Source != nil:
		s.sourceText(b)
	case s.Dimension != nil:
		s.dimensionText(b)
	default:
		s.otherText(b)
	}
	if s.Text != "" { // the health of a source is written nowhere
		b.section("Definition")
		for _, line := range visibleLines(s.Text) {
			b.WriteString(strings.TrimRight("  "+line, " ") + "\n")
		}
	}
	if s.SQL != "" {
		b.section("SQL")
		for _, line := range visibleLines(s.SQL) {
			b.WriteString(strings.TrimRight("  "+line, " ") + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// heading is the address and label, the place, and the description.
func (s Shown) heading(b *showPrinter, label, description string) {
	title := b.paint(bold, s.Address)
	if label != "" {
		title += "  " + inert.Visible(label)
	}
	if s.File != "" {
		title += "  " + b.paint(faint, fmt.Sprintf("%s:%d", inert.Visible(s.File), s.Line))
	}
	b.WriteString(title + "\n")
	if description != "" {
		b.paragraph(description, "")
	}
}

func (b *showPrinter) paragraph(text, indent string) {
	for _, line := range wrap(inert.Visible(text), defaultWidth-Width(indent)) {
		b.WriteString(indent + line + "\n")
	}
}

// section starts a part with a title.
func (b *showPrinter) section(title string) {
	fmt.Fprintf(b, "\n%s\n", b.paint(bold, title))
}

// fact adds a line of the table of facts, unless there is nothing to say.
func (b *showPrinter) fact(name, value string) {
	if value != "" {
		b.facts.Rows = append(b.facts.Rows, []string{name, value})
	}
}

// factList adds names.
func (b *showPrinter) factList(name string, all []string) {
	const widestName = 14
	b.longFact(name, strings.Join(all, ", "), widestName)
}

// longFact adds a text, broken over lines where it is long; widest is about the
// width of the widest name.
func (b *showPrinter) longFact(name, text string, widest int) {
	if text == "" {
		return
	}
	for _, line := range wrap(inert.Visible(text), defaultWidth-widest) {
		b.facts.Rows = append(b.facts.Rows, []string{name, line})
		name = ""
	}
}

// endFacts writes the facts gathered.
func (b *showPrinter) endFacts() {
	b.table(b.facts)
	b.facts.Rows = nil
}

func (b *showPrinter) table(t Table) {
	_ = t.text(b, b.painter) // a strings.Builder takes everything
}

func (s Shown) kpiText(b *showPrinter) {
	k := s.KPI
	s.heading(b, k.Label, k.Description)
	b.paragraph("= "+Meaning(s.Model, k), "")
	b.fact("type", k.Type.String())
	b.fact("unit", unitWords(k.Unit, k.Tax))
	b.fact("format", k.Format)
	b.fact("tier", k.Tier)
	b.fact("owner", k.Owner)
	b.factList("tags", k.Tags)
	b.fact("grains", grainWords(k.Grains))
	b.factList("kept by", cutNames(k.By))
	b.factList("can be cut by", s.Cuts)
	b.fact("lag", k.Lag.String())
	b.fact("good is", k.Direction)
	b.fact("target", targetWords(k.Target))
	s.links(b)
	b.WriteString("\n")
	b.endFacts()
}

func (s Shown) links(b *showPrinter) {
	b.factList("reads", s.Reads)
	b.factList("read by", s.ReadBy)
}

func targetWords(t *metrics.Target) string {
	switch {
	case t == nil:
		return ""
	case t.KPI != "":
		return "kpi." + t.KPI
	case t.Value != nil:
		return t.Value.Text
	case t.Low != nil && t.High != nil:
		return t.Low.Text + " to " + t.High.Text
	}
	return ""
}

func (s Shown) dimensionText(b *showPrinter) {
	d := s.Dimension
	s.heading(b, d.Label, d.Description)
	b.fact("type", d.Type.String())
	b.fact("owner", d.Owner)
	b.fact("parent", d.Parent)
	b.factList("members", d.Values)
	s.links(b)
	b.WriteString("\n")
	b.endFacts()
	b.section("Members come from")
	widest := 0
	for _, f := range d.From {
		widest = max(widest, Width("  source."+f.Source+columnGap))
	}
	for _, f := range d.From {
		b.longFact("  source."+f.Source, ownWords(f.Value, f.Source), widest)
	}
	b.endFacts()
}
