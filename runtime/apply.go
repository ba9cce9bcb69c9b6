package runtime

import (
	"context"
	"encoding/json"
	"fmt"
	"os/user"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/revision"
	"github.com/metricsascode/metrics/runtime/store"
)

// lockWait is how long an apply waits for another one.
var lockWait = 10 * time.Second

// Apply carries a plan out, all or nothing: exactly what was approved, or
// nothing where files, data or store have moved since.
func (p *Project) Apply(ctx context.Context, approved *plan.Plan, message string) (*plan.Applied, diag.List) {
	st, diags := p.Store()
	if diags.HasErrors() {
		return nil, diags
	}
	writer, diags := st.Lock(ctx, lockWait, "metrics apply")
	if diags.HasErrors() {
		return nil, diags
	}
	applied, diags := p.applyLocked(ctx, writer, approved, message)
	if diags.HasErrors() {
		writer.Discard()
	}
	return applied, append(diags, writer.Close()...)
}

func (p *Project) applyLocked(ctx context.Context, writer *store.Writer, approved *plan.Plan, message string) (*plan.Applied, diag.List) {
	w, diags := p.prepare(ctx, writer.Store())
	if w != nil {
		defer w.close()
	}
	if diags.HasErrors() {
		return nil, diags
	}
	if moved := stale(approved, &w.plan); len(moved) > 0 {
		return nil, append(diags, stalePlan(moved))
	}
	applied := &plan.Applied{Plan: &w.plan, Checks: w.plan.Checks, KPIs: len(w.plan.Compute)}
	diags = append(diags, p.noticeMissing(&w.plan)...)
	if diags = append(diags, w.found...); diags.HasErrors() {
		return nil, diags
	}
	if w.plan.Verdict.Nothing {
		return applied, diags
	}
	run := w.newRun(p, approved, message)
	if w.touchesValues() {
		diags = append(diags, w.carryOut(ctx, p, writer, run)...)
		if diags.HasErrors() {
			return nil, diags
		}
	} else {
		run.Unchanged = w.store.Catalog().Current.Rows
	}
	next := w.present(p)
	alerts, more := w.judgeThresholds(ctx, p, writer, run)
	if diags = append(diags, more...); diags.HasErrors() {
		return nil, diags
	}
	next.Alerts = alerts
	if more := writer.Commit(ctx, run, next); more.HasErrors() {
		return nil, append(diags, more...)
	}
	applied.Run = run
	return applied, diags
}

// touchesValues tells whether published values can change, or a check must be
// judged anew; cosmetic changes need no data at all.
func (w *work) touchesValues() bool {
	return len(w.plan.Compute) > 0 || len(w.plan.Sources) > 0 || slices.ContainsFunc(w.plan.Changes, func(c metrics.Change) bool {
		return c.Class != metrics.Cosmetic && c.Class != metrics.AlertOnly || strings.HasPrefix(c.Address, "check.")
	})
}

// carryOut computes and publishes, unless a check ends it.
func (w *work) carryOut(ctx context.Context, p *Project, writer *store.Writer, run *metrics.Run) diag.List {
	diags := w.attach(ctx, p)
	if diags.HasErrors() {
		return diags
	}
	return append(diags, w.publish(ctx, p, writer, run)...)
}

func sourceNames(m *metrics.Model) []string {
	var out []string
	for _, s := range m.Sources {
		out = append(out, s.Name)
	}
	return out
}

func (w *work) newRun(p *Project, approved *plan.Plan, message string) *metrics.Run {
	run := &metrics.Run{AsOf: p.AsOf, User: userName(), Message: message, Version: Version, Changes: slices.Clone(w.plan.Changes), Moved: []string{}}
	for _, s := range p.Model.Sources {
		run.Accounts = append(run.Accounts, w.sources[s.Name].Account)
	}
	for _, s := range w.plan.Sources {
		if s.Reason == "data" {
			run.Moved = append(run.Moved, s.Source)
		}
	}
	for i, c := range run.Changes {
		j := slices.IndexFunc(approved.Changes, func(a metrics.Change) bool { return a.Address == c.Address })
		if j >= 0 {
			run.Changes[i].Effect = approved.Changes[j].Effect
		}
	}
	if len(run.Changes) > 0 {
		p.findAuthors(run)
	}
	return run
}

// mostAuthors is of how many changed definitions the authors are looked for: each is
// followed through the history. Of a first apply, the commit says enough.
const mostAuthors = 200

// findAuthors notes who committed the changed definitions.
func (p *Project) findAuthors(run *metrics.Run) {
	authors := revision.AuthorsOf(p.Dir)
	if authors == nil {
		return
	}
	run.Commit = authors.Head()
	if len(run.Changes) > mostAuthors {
		return
	}
	for i, c := range run.Changes {
		if c.Range == nil {
			continue // it is gone
		}
		if who, known := authors.Of(c.Range.File, p.Text(c.Address)); known {
			run.Changes[i].Author, run.Changes[i].Commit = who.Name, who.Commit
		}
	}
}

func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

// present is what the commit makes current beside the values.
func (w *work) present(p *Project) store.Present {
	inputs, _ := json.Marshal(w.inputs.hashes) // plain maps: can't fail
	bases, _ := json.Marshal(w.bases)
	next := store.Present{Project: p.Model.Project.Name, Definitions: w.definitions, Fingerprints: plan.FingerprintVersion,
		Snapshot: p.snapshot(), Sources: w.sources, Inputs: inputs, Bases: bases}
	w.keepEarlier(p, &next)
	return next
}

// keptOut warns of rows that are in no number.
func keptOut(source string, n int64) diag.Diagnostic {
	rows := fmt.Sprintf("%d rows of %s are", n, source)
	if n == 1 {
		rows = "1 row of " + source + " is"
	}
	return diag.Diagnostic{Severity: diag.Warning, Code: diag.UnreadableValue, Address: "source." + source, Summary: rows + " kept out",
		Detail: fmt.Sprintf("See file, line and reason of each by: metrics rejects %s. Mend the file, or say in the definition how to read such values.", source)}
}
