package runtime_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
	"github.com/metricsascode/metrics/runtime/store"
)

const tiny = `project "tiny" {
  as_of  = "2026-02-01"
  grains = [month]
}
source "orders" {
  rows = [{ day = "2026-01-05", amount = 10 }]
  time = day
  columns {
    day    = date
    amount = integer
  }
}
kpi "sales" { value = sum(orders.amount) }
`

func projectOf(t *testing.T, text string) *runtime.Project {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "project.hcl"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	p, diags := runtime.Open(context.Background(), runtime.Options{Dir: dir})
	none(t, diags)
	return p
}

// TestApplyWhileLocked holds the store as another apply does: the second one
// names the holder and changes nothing; queries don't wait.
func TestApplyWhileLocked(t *testing.T) {
	ctx := context.Background()
	runtime.SetLockWait(50 * time.Millisecond)
	defer runtime.SetLockWait(10 * time.Second)
	p := projectOf(t, tiny)
	plan, diags := p.Plan(ctx)
	none(t, diags)
	st, diags := store.Open(p.StoreDir())
	none(t, diags)
	writer, diags := st.Lock(ctx, time.Second, "metrics apply of somebody")
	none(t, diags)

	_, diags = p.Apply(ctx, plan, "")
	if len(diags) != 1 || diags[0].Code != diag.StoreLocked || !strings.Contains(diags[0].Summary+diags[0].Detail, "apply of somebody") {
		t.Errorf("diagnostics %v, want %s that names the holder", diags, diag.StoreLocked)
	}
	if _, err := os.Stat(filepath.Join(p.StoreDir(), "CURRENT")); !os.IsNotExist(err) {
		t.Errorf("the store was written to: %v", err)
	}
	if _, diags := p.Plan(ctx); diags.HasErrors() {
		t.Errorf("a plan waits for the lock: %v", diags)
	}

	none(t, writer.Close())
	applied, diags := p.Apply(ctx, plan, "")
	none(t, diags)
	if applied.Run == nil || applied.Run.New != 1 {
		t.Errorf("after the lock was given back: %+v", applied.Run)
	}
}
