package view

import (
	"cmp"
	"fmt"
	"io"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/inert"
)

// RejectFormats are the formats of Rejects.
var RejectFormats = []string{"text", "json", "csv", "markdown"}

// Rejects writes the rows that were kept out of sources. People get the start of a
// long row, programs all of it.
func Rejects(w io.Writer, format string, all []metrics.Rejected) error {
	switch format {
	case "text":
		return rejectTable(all, true).Text(w)
	case "markdown":
		return rejectTable(all, true).Markdown(w)
	case "csv":
		return rejectTable(all, false).CSV(w)
	case "json":
		return writeJSON(w, struct {
			Rejects []metrics.Rejected `json:"rejects"`
		}{orEmpty(all)})
	}
	return fmt.Errorf("no format %q of rejects", format)
}

// The longest value and row that people are shown, in cells.
const (
	widestValue = 24
	widestRow   = 60
)

func rejectTable(all []metrics.Rejected, brief bool) Table {
	if !brief {
		t := titled("source", "file", "line", "column", "value", "reason", "row")
		t.Columns[2].AlignRight = true
		for _, r := range all {
			t.Rows = append(t.Rows, []string{r.Source, r.File, fmt.Sprint(r.Line), r.Column, r.Value, r.Reason, r.Raw})
		}
		return t
	}
	t := titled("place", "column", "value", "reason", "row")
	for _, r := range all {
		place := fmt.Sprintf("%s:%d", cmp.Or(r.File, "source."+r.Source), r.Line)
		t.Rows = append(t.Rows, []string{place, r.Column, cut(r.Value, widestValue), r.Reason, cut(r.Raw, widestRow)})
	}
	return t
}

// cut is the start of a text that is too long to show.
func cut(s string, width int) string {
	return cells.Truncate(inert.Visible(s), width, "…")
}
