package oracle_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing/fstest"
	"time"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/ingest"
	"github.com/metricsascode/metrics/runtime/oracle"
)

// project is a compiled project with its clean rows in an engine, and the same
// rows as the oracle reads them.
type project struct {
	*compiler.Project
	files      map[string]string
	dir        string
	engine     *duckdb.Engine
	statistics map[string]metrics.Statistics
	calendar   *metrics.Calendar
	worlds     map[string]*oracle.World // by as-of
}

// cleaning is the way in which rows become clean ones.
type cleaning uint8

// The ways: in the engine, as tests of a project do, or through the files of a store,
// as apply does. The first is many times faster.
const (
	inMemory cleaning = iota
	inStore
)

// open compiles and cleans, as of an instant that matters to life-long columns
// alone. The error says what is wrong with the definitions.
func open(files map[string]string, asOf string, way cleaning) (p *project, err error) {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	compiled, diags := compiler.Compile(fsys, compiler.Options{})
	if diags.HasErrors() {
		return nil, problems(diags)
	}
	p = &project{Project: compiled, files: files, statistics: map[string]metrics.Statistics{}, worlds: map[string]*oracle.World{}}
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	if p.calendar, err = compiled.Model.Project.Calendar(); err != nil {
		return nil, err
	}
	if p.dir, err = os.MkdirTemp("", "oracle-"); err != nil {
		return nil, err
	}
	for name, text := range files {
		path := filepath.Join(p.dir, filepath.FromSlash(name))
		if err = os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return nil, err
		}
		if err = os.WriteFile(path, []byte(text), 0o666); err != nil {
			return nil, err
		}
	}
	at, err := time.Parse(time.RFC3339, asOf)
	if err != nil {
		return nil, err
	}
	return p, p.clean(context.Background(), at, way)
}

func (p *project) clean(ctx context.Context, asOf time.Time, way cleaning) (err error) {
	home := filepath.Join(p.dir, ".home")
	if err := os.MkdirAll(home, 0o777); err != nil {
		return err
	}
	o := duckdb.Options{TempDir: home, AllowedDirs: []string{p.dir}, Threads: 1, FewRows: way == inMemory}
	if p.engine, err = duckdb.Open(ctx, o); err != nil {
		return err
	}
	in := ingest.Context{Model: p.Model, Dir: p.dir, Home: home, AsOf: asOf}
	var names []string
	for _, s := range p.Model.Sources {
		names = append(names, s.Name)
	}
	var segments map[string]ingest.Segment
	var diags diag.List
	if way == inMemory {
		segments, _, diags = ingest.NewMemory(p.engine, home).Build(ctx, in, names)
	} else {
		var ids map[string]ingest.Identity
		if ids, diags = ingest.Identify(ctx, in, ingest.HashCache{}); !diags.HasErrors() {
			segments, diags = ingest.Build(ctx, p.engine, in, names, ids)
		}
	}
	if diags.HasErrors() {
		return problems(diags)
	}
	for name, s := range segments {
		p.statistics[name] = s.Statistics
	}
	if way == inStore {
		if err := ingest.Attach(ctx, p.engine, p.Model, segments); err != nil {
			return err
		}
	}
	for _, c := range p.Model.Calendars {
		if p.calendar, diags = ingest.ReadCalendar(ctx, p.engine, p.calendar, c); diags.HasErrors() {
			return problems(diags)
		}
	}
	return nil
}

func (p *project) close() {
	if p.engine != nil {
		p.engine.Close()
	}
	os.RemoveAll(p.dir)
}

func problems(diags diag.List) error {
	var lines []string
	for _, d := range diags {
		line := fmt.Sprintf("%s %s: %s %s", d.Code, d.Address, d.Summary, d.Detail)
		if d.Range != nil {
			line = fmt.Sprintf("%d: %s", d.Range.Start.Line, line)
		}
		lines = append(lines, line)
	}
	return fmt.Errorf("%s", strings.Join(lines, "\n"))
}

// refusal is a request that the compiler refuses.
type refusal struct {
	code diag.Code
	err  error
}

func (r *refusal) Error() string { return r.err.Error() }

