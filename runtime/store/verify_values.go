package store

import (
	"fmt"
	"maps"
	"strings"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// rows reads what a statement gives; nil where the engine failed, which is told.
func (v *verifier) rows(doing, sql string) [][]any {
	table, err := v.eng.Query(v.ctx, sql)
	if err != nil {
		v.broken = true
		v.problems.Add(diag.Diagnostic{Severity: diag.Error, Code: diag.EngineFailed, Summary: "The store could not be verified to its end",
			Detail: fmt.Sprintf("The engine failed while %s: %s Nothing was changed. Run the command again.", doing, sentence(err.Error()))})
		return nil
	}
	return table.Rows
}

// segments checks that each file of values has the rows and the runs that the catalog
// says.
func (v *verifier) segments() {
	v.inTurn("values", v.catalog.Values, 1)
	for _, s := range v.catalog.Values {
		for _, r := range v.rows("reading values", `SELECT count(*), coalesce(min("run"), 1), coalesce(max("run"), 1) FROM `+v.scan(s)) {
			n, first, last := whole(r[0]), whole(r[1]), whole(r[2])
			v.report.Values += n
			if n != s.Rows || n > 0 && (first < int64(s.FirstRun) || last > int64(s.LastRun)) {
				v.fault("A file of values holds others", "%s has %d rows of runs %d to %d; the catalog says %d rows of runs %d to %d.",
					s.File, n, first, last, s.Rows, s.FirstRun, s.LastRun)
			}
		}
	}
}

// whole reads a count of whatever width.
func whole(v any) int64 {
	var n int64
	fmt.Sscan(fmt.Sprint(v), &n)
	return n
}

// keys checks that a run published each value once, and marked as gone only what was
// there.
func (v *verifier) keys() {
	if len(v.catalog.Values) == 0 {
		return
	}
	all := v.scan(v.catalog.Values...)
	rows := v.rows("checking keys", fmt.Sprintf(`SELECT "kpi", "grain", "period", "run" FROM %s GROUP BY %s, "run" `+
		`HAVING count(*) > 1 OR bool_or((%s) IS NULL OR "start" IS NULL OR "state" IS NULL OR "fingerprint" IS NULL) ORDER BY ALL LIMIT 1`,
		all, keyColumns, `"kpi" || "cuts" || "grain" || "period" || "members"`))
	for _, r := range rows {
		v.fault("A value was published twice, or in part", "kpi.%v, %v %v, by run %v.", r...)
	}
	rows = v.rows("checking keys", fmt.Sprintf(`SELECT "kpi", "grain", "period", "run" FROM (SELECT *, lag("gone", 1, true) OVER (PARTITION BY %s ORDER BY "run") AS "was" FROM %s) `+
		`WHERE "gone" AND "was" ORDER BY ALL LIMIT 1`, keyColumns, all))
	for _, r := range rows {
		v.fault("A value is gone that was not there", "kpi.%v, %v %v, by run %v.", r...)
	}
}

// counts checks that each run published as many values as it says, unless some of
// them were dropped since.
func (v *verifier) counts() {
	published := map[int64][2]int64{}
	if len(v.catalog.Values) > 0 {
		for _, r := range v.rows("counting values", `SELECT "run", count(*) FILTER (NOT "gone"), count(*) FILTER ("gone") FROM `+v.scan(v.catalog.Values...)+` GROUP BY "run"`) {
			published[whole(r[0])] = [2]int64{whole(r[1]), whole(r[2])}
		}
	}
	if v.broken {
		return
	}
	for _, r := range v.runs {
		got := published[int64(r.ID)]
		delete(published, int64(r.ID))
		if want := [2]int64{r.New + r.Restated + r.Settled, r.Gone}; r.ID > v.catalog.OldestRun && got != want {
			v.fault(fmt.Sprintf("Run %d published other values than it says", r.ID), "There are %d of it and %d that went; it says %d and %d.", got[0], got[1], want[0], want[1])
		}
	}
	for run := range published {
		v.fault("Values of an unknown run", "Run %d published values, and is not recorded.", run)
	}
}

// current checks that the file of current values is what the history says.
func (v *verifier) current() {
	v.report.Current = v.catalog.Current.Rows
	derived, kept := v.currentAfter(v.report.Run), v.Store.current()
	for _, r := range v.rows("deriving the current values", fmt.Sprintf(`SELECT (SELECT count(*) FROM (%[1]s)), (SELECT count(*) FROM (%[2]s)), `+
		`(SELECT count(*) FROM ((%[1]s) EXCEPT ALL (%[2]s)))`, derived, kept)) {
		says, has, missing := whole(r[0]), whole(r[1]), whole(r[2])
		if says != has || missing > 0 || has != v.catalog.Current.Rows {
			v.fault("The current values are not those of the history", "The history says %d values, %d of which are missing or others among the %d current ones; the catalog says %d.",
				says, missing, has, v.catalog.Current.Rows)
		}
	}
}

// meanings checks that each value is of a definition that was there when it was
// published.
func (v *verifier) meanings() {
	if len(v.catalog.Values) == 0 || len(v.editions) == 0 {
		return
	}
	first := v.editions[0].Run // values before it are of a version that kept no editions
	rows := v.rows("looking for definitions", fmt.Sprintf(`SELECT "kpi", "cuts", "grain", "fingerprint", min("run") FROM %s WHERE "run" >= %d AND NOT "gone" GROUP BY ALL ORDER BY ALL`,
		v.scan(v.catalog.Values...), first))
	known := v.fingerprints(rows)
	for _, r := range rows {
		m := meaning{fmt.Sprint(r[0]), fmt.Sprint(r[1]), fmt.Sprint(r[2]), fmt.Sprint(r[3])}
		if since, found := known[m]; !found || int64(since) > whole(r[4]) {
			v.fault("Values without a definition", "Run %v published values of kpi.%s by %s [%s] by a definition that is not kept.", r[4], m.kpi, m.grain, m.cuts)
		}
	}
}

// meaning is what values of one cut and grain mean.
type meaning struct{ kpi, cuts, grain, fingerprint string }

// fingerprints is since which run each KPI, cut and grain of rows had which meanings.
func (v *verifier) fingerprints(rows [][]any) map[meaning]int {
	known := map[meaning]int{}
	prints := map[string]string{}
	beside := map[string][]string{} // by address: definitions that hold beside the present one
	for i := 0; i < len(v.editions); {
		run := v.editions[i].Run
		var touched []string // addresses that the run changed
		for ; i < len(v.editions) && v.editions[i].Run == run; i++ {
			e := v.editions[i]
			touched = append(touched, e.Address)
			if e.Beside {
				beside[e.Address] = append(beside[e.Address], e.Fingerprint)
				continue
			}
			if prints[e.Address] = e.Fingerprint; e.Gone {
				delete(prints, e.Address)
			}
		}
		v.since(rows, prints, beside, touched, run, known)
	}
	return known
}

// since notes the meanings that a run made.
func (v *verifier) since(rows [][]any, prints map[string]string, beside map[string][]string, touched []string, run int, known map[meaning]int) {
	changed := make(map[string]bool, len(touched))
	for _, address := range touched {
		changed[address] = true
	}
	for _, r := range rows {
		m := meaning{fmt.Sprint(r[0]), fmt.Sprint(r[1]), fmt.Sprint(r[2]), ""}
		concerned := changed["kpi."+m.kpi] || changed["calendar."+m.grain]
		for name := range strings.SplitSeq(m.cuts, ",") {
			concerned = concerned || changed["dimension."+name]
		}
		if !concerned {
			continue
		}
		for _, chosen := range choices(addressesOf(m), prints, beside) {
			m.fingerprint = plan.ValueFingerprint(func(address string) string { return chosen[address] }, m.kpi, m.cuts, metrics.Grain(m.grain))
			if _, before := known[m]; !before {
				known[m] = run
			}
		}
	}
}

// addressesOf is the definitions on which the fingerprint of values rests.
func addressesOf(m meaning) []string {
	out := []string{"kpi." + m.kpi, "calendar." + m.grain}
	if m.cuts != "" {
		for name := range strings.SplitSeq(m.cuts, ",") {
			out = append(out, "dimension."+name)
		}
	}
	return out
}

// choices is every way to take, of each definition, the present one or one beside it.
func choices(addresses []string, prints map[string]string, beside map[string][]string) []map[string]string {
	out := []map[string]string{{}}
	for _, address := range addresses {
		var next []map[string]string
		for _, print := range append([]string{prints[address]}, beside[address]...) {
			for _, chosen := range out {
				more := maps.Clone(chosen)
				more[address] = print
				next = append(next, more)
			}
		}
		out = next
	}
	return out
}
