package store

import (
	"fmt"
	"slices"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// Runs returns all runs, oldest first.
func (s *Store) Runs() ([]metrics.Run, diag.List) {
	var all []metrics.Run
	for _, segment := range s.catalog.Runs {
		text, err := s.readWhole(segment)
		if err != nil {
			return nil, diag.List{damaged(s.dir, err)}
		}
		runs, err := decodeLines[metrics.Run](text)
		if err != nil {
			return nil, diag.List{damaged(s.dir, fmt.Errorf("%s: %w", segment.File, err))}
		}
		all = append(all, runs...)
	}
	return all, nil
}

// Changes returns the runs at or after since, oldest first. With an address
// ("kpi.gmv"), it returns those that changed its definition, each with that
// change alone.
func (s *Store) Changes(address string, since time.Time) ([]metrics.Run, diag.List) {
	runs, problems := s.Runs()
	runs = slices.DeleteFunc(runs, func(r metrics.Run) bool { return r.At.Before(since) })
	if address == "" {
		return runs, problems
	}
	for i := range runs {
		runs[i].Changes = slices.DeleteFunc(runs[i].Changes, func(c metrics.Change) bool { return c.Address != address })
	}
	return slices.DeleteFunc(runs, func(r metrics.Run) bool { return len(r.Changes) == 0 }), problems
}

// runAt returns the last run that was committed at or before t.
func (s *Store) runAt(t time.Time) (int, diag.List) {
	runs, problems := s.Runs()
	if problems.HasErrors() {
		return 0, problems
	}
	// Times of runs never go backwards, so the first one after t ends the search.
	after, _ := slices.BinarySearchFunc(runs, t, func(r metrics.Run, t time.Time) int {
		if r.At.After(t) {
			return 1
		}
		return -1
	})
	if after == 0 {
		return 0, diag.List{{
			Severity: diag.Error,
			Code:     diag.UnknownRun,
			Summary:  fmt.Sprintf("Nothing had been published at %s", t.Format(time.RFC3339)),
			Detail:   fmt.Sprintf("The first run was at %s. Give that time or a later one.", runs[0].At.In(t.Location()).Format(time.RFC3339)),
		}}
	}
	return runs[after-1].ID, nil
}
