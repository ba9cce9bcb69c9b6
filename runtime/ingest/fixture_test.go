package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// project is a folder with files and an engine that is locked down to it.
type project struct {
	t       *testing.T
	engine  *duckdb.Engine
	context Context
	cache   HashCache
}

func newProject(t *testing.T, zone string, files map[string]string, sources ...*metrics.Source) *project {
	t.Helper()
	dir, home := t.TempDir(), t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	slices.SortFunc(sources, func(a, b *metrics.Source) int { return strings.Compare(a.Name, b.Name) })
	p := &project{t: t, cache: HashCache{}}
	p.context = Context{
		Model: &metrics.Model{
			Project: metrics.Project{Timezone: zone, WeekStart: time.Monday, FiscalYearStart: time.January},
			Sources: sources,
		},
		Dir: dir, Home: home, AsOf: time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC),
	}
	p.engine = openEngine(t, dir, home)
	return p
}

func openEngine(t *testing.T, dirs ...string) *duckdb.Engine {
	t.Helper()
	ctx := context.Background()
	e, err := duckdb.Open(ctx, duckdb.Options{TempDir: t.TempDir(), AllowedDirs: dirs})
	if err == nil {
		err = e.Lock(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// build cleans all sources.
func (p *project) build() (map[string]Segment, diag.List) {
	ctx := context.Background()
	ids, problems := Identify(ctx, p.context, p.cache)
	var names []string
	for _, s := range p.context.Model.Sources {
		names = append(names, s.Name)
	}
	segments, more := Build(ctx, p.engine, p.context, names, ids)
	return segments, append(problems, more...)
}

// clean cleans all sources and demands that nothing is wrong.
func (p *project) clean() map[string]Segment {
	p.t.Helper()
	segments, problems := p.build()
	for _, d := range problems {
		p.t.Errorf("%s %s: %s", d.Code, d.Summary, d.Detail)
	}
	if err := Attach(context.Background(), p.engine, p.context.Model, segments); err != nil {
		p.t.Fatal(err)
	}
	return segments
}

// rows returns the answer to a query, a line a row, values separated by "|".
func (p *project) rows(query string) []string {
	p.t.Helper()
	t, err := p.engine.Query(context.Background(), query)
	if err != nil {
		p.t.Fatalf("%s: %v", query, err)
	}
	out := []string{}
	for _, r := range t.Rows {
		var cells []string
		for i, v := range r {
			cells = append(cells, show(v, t.Columns[i].Type.Kind))
		}
		out = append(out, strings.Join(cells, "|"))
	}
	return out
}

func show(v any, k metrics.Kind) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case time.Time:
		if k == metrics.Date {
			return v.Format(time.DateOnly)
		}
		return v.Format("2006-01-02T15:04:05.999999Z")
	case *big.Int:
		return v.String()
	}
	return fmt.Sprint(v)
}

// rejected returns the rejects of a source: file:line column reason, the raw row.
func (p *project) rejected(source string) []string {
	p.t.Helper()
	all, err := Rejects(context.Background(), p.engine, Segment{Source: source}, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	out := []string{}
	for _, r := range all {
		out = append(out, fmt.Sprintf("%s:%d %s %q %s <%s>", r.File, r.Line, r.Column, r.Value, r.Reason, r.Raw))
	}
	return out
}

func (p *project) same(what string, got, want []string) {
	p.t.Helper()
	if !slices.Equal(got, want) {
		p.t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// account is "read clean filtered duplicates rejected".
func account(s Segment) string {
	a := s.Account
	return fmt.Sprint(a.Read, a.Clean, a.Filtered, a.Duplicates, a.Rejected)
}

func column(name string, k metrics.Kind, change ...func(*metrics.Column)) *metrics.Column {
	c := &metrics.Column{Name: name, Type: metrics.Type{Kind: k}}
	if k == metrics.Decimal {
		c.Type = metrics.DecimalType(18, 2)
	}
	for _, f := range change {
		f(c)
	}
	return c
}

func csvSource(name, path string, columns ...*metrics.Column) *metrics.Source {
	return &metrics.Source{
		Name: name, Contract: true, Columns: columns,
		Reader: &metrics.CSV{Path: path, Null: []string{""}, Delimiter: ",", Quote: `"`, Header: true},
	}
}

func ref(source, name string, t metrics.Kind, path ...string) *metrics.ColumnRef {
	return &metrics.ColumnRef{Node: metrics.Node{Type: metrics.Type{Kind: t}}, Source: source, Path: path, Column: name}
}

func str(s string) *metrics.Literal {
	return &metrics.Literal{Node: metrics.Node{Type: metrics.Type{Kind: metrics.String}}, Text: s}
}

func num(s string) *metrics.Literal {
	return &metrics.Literal{Node: metrics.Node{Type: metrics.Type{Kind: metrics.Integer}}, Text: s}
}

func binary(op metrics.Op, l, r metrics.Expr, k metrics.Kind) *metrics.Binary {
	return &metrics.Binary{Node: metrics.Node{Type: metrics.Type{Kind: k}}, Op: op, L: l, R: r}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
