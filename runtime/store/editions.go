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
	// Beside is set where it holds beside the present one, for the periods that a change
	// block leaves to an earlier definition.
	Beside bool `json:"beside,omitempty"`
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
func (w *Writer) writeEditions(file Segment, next Present) ([]Segment, error) {
	kept := w.store.catalog.Editions
	if w.store.Exists() && file == w.store.catalog.Definitions && len(kept) > 0 && len(next.Beside) == 0 {
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
	all = append(all, w.edited(before, inOrder(next.Definitions))...)
	beside, problems := w.beside(next.Beside)
	if problems.HasErrors() {
		return nil, fmt.Errorf("%s", problems[0].Detail)
	}
	all = append(all, beside...)
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

// beside is those of the definitions that hold beside the present ones which are not
// kept yet.
func (w *Writer) beside(definitions []metrics.Definition) ([]Edition, diag.List) {
	if len(definitions) == 0 {
		return nil, nil
	}
	kept, problems := w.store.Editions()
	var out []Edition
	for _, d := range definitions {
		if !slices.ContainsFunc(kept, func(e Edition) bool { return e.Beside && e.Address == d.Address && e.Fingerprint == d.Fingerprint }) {
			out = append(out, Edition{Run: w.nextRun(), Beside: true, Definition: d})
		}
	}
	return out, problems
}

func same(a, b metrics.Definition) bool {
	return a.Fingerprint == b.Fingerprint && a.Own == b.Own && a.Text == b.Text && maps.Equal(a.Settings, b.Settings) && maps.Equal(a.Parts, b.Parts)
}
