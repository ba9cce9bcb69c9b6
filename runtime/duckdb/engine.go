// Package duckdb is the only package that sees the database driver: it opens an
// embedded engine, locks it down, runs statements on it, and turns values and
// errors into what the rest of the product understands.
package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"

	driverduckdb "github.com/duckdb/duckdb-go/v2"
)

// Options says what an engine may use.
type Options struct {
	TempDir     string   // where large intermediate results spill; "" is nowhere
	AllowedDirs []string // folders that stay readable and writable after Lock
	MemoryLimit string   // "2GB"; "" is the engine's default
	Threads     int      // 0 is the engine's default
	// FewRows tells that planning would take longer than it saves.
	FewRows bool
}

// Engine is one connection to an in-memory database. It is not safe for
// concurrent use: Fork gives another connection to the same database.
type Engine struct {
	db      *sql.DB
	conn    *sql.Conn
	options Options
	forked  bool
}

// Open starts an engine with an empty in-memory database. Extensions can't be
// installed or loaded from the start; files are in reach until Lock.
func Open(ctx context.Context, o Options) (*Engine, error) {
	connector, err := driverduckdb.NewConnector("", nil)
	if err != nil {
		return nil, parseError("", err)
	}
	e := &Engine{db: sql.OpenDB(connector), options: o}
	if e.conn, err = e.db.Conn(ctx); err == nil {
		err = e.configure(ctx)
	}
	if err != nil {
		return nil, errors.Join(parseError("", err), e.db.Close())
	}
	return e, nil
}

// configure sets what holds for every connection, also for those that a fork of a
// locked engine makes, which could set nothing any more.
func (e *Engine) configure(ctx context.Context) error {
	settings := []string{
		"SET GLOBAL TimeZone = 'UTC'",
		"SET autoinstall_known_extensions = false",
		"SET autoload_known_extensions = false",
		"SET allow_community_extensions = false",
		"SET GLOBAL errors_as_json = true",
		"SET GLOBAL preserve_insertion_order = true",
		"SET temp_directory = " + Literal(e.options.TempDir),
	}
	if e.options.FewRows {
		settings = append(settings, "PRAGMA disable_optimizer")
	}
	if e.options.MemoryLimit != "" {
		settings = append(settings, "SET memory_limit = "+Literal(e.options.MemoryLimit))
	}
	if e.options.Threads > 0 {
		settings = append(settings, fmt.Sprintf("SET threads = %d", e.options.Threads))
	}
	if err := e.Exec(ctx, strings.Join(settings, ";\n")); err != nil {
		return err
	}
	return registerFunctions(e.conn)
}

// Fork opens another connection to the same database. Closing it leaves the
// engine that it came from open.
func (e *Engine) Fork(ctx context.Context) (*Engine, error) {
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return nil, parseError("", err)
	}
	return &Engine{db: e.db, conn: conn, options: e.options, forked: true}, nil
}

// Lock takes away what a statement could do outside the allowed folders: reading
// and writing files there, loading extensions, changing settings. It can't be undone.
func (e *Engine) Lock(ctx context.Context) error {
	dirs := make([]string, 0, len(e.options.AllowedDirs)+1)
	for _, d := range append([]string{e.options.TempDir}, e.options.AllowedDirs...) {
		if d != "" {
			dirs = append(dirs, Literal(d))
		}
	}
	return e.Exec(ctx, strings.Join([]string{
		"SET allowed_directories = [" + strings.Join(dirs, ", ") + "]",
		"SET enable_external_access = false",
		"SET lock_configuration = true",
	}, ";\n"))
}

// Exec runs statements, separated by semicolons, for their effect.
func (e *Engine) Exec(ctx context.Context, statements string) error {
	_, err := e.conn.ExecContext(ctx, statements)
	return contextual(ctx, statements, err)
}

// Attach opens a database file under an alias. BlockSize 0 is the engine's default.
func (e *Engine) Attach(ctx context.Context, alias, path string, readOnly bool) error {
	option := ""
	if readOnly {
		option = " (READ_ONLY)"
	}
	return e.Exec(ctx, "ATTACH "+Literal(path)+" AS "+Quote(alias)+option)
}

// SmallBlocks is a block size for files with little in them.
const SmallBlocks = 16384

// Create makes a new database file under an alias; blockSize 0 is the engine's default.
func (e *Engine) Create(ctx context.Context, alias, path string, blockSize int) error {
	option := ""
	if blockSize > 0 {
		option = fmt.Sprintf(" (BLOCK_SIZE %d)", blockSize)
	}
	return e.Exec(ctx, "ATTACH "+Literal(path)+" AS "+Quote(alias)+option)
}

// Detach closes an attached database file.
func (e *Engine) Detach(ctx context.Context, alias string) error {
	return e.Exec(ctx, "DETACH "+Quote(alias))
}

// Close ends the connection, and with the engine that Open made, the database.
func (e *Engine) Close() error {
	err := e.conn.Close()
	if !e.forked {
		err = errors.Join(err, e.db.Close())
	}
	return err
}

// Table is the whole answer to a query. Values are nil, bool, int64, *big.Int
// (only beyond int64), metrics.Number, float64, string, time.Time or []any.
type Table struct {
	Columns []Column
	Rows    [][]any
}

// Query runs one statement and returns all its rows.
func (e *Engine) Query(ctx context.Context, statement string) (*Table, error) {
	t := &Table{}
	err := e.prepared(statement, func(stmt *driverduckdb.Stmt) error {
		var err error
		if t.Columns, err = columnsOf(stmt); err != nil {
			return err
		}
		rows, err := stmt.QueryContext(ctx, nil)
		if err != nil {
			return err
		}
		return errors.Join(t.fill(ctx, rows), rows.Close())
	})
	if err != nil {
		return nil, contextual(ctx, statement, err)
	}
	return t, nil
}

// cancelCheck is after how many rows the context is looked at.
const cancelCheck = 4096

func (t *Table) fill(ctx context.Context, rows driver.Rows) error {
	buffer := make([]driver.Value, len(rows.Columns()))
	for n := 1; ; n++ {
		if n%cancelCheck == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		err := rows.Next(buffer)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		row := make([]any, len(buffer))
		for i, v := range buffer {
			row[i] = normalise(v)
		}
		t.Rows = append(t.Rows, row)
	}
}

// Describe binds one statement without running it and returns its columns.
func (e *Engine) Describe(ctx context.Context, statement string) ([]Column, error) {
	var columns []Column
	err := e.prepared(statement, func(stmt *driverduckdb.Stmt) error {
		var err error
		columns, err = columnsOf(stmt)
		return err
	})
	if err != nil {
		return nil, contextual(ctx, statement, err)
	}
	return columns, nil
}

// prepared prepares exactly one statement: unlike the database/sql way, nothing
// that stands before it is run.
func (e *Engine) prepared(statement string, use func(*driverduckdb.Stmt) error) error {
	return e.conn.Raw(func(raw any) error {
		stmt, err := raw.(*driverduckdb.Conn).Prepare(statement)
		if err != nil {
			return err
		}
		return errors.Join(use(stmt.(*driverduckdb.Stmt)), stmt.Close())
	})
}
