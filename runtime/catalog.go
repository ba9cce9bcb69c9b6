package runtime

import (
	"context"
	"os"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/ingest"
)

// catalog looks into data files for the compiler, and reads SQL for it. The engine starts only when a
// file is really asked: most projects declare all columns.
type catalog struct {
	ctx     context.Context
	project *Project
	temp    string
	eng     *duckdb.Engine
}

func (c *catalog) Columns(s *metrics.Source) ([]*metrics.Column, diag.List) {
	if err := c.start(); err != nil {
		return nil, diag.List{engineFailed("The engine can't start", err)}
	}
	return ingest.NewCatalog(c.ctx, c.eng, c.context(nil)).Columns(s)
}

func (c *catalog) Names(text string) ([]metrics.SQLName, []metrics.SQLFault) {
	if err := c.start(); err != nil {
		return nil, noEngine(err)
	}
	return ingest.NewCatalog(c.ctx, c.eng, c.context(nil)).Names(text)
}

func (c *catalog) Type(n *metrics.Native) (metrics.Type, []metrics.SQLFault) {
	if err := c.start(); err != nil {
		return metrics.Type{}, noEngine(err)
	}
	return ingest.NewCatalog(c.ctx, c.eng, c.context(nil)).Type(n)
}

func noEngine(err error) []metrics.SQLFault {
	return []metrics.SQLFault{{Part: -1, Code: diag.EngineFailed, Summary: "The engine can't start", Detail: err.Error()}}
}

func (c *catalog) Select(q *metrics.SQL, sources func(string) *metrics.Source) ([]*metrics.Column, []metrics.SQLFault) {
	if err := c.start(); err != nil {
		return nil, noEngine(err)
	}
	return ingest.NewCatalog(c.ctx, c.eng, c.context(nil)).Select(q, sources)
}

// check compares the columns of real files with the declared ones.
func (c *catalog) check(m *metrics.Model) diag.List {
	if err := c.start(); err != nil {
		return diag.List{engineFailed("The engine can't start", err)}
	}
	return ingest.CheckColumns(c.ctx, c.eng, c.context(m))
}

func (c *catalog) context(m *metrics.Model) ingest.Context {
	return ingest.Context{Model: m, Dir: c.project.Dir, AllowPaths: c.project.options.AllowPaths}
}

func (c *catalog) start() (err error) {
	if c.eng != nil {
		return nil
	}
	if c.temp, err = os.MkdirTemp("", "metrics-"); err != nil {
		return err
	}
	c.eng, err = duckdb.Open(c.ctx, duckdb.Options{TempDir: c.temp, AllowedDirs: append([]string{c.project.Dir}, c.project.options.AllowPaths...)})
	return err
}

func (c *catalog) close() {
	if c.eng != nil {
		c.eng.Close()
		c.eng = nil
	}
	if c.temp != "" {
		os.RemoveAll(c.temp)
		c.temp = ""
	}
}
