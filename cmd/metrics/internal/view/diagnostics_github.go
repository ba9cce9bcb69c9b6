package view

import (
	"bufio"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/metrics/inert"
)

// What a workflow command takes for its own syntax, in messages and in properties.
var (
	githubMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// diagnosticsGitHub writes workflow commands, which GitHub Actions shows as
// annotations beside the lines of a pull request.
func diagnosticsGitHub(w io.Writer, ds diag.List, opt DiagnosticOptions) error {
	out := bufio.NewWriter(w)
	for _, d := range ds {
		message := d.Summary
		if d.Detail != "" {
			message += "\n" + d.Detail
		}
		out.WriteString(annotation(string(d.Severity), opt.Base, d.Range, string(d.Code)+" "+diag.Titles[d.Code], message))
	}
	return out.Flush()
}

// annotation is one workflow command: a level ("error", "warning", "notice"), where,
// and what.
func annotation(level, base string, r *diag.Range, title, message string) string {
	var properties []string
	add := func(name string, value any) {
		properties = append(properties, name+"="+githubProperty.Replace(inert.Visible(fmt.Sprint(value))))
	}
	if r != nil {
		add("file", path.Join(base, r.File))
		if r.Start.Line > 0 {
			add("line", r.Start.Line)
			add("endLine", max(r.Start.Line, r.End.Line))
		}
		// Columns of a range over several lines are refused.
		if r.Start.Line > 0 && r.Start.Line == r.End.Line {
			add("col", r.Start.Column)
			add("endColumn", r.End.Column)
		}
	}
	add("title", title)
	return fmt.Sprintf("::%s %s::%s\n", level, strings.Join(properties, ","), githubMessage.Replace(strings.Join(visibleLines(message), "\n")))
}
