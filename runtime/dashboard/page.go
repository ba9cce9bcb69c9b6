// Package dashboard turns a dashboard and published values into a page, and a page
// into HTML, Markdown, text, a workbook or CSV. It reads nothing but what it is
// given, so that the same input makes the same bytes.
package dashboard

import (
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// Input is all that a page is made from.
type Input struct {
	Model     *metrics.Model
	Dashboard *metrics.Dashboard
	Calendar  *metrics.Calendar
	AsOf      time.Time
	Run       metrics.Run // that published the values
	Values    *Values
	Days      *Values // by day, of what has a pace
	When      Periods
	Sources   []SourceState
	Alerts    []metrics.Alert        // in the order in which they are shown; nil where there are no thresholds
	Changes   []metrics.Run          // since the period before, newest first
	Changed   map[string]metrics.Run // by KPI: the run that last changed its definition
	Facts     map[string]Fact        // by KPI
}

// Periods are those that a page is about.
type Periods struct {
	This     metrics.Period   // the last that had ended at as-of
	Trail    []metrics.Period // up to the last that is published, oldest first
	Previous metrics.Period
	YearAgo  *metrics.Period // nil where the calendar has none
	Open     *metrics.Period // the one after, of which a part has passed; nil where none has begun
}

// SourceState is how fresh and whole a source is.
type SourceState struct {
	Source  string
	LastDay string // of its rows, "" where it has no time
	Account metrics.Account
}

// Fact is what stands behind a KPI's number.
type Fact struct {
	Meaning   string // the definition in words
	Freshness string // the last day that all of its sources have
	SQL       string
	Reads     []string // sources
	Builds    []string // addresses of what reads it
}

// Tone says what a number means to its reader.
type Tone string

// The tones. Each is shown by a sign and a word or a figure, never by colour alone.
const (
	Plain Tone = ""
	Good  Tone = "good"
	Bad   Tone = "bad"
	Warn  Tone = "warn"
	Alarm Tone = "alarm" // red in every palette
)

// Page is a dashboard with its values, ready to be drawn.
type Page struct {
	Title       string
	Description string
	Project     string
	Words       words
	Good        string
	Period      string // "2026-W46"
	Days        string // "9–15 Nov 2026"
	State       Badge
	At          time.Time // when its values were published
	Facts       []string  // as of, run, freshness: one line each
	Sections    []Section
	Definitions []Definition
}

// Badge is a state as a glyph and a word.
type Badge struct {
	Glyph, Word string
	Tone        Tone
}

// Section is panels under a heading.
type Section struct {
	Name, Title, Note string
	Panels            []Panel
}

// Panel is one block: a table of all that it shows, and one way to draw it.
type Panel struct {
	Kind   metrics.PanelKind
	Half   bool // beside another
	Span   int  // of a card, in twelfths of the page's width
	Title  string
	Note   string
	KPIs   []string // whose definitions stand behind it
	Table  *Table
	Card   *Card
	Line   *Line
	Bars   *Bars
	Funnel *Funnel
	Bridge *Bridge
	Heat   *Heat
	Prose  []string // paragraphs of HTML, safe
	Text   []string // the same as plain text
	Remark []string // annotations on what is shown
	// Summary is what a long table comes to, which unfolds from it.
	Summary string
}

// Definition is what stands behind a KPI's numbers.
type Definition struct {
	Name, Label, Description string
	Unit, Owner, State       string
	Fact
	LastChange string
}

// Table is what a panel shows, in rows.
type Table struct {
	Columns []Column
	Rows    []Row
	Levels  int // of rows that unfold; 1 for none
}

// Column heads a column of a table.
type Column struct {
	Title   string
	Numeric bool
	Format  string // as a spreadsheet has it
}

// Row is one row; rows of a deeper level unfold from the one above.
type Row struct {
	Level   int
	Entries []Entry
}

// Entry is one cell of a table.
type Entry struct {
	Text   string
	Number metrics.Number // "" where it is no number
	Tone   Tone
	Share  float64 // of the widest bar, 0 for no bar
	Spark  *Spark
	Badge  *Badge
}

func textEntry(s string) Entry { return Entry{Text: s} }

// entry shows a cell.
func (f format) entry(c Cell) Entry { return Entry{Text: f.text(c), Number: c.Number} }

// changeEntry shows how a cell moved.
func (f format) changeEntry(now, then Cell) Entry {
	text, tone := f.change(now, then)
	e := Entry{Text: text, Tone: tone}
	moved := growth(now, then)
	if f.Percent {
		moved = difference(now, then)
	}
	if moved != nil {
		e.Number = number(moved)
	}
	return e
}
