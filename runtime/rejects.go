package runtime

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/ingest"
	"github.com/metricsascode/metrics/runtime/store"
)

// Rejects returns the rows that the last apply kept out of a source, or of all
// sources where source is "": by source, file and line.
func (p *Project) Rejects(ctx context.Context, source string) ([]metrics.Rejected, diag.List) {
	if _, diags := p.applied(); diags.HasErrors() {
		return nil, diags
	}
	var all []metrics.Rejected
	diags := store.Read(p.StoreDir(), func(st *store.Store) diag.List {
		var diags diag.List
		all, diags = p.readRejects(ctx, st, source)
		return diags
	})
	return all, p.placed(diags)
}

func (p *Project) readRejects(ctx context.Context, st *store.Store, source string) ([]metrics.Rejected, diag.List) {
	temp, err := os.MkdirTemp("", "metrics-")
	if err != nil {
		return nil, diag.List{engineFailed("No room to work", err)}
	}
	defer os.RemoveAll(temp)
	eng, err := duckdb.Open(ctx, duckdb.Options{TempDir: temp, AllowedDirs: []string{st.Dir()}})
	if err != nil {
		return nil, diag.List{engineFailed("The engine can't start", err)}
	}
	defer eng.Close()
	var all []metrics.Rejected
	var diags diag.List
	sources := st.Catalog().Sources
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		s := sources[name]
		if source != "" && source != name || s.Account.Rejected == 0 {
			continue
		}
		id := ingest.Identity{Source: name, Hash: s.Hash}
		segment, more := ingest.Load(ctx, eng, id, filepath.Join(st.SourcesDir(), s.Segment))
		if more.HasErrors() {
			diags = append(diags, more...)
			continue
		}
		rows, err := ingest.Rejects(ctx, eng, segment, p.Model.Source(name))
		if err != nil {
			diags.Add(engineFailed("The rejects can't be read", err))
			continue
		}
		all = append(all, rows...)
	}
	return all, diags
}
