package store

import (
	"fmt"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Moment says whose report is meant. The zero Moment is the present.
type Moment struct {
	Run        int       // what was current after that run; 0: not given
	ReportedAt time.Time // what was current at that time; zero: not given
}

// valueColumns are the columns of published values: those of
// metrics.PublishedValue, a null value as null.
const valueColumns = `"kpi", "cuts", "grain", "period", "start", "members", "run", "value", "state", "fingerprint"`

// keyColumns tell published values apart. The start follows from the period.
const keyColumns = `"kpi", "cuts", "grain", "period", "members"`

// valueOrder is how files of values are sorted: a KPI's values lie together.
const valueOrder = `"kpi", "grain", "cuts", "start", "members", "period"`

// noValues has the columns of published values and no rows.
const noValues = `SELECT '' AS "kpi", '' AS "cuts", '' AS "grain", '' AS "period", '' AS "start", '' AS "members", ` +
	`0 AS "run", '' AS "value", '' AS "state", '' AS "fingerprint" WHERE false`

// Published returns a SELECT of the values that were current at a moment, with
// the columns kpi, cuts, grain, period, start, members, run (that published the
// value), value (canonical text), state, fingerprint. Its rows come in no order.
func (s *Store) Published(m Moment) (string, diag.List) {
	if !s.Exists() {
		return "", diag.List{nothingApplied()}
	}
	run := m.Run
	if !m.ReportedAt.IsZero() {
		var problems diag.List
		if run, problems = s.runAt(m.ReportedAt); problems.HasErrors() {
			return "", problems
		}
	}
	last := s.catalog.LastRun.ID
	switch {
	case run < 0 || run > last:
		return "", diag.List{unknownRun(run, last)}
	case run != 0 && run < s.catalog.OldestRun:
		return "", diag.List{droppedRun(run, s.catalog.OldestRun, last)}
	case run == 0 || run == last:
		return s.current(), nil
	}
	return s.currentAfter(run), nil
}

// Reports returns a SELECT of all that was ever published and is kept: the columns of
// Published, and gone, true where a value vanished. Its rows come in no order.
func (s *Store) Reports() string {
	if len(s.catalog.Values) == 0 {
		return "SELECT *, false AS gone FROM (" + noValues + ")"
	}
	return "SELECT " + valueColumns + `, "gone" FROM ` + s.scan(s.catalog.Values...)
}

// CheckValues demands that the files of values have the contents they were written
// with: for when the engine can't read them.
func (s *Store) CheckValues() diag.List {
	if err := s.wholeValues(); err != nil {
		return diag.List{damaged(s.dir, err)}
	}
	return nil
}

func (s *Store) wholeValues() error {
	for _, segment := range append([]Segment{s.catalog.Current}, s.catalog.Values...) {
		if segment.File == "" {
			continue
		}
		if _, err := s.readWhole(segment); err != nil {
			return err
		}
	}
	return nil
}

// current selects the present values from the segment kept for that.
func (s *Store) current() string {
	if s.catalog.Current.File == "" {
		return noValues
	}
	return "SELECT " + valueColumns + " FROM " + s.scan(s.catalog.Current)
}

// currentAfter derives the values that were current after a run from what all
// runs until then appended: the latest row of each key, unless it is a tombstone.
func (s *Store) currentAfter(run int) string {
	var appended []Segment
	for _, segment := range s.catalog.Values {
		if segment.FirstRun <= run {
			appended = append(appended, segment)
		}
	}
	if len(appended) == 0 {
		return noValues
	}
	return fmt.Sprintf(`SELECT %s FROM (SELECT * FROM %s WHERE "run" <= %d `+
		`QUALIFY row_number() OVER (PARTITION BY %s ORDER BY "run" DESC) = 1) WHERE NOT "gone"`,
		valueColumns, s.scan(appended...), run, keyColumns)
}

// scan is the rows of segments as a table function.
func (s *Store) scan(segments ...Segment) string {
	names := make([]string, len(segments))
	for i, segment := range segments {
		names[i] = duckdb.Literal(globEscape.Replace(s.path(segment.File)))
	}
	return "read_parquet([" + strings.Join(names, ", ") + "])"
}

// globEscape keeps the characters of a path from being read as a pattern.
var globEscape = strings.NewReplacer("*", "[*]", "?", "[?]", "[", "[[]")

func droppedRun(run, oldest, last int) diag.Diagnostic {
	return diag.Diagnostic{
		Severity: diag.Error,
		Code:     diag.UnknownRun,
		Summary:  fmt.Sprintf("What was published after run %d is no longer kept", run),
		Detail: fmt.Sprintf("The project's retention let store compact drop values that were superseded before run %d. "+
			"Give one of the runs %d to %d.", oldest, oldest, last),
	}
}

func unknownRun(run, last int) diag.Diagnostic {
	return diag.Diagnostic{
		Severity: diag.Error,
		Code:     diag.UnknownRun,
		Summary:  fmt.Sprintf("There is no run %d", run),
		Detail:   fmt.Sprintf("The store has runs 1 to %d. Give one of these; changes lists them.", last),
	}
}
