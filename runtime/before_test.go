package runtime

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/store"
)

const migratedProject = `project "p" {
  as_of  = "2026-03-01"
  grains = [month]
}
variable "low" {
  type    = number
  default = 0
}
source "orders" {
  rows = [{ id = "1", day = "2026-01-05", amount = 3 }, { id = "2", day = "2026-02-05", amount = 4 }]
  key  = [id]
  time = day
  columns {
    id     = string
    day    = date
    amount = decimal(18, 2)
  }
}
locals {
  counts = orders.amount > var.low
}
kpi "sales" { value = sum(orders.amount, local.counts) }
kpi "twice" { value = kpi.sales * 2 }
kpi "orders" { value = count(orders) }
`

func projectIn(t *testing.T, dir, text string) *Project {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "project.hcl"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	p, diags := Open(context.Background(), Options{Dir: dir, Variables: map[string]string{"low": "1"}})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return p
}

func planOf(t *testing.T, p *Project) *plan.Plan {
	t.Helper()
	made, diags := p.Plan(context.Background())
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return made
}

// olderStore applies a project and makes its store one that an older version of the
// program wrote, with fingerprints of its own.
func olderStore(t *testing.T, p *Project, snapshot store.Snapshot) {
	t.Helper()
	ctx := context.Background()
	if _, diags := p.Apply(ctx, planOf(t, p), ""); diags.HasErrors() {
		t.Fatal(diags)
	}
	st, _ := p.Store()
	w, diags := p.prepare(ctx, st)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	defer w.close()
	older := slices.Clone(w.definitions)
	prints := map[string]string{}
	for i := range older {
		older[i].Fingerprint = "older " + older[i].Fingerprint
		older[i].Own = "older " + older[i].Own
		prints[older[i].Address] = older[i].Fingerprint
	}
	bases, err := json.Marshal(w.restsOn(p, prints))
	if err != nil {
		t.Fatal(err)
	}
	writer, diags := st.Lock(ctx, lockWait, "test")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	present := w.present(p)
	present.Definitions, present.Fingerprints, present.Bases, present.Snapshot = older, "1", bases, snapshot
	if diags := append(writer.Commit(ctx, &metrics.Run{AsOf: p.AsOf}, present), writer.Close()...); diags.HasErrors() {
		t.Fatal(diags)
	}
}

// TestOlderFingerprints: where an older version of the program made a store's
// fingerprints, nothing looks changed for that, and what did change does.
func TestOlderFingerprints(t *testing.T) {
	for name, kept := range map[string]func(*Project) store.Snapshot{
		"with files": (*Project).snapshot,
		"without":    func(*Project) store.Snapshot { return store.Snapshot{} },
		"unreadable": func(*Project) store.Snapshot { return store.Snapshot{Files: map[string]string{"a.hcl": "gone {"}} },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			p := projectIn(t, dir, migratedProject)
			olderStore(t, p, kept(p))
			if made := planOf(t, p); !made.Verdict.Nothing {
				t.Errorf("nothing changed, and the plan says: %s %v %v", made.Verdict.Text, made.Changes, made.Compute)
			}
			edited := projectIn(t, dir, migratedProject[:len(migratedProject)-len("kpi \"orders\" { value = count(orders) }\n")]+
				"kpi \"orders\" { value = count(orders, orders.amount > 3) }\n")
			made := planOf(t, edited)
			if len(made.Changes) != 1 || made.Changes[0].Address != "kpi.orders" || made.Changes[0].Class != metrics.ValueChanging ||
				!slices.Equal(made.Compute, []string{"orders"}) {
				t.Errorf("one KPI changed, and the plan says: %v, compute %v", made.Changes, made.Compute)
			}
			if _, diags := edited.Apply(context.Background(), made, ""); diags.HasErrors() {
				t.Fatal(diags)
			}
			st, _ := edited.Store()
			if st.Catalog().Fingerprints != plan.FingerprintVersion {
				t.Error("the apply left the old fingerprints")
			}
			if again := planOf(t, edited); !again.Verdict.Nothing {
				t.Error("after the apply, the plan says: ", again.Verdict.Text)
			}
		})
	}
}

// TestSnapshot: what the store keeps compiles to the definitions that it has, with
// the values of variables.
func TestSnapshot(t *testing.T) {
	p := projectIn(t, t.TempDir(), migratedProject)
	ctx := context.Background()
	if _, diags := p.Apply(ctx, planOf(t, p), ""); diags.HasErrors() {
		t.Fatal(diags)
	}
	st, _ := p.Store()
	before, diags := p.lastVersion(ctx, st)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	old, diags := before.open(ctx)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	again := plan.Definitions(old.Model, old.Text)
	if !slices.EqualFunc(again, before.definitions, func(a, b metrics.Definition) bool {
		return a.Address == b.Address && a.Fingerprint == b.Fingerprint && a.Text == b.Text && maps.Equal(a.Settings, b.Settings)
	}) {
		t.Errorf("stored %v, compiled again %v", before.definitions, again)
	}
	if snapshot, _ := st.Snapshot(); !maps.Equal(snapshot.Variables, map[string]string{"low": "1"}) {
		t.Error("variables: ", snapshot.Variables)
	}
}
