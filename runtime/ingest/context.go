// Package ingest turns the files of a source into clean rows and rejects. Each
// source becomes a segment: a database file that is written once, named by the
// hash of all that went into it, and never changed.
package ingest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Context is what all of the package works from.
type Context struct {
	Model      *metrics.Model
	Dir        string    // the project folder, absolute
	AllowPaths []string  // folders outside it that sources may read, absolute
	AsOf       time.Time // what as_of() returns
	// Known is what clean rows are like, by the hash of their identity, as far as
	// that is known without reading them.
	Known map[string]metrics.Statistics
	// Current is the file names of the segments that the store has, by source: what
	// was read before and is as it was need not be read again.
	Current  map[string]string
	Home     string // where segments are found and written
	Fallback string // a second folder, looked up first and never written; "" for none
}

// scope is how expressions of a source are printed; column spells its columns.
func (c Context) scope(column func(*metrics.ColumnRef) string) sqlgen.Scope {
	p := c.Model.Project
	return sqlgen.Scope{Zone: p.Timezone, WeekStart: p.WeekStart, FiscalYearStart: p.FiscalYearStart, AsOf: c.AsOf, Column: column}
}

// failure is a diagnostic on its way up as an error.
type failure struct{ diag.Diagnostic }

func (f *failure) Error() string { return f.Summary }

func failf(code diag.Code, source, summary, detail string, args ...any) error {
	return &failure{diag.Diagnostic{
		Severity: diag.Error, Code: code, Address: "source." + source,
		Summary: summary, Detail: fmt.Sprintf(detail, args...),
	}}
}

// report adds an error of a source to the list, in words.
func report(list *diag.List, source string, err error) {
	var known *failure
	var engine *duckdb.Error
	switch {
	case err == nil:
	case errors.As(err, &known):
		list.Add(known.Diagnostic)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		list.Add(diag.Diagnostic{
			Code: diag.EngineFailed, Address: "source." + source, Summary: "Stopped",
			Detail: "The work on source." + source + " was stopped before it ended. Nothing was changed; run the command again.",
		})
	case errors.As(err, &engine) && (engine.Kind == "Out of Range" || strings.Contains(engine.Message, "Could not cast value")):
		list.Add(diag.Diagnostic{
			Code: diag.OutOfRange, Address: "source." + source, Summary: "Number out of range",
			Detail: fmt.Sprintf("A column, condition or check of source.%s makes a number that its type can't hold: %s. Give the columns that it reads a wider type, or a range that keeps such rows out.", source, engine.Message),
		})
	default:
		if short, is := duckdb.Shortage(err); is {
			short.Address = "source." + source
			list.Add(short)
			return
		}
		list.Add(diag.Diagnostic{
			Code: diag.EngineFailed, Address: "source." + source, Summary: "Source can't be cleaned",
			Detail: fmt.Sprintf("The engine could not clean source.%s: %s. Look at the definition of that source; if it is as it should be, report this as a fault of the program.", source, err),
		})
	}
}
