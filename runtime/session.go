package runtime

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/ingest"
	"github.com/metricsascode/metrics/runtime/store"
)

// session is an engine with clean sources attached, locked down.
type session struct {
	eng      *duckdb.Engine
	temp     string // folder, removed at the end
	segments map[string]ingest.Segment
}

// inputs is what the sources of a project are made from right now.
type inputs struct {
	context ingest.Context
	ids     map[string]ingest.Identity
	hashes  ingest.HashCache
}

// identify looks at the files of all sources, without reading unchanged ones.
func (p *Project) identify(ctx context.Context, s *store.Store) (*inputs, diag.List) {
	in := &inputs{hashes: ingest.HashCache{}}
	if s.Exists() {
		if err := json.Unmarshal(s.Catalog().Inputs, &in.hashes); err != nil {
			in.hashes = ingest.HashCache{} // only a cache: files are read again
		}
	}
	in.context = ingest.Context{Model: p.Model, Dir: p.Dir, AllowPaths: p.options.AllowPaths, AsOf: p.AsOf, Known: map[string]metrics.Statistics{}, Current: map[string]string{}}
	if s.Exists() {
		for name, source := range s.Catalog().Sources {
			in.context.Known[source.Hash] = source.Statistics
			in.context.Current[name] = source.Segment
		}
	}
	ids, diags := ingest.Identify(ctx, in.context, in.hashes)
	in.ids = ids
	return in, p.placed(diags)
}

// start opens an engine that can read the project's files and write segments to
// home, which is made where it doesn't exist; "" keeps them in a folder that the
// session removes.
func (p *Project) start(ctx context.Context, home, fallback string, in *inputs) (*session, diag.List) {
	temp, err := os.MkdirTemp("", "metrics-")
	if err != nil {
		return nil, diag.List{unmade("No room to work", "No temporary folder could be made", err, "Point TMPDIR to a folder that can be written.")}
	}
	s := &session{temp: temp, segments: map[string]ingest.Segment{}}
	if home == "" {
		home = temp
	}
	if err := os.MkdirAll(home, 0o777); err != nil {
		s.close()
		return nil, diag.List{unmade("The store can't be written", "The folder "+home+" can't be made", err, "Check its permissions.")}
	}
	in.context.Home, in.context.Fallback = home, fallback
	allowed := append([]string{p.Dir, home, p.StoreDir()}, p.options.AllowPaths...)
	if fallback != "" {
		allowed = append(allowed, fallback)
	}
	s.eng, err = duckdb.Open(ctx, duckdb.Options{TempDir: temp, AllowedDirs: allowed, MemoryLimit: p.options.Memory})
	if err != nil {
		s.close()
		return nil, diag.List{engineFailed("The engine can't start", err)}
	}
	return s, nil
}

// unmade reports a folder that can't be made.
func unmade(summary, what string, err error, mend string) diag.Diagnostic {
	if short, is := duckdb.Shortage(err); is {
		return short
	}
	return diag.Diagnostic{Severity: diag.Error, Code: diag.StoreUnwritable, Summary: summary, Detail: fmt.Sprintf("%s: %v. %s", what, err, mend)}
}

func engineFailed(summary string, err error) diag.Diagnostic {
	if short, is := duckdb.Shortage(err); is {
		return short
	}
	return diag.Diagnostic{Severity: diag.Error, Code: diag.EngineFailed, Summary: summary,
		Detail: "DuckDB said: " + err.Error() + ". If the definitions look right, this is a fault of the program: please report it."}
}

// clean makes the clean rows of the named sources (and of those that they are
// made from) ready and attaches them; then nothing outside can be reached.
func (s *session) clean(ctx context.Context, p *Project, in *inputs, names []string) diag.List {
	built, diags := ingest.Build(ctx, s.eng, in.context, names, in.ids)
	if diags = p.placed(diags); diags.HasErrors() {
		return diags
	}
	s.segments = built
	if err := ingest.Attach(ctx, s.eng, p.Model, built); err != nil {
		return append(diags, engineFailed("The clean rows can't be opened", err))
	}
	if err := s.eng.Lock(ctx); err != nil {
		diags.Add(engineFailed("The engine can't be locked down", err))
	}
	return diags
}

func (s *session) statistics() map[string]metrics.Statistics {
	out := map[string]metrics.Statistics{}
	for name, segment := range s.segments {
		out[name] = segment.Statistics
	}
	return out
}

// reading opens a locked engine that reads the store and nothing else. It is to be
// closed.
func (p *Project) reading(ctx context.Context) (*session, diag.List) {
	s, diags := p.start(ctx, "", "", &inputs{})
	if diags.HasErrors() {
		return nil, diags
	}
	if err := s.eng.Lock(ctx); err != nil {
		s.close()
		return nil, diag.List{engineFailed("The engine can't be locked down", err)}
	}
	return s, diags
}

func (s *session) close() {
	if s.eng != nil {
		s.eng.Close()
	}
	os.RemoveAll(s.temp)
}

// upstream is the named sources and all that their rows can reach: what unions
// are made of is read only where a union's rows have to be made.
func (p *Project) upstream(names []string) []string { return upstream(p.Model, names) }

func upstream(m *metrics.Model, names []string) []string {
	var out []string
	var visit func(name string)
	visit = func(name string) {
		s := m.Source(name)
		if s == nil || slices.Contains(out, name) {
			return
		}
		out = append(out, name)
		for _, ref := range s.References {
			visit(ref.To)
		}
	}
	for _, n := range names {
		visit(n)
	}
	slices.Sort(out)
	return out
}

// sourcesOf is the sources that KPIs read, their targets included.
func (p *Project) sourcesOf(kpis []string) []string {
	var out []string
	for _, name := range kpis {
		k := p.Model.KPI(name)
		if k == nil {
			continue
		}
		out = append(out, k.Sources...)
		if k.Target != nil && k.Target.KPI != "" {
			if t := p.Model.KPI(k.Target.KPI); t != nil {
				out = append(out, t.Sources...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
