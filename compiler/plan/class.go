package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// Weight is the place of a class from the weightiest on.
func Weight(c metrics.Class) int { return slices.Index(weight, c) }

// weight orders classes from the weightiest to the lightest.
var weight = []metrics.Class{metrics.Breaking, metrics.ValueChanging, metrics.Indirect, metrics.Additive, metrics.AlertOnly, metrics.Cosmetic}

// finding is one thing that a change does.
type finding struct {
	class  metrics.Class
	reason string
}

// judgement is all that a changed definition does.
type judgement struct {
	kind     string
	from, to metrics.Definition
	parts    []string // attributes whose meaning changed
	findings []finding
}

// judge compares the two states of a definition.
func judge(from, to metrics.Definition) *judgement {
	kind, _, _ := strings.Cut(to.Address, ".")
	j := &judgement{kind: kind, from: from, to: to}
	if isPage(kind) {
		j.find(metrics.Cosmetic, "what it shows changes; no value moves")
		return j
	}
	if kind == "change" {
		if from.Own != to.Own {
			j.find(metrics.ValueChanging, "when its KPIs are of the new definition changes")
		}
		return j
	}
	if kind == "threshold" {
		if from.Own != to.Own {
			j.parts = dissimilar(from.Parts, to.Parts)
			j.find(metrics.AlertOnly, "its "+joinAnd(j.parts)+verbOf(j.parts)+"; states may change, no value moves")
		}
		return j
	}
	if kind == "check" {
		if from.Own != to.Own || !maps.Equal(from.Settings, to.Settings) {
			j.find(metrics.AlertOnly, "what it demands changes; no value moves")
		}
		return j
	}
	j.meaning()
	j.settings()
	return j
}

func (j *judgement) find(class metrics.Class, reason string) {
	j.findings = append(j.findings, finding{class, reason})
}

// meaning looks at what is computed. A definition that is written in another way and
// means the same changes nothing.
func (j *judgement) meaning() {
	if j.kind == "kpi" {
		if j.from.Settings["unit"] != j.to.Settings["unit"] {
			j.find(metrics.Breaking, "its unit changes from "+orNone(j.from.Settings["unit"])+" to "+orNone(j.to.Settings["unit"]))
		}
		if j.from.Settings["tax"] != j.to.Settings["tax"] {
			j.find(metrics.Breaking, "its tax basis changes from "+orNone(j.from.Settings["tax"])+" to "+orNone(j.to.Settings["tax"]))
		}
	}
	switch {
	case j.from.Fingerprint == j.to.Fingerprint:
	case j.from.Own != j.to.Own:
		j.parts = slices.DeleteFunc(dissimilar(j.from.Parts, j.to.Parts), func(p string) bool { return strings.HasPrefix(p, cutPart) })
		j.find(metrics.ValueChanging, j.ownReason())
	default:
		j.find(metrics.Indirect, "something upstream changes")
	}
	if cuts := remadeCuts(j.from, j.to); len(cuts) > 0 && j.from.Fingerprint == j.to.Fingerprint {
		j.find(metrics.Indirect, "its cut by "+joinAnd(cuts)+" is made another way")
	}
}

// remadeCuts is the dimensions of a KPI whose members are made another way.
func remadeCuts(from, to metrics.Definition) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(to.Parts)) {
		dimension, isCut := strings.CutPrefix(name, cutPart)
		if old, kept := from.Parts[name]; isCut && kept && old != to.Parts[name] {
			out = append(out, dimension)
		}
	}
	return out
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// dissimilar is the parts that differ, in order of name.
func dissimilar(from, to map[string]string) []string {
	all := maps.Clone(from)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, to)
	return slices.DeleteFunc(slices.Sorted(maps.Keys(all)), func(name string) bool { return from[name] == to[name] })
}

// ownReason says what of a definition computes otherwise.
func (j *judgement) ownReason() string {
	if len(j.parts) > 0 && len(j.from.Parts) > 0 {
		names := make([]string, len(j.parts))
		for i, p := range j.parts {
			names[i] = p
			if column, ok := strings.CutPrefix(p, "columns."); ok {
				names[i] = "column " + column
			}
		}
		return "its " + joinAnd(names) + verbOf(names)
	}
	switch j.kind {
	case "source":
		return "its rows are read or cleaned another way"
	case "dimension":
		return "its members are made another way"
	case "project":
		return "the calendar changes"
	case "calendar":
		return "its periods are read another way"
	}
	return "its expression, filter or time changes"
}

