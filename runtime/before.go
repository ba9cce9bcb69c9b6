package runtime

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/revision"
	"github.com/metricsascode/metrics/runtime/store"
)

// version is the definitions that a plan compares with.
type version struct {
	definitions []metrics.Definition // in order of address
	// stored are the fingerprints that the store has, by address, where an older
	// version of the program made them; nil: definitions has them.
	stored map[string]string
	// open compiles the definitions again; nil where nothing is kept to do that.
	open func(ctx context.Context) (*Project, diag.List)
}

// inItsWords gives fingerprints as the store has them where a definition means what
// it meant, so that nothing looks changed because the making of fingerprints did.
func (v *version) inItsWords(prints map[string]string) map[string]string {
	out := map[string]string{}
	for address, print := range prints {
		out[address] = print
		if i, found := plan.Find(v.definitions, address); found && v.definitions[i].Fingerprint == print {
			out[address] = v.stored[address]
		}
	}
	return out
}

// lastVersion is the definitions that the store was applied with. Where it has fingerprints
// of another version of the program, they are made anew from what was kept.
func (p *Project) lastVersion(ctx context.Context, st *store.Store) (*version, diag.List) {
	definitions, diags := st.Definitions()
	if diags.HasErrors() {
		return nil, diags
	}
	v := &version{definitions: definitions}
	if !st.Exists() {
		return v, nil
	}
	if st.Catalog().Snapshot.File != "" {
		v.open = func(ctx context.Context) (*Project, diag.List) {
			snapshot, diags := st.Snapshot()
			if diags.HasErrors() {
				return nil, diags
			}
			old, problems := p.compiled(ctx, revision.Files(snapshot.Files), snapshot.Variables)
			if problems.HasErrors() {
				return nil, diag.List{brokenVersion(fmt.Sprintf("run %d", st.Catalog().LastRun.ID), problems)}
			}
			return old, nil
		}
	}
	if st.Catalog().Fingerprints == plan.FingerprintVersion {
		return v, nil
	}
	v.stored = map[string]string{}
	for _, d := range definitions {
		v.stored[d.Address] = d.Fingerprint
	}
	v.definitions = p.migrated(ctx, v)
	return v, nil
}

// migrated makes the fingerprints of stored definitions anew. Where no files are
// kept to make them from, or this version of the program can't read them, a
// definition means the same if its text is the same.
func (p *Project) migrated(ctx context.Context, v *version) []metrics.Definition {
	if v.open != nil {
		if old, diags := v.open(ctx); !diags.HasErrors() {
			return plan.Definitions(old.Model, old.Text)
		}
	}
	now := plan.Definitions(p.Model, p.Text)
	out := make([]metrics.Definition, len(v.definitions))
	for i, d := range v.definitions {
		out[i] = d
		if j, found := plan.Find(now, d.Address); found && now[j].Text == d.Text {
			out[i] = now[j]
		}
	}
	return out
}

// compiled is another version of the project: its definitions, over the same data
// and as of the same time.
func (p *Project) compiled(ctx context.Context, files fs.FS, variables map[string]string) (*Project, diag.List) {
	old := &Project{Dir: p.Dir, AsOf: p.AsOf, options: p.options}
	look := &catalog{ctx: ctx, project: old}
	defer look.close()
	var diags diag.List
	old.Project, diags = compiler.Compile(files, compiler.Options{Variables: variables, Catalog: look, Engine: look})
	var err error
	if old.Calendar, err = old.Model.Project.Calendar(); err != nil {
		old.Calendar = p.Calendar
	}
	old.AsOf = p.AsOf.In(old.Calendar.Zone())
	return old, diags
}

// snapshot is what the project was compiled from.
func (p *Project) snapshot() store.Snapshot {
	out := store.Snapshot{Files: map[string]string{}}
	for _, f := range p.Files.Files {
		out.Files[f.Path] = string(f.Bytes)
	}
	out.Variables = p.given(p.Files)
	return out
}

// given is the values that were passed in for the variables that files declare.
func (p *Project) given(files *syntax.Files) map[string]string {
	out := map[string]string{}
	for _, name := range files.Labels("variable") {
		if value, given := p.options.Variables[name]; given {
			out[name] = value
		} else if value, given := p.options.Environment[name]; given {
			out[name] = value
		}
	}
	return out
}

// brokenVersion reports definitions of another version that can't be compiled.
func brokenVersion(name string, problems diag.List) diag.Diagnostic {
	first := problems[0]
	where := ""
	if first.Range != nil {
		where = fmt.Sprintf(" (%s:%d)", first.Range.File, first.Range.Start.Line)
	}
	return diag.Diagnostic{Severity: diag.Error, Code: diag.BrokenRevision, Summary: "The definitions at " + name + " can't be compiled",
		Detail: fmt.Sprintf("The first of their problems is %s%s. Compare with a revision at which metrics validate is content.", first.Summary, where)}
}
