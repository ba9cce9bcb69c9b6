package store

import (
	"context"
	"fmt"
	"slices"
)

// maxSegments is how many segments a table of the store may have: more of them
// would make reading slow, fewer would make every run write much.
const maxSegments = 16

// smallestPair returns the index of the first of those two neighbours that are
// smallest together. Only neighbours merge, so that every segment goes on
// holding whole runs in a row.
func smallestPair(segments []Segment) int {
	best := 0
	for i := range segments[1:] {
		if segments[i].Size+segments[i+1].Size < segments[best].Size+segments[best+1].Size {
			best = i
		}
	}
	return best
}

// joined is a segment over two neighbours, of the file that was written for it.
func joined(a, b, written Segment) Segment {
	written.Rows, written.FirstRun, written.LastRun = a.Rows+b.Rows, a.FirstRun, b.LastRun
	return written
}

// merge brings segments of values down to their number. All rows are kept: what
// was reported when can always be derived.
func (p *publication) merge(ctx context.Context, segments []Segment) ([]Segment, error) {
	for len(segments) > maxSegments {
		i := smallestPair(segments)
		a, b := segments[i], segments[i+1]
		written, err := p.copy(ctx, fmt.Sprintf(`SELECT * FROM %s ORDER BY %s, "run"`, p.store.scan(a, b), valueOrder),
			fmt.Sprintf("run-%d", b.LastRun))
		if err != nil {
			return nil, err
		}
		segments = slices.Replace(slices.Clone(segments), i, i+2, joined(a, b, written))
	}
	return segments, nil
}

// mergeLines brings segments of lines down to their number.
func (w *Writer) mergeLines(segments []Segment, stem string) ([]Segment, error) {
	for len(segments) > maxSegments {
		i := smallestPair(segments)
		a, b := segments[i], segments[i+1]
		head, err := w.store.readWhole(a)
		if err != nil {
			return nil, err
		}
		tail, err := w.store.readWhole(b)
		if err != nil {
			return nil, err
		}
		written, err := w.write(slices.Concat(head, tail), catalogFolder, fmt.Sprintf("%s-%d", stem, b.LastRun), ".jsonl")
		if err != nil {
			return nil, err
		}
		segments = slices.Replace(slices.Clone(segments), i, i+2, joined(a, b, written))
	}
	return segments, nil
}
