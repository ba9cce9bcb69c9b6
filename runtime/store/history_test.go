package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/store"
)

// Many runs: segments merge, and every report that was ever made can still be
// had, by its run and by its time.
func TestHistoryOutlivesMerging(t *testing.T) {
	dir := t.TempDir()
	eng := engine(t, dir)
	const runs = 40
	var reported []values
	for i := range runs {
		fresh := values{
			fmt.Sprintf("gmv - week W45 [] %d open f1", i),
			fmt.Sprintf("gmv channel week W46 [%d] 1 final f1", i), // the one before is gone
		}
		if i%3 == 0 {
			fresh = append(fresh, "orders - week W46 [] 7 final g1") // comes and goes
		}
		apply(t, eng, dir, monday.AddDate(0, 0, i), fresh)
		reported = append(reported, published(t, eng, open(t, dir), store.Moment{}))
	}
	s := open(t, dir)
	c := s.Catalog()
	if len(c.Values) != store.MaxSegments || len(c.Runs) != store.MaxSegments {
		t.Errorf("%d segments of values, %d of runs; want %d", len(c.Values), len(c.Runs), store.MaxSegments)
	}
	for _, segments := range [][]store.Segment{c.Values, c.Runs} {
		next := 1
		for _, segment := range segments {
			if segment.FirstRun != next {
				t.Errorf("segment %+v, want one that starts with run %d", segment, next)
			}
			next = segment.LastRun + 1
		}
		if next != runs+1 {
			t.Errorf("segments end with run %d, want %d", next-1, runs)
		}
	}
	for i, want := range reported {
		equal(t, fmt.Sprint("run ", i+1), published(t, eng, s, store.Moment{Run: i + 1}), want)
		at := monday.AddDate(0, 0, i).Add(23 * time.Hour)
		equal(t, fmt.Sprint("reported at ", at), published(t, eng, s, store.Moment{ReportedAt: at}), want)
	}
	all, problems := s.Runs()
	mustDo(t, problems)
	if len(all) != runs || all[0].ID != 1 || all[runs-1].ID != runs {
		t.Errorf("%d runs, %d to %d", len(all), all[0].ID, all[len(all)-1].ID)
	}
}

func TestMoments(t *testing.T) {
	dir := t.TempDir()
	_, problems := open(t, dir).Published(store.Moment{})
	mustFail(t, problems, diag.NoStore, "Run apply first")

	eng := engine(t, dir)
	apply(t, eng, dir, monday, nil)
	apply(t, eng, dir, monday.Add(time.Hour), values{"gmv - week W45 [] 10 final f1"})
	s := open(t, dir)

	_, problems = s.Published(store.Moment{Run: 3})
	mustFail(t, problems, diag.UnknownRun, "no run 3", "runs 1 to 2")
	_, problems = s.Published(store.Moment{Run: -1})
	mustFail(t, problems, diag.UnknownRun, "no run -1")
	_, problems = s.Published(store.Moment{ReportedAt: monday.Add(-time.Second)})
	mustFail(t, problems, diag.UnknownRun, "2026-11-16T07:59:59Z", "2026-11-16T08:00:00Z")

	second := values{"gmv - week W45 [] 10 final f1 2"}
	equal(t, "a run without values", published(t, eng, s, store.Moment{Run: 1}), nil)
	equal(t, "the very time of a run", published(t, eng, s, store.Moment{ReportedAt: monday}), nil)
	equal(t, "just before the second", published(t, eng, s, store.Moment{ReportedAt: monday.Add(time.Hour - 1)}), nil)
	equal(t, "the last run", published(t, eng, s, store.Moment{Run: 2}), second)
	equal(t, "long after", published(t, eng, s, store.Moment{ReportedAt: monday.AddDate(1, 0, 0)}), second)
}

// A store without any value has no file of them, and answers all the same.
func TestNoValues(t *testing.T) {
	dir := t.TempDir()
	eng := engine(t, dir)
	apply(t, eng, dir, monday, nil)
	apply(t, eng, dir, monday, nil)
	s := open(t, dir)
	equal(t, "current", published(t, eng, s, store.Moment{}), nil)
	equal(t, "before", published(t, eng, s, store.Moment{Run: 1}), nil)
	if c := s.Catalog(); c.Current.File != "" || len(c.Values) != 0 {
		t.Errorf("files of values without values: %+v, %+v", c.Current, c.Values)
	}
}

// The clock may be set back between runs; the history must not notice.
func TestClockSetBack(t *testing.T) {
	dir := t.TempDir()
	w := lock(t, dir)
	for _, at := range []time.Time{monday, monday.Add(-time.Hour), monday.Add(time.Hour)} {
		mustDo(t, w.Commit(context.Background(), &metrics.Run{At: at}, store.Present{}))
	}
	runs, problems := open(t, dir).Runs()
	mustDo(t, problems)
	for i, want := range []time.Time{monday, monday, monday.Add(time.Hour)} {
		if !runs[i].At.Equal(want) {
			t.Errorf("run %d at %v, want %v", i+1, runs[i].At, want)
		}
	}
}

func TestRunTimeIsNow(t *testing.T) {
	w := lock(t, t.TempDir())
	before := time.Now().Truncate(time.Millisecond)
	run := &metrics.Run{}
	mustDo(t, w.Commit(context.Background(), run, store.Present{}))
	if run.At.Before(before) || run.At.After(time.Now()) || run.At.Location() != time.UTC {
		t.Errorf("run at %v, want now in UTC", run.At)
	}
}

func TestChanges(t *testing.T) {
	w := lock(t, t.TempDir())
	gmv := metrics.Change{Address: "kpi.gmv", Action: metrics.Create, Class: metrics.Additive, Reason: "new"}
	aov := metrics.Change{Address: "kpi.aov", Action: metrics.Create, Class: metrics.Additive, Reason: "new"}
	edited := metrics.Change{Address: "kpi.gmv", Action: metrics.Update, Class: metrics.ValueChanging, Reason: "where",
		Fields: []metrics.FieldChange{{Name: "where", Old: "a < 1", New: "a < 2 && b == \"<&>\""}}}
	for i, changes := range [][]metrics.Change{{aov, gmv}, nil, {edited}} {
		run := &metrics.Run{At: monday.AddDate(0, 0, i), User: "ana", Message: "m\n二", Changes: changes}
		mustDo(t, w.Commit(context.Background(), run, store.Present{}))
	}
	tests := []struct {
		name    string
		address string
		since   time.Time
		want    string // runs with their changes
	}{
		{"all", "", time.Time{}, "1:kpi.aov,kpi.gmv 2: 3:kpi.gmv"},
		{"of one", "kpi.gmv", time.Time{}, "1:kpi.gmv 3:kpi.gmv"},
		{"since the very time", "", monday.AddDate(0, 0, 1), "2: 3:kpi.gmv"},
		{"of one, since", "kpi.aov", monday.AddDate(0, 0, 1), ""},
		{"of none", "kpi.gm", time.Time{}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			runs, problems := w.Store().Changes(test.address, test.since)
			mustDo(t, problems)
			got := ""
			for i, r := range runs {
				if i > 0 {
					got += " "
				}
				got += fmt.Sprint(r.ID, ":")
				for j, c := range r.Changes {
					if j > 0 {
						got += ","
					}
					got += c.Address
				}
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	runs, problems := w.Store().Changes("kpi.gmv", monday.AddDate(0, 0, 2))
	mustDo(t, problems)
	if r := runs[0]; r.User != "ana" || r.Message != "m\n二" || r.Changes[0].Fields[0] != edited.Fields[0] {
		t.Errorf("the run came back as %+v", r)
	}
}
