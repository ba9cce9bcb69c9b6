package metrics

import (
	"slices"
	"strings"
)

// NamedCalendar is a calendar block: periods that a source lists day by day.
type NamedCalendar struct {
	Name        string `json:"name"`
	Label       string `json:"label,omitempty"`
	Description string `json:"description,omitempty"`
	Owner       string `json:"owner,omitempty"`
	Source      string `json:"source"`
	Day         string `json:"day"`            // column of the source: each day once
	Period      string `json:"period"`         // column: label of the day's period
	Year        string `json:"year,omitempty"` // column: label of the day's year
}

// Grain is the grain that the calendar's periods are.
func (c *NamedCalendar) Grain() Grain { return Grain(c.Name) }

// Calendar returns the calendar block of that name, or nil.
func (m *Model) Calendar(name string) *NamedCalendar {
	c, _ := lookup(m.Calendars, name, func(c *NamedCalendar) string { return c.Name })
	return c
}

// Grain reads the name of a grain: a built-in one, or a calendar block.
func (m *Model) Grain(name string) (Grain, bool) {
	if g, ok := ParseGrain(name); ok {
		return g, true
	}
	return Grain(name), m.Calendar(name) != nil
}

// GrainNames is the names of all grains, the built-in ones first.
func (m *Model) GrainNames() []string {
	var out []string
	for _, g := range Grains {
		out = append(out, string(g))
	}
	for _, c := range m.Calendars {
		out = append(out, c.Name)
	}
	return out
}

// CalendarsOf is the calendar blocks that a KPI's value goes by, those of KPIs
// below it included, in order of name.
func (m *Model) CalendarsOf(k *KPI) []*NamedCalendar {
	var out []*NamedCalendar
	seen := map[string]bool{}
	var visit func(*KPI)
	visit = func(k *KPI) {
		if k == nil || seen[k.Name] {
			return
		}
		seen[k.Name] = true
		Walk(k.Value, func(e Expr) bool {
			switch e := e.(type) {
			case *KPIRef:
				visit(m.KPI(e.KPI))
			case *Call:
				out = append(out, m.grainArguments(e)...)
			}
			return true
		})
	}
	visit(k)
	slices.SortFunc(out, func(a, b *NamedCalendar) int { return strings.Compare(a.Name, b.Name) })
	return slices.Compact(out)
}

// grainArguments is the calendar blocks that a call names as a grain.
func (m *Model) grainArguments(e *Call) []*NamedCalendar {
	var out []*NamedCalendar
	for i, arg := range e.Args {
		for _, l := range GrainWords(e.Func.Param(i), arg) {
			if c := m.Calendar(l.Text); c != nil {
				out = append(out, c)
			}
		}
	}
	return out
}

// GrainWords are the bare words in a call's argument that may name grains: itself,
// or items of a list of cells.
func GrainWords(p Param, arg Expr) []*Literal {
	var words []*Literal
	switch arg := arg.(type) {
	case *Literal:
		if p.Accept == AcceptGrain || p.Accept == AcceptGrainOrAll {
			words = append(words, arg)
		}
	case *List:
		if p.Accept != AcceptCells {
			return nil
		}
		for _, item := range arg.Items {
			if l, ok := item.(*Literal); ok {
				words = append(words, l)
			}
		}
	}
	return words
}
