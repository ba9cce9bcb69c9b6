package store

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// verifier is one Verify under way.
type verifier struct {
	*Store
	ctx      context.Context
	eng      *duckdb.Engine
	report   metrics.Verified
	runs     []metrics.Run
	editions []Edition
	problems diag.List
	broken   bool // the engine failed, or was stopped: there is no more to learn
}

// Verify checks all that holds of a store that is sound, and reports all that doesn't.
// eng must be able to read in the folder of the store.
func (s *Store) Verify(ctx context.Context, eng *duckdb.Engine) (metrics.Verified, diag.List) {
	v := &verifier{Store: s, ctx: ctx, eng: eng}
	v.report.Run, v.report.At = s.catalog.LastRun.ID, s.catalog.LastRun.At
	v.report.OldestRun = max(s.catalog.OldestRun, min(1, s.catalog.LastRun.ID))
	whole := v.files()
	v.checkSources()
	if !whole {
		return v.report, v.problems // what can't be read says nothing more
	}
	v.checkRuns()
	v.checkDefinitions()
	for _, check := range []func(){v.segments, v.keys, v.counts, v.current, v.meanings} {
		if check(); v.broken {
			break
		}
	}
	return v.report, orInterrupted(ctx, v.problems)
}

// fault reports what contradicts the rest of the store.
func (v *verifier) fault(summary, format string, args ...any) {
	v.problems.Add(diag.Diagnostic{Severity: diag.Error, Code: diag.StoreUnsound, Summary: summary,
		Detail: fmt.Sprintf(format, args...) + " This is no damage of the disk, but a fault of the program, or an edit by hand: please report it. " +
			"Restore the folder from a backup, or move it away and apply anew."})
}

// files reads every file and checks that it is what was written, all at once.
func (v *verifier) files() bool {
	before := len(v.problems)
	c := v.catalog
	for _, segment := range slices.Concat([]Segment{c.Definitions, c.Snapshot, c.Current, c.Alerts}, c.Editions, c.Runs, c.Values, slices.Collect(maps.Values(c.Earlier))) {
		if segment.File == "" {
			continue
		}
		if _, err := v.readWhole(segment); err != nil {
			v.problems.Add(damaged(v.dir, err))
		}
		v.report.Files++
		v.report.Bytes += segment.Size
	}
	return len(v.problems) == before
}

// checkSources checks the accounts, and that clean rows are there, which are made
// again where they are not.
func (v *verifier) checkSources() {
	for _, name := range sortedKeys(v.catalog.Sources) {
		source := v.catalog.Sources[name]
		v.report.Sources++
		if !source.Account.Derived {
			v.report.Rows += source.Account.Read
		}
		if a := source.Account; !a.Balanced() {
			v.fault("The rows of source."+name+" don't add up", "Of %d rows, %d are clean, %d filtered, %d duplicates and %d rejected.",
				a.Read, a.Clean, a.Filtered, a.Duplicates, a.Rejected)
		}
	}
	for _, f := range v.catalog.files() {
		info, err := os.Stat(v.path(f.path))
		switch {
		case err == nil && info.Size() == f.size:
			continue
		case err == nil:
			err = fmt.Errorf("%s has %d bytes, not the %d it was written with", f.path, info.Size(), f.size)
		default:
			err = &fs.PathError{Op: "open", Path: f.path, Err: fs.ErrNotExist}
		}
		v.problems.Add(diag.Diagnostic{Severity: diag.Warning, Code: diag.StoreDamaged, Summary: "Clean rows are missing or damaged",
			Detail: sentence(plain(err)) + " No published value is touched. Clean rows are made again from the sources by the next apply."})
	}
}

// checkRuns checks that no run is missing, and that each knows its values' rows.
func (v *verifier) checkRuns() {
	runs, problems := v.Runs()
	v.problems, v.runs = append(v.problems, problems...), runs
	v.report.Runs = len(runs)
	for i, r := range runs {
		switch {
		case r.ID != i+1:
			v.fault("A run is missing", "Run %d comes where run %d should.", r.ID, i+1)
			return
		case i > 0 && r.At.Before(runs[i-1].At):
			v.fault("Runs are out of order", "Run %d was at %s, before the run it follows.", r.ID, r.At.Format(time.RFC3339))
		}
		for _, a := range r.Accounts {
			if !a.Balanced() {
				v.fault(fmt.Sprintf("The rows of run %d don't add up", r.ID), "Its account of source.%s is not balanced.", a.Source)
			}
		}
	}
	if n := len(runs); n == 0 || runs[n-1].ID != v.report.Run || !runs[n-1].At.Equal(v.report.At) {
		v.fault("The last run is another one", "The catalog names run %d; %d runs are recorded.", v.report.Run, n)
	}
	v.inTurn("runs", v.catalog.Runs, 1)
}

// inTurn checks that segments hold runs one after the other.
func (v *verifier) inTurn(what string, segments []Segment, first int) {
	for i, s := range segments {
		if s.FirstRun > s.LastRun || i == 0 && s.FirstRun < first || i > 0 && s.FirstRun <= segments[i-1].LastRun || s.LastRun > v.report.Run {
			v.fault("Files of "+what+" are out of order", "%s holds runs %d to %d.", s.File, s.FirstRun, s.LastRun)
		}
	}
}

// checkDefinitions checks that what definitions said last is what they say now.
func (v *verifier) checkDefinitions() {
	definitions, problems := v.Definitions()
	v.problems = append(v.problems, problems...)
	editions, problems := v.Editions()
	v.problems, v.editions = append(v.problems, problems...), editions
	v.report.Definitions, v.report.Editions = len(definitions), len(editions)
	if hash := hashDefinitions(definitions); hash != v.catalog.DefinitionsHash {
		v.fault("The definitions are others", "Their hash is %.12s, the catalog says %.12s.", hash, v.catalog.DefinitionsHash)
	}
	last := map[string]Edition{}
	for _, e := range editions {
		if !e.Beside {
			last[e.Address] = e
		}
	}
	for _, d := range definitions {
		if e, known := last[d.Address]; len(editions) > 0 && (!known || e.Gone || !same(e.Definition, d)) {
			v.fault("The history of "+d.Address+" ends elsewhere", "What it said last is not what it says now.")
		}
		delete(last, d.Address)
	}
	for _, address := range sortedKeys(last) {
		if !last[address].Gone {
			v.fault("The history of "+address+" has no end", "It is gone, but its history does not say since when.")
		}
	}
}
