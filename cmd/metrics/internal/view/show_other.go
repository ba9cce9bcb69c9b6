package view

import (
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// otherText is what is said of a definition that computes nothing by itself.
func (s Shown) otherText(b *showPrinter) {
	switch {
	case s.Project != nil:
		s.projectText(b)
	case s.Calendar != nil:
		c := s.Calendar
		s.heading(b, c.Label, c.Description)
		b.fact("days", "source."+c.Source+"."+c.Day)
		b.fact("periods", "source."+c.Source+"."+c.Period)
		if c.Year != "" {
			b.fact("years", "source."+c.Source+"."+c.Year)
		}
		b.fact("owner", c.Owner)
	case s.Check != nil:
		c := s.Check
		s.heading(b, "", c.Description)
		b.paragraph("holds where "+Words(c.Assert), "")
		b.fact("grains", grainWords(c.KPI.Grains))
		b.fact("on fail", string(c.OnFail))
		b.fact("owner", c.Owner)
	case s.Threshold != nil:
		s.thresholdText(b)
	case s.Test != nil:
		s.heading(b, "", s.Test.Description)
		b.factList("given", givenNames(s.Test))
		b.factList("expects", expectedWords(s.Test))
		b.fact("as of", testAsOf(s.Test))
	case s.Dashboard != nil:
		d := s.Dashboard
		s.heading(b, d.Title, d.Description)
		b.fact("grain", string(d.Grain))
		for _, section := range d.Sections {
			b.fact("section", sectionWords(section))
		}
		b.fact("owner", d.Owner)
	case s.Annotation != nil:
		s.heading(b, "", s.Annotation.Text)
		b.fact("at", annotatedAt(s.Annotation))
	case s.Change != nil:
		s.heading(b, "", s.Change.Reason)
		b.fact("announced", s.Change.Announced)
		b.fact("effective", s.Change.Effective)
		b.fact("restates", restateWords(s.Change))
	}
	s.links(b)
	b.WriteString("\n")
	b.endFacts()
}

func (s Shown) projectText(b *showPrinter) {
	p := s.Project
	s.heading(b, p.Label, "")
	b.fact("timezone", p.Timezone)
	b.fact("week starts", strings.ToLower(p.WeekStart.String()))
	b.fact("fiscal year", "starts in "+p.FiscalYearStart.String())
	b.fact("currency", p.Currency)
	b.fact("rates", p.FX)
	b.fact("as of", p.AsOf)
	b.fact("grains", grainWords(p.Grains))
	b.fact("history", p.History.String())
	b.fact("notice", p.Notice.String())
	b.fact("store", p.Store)
	b.fact("retention", p.Retention.String())
	b.factList("allows", p.AllowConfidential)
}

// otherJSON is the definition itself in JSON, and its kind.
func (s Shown) otherJSON() (kind string, of any) {
	switch {
	case s.Project != nil:
		return "project", s.Project
	case s.Calendar != nil:
		return "calendar", s.Calendar
	case s.Check != nil:
		return "check", checkOf(s.Check)
	case s.Threshold != nil:
		return "threshold", thresholdDetails(s.Threshold)
	case s.Test != nil:
		return "test", testOf(s.Test)
	case s.Dashboard != nil:
		return "dashboard", s.Dashboard
	case s.Annotation != nil:
		return "annotation", s.Annotation
	}
	return "change", s.Change
}

// listedCheckJSON is a check with its condition in words.
type listedCheckJSON struct {
	*metrics.Check
	Assert string          `json:"assert"`
	Grains []metrics.Grain `json:"grains"`
}

func checkOf(c *metrics.Check) listedCheckJSON {
	return listedCheckJSON{c, Words(c.Assert), c.KPI.Grains}
}

// listedTestJSON is what a test gives and expects.
type listedTestJSON struct {
	Name        string   `json:"name"`
	Description string   `json:"description,omitempty"`
	AsOf        string   `json:"as_of,omitempty"`
	Given       []string `json:"given"`
	Expects     []string `json:"expects"` // in words
}

func testOf(t *metrics.Test) listedTestJSON {
	return listedTestJSON{t.Name, t.Description, testAsOf(t), orEmpty(givenNames(t)), orEmpty(expectedWords(t))}
}

func testAsOf(t *metrics.Test) string {
	if t.AsOf == nil {
		return ""
	}
	return t.AsOf.Text
}

func givenNames(t *metrics.Test) []string {
	var out []string
	for _, g := range t.Given {
		out = append(out, "source."+g.Source)
	}
	return out
}

// expectedWords names what is expected, each once.
func expectedWords(t *metrics.Test) []string {
	var out []string
	seen := map[string]bool{}
	for _, e := range t.Expect {
		words := Words(e.Value)
		if len(e.By) > 0 {
			words += " by " + strings.Join(e.By, ", ")
		}
		if !seen[words] {
			seen[words] = true
			out = append(out, words)
		}
	}
	return out
}

func sectionWords(s *metrics.Section) string {
	var panels []string
	for _, p := range s.Panels {
		panels = append(panels, string(p.Kind))
	}
	name := s.Name
	if s.Title != "" {
		name = s.Title
	}
	return fmt.Sprintf("%s: %s", name, strings.Join(panels, ", "))
}

func annotatedAt(a *metrics.Annotation) string {
	at := a.At
	for _, pin := range a.By {
		at += ", " + pin.Dimension + " " + memberWord(pin.Member)
	}
	return at
}

func restateWords(c *metrics.Announced) string {
	switch c.Restate {
	case metrics.RestateForward:
		return "no period that began before"
	case metrics.RestateSince:
		return "periods that began on " + c.Since + " or later"
	}
	return "every published period"
}
