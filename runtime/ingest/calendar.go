package ingest

import (
	"context"
	"fmt"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// ReadCalendar adds the periods of a calendar block to a calendar. It reads the
// clean rows of the block's source, which is attached; all of them, for days to
// come are no news.
func ReadCalendar(ctx context.Context, eng *duckdb.Engine, base *metrics.Calendar, c *metrics.NamedCalendar) (*metrics.Calendar, diag.List) {
	year := "NULL"
	if c.Year != "" {
		year = duckdb.Quote(c.Year)
	}
	day := duckdb.Quote(c.Day)
	t, err := eng.Query(ctx, fmt.Sprintf("SELECT %s, CAST(%s AS VARCHAR), CAST(%s AS VARCHAR) FROM sources.%s WHERE %s IS NOT NULL ORDER BY ALL",
		day, duckdb.Quote(c.Period), year, duckdb.Quote(c.Source), day))
	if err != nil {
		var diags diag.List
		report(&diags, c.Source, err)
		return base, diags
	}
	days := make([]metrics.CalendarDay, len(t.Rows))
	for i, row := range t.Rows {
		at, _ := row[0].(time.Time)
		period, _ := row[1].(string)
		named, _ := row[2].(string)
		days[i] = metrics.CalendarDay{Day: at, Period: period, Year: named}
	}
	with, err := base.With(c.Grain(), days)
	if err != nil {
		return base, diag.List{{
			Severity: diag.Error, Code: diag.BadCalendar, Address: "calendar." + c.Name,
			Summary: fmt.Sprintf("The days of calendar %q make no periods", c.Name),
			Detail: fmt.Sprintf("In the rows of source.%s %s. A calendar has each day from its first to its last once, and the days of a period stand together. "+
				"Mend the rows of the source.", c.Source, err),
		}}
	}
	return with, nil
}
