package runtime

import (
	"context"
	"errors"
	"strings"

	"github.com/metricsascode/metrics/runtime/duckdb"
)

// EngineVersion is the version of the engine that is linked in.
func EngineVersion(ctx context.Context) (string, error) {
	eng, err := duckdb.Open(ctx, duckdb.Options{})
	if err != nil {
		return "", err
	}
	t, err := eng.Query(ctx, "SELECT version()")
	if err = errors.Join(err, eng.Close()); err != nil {
		return "", err
	}
	text, _ := t.Rows[0][0].(string)
	return strings.TrimPrefix(text, "v"), nil
}
