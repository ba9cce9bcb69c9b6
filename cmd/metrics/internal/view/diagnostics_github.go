package view

import (
	"bufio"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/metricsascode/metrics/metrics/diag"
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
		var properties []string
		add := func(name string, value any) {
			properties = append(properties, name+"="+githubProperty.Replace(Visible(fmt.Sprint(value))))
		}
		if r := d.Range; r != nil {
			add("file", path.Join(opt.Base, r.File))
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
		add("title", string(d.Code)+" "+diag.Titles[d.Code])
		message := Visible(d.Summary)
		if d.Detail != "" {
			message += "\n" + strings.Join(visibleLines(d.Detail), "\n")
		}
		fmt.Fprintf(out, "::%s %s::%s\n", d.Severity, strings.Join(properties, ","), githubMessage.Replace(message))
	}
	return out.Flush()
}
