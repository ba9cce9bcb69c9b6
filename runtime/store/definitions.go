package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// Definitions returns the definitions that the store was applied with, in order
// of address.
func (s *Store) Definitions() ([]metrics.Definition, diag.List) {
	if s.catalog.Definitions.File == "" {
		return nil, nil
	}
	text, err := s.readWhole(s.catalog.Definitions)
	if err != nil {
		return nil, diag.List{damaged(s.dir, err)}
	}
	all, err := decodeLines[metrics.Definition](text)
	if err != nil {
		return nil, diag.List{damaged(s.dir, fmt.Errorf("%s: %w", s.catalog.Definitions.File, err))}
	}
	return all, nil
}

// SameDefinitions tells whether the store was applied with exactly these
// definitions, in whatever order. It is much faster than to compare them with
// Definitions.
func (s *Store) SameDefinitions(definitions []metrics.Definition) bool {
	return s.Exists() && s.catalog.DefinitionsHash == hashDefinitions(inOrder(definitions))
}

// inOrder returns definitions in order of address.
func inOrder(definitions []metrics.Definition) []metrics.Definition {
	return slices.SortedFunc(slices.Values(definitions), func(a, b metrics.Definition) int {
		return strings.Compare(a.Address, b.Address)
	})
}

// hashDefinitions hashes all that definitions say. Each text goes in behind its
// length, so that no two lists of texts read the same.
func hashDefinitions(definitions []metrics.Definition) string {
	var text []byte
	h := sha256.New()
	add := func(s string) { text = append(binary.AppendUvarint(text, uint64(len(s))), s...) }
	for _, d := range definitions {
		text = binary.AppendUvarint(text[:0], uint64(len(d.Settings)))
		for _, s := range []string{d.Address, d.Fingerprint, d.Own, d.Text} {
			add(s)
		}
		for _, name := range sortedKeys(d.Settings) {
			add(name)
			add(d.Settings[name])
		}
		h.Write(text)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// writeDefinitions writes definitions, unless they are those that the store has.
func (w *Writer) writeDefinitions(definitions []metrics.Definition) (file Segment, hash string, err error) {
	definitions = inOrder(definitions)
	hash = hashDefinitions(definitions)
	if old := w.store.catalog; hash == old.DefinitionsHash {
		return old.Definitions, hash, nil
	}
	text, err := encodeLines(definitions)
	if err != nil {
		return Segment{}, "", err
	}
	file, err = w.write(text, catalogFolder, "definitions", ".jsonl")
	file.Rows = int64(len(definitions))
	file.FirstRun, file.LastRun = w.nextRun(), w.nextRun()
	return file, hash, err
}
