package view

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/metrics/inert"
)

// snippet is the lines of one file that a diagnostic points into.
type snippet struct {
	header string // place, where it isn't the diagnostic's own file
	lines  []snippetLine
}

// snippetLine is one line of source with what is marked in it.
type snippetLine struct {
	number int
	text   string
	marks  []mark
}

// mark is a stretch of a line, in bytes.
type mark struct {
	from, to int
	primary  bool
	text     string
}

// segment is text in a column below a line of source.
type segment struct {
	column  int
	text    string
	primary bool
}

// digits is the width of the widest line number.
func (s snippet) digits() int {
	widest := 0
	for _, line := range s.lines {
		widest = max(widest, len(strconv.Itoa(line.number)))
	}
	return widest
}

// snippetsOf returns the file of the diagnostic first, then those of its labels
// in other files. A label on the very range of the diagnostic is the text of
// its carets.
func snippetsOf(d diag.Diagnostic, source func(string) []byte) []snippet {
	primary := diag.Label{Range: *d.Range}
	var files []string
	places := map[string][]diag.Label{}
	for _, l := range d.Labels {
		if l.Range == primary.Range {
			primary.Text = l.Text
			continue
		}
		if l.Range.File != primary.Range.File && !slices.Contains(files, l.Range.File) {
			files = append(files, l.Range.File)
		}
		places[l.Range.File] = append(places[l.Range.File], l)
	}
	own := primary.Range.File
	all := []snippet{snippetOf(source(own), &primary, places[own])}
	for _, file := range files {
		s := snippetOf(source(file), nil, places[file])
		s.header = position(places[file][0].Range)
		if len(s.lines) == 0 {
			s.header += "  " + inert.Visible(places[file][0].Text)
		}
		all = append(all, s)
	}
	return all
}

func snippetOf(src []byte, primary *diag.Label, labels []diag.Label) snippet {
	byNumber := map[int]*snippetLine{}
	add := func(l diag.Label, isPrimary bool) {
		text, from, to, ok := lineOf(src, l.Range)
		if !ok {
			return
		}
		line := byNumber[l.Range.Start.Line]
		if line == nil {
			line = &snippetLine{number: l.Range.Start.Line, text: text}
			byNumber[l.Range.Start.Line] = line
		}
		line.marks = append(line.marks, mark{from, to, isPrimary, inert.Visible(l.Text)})
	}
	if primary != nil {
		add(*primary, true)
	}
	for _, l := range labels {
		add(l, false)
	}
	var s snippet
	for _, line := range byNumber {
		s.lines = append(s.lines, *line)
	}
	slices.SortFunc(s.lines, func(a, b snippetLine) int { return cmp.Compare(a.number, b.number) })
	return s
}

// lineOf returns the line in which a range starts, and which bytes of it are
// in the range.
func lineOf(src []byte, r diag.Range) (text string, from, to int, ok bool) {
	if src == nil || r.Start.Line < 1 {
		return "", 0, 0, false
	}
	start := 0
	for range r.Start.Line - 1 {
		n := bytes.IndexByte(src[start:], '\n')
		if n < 0 {
			return "", 0, 0, false
		}
		start += n + 1
	}
	line, _, _ := bytes.Cut(src[start:], []byte("\n"))
	text = strings.TrimSuffix(string(line), "\r")
	from = min(max(r.Start.Byte-start, 0), len(text))
	to = len(text)
	if r.End.Line == r.Start.Line {
		to = min(max(r.End.Byte-start, from), len(text))
	}
	return text, from, to, true
}

// render returns the line as it is shown in at most width columns, and the
// lines of marks and their texts below it.
func (l snippetLine) render(width int) (shown string, below [][]segment) {
	stretches := make([]stretch, len(l.marks))
	for i, m := range l.marks {
		from := Width(expand(l.text[:m.from]))
		to := max(from+1, Width(expand(l.text[:m.to])))
		stretches[i] = stretch{from: from, to: to, mark: m}
	}
	shown, cut := window(expand(l.text), stretches[0].from, stretches[0].to, width)
	for i := range stretches {
		s := &stretches[i]
		s.from = min(max(s.from-cut, 0), width-1)
		s.to = min(max(s.to-cut, s.from+1), width)
	}
	slices.SortStableFunc(stretches, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
	return shown, append([][]segment{underlines(stretches)}, texts(stretches, width)...)
}

// stretch is a mark in columns of the line as it is shown.
type stretch struct {
	from, to int
	mark
}

// tabWidth is how far apart tab stops are shown.
const tabWidth = 4

// expand is a line as it is shown: tabs as spaces, control characters visible.
func expand(s string) string {
	if !strings.Contains(s, "\t") {
		return inert.Visible(s)
	}
	var b strings.Builder
	used := 0
	for i, part := range strings.Split(s, "\t") {
		if i > 0 {
			n := tabWidth - used%tabWidth
			b.WriteString(strings.Repeat(" ", n))
			used += n
		}
		part = inert.Visible(part)
		b.WriteString(part)
		used += Width(part)
	}
	return b.String()
}

// window cuts a line that is too wide so that the columns from..to are in view,
// with dots where something was left out; cut is how many columns went on the left.
func window(line string, from, to, width int) (shown string, cut int) {
	const dots = "…"
	if Width(line) > width && to > width-1 {
		// A third of the room stays for what leads up to the mark.
		cut = max(0, min(from-width/3, Width(line)-width))
		if cut > 0 {
			line = dots + cells.TruncateLeft(line, cut+1, "")
		}
	}
	return cells.Truncate(line, width, dots), cut
}

// underlines is the line of carets and dashes; carets win where both meet.
func underlines(stretches []stretch) []segment {
	last := 0
	for _, s := range stretches {
		last = max(last, s.to)
	}
	glyphs := []rune(strings.Repeat(" ", last))
	for _, primary := range []bool{false, true} {
		for _, s := range stretches {
			if s.primary != primary {
				continue
			}
			for i := s.from; i < s.to; i++ {
				glyphs[i] = '─'
				if primary {
					glyphs[i] = '^'
				}
			}
		}
	}
	var out []segment
	for from := 0; from < last; {
		to := from
		for to < last && glyphs[to] == glyphs[from] {
			to++
		}
		if glyphs[from] != ' ' {
			out = append(out, segment{from, string(glyphs[from:to]), glyphs[from] == '^'})
		}
		from = to
	}
	return out
}

// texts puts the text of each mark below it, on as few lines as keep them
// apart: the rightmost first, others on its line where they end before it.
func texts(stretches []stretch, width int) [][]segment {
	var rows [][]segment
	for _, s := range slices.Backward(stretches) {
		if s.text == "" {
			continue
		}
		row := 0
		for _, line := range wrap(s.text, width) {
			g := segment{max(0, min(s.from, width-Width(line))), line, s.primary}
			for row < len(rows) && g.column+Width(g.text)+1 > rows[row][0].column {
				row++
			}
			if row == len(rows) {
				rows = append(rows, nil)
			}
			rows[row] = append([]segment{g}, rows[row]...)
		}
	}
	return rows
}
