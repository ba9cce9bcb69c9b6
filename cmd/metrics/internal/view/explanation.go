package view

import (
	"io"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// Explanation writes how a request is computed.
func Explanation(w io.Writer, x metrics.Explanation) error {
	var b strings.Builder
	for _, part := range []struct {
		title string
		lines []string
	}{{"Scans", x.Scans}, {"What was made of them", x.Notes}, {"Rolled up or not", x.KPIs}} {
		if len(part.lines) == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		b.WriteString(part.title + "\n")
		for _, line := range part.lines {
			b.WriteString("  " + line + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
