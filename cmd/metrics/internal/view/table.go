package view

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/metricsascode/metrics/metrics/inert"
)

// Column is one column of a Table.
type Column struct {
	Title      string
	AlignRight bool // of numbers
}

// Table is rows of text in aligned columns. Cells come as data has them; each
// format escapes what it must.
type Table struct {
	Columns []Column
	Rows    [][]string
	// Style says how a cell stands out on a terminal; nil is not at all.
	Style func(row, column int) style
}

// columnGap is what stands between two columns.
const columnGap = "  "

// Text writes the table with columns as wide as their widest cell. A table
// whose titles are all empty has no line of titles.
func (t Table) Text(w io.Writer) error { return t.text(w, painter(false)) }

func (t Table) text(w io.Writer, p painter) error {
	widths := make([]int, len(t.Columns))
	titled := false
	for i, c := range t.Columns {
		widths[i] = Width(inert.Visible(c.Title))
		titled = titled || c.Title != ""
	}
	rows := make([][]string, len(t.Rows))
	for r, row := range t.Rows {
		rows[r] = make([]string, len(t.Columns))
		for i := range t.Columns {
			rows[r][i] = inert.Visible(row[i])
			widths[i] = max(widths[i], Width(rows[r][i]))
		}
	}
	out := bufio.NewWriter(w)
	if titled {
		titles := make([]string, len(t.Columns))
		for i, c := range t.Columns {
			titles[i] = inert.Visible(c.Title)
		}
		t.line(out, titles, widths, func(int) style { return bold }, p)
	}
	for r, row := range rows {
		t.line(out, row, widths, func(i int) style { return t.style(r, i) }, p)
	}
	return out.Flush()
}

func (t Table) style(row, column int) style {
	if t.Style == nil {
		return plain
	}
	return t.Style(row, column)
}

// line writes one line without spaces at its end.
func (t Table) line(out io.Writer, row []string, widths []int, of func(column int) style, p painter) {
	var b strings.Builder
	pending := ""
	for i, cell := range row {
		fill := strings.Repeat(" ", widths[i]-Width(cell))
		if t.Columns[i].AlignRight {
			pending, fill = pending+fill, ""
		}
		if cell != "" {
			b.WriteString(pending + p.paint(of(i), cell))
			pending = ""
		}
		pending += fill + columnGap
	}
	fmt.Fprintln(out, b.String())
}

// Markdown writes the table as GitHub's Markdown has it.
func (t Table) Markdown(w io.Writer) error {
	out := bufio.NewWriter(w)
	for _, c := range t.Columns {
		fmt.Fprintf(out, "| %s ", inert.Markdown(c.Title))
	}
	out.WriteString("|\n")
	for _, c := range t.Columns {
		if c.AlignRight {
			out.WriteString("| ---: ")
		} else {
			out.WriteString("| --- ")
		}
	}
	out.WriteString("|\n")
	for _, row := range t.Rows {
		for i := range t.Columns {
			fmt.Fprintf(out, "| %s ", inert.Markdown(row[i]))
		}
		out.WriteString("|\n")
	}
	return out.Flush()
}

// CSV writes the table as RFC 4180 has it, with lines ended by LF. In columns
// that are not of numbers, text that a spreadsheet would run as a formula gets
// a single quote before it.
func (t Table) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	record := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		record[i] = inert.Cell(c.Title)
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for _, row := range t.Rows {
		for i, c := range t.Columns {
			record[i] = row[i]
			if !c.AlignRight {
				record[i] = inert.Cell(row[i])
			}
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
