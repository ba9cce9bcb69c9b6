// Package runtime is what a Go program calls: it opens a project, answers
// queries, plans and applies.
package runtime

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/store"
)

// Options say which project is opened, and how.
type Options struct {
	Dir       string // the project folder
	Variables map[string]string
	// Environment is values of variables that are there for any project.
	Environment   map[string]string
	AsOf          string   // a date, time or period; "" is the project's own, else now
	AllowPaths    []string // folders outside the project that sources may read
	Memory        string   // that the engine may take: "4GB"; "" is most of the machine's
	EffectPeriods int      // over how many periods a plan measures effects; 0: 8
	EnforceNotice bool     // refuse changes of published KPIs without notice
	NoData        bool     // don't look at data files: columns that aren't declared stay unknown
	Tests         bool     // read the files that hold tests only, too
}

// Project is an opened project.
type Project struct {
	*compiler.Project
	Dir      string // absolute, links followed
	AsOf     time.Time
	Calendar *metrics.Calendar
	options  Options
	look     *catalog // that the compiler was given
}

// Open compiles the project. With errors it is partial, and only good for
// looking at.
func Open(ctx context.Context, o Options) (*Project, diag.List) {
	dir, files, diags := openFolder(o.Dir)
	if diags.HasErrors() {
		return nil, diags
	}
	defer files.close()
	p := &Project{Dir: dir, options: o}
	var err error
	for i, path := range o.AllowPaths {
		if p.options.AllowPaths[i], err = filepath.Abs(path); err != nil {
			return nil, diag.List{{Severity: diag.Error, Code: diag.BadRequest, Summary: "Unusable --allow-path",
				Detail: fmt.Sprintf("The folder %q can't be resolved. Give an absolute path.", path)}}
		}
	}
	look := &catalog{ctx: ctx, project: p}
	p.look = look
	defer look.close()
	compile := compiler.Options{Variables: o.Variables, Environment: o.Environment, Engine: look, Tests: o.Tests}
	if !o.NoData {
		compile.Catalog = look
	}
	compiled, diags := compiler.Compile(files, compile)
	p.Project = compiled
	if p.Calendar, err = compiled.Model.Project.Calendar(); err != nil {
		p.Calendar = metrics.NewCalendar(time.UTC, time.Monday, time.January) // the fault is reported by the compiler
	}
	diags = append(diags, p.resolveAsOf(time.Now)...)
	return p, p.placed(diags)
}

// openFolder opens a folder's definitions, and tells which folder it is, links followed.
func openFolder(name string) (string, *definitions, diag.List) {
	dir, err := filepath.Abs(name)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	var files *definitions
	if err == nil {
		files, err = openDefinitions(dir)
	}
	if err != nil {
		return "", nil, diag.List{{Severity: diag.Error, Code: diag.NoProject, Summary: "No such folder",
			Detail: fmt.Sprintf("There is no folder %q. Name the project's folder by -C.", name)}}
	}
	return dir, files, nil
}

// Condition reads an expression of a request, as the compiler does, which may ask the
// engine what SQL in it means.
func (p *Project) Condition(text, flag string, where bool) (metrics.Expr, diag.List) {
	if p.look != nil {
		defer p.look.close()
	}
	return p.Project.Condition(text, flag, where)
}

// Validate checks what Open does not: that the files have the declared columns.
func (p *Project) Validate(ctx context.Context) diag.List {
	look := &catalog{ctx: ctx, project: p}
	defer look.close()
	return p.placed(look.check(p.Model))
}

// resolveAsOf reads the as-of that was asked for: a date is its start, a period its end.
func (p *Project) resolveAsOf(now func() time.Time) diag.List {
	text, where := p.options.AsOf, "--as-of"
	if text == "" {
		text, where = p.Model.Project.AsOf, "as_of"
	}
	if text == "" {
		p.AsOf = now().Truncate(time.Second).In(p.Calendar.Zone())
		return nil
	}
	if t, ok := p.Instant(text); ok {
		p.AsOf = t
		return nil
	}
	d := diag.Diagnostic{Severity: diag.Error, Code: diag.BadAsOf, Summary: fmt.Sprintf("%s = %q is no point in time", where, text),
		Detail: `Give a date ("2026-11-16": its start), a time ("2026-11-16T08:00", local, or with an offset), or a period ("2026-W46": its end).`}
	if where == "as_of" {
		if r, ok := p.Place("project." + p.Model.Project.Name); ok {
			d.Range = &r
		}
	}
	return diag.List{d}
}

// Instant reads a date (its start), a time, or a period (its end).
func (p *Project) Instant(text string) (time.Time, bool) { return p.Calendar.Instant(text) }

// placed gives diagnostics that name an address the place of its definition.
func (p *Project) placed(diags diag.List) diag.List {
	for i, d := range diags {
		if d.Range == nil && d.Address != "" && p.Project != nil {
			if r, ok := p.Place(d.Address); ok {
				diags[i].Range = &r
			}
			if parts := strings.SplitN(d.Address, ".", 3); len(parts) == 3 {
				diags[i].Address = parts[0] + "." + parts[1]
			}
		}
	}
	return diags.Sort()
}

// StoreDir is the folder of the project's store.
func (p *Project) StoreDir() string {
	return filepath.Join(p.Dir, filepath.FromSlash(p.Model.Project.Store))
}

// Store opens the project's store, which must lie in the project folder, links followed.
func (p *Project) Store() (*store.Store, diag.List) {
	if diags := p.storeInside(); diags.HasErrors() {
		return nil, diags
	}
	return store.Open(p.StoreDir())
}
