package duckdb

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"time"

	driverduckdb "github.com/duckdb/duckdb-go/v2"

	"github.com/metricsascode/metrics/metrics"
)

// Column is one column of an answer. Native is the engine's name of its type,
// for the types that metrics.Type can't tell apart or doesn't have.
type Column struct {
	Name   string
	Type   metrics.Type
	Native string
}

// kinds says which of our types an engine's type is; those left out have none.
var kinds = map[driverduckdb.Type]metrics.Kind{
	driverduckdb.TYPE_BOOLEAN:      metrics.Boolean,
	driverduckdb.TYPE_TINYINT:      metrics.Integer,
	driverduckdb.TYPE_SMALLINT:     metrics.Integer,
	driverduckdb.TYPE_INTEGER:      metrics.Integer,
	driverduckdb.TYPE_BIGINT:       metrics.Integer,
	driverduckdb.TYPE_UTINYINT:     metrics.Integer,
	driverduckdb.TYPE_USMALLINT:    metrics.Integer,
	driverduckdb.TYPE_UINTEGER:     metrics.Integer,
	driverduckdb.TYPE_UBIGINT:      metrics.Integer,
	driverduckdb.TYPE_HUGEINT:      metrics.Integer,
	driverduckdb.TYPE_UHUGEINT:     metrics.Integer,
	driverduckdb.TYPE_BIGNUM:       metrics.Integer,
	driverduckdb.TYPE_FLOAT:        metrics.Double,
	driverduckdb.TYPE_DOUBLE:       metrics.Double,
	driverduckdb.TYPE_DECIMAL:      metrics.Decimal,
	driverduckdb.TYPE_VARCHAR:      metrics.String,
	driverduckdb.TYPE_ENUM:         metrics.String,
	driverduckdb.TYPE_UUID:         metrics.String,
	driverduckdb.TYPE_DATE:         metrics.Date,
	driverduckdb.TYPE_TIMESTAMP:    metrics.Timestamp,
	driverduckdb.TYPE_TIMESTAMP_S:  metrics.Timestamp,
	driverduckdb.TYPE_TIMESTAMP_MS: metrics.Timestamp,
	driverduckdb.TYPE_TIMESTAMP_NS: metrics.Timestamp,
	driverduckdb.TYPE_TIMESTAMP_TZ: metrics.Timestamp,
	driverduckdb.TYPE_SQLNULL:      metrics.Null,
}

// native names the types whose difference matters to a reader of files.
var native = map[driverduckdb.Type]string{
	driverduckdb.TYPE_BOOLEAN:      "BOOLEAN",
	driverduckdb.TYPE_TINYINT:      "TINYINT",
	driverduckdb.TYPE_SMALLINT:     "SMALLINT",
	driverduckdb.TYPE_INTEGER:      "INTEGER",
	driverduckdb.TYPE_BIGINT:       "BIGINT",
	driverduckdb.TYPE_UTINYINT:     "UTINYINT",
	driverduckdb.TYPE_USMALLINT:    "USMALLINT",
	driverduckdb.TYPE_UINTEGER:     "UINTEGER",
	driverduckdb.TYPE_UBIGINT:      "UBIGINT",
	driverduckdb.TYPE_HUGEINT:      "HUGEINT",
	driverduckdb.TYPE_UHUGEINT:     "UHUGEINT",
	driverduckdb.TYPE_BIGNUM:       "BIGNUM",
	driverduckdb.TYPE_FLOAT:        "FLOAT",
	driverduckdb.TYPE_DOUBLE:       "DOUBLE",
	driverduckdb.TYPE_DECIMAL:      "DECIMAL",
	driverduckdb.TYPE_VARCHAR:      "VARCHAR",
	driverduckdb.TYPE_ENUM:         "ENUM",
	driverduckdb.TYPE_UUID:         "UUID",
	driverduckdb.TYPE_DATE:         "DATE",
	driverduckdb.TYPE_TIMESTAMP:    "TIMESTAMP",
	driverduckdb.TYPE_TIMESTAMP_S:  "TIMESTAMP_S",
	driverduckdb.TYPE_TIMESTAMP_MS: "TIMESTAMP_MS",
	driverduckdb.TYPE_TIMESTAMP_NS: "TIMESTAMP_NS",
	driverduckdb.TYPE_TIMESTAMP_TZ: "TIMESTAMP WITH TIME ZONE",
	driverduckdb.TYPE_TIME:         "TIME",
	driverduckdb.TYPE_TIME_TZ:      "TIME WITH TIME ZONE",
	driverduckdb.TYPE_INTERVAL:     "INTERVAL",
	driverduckdb.TYPE_BLOB:         "BLOB",
	driverduckdb.TYPE_BIT:          "BIT",
	driverduckdb.TYPE_LIST:         "LIST",
	driverduckdb.TYPE_ARRAY:        "ARRAY",
	driverduckdb.TYPE_STRUCT:       "STRUCT",
	driverduckdb.TYPE_MAP:          "MAP",
	driverduckdb.TYPE_UNION:        "UNION",
	driverduckdb.TYPE_SQLNULL:      "NULL",
}

func columnsOf(stmt *driverduckdb.Stmt) ([]Column, error) {
	n, err := stmt.ColumnCount()
	if err != nil {
		return nil, err
	}
	columns := make([]Column, n)
	for i := range columns {
		info, err := stmt.ColumnTypeInfo(i)
		if err != nil {
			return nil, err
		}
		if columns[i].Name, err = stmt.ColumnName(i); err != nil {
			return nil, err
		}
		columns[i].Type = typeOf(info)
		columns[i].Native = native[info.InternalType()]
	}
	return columns, nil
}

func typeOf(info driverduckdb.TypeInfo) metrics.Type {
	if d, ok := info.Details().(*driverduckdb.DecimalDetails); ok {
		return metrics.Type{Kind: metrics.Decimal, Precision: int(d.Width), Scale: int(d.Scale)}
	}
	return metrics.Type{Kind: kinds[info.InternalType()]}
}

// normalise brings the driver's many kinds of values to the few that Table promises.
func normalise(v any) any {
	switch v := v.(type) {
	case nil, bool, int64, float64, string:
		return v
	case int8:
		return int64(v)
	case int16:
		return int64(v)
	case int32:
		return int64(v)
	case uint8:
		return int64(v)
	case uint16:
		return int64(v)
	case uint32:
		return int64(v)
	case uint64:
		return whole(new(big.Int).SetUint64(v))
	case *big.Int:
		return whole(v)
	case float32:
		return float64(v)
	case driverduckdb.Decimal:
		return metrics.Number(v.String())
	case time.Time:
		return v.UTC()
	}
	return nested(v)
}

func whole(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return n
}

// nested normalises lists, and what has no counterpart, as text.
func nested(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = normalise(x)
		}
		return out
	case []byte:
		return hex.EncodeToString(v)
	}
	if text, err := json.Marshal(v); err == nil {
		return string(text)
	}
	return fmt.Sprint(v)
}
