package store

import (
	"fmt"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// Alerts returns what thresholds said at the last run, in the order in which they
// are shown. Members that are ok have none.
func (s *Store) Alerts() ([]metrics.Alert, diag.List) {
	if s.catalog.Alerts.File == "" {
		return nil, nil
	}
	text, err := s.readWhole(s.catalog.Alerts)
	if err != nil {
		return nil, diag.List{damaged(s.dir, err)}
	}
	all, err := decodeLines[metrics.Alert](text)
	if err != nil {
		return nil, diag.List{damaged(s.dir, fmt.Errorf("%s: %w", s.catalog.Alerts.File, err))}
	}
	return all, nil
}

// writeAlerts writes what thresholds say; nothing where they say nothing.
func (w *Writer) writeAlerts(alerts []metrics.Alert) (Segment, error) {
	if len(alerts) == 0 {
		return Segment{}, nil
	}
	text, err := encodeLines(alerts)
	if err != nil {
		return Segment{}, err
	}
	file, err := w.write(text, catalogFolder, "alerts", ".jsonl")
	file.Rows, file.FirstRun, file.LastRun = int64(len(alerts)), w.nextRun(), w.nextRun()
	return file, err
}

// Pending returns a SELECT of the values that are current once the commit under way
// is made, as Published does.
func (w *Writer) Pending() string {
	if w.current.File == "" {
		return noValues
	}
	return "SELECT " + valueColumns + " FROM " + w.store.scan(w.current)
}
