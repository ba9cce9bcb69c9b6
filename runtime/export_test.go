package runtime

import (
	"context"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/dashboard"
	"github.com/metricsascode/metrics/runtime/store"
)

// SetLockWait shortens the wait for another writer.
func SetLockWait(d time.Duration) { lockWait = d }

// OlderStore applies a project and makes its store one of an older version.
var OlderStore = olderStore

// SnapshotOf is what a project was compiled from.
var SnapshotOf = (*Project).snapshot

// PageParts are the scans of what is published that a page makes, as SQL over published,
// and the two halves of its making: reading its values, and drawing it.
func PageParts(t testing.TB, p *Project, d *metrics.Dashboard) (scans []string, read, draw func()) {
	t.Helper()
	in, values := &dashboard.Input{}, ""
	within := func(do func(st *store.Store) diag.List) {
		if diags := store.Read(p.StoreDir(), do); diags.HasErrors() {
			t.Fatal(diags)
		}
	}
	within(func(st *store.Store) (diags diag.List) {
		in, values, diags = p.pageOf(d, st)
		return diags
	})
	for _, s := range pageScans(in) {
		scans = append(scans, s.statement(p.Calendar, "published"))
	}
	read = func() {
		in.Values = dashboard.NewValues()
		within(func(st *store.Store) diag.List { return p.readPage(context.Background(), st, values, in) })
	}
	return scans, read, func() {
		if _, err := dashboard.Draw(dashboard.Build(*in), "html"); err != nil {
			t.Fatal(err)
		}
	}
}
