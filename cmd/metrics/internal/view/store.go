package view

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// StoreFormats are the formats of Verified and Compacted.
var StoreFormats = []string{"text", "json"}

// Verified writes what a verification of the store looked at, and, as JSON, what it
// found; as text its findings are diagnostics.
func Verified(w io.Writer, format string, v metrics.Verified, found diag.List, zone *time.Location) error {
	v.At = v.At.In(zone)
	if format == "json" {
		if found == nil {
			found = diag.List{}
		}
		return writeJSON(w, struct {
			Sound bool `json:"sound"`
			metrics.Verified
			Diagnostics diag.List `json:"diagnostics"`
		}{!found.HasErrors(), v, found})
	}
	if found.HasErrors() {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Sound: run %d, %s\n\n", v.Run, v.At.Format("2006-01-02 15:04"))
	fmt.Fprintf(&b, "Files        %s: each as it was written\n", counted(int64(v.Files), "file"))
	fmt.Fprintf(&b, "Runs         %s, none missing; reports from run %d on\n", counted(int64(v.Runs), "run"), v.OldestRun)
	fmt.Fprintf(&b, "Values       %s: each with its run and its definition\n", counted(v.Values, "value"))
	fmt.Fprintf(&b, "Current      %s: those that the history says\n", counted(v.Current, "value"))
	fmt.Fprintf(&b, "Definitions  %s, %s since the first run\n", counted(int64(v.Definitions), "definition"), counted(int64(v.Editions), "edition"))
	fmt.Fprintf(&b, "Sources      %s, %s: each accounted for\n", counted(int64(v.Sources), "source"), counted(v.Rows, "row"))
	_, err := io.WriteString(w, b.String())
	return err
}

// Compacted writes what became of the history.
func Compacted(w io.Writer, format string, c metrics.Compacted, retention metrics.Span) error {
	if format == "json" {
		return writeJSON(w, struct {
			metrics.Compacted
			Retention metrics.Span `json:"retention"`
		}{c, retention})
	}
	text := fmt.Sprintf("Dropped %s that were superseded more than %s ago; %s kept. Reports can be had from run %d on.",
		counted(c.Dropped, "value"), retention, group(c.Kept), c.OldestRun)
	switch {
	case retention.IsZero():
		text = fmt.Sprintf("Nothing dropped: the project names no retention, so that all %s are kept.", counted(c.Kept, "value"))
	case c.Dropped == 0:
		text = fmt.Sprintf("Nothing dropped: no value was superseded more than %s ago; %s kept.", retention, group(c.Kept))
	}
	_, err := io.WriteString(w, text+"\n")
	return err
}
