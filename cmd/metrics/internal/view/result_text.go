package view

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/inert"
)

// What the text shows where there is no value.
const (
	noValue     = "–"
	noMember    = "(none)"
	emptyMember = `""`
	totalMember = "(total)"
	otherMember = "(other)"
)

func resultText(w io.Writer, r *metrics.Result, opt ResultOptions) error {
	s := newResultTable(r, false)
	if err := s.fill(); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "%s\n\n", s.heading("      ")); err != nil {
		return err
	}
	if len(r.Rows) == 0 {
		if _, err := fmt.Fprintln(w, "(no rows)"); err != nil {
			return err
		}
	} else if err := s.table.text(w, painter(opt.Color)); err != nil {
		return err
	}
	return writeNotes(w, r.Notes, inert.Visible)
}

func resultMarkdown(w io.Writer, r *metrics.Result) error {
	s := newResultTable(r, true)
	if err := s.fill(); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "%s\n\n", inert.Markdown(s.heading(", "))); err != nil {
		return err
	}
	if err := s.table.Markdown(w); err != nil {
		return err
	}
	return writeNotes(w, r.Notes, inert.Markdown)
}

func writeNotes(w io.Writer, notes []string, escape func(string) string) error {
	for _, note := range notes {
		if _, err := fmt.Fprintf(w, "\n%s\n", escape(note)); err != nil {
			return err
		}
	}
	return nil
}

// resultTable is a result on its way to a table of text.
type resultTable struct {
	result  *metrics.Result
	columns []int // of the result, in the order shown
	period  string
	state   metrics.State // of all rows, "" where they differ
	formats map[int]func(v any) (string, error)
	table   Table
}

// newResultTable picks the columns. Where not all are wanted, a single period
// stands in the heading, and of a comparison only the change is shown.
func newResultTable(r *metrics.Result, all bool) *resultTable {
	s := &resultTable{result: r, state: commonState(r.Rows), formats: map[int]func(any) (string, error){}}
	changes := map[[2]string]bool{}
	for _, c := range r.Columns {
		changes[[2]string{c.KPI, c.Comparison}] = true
	}
	for i, c := range r.Columns {
		if c.Kind == kindPeriod {
			s.period = commonText(r.Rows, i)
			if !all && s.period != "" {
				continue
			}
		}
		if !all && c.Kind == kindComparison && changes[[2]string{c.KPI, c.Comparison + changeSuffix}] {
			continue
		}
		s.columns = append(s.columns, i)
	}
	return s
}

func commonState(rows []metrics.ResultRow) metrics.State {
	for _, row := range rows {
		if row.State != rows[0].State {
			return ""
		}
	}
	if len(rows) == 0 {
		return metrics.Final
	}
	return rows[0].State
}

// commonText is the text that all rows have in a column, or "".
func commonText(rows []metrics.ResultRow, column int) string {
	common := ""
	for i, row := range rows {
		text, _ := row.Values[column].(string)
		if i == 0 {
			common = text
		} else if text != common {
			return ""
		}
	}
	return common
}

// heading is the line over the table: the period where there is one, how far it
// is settled, and the as-of.
func (s *resultTable) heading(gap string) string {
	asOf := "as of " + asOfText(s.result.AsOf)
	state := ""
	if s.state != "" && s.state != metrics.Final {
		state = stateText(s.state)
	}
	switch {
	case s.period == "" && state == "":
		return asOf
	case s.period == "" && len(s.result.Rows) > 1:
		return asOf + ", all " + state
	case s.period == "":
		return asOf + ", " + state
	case state == "":
		return s.period + gap + asOf
	}
	return s.period + " (" + state + ")" + gap + asOf
}

// asOfText is a day where the instant starts one, else the time with its zone.
func asOfText(t time.Time) string {
	if h, m, s := t.Clock(); h == 0 && m == 0 && s == 0 && t.Nanosecond() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04:05 ") + t.Location().String()
}

func stateText(s metrics.State) string { return strings.ReplaceAll(string(s), "_", " ") }

// fill makes the columns and cells of the table.
func (s *resultTable) fill() error {
	for _, i := range s.columns {
		c := s.result.Columns[i]
		right := c.Kind != kindDimension && c.Kind != kindPeriod && isNumber(c)
		s.table.Columns = append(s.table.Columns, Column{Title: s.title(c), AlignRight: right})
		s.formats[i] = s.formatOf(c)
	}
	marked := s.state == ""
	if marked {
		s.table.Columns = append(s.table.Columns, Column{Title: "state"})
	}
	for _, row := range s.result.Rows {
		cells, err := s.cells(row)
		if err != nil {
			return err
		}
		if marked && row.State != metrics.Final {
			cells = append(cells, stateText(row.State))
		} else if marked {
			cells = append(cells, "")
		}
		s.table.Rows = append(s.table.Rows, cells)
	}
	s.table.Style = s.style
	return nil
}

// cells shows one row. A row of totals or of all others says so where its first member would stand.
func (s *resultTable) cells(row metrics.ResultRow) ([]string, error) {
	var cells []string
	total := totalMember
	if row.Other {
		total = otherMember
	}
	for _, i := range s.columns {
		if s.result.Columns[i].Kind == kindDimension && (row.Total || row.Other) {
			cells = append(cells, total)
			total = ""
			continue
		}
		text, err := s.formats[i](row.Values[i])
		if err != nil {
			return nil, err
		}
		cells = append(cells, text)
	}
	return cells, nil
}

// style colours changes by whether they are good.
func (s *resultTable) style(row, column int) style {
	if column >= len(s.columns) {
		return faint
	}
	i := s.columns[column]
	c := s.result.Columns[i]
	if !isChange(c) {
		return plain
	}
	better := map[string]int{"up": 1, "down": -1}[s.direction(c)] * signOf(s.result.Rows[row].Values[i])
	switch {
	case better > 0:
		return green
	case better < 0:
		return red
	}
	return plain
}

// direction is that of the column, or of the KPI it belongs to.
func (s *resultTable) direction(c metrics.ResultColumn) string {
	if c.Direction != "" {
		return c.Direction
	}
	return s.kpiColumn(c).Direction
}

// kpiColumn is the column of the KPI that a comparison belongs to.
func (s *resultTable) kpiColumn(c metrics.ResultColumn) metrics.ResultColumn {
	for _, k := range s.result.Columns {
		if k.Name == c.KPI && k.Kind != kindComparison {
			return k
		}
	}
	return metrics.ResultColumn{}
}
