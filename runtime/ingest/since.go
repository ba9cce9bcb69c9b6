package ingest

import (
	"context"
	"path/filepath"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Change is what moved a source since an earlier segment of it.
type Change struct {
	// Defined tells that its definition is another.
	Defined bool
	// New, Changed and Gone are its files that the segment had not, had with another
	// content, and had alone.
	New, Changed, Gone []string
}

// ChangeSince finds what moved a source since an earlier segment, by its path; what can't
// be told is none.
func ChangeSince(ctx context.Context, eng *duckdb.Engine, c Context, s *metrics.Source, id Identity, path string) Change {
	var out Change
	alias := "since_" + s.Name
	m, err := openManifest(ctx, eng, alias, filepath.Dir(path), filepath.Base(path))
	if err != nil {
		return Change{Defined: true} // as good as none: it is made anew
	}
	defer func() { _ = eng.Detach(context.WithoutCancel(ctx), alias) }() // read only: nothing is lost
	definition, err := c.definitionHash(s)
	if err != nil {
		return out
	}
	out.Defined = m.Definition != definition
	parts, _, err := readParts(ctx, eng, duckdb.Quote(alias))
	if err != nil {
		return out
	}
	before := map[string]string{}
	for _, p := range parts {
		before[p.Path] = p.Hash
	}
	for _, f := range id.Files {
		hash, known := before[f.Path]
		switch {
		case !known:
			out.New = append(out.New, f.Path)
		case hash != f.SHA256:
			out.Changed = append(out.Changed, f.Path)
		}
		delete(before, f.Path)
	}
	out.Gone = sortedKeys(before)
	return out
}
