package store

import (
	"fmt"
	"maps"
	"slices"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// Edition is what a definition said from a run on, until its next edition.
type Edition struct {
	Run  int  `json:"run"`
	Gone bool `json:"gone,omitempty"` // it was removed: the rest is what it said last
	metrics.Definition
}

// Editions returns what definitions said since when, oldest first. Those of a store
// that an older version of the program began start at a later run than its values.
func (s *Store) Editions() ([]Edition, diag.List) {
	var all []Edition
	for _, segment := range s.catalog.Editions {
		text, err := s.readWhole(segment)
		if err != nil {
			return nil, diag.List{damaged(s.dir, err)}
		}
		editions, err := decodeLines[Edition](text)
		if err != nil {
			return nil, diag.List{damaged(s.dir, fmt.Errorf("%s: %w", segment.File, err))}
		}
		all = append(all, editions...)
	}
	return all, nil
}

// writeEditions adds the definitions that are new, changed or gone to what is kept
// of them. file is where all of them stand.
func (w *Writer) writeEditions(file Segment, definitions []metrics.Definition) ([]Segment, error) {
	kept := w.store.catalog.Editions
	if w.store.Exists() && file == w.store.catalog.Definitions && len(kept) > 0 {
		return kept, nil
	}
	before, problems := w.store.Definitions()
	if problems.HasErrors() {
		return nil, fmt.Errorf("%s", problems[0].Detail)
	}
	var all []Edition
	if len(kept) == 0 { // begun by a version that kept none
		for _, d := range before {
			all = append(all, Edition{Run: w.store.catalog.Definitions.FirstRun, Definition: d})
		}
	}
	all = append(all, w.edited(before, inOrder(definitions))...)
	if len(all) == 0 {
		return kept, nil
	}
	text, err := encodeLines(all)
	if err != nil {
		return nil, err
	}
	segment, err := w.write(text, catalogFolder, fmt.Sprintf("editions-%d", w.nextRun()), ".jsonl")
	if err != nil {
		return nil, err
	}
	segment.Rows, segment.FirstRun, segment.LastRun = int64(len(all)), all[0].Run, w.nextRun()
	return w.mergeLines(append(slices.Clone(kept), segment), "editions")
}

// edited is the editions that the next run makes.
func (w *Writer) edited(before, now []metrics.Definition) []Edition {
	old := make(map[string]metrics.Definition, len(before))
	for _, d := range before {
		old[d.Address] = d
	}
	var out []Edition
	for _, d := range now {
		if was, known := old[d.Address]; !known || !same(was, d) {
			out = append(out, Edition{Run: w.nextRun(), Definition: d})
		}
		delete(old, d.Address)
	}
	for _, address := range sortedKeys(old) {
		out = append(out, Edition{Run: w.nextRun(), Gone: true, Definition: old[address]})
	}
	return out
}

func same(a, b metrics.Definition) bool {
	return a.Fingerprint == b.Fingerprint && a.Own == b.Own && a.Text == b.Text && maps.Equal(a.Settings, b.Settings) && maps.Equal(a.Parts, b.Parts)
}
