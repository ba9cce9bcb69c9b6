package ingest

import (
	"context"
	"errors"
	"fmt"

	"github.com/metricsascode/metrics/runtime/duckdb"
)

// earlierAlias is the database of the segment that a source had before.
const earlierAlias = "earlier_segment"

// Healed counts the rejects of an earlier segment of a source, by its path, that its
// attached segment no longer has: their rows were mended or taken out of the files,
// or the definition reads them now. A row that moved within its file is the same.
func Healed(ctx context.Context, eng *duckdb.Engine, source, path string) (n int64, err error) {
	if err := eng.Attach(ctx, earlierAlias, path, true); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, eng.Detach(context.WithoutCancel(ctx), earlierAlias)) }()
	const rejects = `SELECT file, raw FROM %s.rejects`
	t, err := eng.Query(ctx, fmt.Sprintf("SELECT count(*) FROM ("+rejects+" EXCEPT ALL "+rejects+")", earlierAlias, segmentAlias(source)))
	if err != nil {
		return 0, err
	}
	return number(t.Rows[0][0]), nil
}
