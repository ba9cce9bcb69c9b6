package ingest

import (
	"fmt"
	"slices"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// The engine's types of values in typed files, by how they are converted.
var (
	wholeTypes  = []string{"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT", "UHUGEINT"}
	floatTypes  = []string{"FLOAT", "DOUBLE"}
	momentTypes = []string{"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}
)

const zonedType = "TIMESTAMP WITH TIME ZONE"

// convertible tells whether values of the engine's type become values of a kind
// without going through text.
func convertible(native string, k metrics.Kind) bool {
	number := slices.Contains(wholeTypes, native) || slices.Contains(floatTypes, native) || native == "DECIMAL"
	moment := slices.Contains(momentTypes, native) || native == zonedType || native == "DATE"
	switch k {
	case metrics.Integer, metrics.Decimal, metrics.Double:
		return number
	case metrics.Boolean:
		return native == "BOOLEAN"
	case metrics.Date, metrics.Timestamp:
		return moment
	}
	return false
}

// fromNative converts a typed value, exactly or not at all.
func (p *parser) fromNative(native string) {
	x := p.text()
	switch p.column.Type.Kind {
	case metrics.Integer:
		p.set(2, p.value(), wholeFrom(x, native))
		p.reason = "'not a whole number that an integer holds'"
	case metrics.Decimal:
		p.set(2, p.value(), decimalFrom(x, native, p.column.Type))
		p.reason = fmt.Sprintf("'more digits than %s holds'", p.column.Type)
	case metrics.Double:
		p.set(2, p.value(), fmt.Sprintf("CASE WHEN isfinite(CAST(%[1]s AS DOUBLE)) THEN CAST(%[1]s AS DOUBLE) END", x))
		p.reason = "'not a finite number'"
	case metrics.Date:
		p.set(2, p.value(), dateFrom(x, native, p.zoneIn))
		p.reason = "'has a time of day, which a date can''t keep'"
	case metrics.Timestamp:
		p.timestampFrom(x, native)
	default:
		p.set(2, p.value(), x)
		p.reason = "''"
	}
}

func wholeFrom(x, native string) string {
	if slices.Contains(wholeTypes, native) {
		return fmt.Sprintf("TRY_CAST(%s AS BIGINT)", x)
	}
	return fmt.Sprintf("CASE WHEN %[1]s = trunc(%[1]s) THEN TRY_CAST(%[1]s AS BIGINT) END", x)
}

// decimalFrom keeps all digits of exact numbers. A double is an approximation:
// it is the decimal that lies within its own imprecision, if there is one.
func decimalFrom(x, native string, t metrics.Type) string {
	if slices.Contains(floatTypes, native) {
		noise := "1e-12"
		if native == "FLOAT" {
			noise = "1e-6"
		}
		return fmt.Sprintf("CASE WHEN abs(CAST(TRY_CAST(%[1]s AS %[2]s) AS DOUBLE) - %[1]s) <= greatest(abs(%[1]s), 1) * %[3]s THEN TRY_CAST(%[1]s AS %[2]s) END", x, sqlType(t), noise)
	}
	return fmt.Sprintf("CASE WHEN TRY_CAST(%[1]s AS %[2]s) = %[1]s THEN TRY_CAST(%[1]s AS %[2]s) END", x, sqlType(t))
}

func dateFrom(x, native, zone string) string {
	if native == "DATE" {
		return fmt.Sprintf("CASE WHEN isfinite(%[1]s) THEN %[1]s END", x)
	}
	local := "CAST(" + x + " AS TIMESTAMP)"
	if native == zonedType {
		local = fmt.Sprintf("timezone(%s, %s)", duckdb.Literal(zone), x)
	}
	return fmt.Sprintf("CASE WHEN isfinite(%[1]s) AND %[2]s = date_trunc('day', %[2]s) THEN CAST(%[2]s AS DATE) END", x, local)
}

// timestampFrom takes a TIMESTAMP as local time, a DATE as local midnight.
func (p *parser) timestampFrom(x, native string) {
	read := p.name("c0_")
	if native == zonedType {
		p.set(2, read, fmt.Sprintf("CASE WHEN isfinite(%[1]s) THEN %[1]s END", x))
		p.set(5, p.name("us"), "epoch_us("+read+")")
		p.reason = "'not a finite time'"
	} else {
		p.set(2, read, fmt.Sprintf("CASE WHEN isfinite(%[1]s) THEN CAST(%[1]s AS TIMESTAMP) END", x))
		p.set(3, p.name("e0_"), "epoch_us("+read+")")
		p.set(5, p.name("us"), p.zone.instant(p.name("e0_")))
		p.reason = fmt.Sprintf("CASE WHEN %s IS NULL THEN 'not a finite time' ELSE %s END", read, p.neverOccurred())
	}
	p.finishTimestamp()
}
