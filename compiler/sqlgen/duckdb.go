package sqlgen

import (
	"fmt"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// Dialect is how one engine spells what SQL dialects spell differently.
type Dialect struct {
	// Quote quotes an identifier.
	Quote func(name string) string
	// Template is the SQL of a function, with $1, $local1, $* and $zone.
	Template func(f *metrics.Function) string

	typeName       func(t metrics.Type) string
	instant        func(zone, local string) string // the instant of a local time, the later of two
	localTime      func(zone, instant string) string
	instantLiteral func(t time.Time) string
	attempt        func(x string) string // null where x fails on a row
}

// DuckDB is the dialect of the embedded engine.
var DuckDB = Dialect{
	Quote:     func(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` },
	Template:  func(f *metrics.Function) string { return f.DuckDB },
	typeName:  duckdbType,
	instant:   func(zone, local string) string { return "timezone(" + quoteText(zone) + ", " + local + ")" },
	localTime: func(zone, at string) string { return "timezone(" + quoteText(zone) + ", " + at + ")" },
	attempt:   func(x string) string { return "TRY(" + x + ")" },
	instantLiteral: func(t time.Time) string {
		return "TIMESTAMPTZ " + quoteText(t.UTC().Format("2006-01-02 15:04:05.999999")+"+00")
	},
}

var duckdbTypes = map[metrics.Kind]string{
	metrics.Boolean: "BOOLEAN", metrics.Integer: "BIGINT", metrics.Double: "DOUBLE",
	metrics.String: "VARCHAR", metrics.Date: "DATE", metrics.Timestamp: "TIMESTAMP WITH TIME ZONE",
}

func duckdbType(t metrics.Type) string {
	if t.Kind == metrics.Decimal {
		return fmt.Sprintf("DECIMAL(%d, %d)", t.Precision, t.Scale)
	}
	return duckdbTypes[t.Kind]
}

// Type is the name of a type.
func (d Dialect) Type(t metrics.Type) string { return d.typeName(t) }
