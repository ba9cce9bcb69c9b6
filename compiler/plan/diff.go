package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// Field is one attribute or nested block of a definition, as text.
type Field struct{ Name, Text string }

// Diff compares two sets of definitions, each in order of address. fields takes
// a block's text apart; it is asked only where texts differ.
func Diff(from, to []metrics.Definition, fields func(text string) []Field) []metrics.Change {
	var out []metrics.Change
	i, j := 0, 0
	for i < len(from) || j < len(to) {
		switch {
		case j == len(to) || i < len(from) && from[i].Address < to[j].Address:
			out = append(out, removed(from[i]))
			i++
		case i == len(from) || to[j].Address < from[i].Address:
			out = append(out, created(to[j], fields))
			j++
		default:
			if c, changed := updated(from[i], to[j], fields); changed {
				out = append(out, c)
			}
			i++
			j++
		}
	}
	return out
}

func removed(d metrics.Definition) metrics.Change {
	c := metrics.Change{Address: d.Address, Action: metrics.Delete, Class: metrics.Breaking, Reason: "removed"}
	kind, _, _ := strings.Cut(d.Address, ".")
	switch {
	case kind == "check":
		c.Class, c.Reason = metrics.AlertOnly, "removed; no value moves"
	case isPage(kind):
		c.Class, c.Reason = metrics.Cosmetic, "removed; no value moves"
	}
	return c
}

func created(d metrics.Definition, fields func(string) []Field) metrics.Change {
	c := metrics.Change{Address: d.Address, Action: metrics.Create, Class: metrics.Additive, Reason: "new"}
	for _, f := range fields(d.Text) {
		c.Fields = append(c.Fields, metrics.FieldChange{Name: f.Name, New: f.Text})
	}
	return c
}

func updated(from, to metrics.Definition, fields func(string) []Field) (metrics.Change, bool) {
	if from.Text == to.Text && from.Fingerprint == to.Fingerprint && maps.Equal(from.Settings, to.Settings) {
		return metrics.Change{}, false
	}
	c := metrics.Change{Address: to.Address, Action: metrics.Update}
	if from.Text != to.Text {
		c.Fields = fieldChanges(fields(from.Text), fields(to.Text))
	}
	c.Class, c.Reason = classify(from, to)
	return c, true
}

func fieldChanges(from, to []Field) []metrics.FieldChange {
	old, now := map[string]string{}, map[string]string{}
	for _, f := range from {
		old[f.Name] = f.Text
	}
	for _, f := range to {
		now[f.Name] = f.Text
	}
	all := maps.Clone(old)
	maps.Copy(all, now)
	var out []metrics.FieldChange
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if old[name] != now[name] {
			out = append(out, metrics.FieldChange{Name: name, Old: old[name], New: now[name]})
		}
	}
	return out
}

// classify says what a change does; the weightiest reason counts.
func classify(from, to metrics.Definition) (metrics.Class, string) {
	kind, _, _ := strings.Cut(to.Address, ".")
	old, now := from.Settings, to.Settings
	switch {
	case kind == "kpi" && old["unit"] != now["unit"]:
		return metrics.Breaking, "its unit changes"
	case kind == "kpi" && old["tax"] != now["tax"]:
		return metrics.Breaking, "its tax basis changes"
	case isPage(kind):
		return metrics.Cosmetic, "what it shows changes; no value moves"
	case kind == "check" && (from.Own != to.Own || !maps.Equal(old, now)):
		return metrics.AlertOnly, "what it demands changes; no value moves"
	case from.Own != to.Own:
		return metrics.ValueChanging, ownReason(kind)
	}
	if lost := dropped(old["by"], now["by"]); lost != "" {
		return metrics.Breaking, "drops the cut " + lost
	}
	if lost := dropped(old["grains"], now["grains"]); lost != "" && kind == "kpi" {
		return metrics.Breaking, "drops the grain " + lost
	}
	if from.Fingerprint != to.Fingerprint {
		return metrics.Indirect, "something upstream changes"
	}
	if gained := dropped(now["by"], old["by"]); gained != "" {
		return metrics.Additive, "adds the cut " + gained
	}
	if gained := dropped(now["grains"], old["grains"]); gained != "" && kind == "kpi" {
		return metrics.Additive, "adds the grain " + gained
	}
	for _, name := range []string{"target", "direction", "lag"} {
		if old[name] != now[name] {
			return metrics.AlertOnly, "its " + name + " changes; no value moves"
		}
	}
	if kind == "source" && !maps.Equal(old, now) {
		return metrics.AlertOnly, "what is demanded of its rows changes; no value moves"
	}
	if !maps.Equal(old, now) {
		return metrics.Additive, "changes what is kept or how it is shown"
	}
	return metrics.Cosmetic, "same meaning"
}

func ownReason(kind string) string {
	switch kind {
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
