package dashboard

import (
	"bytes"
	"math"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/metricsascode/metrics/metrics/inert"
)

// cells measures text in columns of a terminal, the same in every locale.
var cells = &runewidth.Condition{StrictEmojiNeutral: true}

// Text writes a page for a terminal, with sparklines of blocks.
func Text(p *Page) []byte {
	var b bytes.Buffer
	b.WriteString(inert.Visible(p.Title) + "  " + p.Period + "  " + p.Days + "  " + p.State.Glyph + " " + p.State.Word + "\n")
	b.WriteString(strings.Join(p.Facts, " · ") + "\n")
	for _, s := range p.Sections {
		b.WriteString("\n" + inert.Visible(s.Title) + "\n" + strings.Repeat("─", cells.StringWidth(inert.Visible(s.Title))) + "\n")
		if s.Note != "" {
			b.WriteString(inert.Visible(s.Note) + "\n")
		}
		textCards(&b, p, s)
		for _, panel := range s.Panels {
			if panel.Card == nil {
				textPanel(&b, panel)
			}
		}
	}
	return b.Bytes()
}

func textCards(b *bytes.Buffer, p *Page, s Section) {
	t := &Table{Columns: []Column{{}, {Numeric: true}, {}, {}, {}}}
	for _, panel := range s.Panels {
		if panel.Card == nil {
			continue
		}
		t.Rows = append(t.Rows, Row{Entries: []Entry{textEntry(panel.Title), textEntry(panel.Card.Value), {Text: blocks(panel.Card.Spark)}, textEntry(panel.Card.against("   ")), textEntry(panel.Card.marks())}})
	}
	if len(t.Rows) > 0 {
		textTable(b, t)
	}
}

func textPanel(b *bytes.Buffer, panel Panel) {
	b.WriteByte('\n')
	if panel.Title != "" && panel.Kind != "headline" {
		b.WriteString(inert.Visible(panel.Title) + "\n")
	}
	if t := panel.inText(); t != nil {
		textTable(b, t)
	} else {
		for _, t := range panel.Text {
			for line := range strings.SplitSeq(t, "\n") {
				b.WriteString("  " + inert.Visible(line) + "\n")
			}
		}
	}
	for _, r := range panel.Remark {
		b.WriteString("  ✎ " + inert.Visible(r) + "\n")
	}
	if panel.Note != "" {
		b.WriteString("  " + inert.Visible(panel.Note) + "\n")
	}
}

// inText is the table that stands for a panel where nothing can be drawn: lines become
// sparklines.
func (p Panel) inText() *Table {
	if p.Line == nil {
		return p.Table
	}
	t := &Table{Columns: []Column{{}, {}, {Numeric: true}, {}}}
	for _, s := range p.Line.Series {
		spark := &Spark{Points: s.Points}
		row := Row{Entries: []Entry{textEntry(s.Name), {Text: blocks(spark)}, textEntry(noValue), {}}}
		for _, point := range s.Points {
			if point.Known {
				row.Entries[2], row.Entries[3] = textEntry(point.Text), textEntry(point.Label)
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// textTable lines up columns: numbers on the right, text on the left.
func textTable(b *bytes.Buffer, t *Table) {
	texts := make([][]string, 0, len(t.Rows)+1)
	head := make([]string, len(t.Columns))
	titled := false
	for i, c := range t.Columns {
		head[i] = inert.Visible(c.Title)
		titled = titled || c.Title != ""
	}
	if titled {
		texts = append(texts, head)
	}
	for _, r := range t.Rows {
		row := make([]string, len(r.Entries))
		for i, e := range r.Entries {
			row[i] = inert.Visible(e.Text)
			if e.Spark != nil {
				row[i] = blocks(e.Spark)
			}
		}
		row[0] = strings.Repeat("  ", max(0, r.Level-1)) + row[0]
		texts = append(texts, row)
	}
	widths := make([]int, len(t.Columns))
	for _, row := range texts {
		for i, text := range row {
			widths[i] = max(widths[i], cells.StringWidth(text))
		}
	}
	for _, row := range texts {
		line := " "
		for i, text := range row {
			if t.Columns[i].Numeric {
				line += " " + cells.FillLeft(text, widths[i])
			} else {
				line += " " + cells.FillRight(text, widths[i])
			}
			line += " "
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// blocks draws a sparkline in characters; a gap is a blank.
func blocks(s *Spark) string {
	if s == nil {
		return ""
	}
	const steps = "▁▂▃▄▅▆▇█"
	all := []rune(steps)
	out := make([]rune, len(s.Points))
	for i, p := range s.Points {
		out[i] = ' '
		if p.Known {
			out[i] = all[int(math.Round((1-p.Y)*float64(len(all)-1)))]
		}
	}
	return string(out)
}
