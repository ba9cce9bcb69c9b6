package store

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/metricsascode/metrics/metrics/diag"
)

// Snapshot is all that the definitions of a run were compiled from, so that they
// can be compiled again: by a later version of the program, or to compute what
// they say of today's rows.
type Snapshot struct {
	// Files are the texts of the files by path, relative to the project folder,
	// with slashes.
	Files     map[string]string `json:"files"`
	Variables map[string]string `json:"variables,omitempty"` // values that were passed in
}

// Snapshot returns what the store's definitions were compiled from; nil where an
// older version of the program wrote the store, which kept none.
func (s *Store) Snapshot() (*Snapshot, diag.List) {
	if s.catalog.Snapshot.File == "" {
		return nil, nil
	}
	return s.SnapshotIn(s.catalog.Snapshot)
}

// SnapshotIn returns what a file of the store keeps of earlier definitions.
func (s *Store) SnapshotIn(segment Segment) (*Snapshot, diag.List) {
	text, err := s.readWhole(segment)
	if err != nil {
		return nil, diag.List{damaged(s.dir, err)}
	}
	out := new(Snapshot)
	if err := json.Unmarshal(text, out); err != nil {
		return nil, diag.List{damaged(s.dir, fmt.Errorf("%s is not the JSON object it should be", segment.File))}
	}
	return out, nil
}

// writeSnapshot writes a snapshot, unless it is the one that the store has.
func (w *Writer) writeSnapshot(snapshot Snapshot) (Segment, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(snapshot); err != nil {
		return Segment{}, err
	}
	if old := w.store.catalog.Snapshot; old.File != "" && hashInName(old.File, hashOf(text.Bytes())) {
		return old, nil
	}
	segment, err := w.write(text.Bytes(), catalogFolder, "snapshot", ".json")
	segment.Rows = int64(len(snapshot.Files))
	segment.FirstRun, segment.LastRun = w.nextRun(), w.nextRun()
	return segment, err
}