// verbOf says of names that they change.
func verbOf(names []string) string {
	if len(names) > 1 {
		return " change"
	}
	return " changes"
}

func joinAnd(names []string) string {
	const shown = 4
	if n := len(names); n > shown {
		return strings.Join(names[:shown-1], ", ") + " and other parts"
	}
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// settings looks at what is kept, and how values are judged.
func (j *judgement) settings() {
	old, now := j.from.Settings, j.to.Settings
	if j.kind == "kpi" {
		for _, s := range []struct{ name, one string }{{"by", "cut"}, {"grains", "grain"}} {
			if lost := dropped(old[s.name], now[s.name]); lost != "" {
				j.find(metrics.Breaking, "drops the "+s.one+" "+lost)
			}
			if gained := dropped(now[s.name], old[s.name]); gained != "" {
				j.find(metrics.Additive, "adds the "+s.one+" "+gained)
			}
		}
		for _, name := range []string{"target", "direction", "lag"} {
			if old[name] != now[name] {
				j.find(metrics.AlertOnly, "its "+name+" changes; states may change, no value moves")
			}
		}
		if old["shown"] != now["shown"] {
			j.find(metrics.Additive, "pages or thresholds need it by other cuts or grains")
		}
		return
	}
	if j.kind == "source" {
		if !maps.Equal(old, now) {
			j.find(metrics.AlertOnly, "what is demanded of its rows changes; no value moves")
		}
		return
	}
	if !maps.Equal(old, now) {
		j.find(metrics.Additive, "changes what is kept or how it is shown")
	}
}

// dropped is what the list from has and to lacks, shown; "" where nothing.
func dropped(from, to string) string {
	kept := strings.Split(to, ";")
	var out []string
	for item := range strings.SplitSeq(from, ";") {
		if item != "" && !slices.Contains(kept, item) {
			out = append(out, item)
		}
	}
	return strings.Join(out, ", ")
}

// verdict is the weightiest class, and all reasons, the weightiest first.
func (j *judgement) verdict() (metrics.Class, string) {
	if len(j.findings) == 0 {
		return metrics.Cosmetic, "same meaning"
	}
	sorted := slices.Clone(j.findings)
	slices.SortStableFunc(sorted, func(a, b finding) int { return slices.Index(weight, a.class) - slices.Index(weight, b.class) })
	var reasons []string
	for _, f := range sorted {
		reasons = append(reasons, f.reason)
	}
	return sorted[0].class, strings.Join(reasons, "; ")
}

// field is what an attribute alone does.
func (j *judgement) field(f metrics.FieldChange) metrics.Class {
	name := f.Name
	old, now := j.from.Settings, j.to.Settings
	switch {
	case j.kind == "threshold" && slices.Contains(j.parts, name):
		return metrics.AlertOnly
	case j.kind == "threshold":
		return metrics.Cosmetic
	case j.kind == "check" && (name == "assert" || name == "on_fail" || name == "grains"):
		return metrics.AlertOnly
	case slices.Contains(j.parts, name):
		return metrics.ValueChanging
	case j.kind != "kpi" && len(j.findings) > 0 && slices.Contains([]string{"values", "parent", "grains", "history", "fx"}, name):
		return metrics.Additive
	case j.kind != "kpi" && j.kind != "source" && j.from.Fingerprint != j.to.Fingerprint && !worded(name):
		return metrics.ValueChanging
	case old[name] == now[name]:
		return metrics.Cosmetic
	case name == "by" || name == "grains":
		if dropped(old[name], now[name]) != "" {
			return metrics.Breaking
		}
		return metrics.Additive
	}
	return metrics.AlertOnly // target, direction, lag
}

// worded tells whether an attribute is for people alone.
func worded(name string) bool {
	return slices.Contains([]string{"label", "description", "owner", "tags", "format", "tier"}, name)
}
