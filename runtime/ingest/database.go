package ingest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// databasePrefix starts the aliases of database files that sources read.
const databasePrefix = "of_"

// databaseAlias is the name under which a database file is attached.
func databaseAlias(f InputFile) string {
	sum := sha256.Sum256([]byte(f.real))
	return databasePrefix + hex.EncodeToString(sum[:8])
}

// openDatabase attaches the database file of a source, unless it is already, and
// returns its table as SQL. The engine reads a table in the order of its row ids when
// nothing else is asked for, so that the same file gives the same rows in the same order.
func openDatabase(ctx context.Context, eng *duckdb.Engine, s *metrics.Source, r *metrics.DuckDB, f InputFile) (string, error) {
	if err := settledDatabase(s.Name, f); err != nil {
		return "", err
	}
	alias := databaseAlias(f)
	attached, err := eng.Query(ctx, "SELECT 1 FROM duckdb_databases() WHERE database_name = "+duckdb.Literal(alias))
	if err != nil {
		return "", err
	}
	if len(attached.Rows) == 0 {
		if err := eng.Attach(ctx, alias, f.real, true); err != nil {
			return "", databaseError(s.Name, f, err)
		}
	}
	tables, err := databaseTables(ctx, eng, alias)
	if err != nil {
		return "", databaseError(s.Name, f, err)
	}
	t, err := chooseTable(s.Name, r, f, tables)
	return duckdb.Quote(alias) + "." + duckdb.Quote(t.schema) + "." + duckdb.Quote(t.name), err
}

// closeDatabases detaches the database files that sources read.
func closeDatabases(ctx context.Context, eng *duckdb.Engine) error {
	ctx = context.WithoutCancel(ctx)
	attached, err := eng.Query(ctx, "SELECT database_name FROM duckdb_databases() WHERE starts_with(database_name, "+duckdb.Literal(databasePrefix)+") ORDER BY 1")
	if err != nil {
		return err
	}
	for _, row := range attached.Rows {
		err = errors.Join(err, eng.Detach(ctx, text(row[0])))
	}
	return err
}

// settledDatabase refuses a file some of whose changes still stand in the journal
// beside it: they are no part of what its hash names.
func settledDatabase(source string, f InputFile) error {
	journal, err := os.Stat(f.real + ".wal")
	if err != nil || journal.Size() == 0 {
		return nil
	}
	return failf(diag.BadDatabase, source, "Changes that are not in the file yet",
		"Beside %q stands %q with changes that have not been brought into it. Close the program that writes it, or let it run CHECKPOINT; then run the command again.", f.Path, f.Path+".wal")
}

// databaseError tells why a database file can't be opened or read.
func databaseError(source string, f InputFile, err error) error {
	var e *duckdb.Error
	if !errors.As(err, &e) {
		return err
	}
	said := strings.ReplaceAll(e.Message, f.real, f.Path)
	switch {
	case strings.Contains(said, "Could not set lock"):
		return failf(diag.BadDatabase, source, "Database in use", "Another program has %q open to write it. Close it there, or read a copy of the file.", f.Path)
	case strings.Contains(said, "version number"):
		first, _, _ := strings.Cut(said, "\n")
		return failf(diag.BadDatabase, source, "Database of another version", "%q was written by a version of DuckDB that can't be read: %s. Write it with STORAGE_VERSION 'v1.0.0', or export the table as Parquet.", f.Path, strings.TrimSuffix(first, "."))
	case strings.Contains(said, "encrypt"):
		return failf(diag.BadDatabase, source, "Encrypted database", "%q is encrypted. Export the table as Parquet, or write a copy of the database without a key.", f.Path)
	case strings.Contains(said, "not a valid DuckDB database"):
		return failf(diag.DamagedFile, source, "Not a database", "%q is no DuckDB database. Get it again from where it came, or read it in the format that it has.", f.Path)
	}
	return failf(diag.DamagedFile, source, "Damaged database", "%q can't be read to its end: what stands in it is not what its checks say, or it is cut off. Nothing of it is taken. Get it again from where it came.", f.Path)
}

// databaseTable is a table of a database file, or a view.
type databaseTable struct {
	schema, name string
	view         bool
}

func (t databaseTable) String() string {
	if t.schema == "main" {
		return t.name
	}
	return t.schema + "." + t.name
}

// databaseTables lists the tables and views of an attached file.
func databaseTables(ctx context.Context, eng *duckdb.Engine, alias string) ([]databaseTable, error) {
	rows, err := eng.Query(ctx, fmt.Sprintf(`SELECT schema_name, table_name, false FROM duckdb_tables() WHERE database_name = %[1]s AND NOT internal
UNION ALL SELECT schema_name, view_name, true FROM duckdb_views() WHERE database_name = %[1]s AND NOT internal`, duckdb.Literal(alias)))
	if err != nil {
		return nil, err
	}
	out := make([]databaseTable, len(rows.Rows))
	for i, row := range rows.Rows {
		view, _ := row[2].(bool)
		out[i] = databaseTable{text(row[0]), text(row[1]), view}
	}
	slices.SortFunc(out, func(a, b databaseTable) int { return cmp.Compare(a.String(), b.String()) })
	return out, nil
}

// chooseTable finds the table of a source among those of a file. A view is none: it is
// a query, which may read other files or say something else each time.
func chooseTable(source string, r *metrics.DuckDB, f InputFile, all []databaseTable) (databaseTable, error) {
	var names []string
	for _, t := range all {
		if strings.EqualFold(t.String(), r.Table) || strings.EqualFold(t.schema+"."+t.name, r.Table) {
			if t.view {
				return t, failf(diag.WrongTable, source, "A view instead of a table",
					"%q in %q is a view: a query that may read other files, and whose rows the file doesn't hold. Make a table of it there, CREATE TABLE x AS FROM %s, or read its tables and join them by references or sql.", r.Table, f.Path, t)
			}
			return t, nil
		}
		if !t.view {
			names = append(names, t.String())
		}
	}
	if len(names) == 0 {
		return databaseTable{}, failf(diag.WrongTable, source, "No table "+fmt.Sprintf("%q", r.Table)+" in "+f.Path, "%q has no tables at all. Check that it is the right file.", f.Path)
	}
	return databaseTable{}, failf(diag.WrongTable, source, "No table "+fmt.Sprintf("%q", r.Table)+" in "+f.Path,
		"%q has the tables %s.%s", f.Path, quoted(names), diag.DidYouMean(r.Table, names))
}
