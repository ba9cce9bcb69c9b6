package dashboard

import (
	"bytes"
	"strings"

	"github.com/metricsascode/metrics/metrics/inert"
)

// Markdown writes a page for chats and pull requests: values as tables.
func Markdown(p *Page) []byte {
	var b bytes.Buffer
	line := func(parts ...string) { b.WriteString(strings.Join(parts, "") + "\n") }
	line("# ", inert.Markdown(p.Title), " ", p.Period)
	line()
	line(inert.Markdown(strings.TrimSpace(p.Days+" "+p.State.Glyph+" "+p.State.Word)), "  ")
	line(inert.Markdown(strings.Join(p.Facts, " · ")))
	if p.Description != "" {
		line()
		line(inert.Markdown(p.Description))
	}
	for _, s := range p.Sections {
		line()
		line("## ", inert.Markdown(s.Title))
		if s.Note != "" {
			line()
			line(inert.Markdown(s.Note))
		}
		markdownCards(&b, p, s)
		for _, panel := range s.Panels {
			if panel.Card == nil {
				markdownPanel(&b, panel)
			}
		}
	}
	return b.Bytes()
}

// markdownCards brings the cards of a section together in one table.
func markdownCards(b *bytes.Buffer, p *Page, s Section) {
	t := &Table{Columns: []Column{{Title: ""}, {Title: p.Words.Value, Numeric: true}, {Title: p.Words.Change}, {Title: p.Words.State}}}
	for _, panel := range s.Panels {
		if panel.Card == nil {
			continue
		}
		t.Rows = append(t.Rows, Row{Entries: []Entry{textEntry(panel.Title), textEntry(panel.Card.Value), textEntry(panel.Card.against(", ")), textEntry(panel.Card.marks())}})
	}
	if len(t.Rows) > 0 {
		b.WriteByte('\n')
		markdownTable(b, t)
	}
}

func markdownPanel(b *bytes.Buffer, panel Panel) {
	b.WriteByte('\n')
	if panel.Title != "" && panel.Kind != "headline" {
		b.WriteString("### " + inert.Markdown(panel.Title) + "\n\n")
	}
	switch {
	case panel.Kind == "text":
		b.WriteString(strings.TrimSpace(panel.Text[0]) + "\n")
	case panel.Table != nil:
		markdownTable(b, panel.inText())
	default:
		for _, t := range panel.Text {
			b.WriteString("- " + inert.Markdown(t) + "\n")
		}
	}
	for _, r := range panel.Remark {
		b.WriteString("\n*" + inert.Markdown(r) + "*\n")
	}
	if panel.Note != "" {
		b.WriteString("\n" + inert.Markdown(panel.Note) + "\n")
	}
}

// markdownTable writes a table; sparklines have no place in it, deeper rows are indented.
func markdownTable(b *bytes.Buffer, t *Table) {
	shown := shownColumns(t)
	for _, i := range shown {
		b.WriteString("| " + inert.Markdown(t.Columns[i].Title) + " ")
	}
	b.WriteString("|\n")
	for _, i := range shown {
		if t.Columns[i].Numeric {
			b.WriteString("| ---: ")
		} else {
			b.WriteString("| --- ")
		}
	}
	b.WriteString("|\n")
	for _, r := range t.Rows {
		for n, i := range shown {
			text := inert.Markdown(r.Entries[i].Text)
			if n == 0 && r.Level > 1 {
				text = strings.Repeat("&nbsp;&nbsp;", r.Level-1) + text
			}
			b.WriteString("| " + text + " ")
		}
		b.WriteString("|\n")
	}
}

// shownColumns are the columns that have text or numbers, not only sparklines.
func shownColumns(t *Table) []int {
	var out []int
	for i := range t.Columns {
		for _, r := range t.Rows {
			if r.Entries[i].Spark == nil && (r.Entries[i].Text != "" || r.Entries[i].Number != "" || t.Columns[i].Title != "") {
				out = append(out, i)
				break
			}
		}
	}
	return out
}