// conditions reads the expressions of a request.
func (p *project) conditions(texts []string, flag string, where bool) ([]metrics.Expr, error) {
	var out []metrics.Expr
	for _, text := range texts {
		e, diags := p.Condition(text, flag, where)
		if diags.HasErrors() {
			return nil, &refusal{diags[0].Code, problems(diags)}
		}
		out = append(out, e)
	}
	return out, nil
}

func (p *project) period(g metrics.Grain, name string) (*metrics.Period, error) {
	if name == "" {
		return nil, nil
	}
	at, err := p.calendar.ParseIn(g, name)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoPeriod, err)
	}
	return &at, nil
}

var errNoPeriod = errors.New("no such period")

// compute answers by the engine.
func (p *project) compute(a ask) (answer *oracle.Answer, sql string, err error) {
	r := query.Request{
		KPIs: a.kpis, By: a.by, Grain: a.grainWord(), Last: a.last, Limit: a.limit, Top: a.top, Other: a.other, Totals: a.totals, PresentOnly: a.present,
	}
	if r.AsOf, err = time.Parse(time.RFC3339, a.asOf); err != nil {
		return nil, "", err
	}
	if r.From, err = p.period(r.Grain, a.from); err != nil {
		return nil, "", err
	}
	if r.To, err = p.period(r.Grain, a.to); err != nil {
		return nil, "", err
	}
	for _, name := range a.at {
		at, err := p.period(r.Grain, name)
		if err != nil {
			return nil, "", err
		}
		r.Periods = append(r.Periods, *at)
	}
	for _, with := range a.compare {
		r.Compare = append(r.Compare, query.Comparison(with))
	}
	for _, o := range a.order {
		r.Order = append(r.Order, query.Order{Column: strings.TrimPrefix(o, "-"), Desc: strings.HasPrefix(o, "-")})
	}
	if r.Where, err = p.conditions(a.where, "--where", true); err != nil {
		return nil, "", err
	}
	if r.Having, err = p.conditions(a.having, "--having", false); err != nil {
		return nil, "", err
	}
	selected, diags := query.Compile(p.Model, p.statistics, p.calendar, r)
	if diags.HasErrors() {
		return nil, "", &refusal{diags[0].Code, problems(diags)}
	}
	sql = sqlgen.Print(selected, sqlgen.DuckDB)
	table, err := p.engine.Query(context.Background(), sql)
	if err != nil {
		return nil, sql, err
	}
	return shaped(selected, table.Rows), sql, nil
}

// shaped brings the engine's rows to the form of the oracle's.
func shaped(s *query.Select, rows [][]any) *oracle.Answer {
	out := &oracle.Answer{}
	for _, c := range s.Columns {
		out.Columns = append(out.Columns, c.Name)
	}
	n := len(s.Columns)
	for _, values := range rows {
		r := oracle.Row{Values: values[:n]}
		for i, name := range s.Hidden {
			switch v := values[n+i].(type) {
			case string:
				r.State = metrics.State(v)
			case bool:
				r.Total = r.Total || v && name == query.TotalColumn
				r.Other = r.Other || v && name == query.OtherColumn
			}
		}
		out.Rows = append(out.Rows, r)
	}
	return out
}

// expect answers by the oracle.
func (p *project) expect(a ask) (*oracle.Answer, error) {
	w := p.worlds[a.asOf]
	if w == nil {
		asOf, err := time.Parse(time.RFC3339, a.asOf)
		if err != nil {
			return nil, err
		}
		if w, err = oracle.Open(p.Model, p.files, asOf); err != nil {
			return nil, err
		}
		p.worlds[a.asOf] = w
	}
	r := oracle.Request{
		KPIs: a.kpis, By: a.by, Grain: a.grainWord(), At: a.at, From: a.from, To: a.to, Last: a.last,
		Compare: a.compare, Limit: a.limit, Top: a.top, Other: a.other, Totals: a.totals, PresentOnly: a.present,
	}
	for _, o := range a.order {
		r.Order = append(r.Order, oracle.Order{Column: strings.TrimPrefix(o, "-"), Desc: strings.HasPrefix(o, "-")})
	}
	var err error
	if r.Where, err = p.conditions(a.where, "--where", true); err != nil {
		return nil, err
	}
	if r.Having, err = p.conditions(a.having, "--having", false); err != nil {
		return nil, err
	}
	return w.Answer(r)
}
