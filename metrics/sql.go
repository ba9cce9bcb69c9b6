package metrics

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics/diag"
)

// SQL is the rows of a SELECT over the clean rows of other sources.
type SQL struct {
	Parts []SQLPart `json:"parts"`
	// Reads is the columns of other sources that the query names, in order of source
	// and name; without a look at it, nil: it may read all.
	Reads []SQLColumn `json:"-"`
}

// SQLPart is a stretch of a query's text, or the name of a source that stands in it.
type SQLPart struct {
	Text   string `json:"text,omitempty"`
	Source string `json:"source,omitempty"`
	Node   NodeID `json:"-"` // where it stands
}

// SQLColumn is a column of a source that a query names.
type SQLColumn struct{ Source, Column string }

// SQLFault is what is wrong with a query: at a byte of one of its parts, or with
// the whole where Part is negative.
type SQLFault struct {
	Part, Offset    int
	Code            diag.Code
	Summary, Detail string
}

func (*SQL) Format() string { return "sql" }

// Sources returns the names of the sources in the query, in order, each once.
func (q *SQL) Sources() []string {
	var names []string
	for _, p := range q.Parts {
		if p.Source != "" {
			names = append(names, p.Source)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Text is the query with the sources as table spells them.
func (q *SQL) Text(table func(source string) string) string {
	var b strings.Builder
	for _, p := range q.Parts {
		if p.Source != "" {
			b.WriteString(table(p.Source))
			continue
		}
		b.WriteString(p.Text)
	}
	return b.String()
}

// Place returns the part in which a byte of Text lies, and the byte within it.
func (q *SQL) Place(offset int, table func(source string) string) (part, within int) {
	if offset < 0 {
		return -1, 0
	}
	for i, p := range q.Parts {
		size := len(p.Text)
		if p.Source != "" {
			size = len(table(p.Source))
		}
		if offset < size || i == len(q.Parts)-1 {
			return i, min(offset, size)
		}
		offset -= size
	}
	return -1, 0
}

// Canonical is the query with sources as table spells them, and without the layout
// that means nothing: each run of blanks outside of quotes is one. A text with
// comments or quotes of another kind stays as it is.
func (q *SQL) Canonical(table func(source string) string) string {
	text := q.Text(table)
	if strings.Contains(q.Text(func(string) string { return "" }), "$") || strings.Contains(text, "--") || strings.Contains(text, "/*") || strings.ContainsAny(text, `\`) {
		return text
	}
	var b strings.Builder
	quote, blank := rune(0), false
	for _, r := range strings.TrimSpace(text) {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == ' ' || r == '\t' || r == '\n' || r == '\r':
			blank = true
			continue
		case r == '\'' || r == '"':
			quote = r
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
