package view

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/metrics/inert"
)

// How wide text gets where the terminal doesn't say, and at least.
const (
	defaultWidth = 100
	leastWidth   = 40
)

func diagnosticsText(w io.Writer, ds diag.List, opt DiagnosticOptions) error {
	out := bufio.NewWriter(w)
	p := diagnosticPrinter{Writer: out, painter: painter(opt.Color), width: opt.Width, source: opt.Source}
	if p.width <= 0 {
		p.width = defaultWidth
	}
	p.width = max(p.width, leastWidth)
	for i, d := range ds {
		if i > 0 {
			fmt.Fprintln(out)
		}
		p.diagnostic(d)
	}
	if opt.Summary != "" {
		if len(ds) > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintln(out, opt.Summary)
	}
	return out.Flush()
}

type diagnosticPrinter struct {
	io.Writer
	painter
	width  int
	source func(file string) []byte
}

func (p diagnosticPrinter) diagnostic(d diag.Diagnostic) {
	p.heading(d)
	p.place(d)
	if d.Range != nil {
		for _, s := range snippetsOf(d, p.source) {
			p.snippet(s, markStyle(d.Severity))
		}
	}
	if d.Detail == "" {
		return
	}
	for _, paragraph := range visibleLines(d.Detail) {
		for _, line := range wrap(paragraph, p.width-2) {
			fmt.Fprintln(p, strings.TrimRight("  "+line, " "))
		}
	}
}

func markStyle(s diag.Severity) style {
	if s == diag.Warning {
		return notice
	}
	return alert
}

// heading is the line with severity, summary and, at its right end, the code.
func (p diagnosticPrinter) heading(d diag.Diagnostic) {
	name := "Error"
	if d.Severity == diag.Warning {
		name = "Warning"
	}
	code := "[" + string(d.Code) + "]"
	lines := wrap(name+": "+inert.Visible(d.Summary), p.width-len(code)-1)
	for i, line := range lines {
		if i > 0 {
			fmt.Fprintln(p, p.paint(bold, line))
			continue
		}
		// The severity alone carries the colour, the rest of the line is bold.
		gap := strings.Repeat(" ", max(1, p.width-len(code)-Width(line)))
		rest := strings.TrimPrefix(line, name)
		fmt.Fprintln(p, p.paint(markStyle(d.Severity), name)+p.paint(bold, rest)+gap+p.paint(faint, code))
	}
}

// place is the line with file, line, column and address, as far as known.
func (p diagnosticPrinter) place(d diag.Diagnostic) {
	var parts []string
	if d.Range != nil {
		parts = append(parts, position(*d.Range))
	}
	if d.Address != "" {
		parts = append(parts, "in "+inert.Visible(d.Address))
	}
	if len(parts) > 0 {
		fmt.Fprintln(p, "  "+strings.Join(parts, "  "))
	}
}

func position(r diag.Range) string {
	if r.Start.Line == 0 {
		return inert.Visible(r.File)
	}
	return fmt.Sprintf("%s:%d:%d", inert.Visible(r.File), r.Start.Line, r.Start.Column)
}

// snippet prints the lines of one file with marks below them.
func (p diagnosticPrinter) snippet(s snippet, primary style) {
	if s.header != "" {
		fmt.Fprintln(p, "  "+s.header)
	}
	digits := s.digits()
	blank := strings.Repeat(" ", digits)
	for i, line := range s.lines {
		if i > 0 && line.number > s.lines[i-1].number+1 {
			fmt.Fprintf(p, "  %s\n", p.paint(faint, blank+" ⋮"))
		}
		shown, below := line.render(p.width - digits - len("   | "))
		fmt.Fprintln(p, strings.TrimRight("  "+p.paint(faint, fmt.Sprintf("%*d │ ", digits, line.number))+shown, " "))
		for _, b := range below {
			fmt.Fprintf(p, "  %s%s\n", p.paint(faint, blank+" │ "), p.marks(b, primary))
		}
	}
}

// marks joins what stands below a line of source: carets and their text as the
// severity, the rest as labels.
func (p diagnosticPrinter) marks(segments []segment, primary style) string {
	var b strings.Builder
	used := 0
	for _, s := range segments {
		st := blue
		if s.primary {
			st = primary
		}
		b.WriteString(strings.Repeat(" ", s.column-used) + p.paint(st, s.text))
		used = s.column + Width(s.text)
	}
	return b.String()
}
