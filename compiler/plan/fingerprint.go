// Package plan compares what a project says with what was applied: fingerprints
// of meaning, and typed changes with their class and reason. It is pure data;
// the runtime adds what only the data can tell.
package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// fingerprintVersion goes into every fingerprint: it changes when their making does.
const fingerprintVersion = "2"

func quote(s string) string { return strconv.Quote(s) }

func hash(parts ...string) string {
	h := sha256.New()
	h.Write([]byte(fingerprintVersion))
	for _, p := range parts {
		fmt.Fprintf(h, "\x00%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// fingerprints computes and remembers the fingerprints of a model's things. own
// is without upstream, so that a direct change can be told from an indirect one.
type fingerprints struct {
	model    *metrics.Model
	calendar string
	sources  map[string]string
	meanings map[string]string // of sources, spelled by name
	own      map[string]string
	dims     map[string]string
	kpis     map[string]string
}

func newFingerprints(m *metrics.Model) *fingerprints {
	p := m.Project
	return &fingerprints{
		model: m, calendar: fmt.Sprint(p.Timezone, p.WeekStart, p.FiscalYearStart),
		sources: map[string]string{}, meanings: map[string]string{}, own: map[string]string{}, dims: map[string]string{}, kpis: map[string]string{},
	}
}

// names spells upstream things by name, for own fingerprints.
func names() *canonical {
	same := func(name string) string { return name }
	return &canonical{source: same, dimension: same, kpi: same, calendar: same, rates: func() string { return "" }, entities: func(*metrics.ColumnRef) string { return "" }}
}

func (f *fingerprints) upstream() *canonical {
	return &canonical{source: f.source, dimension: f.dimension, kpi: f.kpi, calendar: f.namedCalendar, rates: f.rates, entities: f.entities}
}

// meaning is the part of a source that its rows depend on.
func (f *fingerprints) meaning(s *metrics.Source, c *canonical) string {
	var b strings.Builder
	put := func(label string, v any) {
		text, _ := json.Marshal(v) // plain data: can't fail
		fmt.Fprintf(&b, "%s=%s;", label, text)
	}
	put("calendar", f.calendar)
	switch r := s.Reader.(type) {
	case *metrics.Union:
		var leaves []string
		for _, leaf := range r.Sources {
			leaves = append(leaves, c.source(leaf)+"/"+leaf)
		}
		slices.Sort(leaves)
		put("union", leaves)
		put("tag", r.Tag)
	case *metrics.Inline:
		put("names", r.Names)
		for _, row := range r.Rows {
			for _, l := range row {
				fmt.Fprintf(&b, "%s:%q,", l.Type.Kind, l.Text)
			}
			b.WriteByte(';')
		}
	default:
		put(fmt.Sprintf("%T", r), r)
	}
	for _, column := range s.Columns {
		f.column(put, column, c)
	}
	put("key", s.Key)
	put("time", s.Time)
	put("where", c.optional(s.Where))
	put("dedupe", s.Dedupe)
	put("grain", s.Grain)
	if s.Allocated() {
		put("allocate", s.Allocate)
	}
	put("ahead", s.Ahead)
	put("covered", s.Covered)
	if len(s.CoverageBy) > 0 {
		put("coverage", s.CoverageBy)
	}
	for _, check := range s.Checks {
		if check.OnFail == metrics.Quarantine { // the others change no row
			put("check", c.expr(check.Assert))
		}
	}
	put("unit", s.RowUnit)
	put("valid", s.Valid)
	for _, ref := range s.References {
		if !ref.Entity {
			put("reference", ref)
		}
	}
	return b.String()
}

func (f *fingerprints) column(put func(string, any), column *metrics.Column, c *canonical) {
	plain := *column
	plain.Label, plain.Description = "", ""
	plain.Classification, plain.Mask = "", ""                 // who may see values changes none
	if column.OnFail == "" || column.OnFail == metrics.Warn { // a warning changes no row
		plain.Values = nil
	}
	put("column", plain)
	put("value", c.optional(column.Value))
	if r := column.Range; r != nil && (plain.OnFail != "" && plain.OnFail != metrics.Warn || column.Type.Temporal()) {
		for _, l := range r {
			if l != nil {
				put("range", l.Text)
			}
		}
	}
}

func (f *fingerprints) dimension(name string) string {
	if v, known := f.dims[name]; known {
		return v
	}
	d := f.model.Dimension(name)
	if d == nil {
		return name
	}
	f.dims[name] = hash("dimension", name, dimensionMeaning(d, f.upstream()))
	return f.dims[name]
}

func dimensionMeaning(d *metrics.Dimension, c *canonical) string {
	var parts []string
	for _, from := range d.From {
		parts = append(parts, c.source(from.Source)+":"+c.expr(from.Value))
	}
	return strings.Join(parts, ";")
}

func (f *fingerprints) kpi(name string) string {
	if v, known := f.kpis[name]; known {
		return v
	}
	k := f.model.KPI(name)
	if k == nil {
		return name
	}
	f.kpis[name] = hash("kpi", f.kpiMeaning(k, f.upstream()))
	return f.kpis[name]
}

func (f *fingerprints) kpiMeaning(k *metrics.KPI, c *canonical) string {
	at := ""
	if t := k.Time; t != nil && !f.usual(t) {
		at = c.expr(t)
	}
	if !k.Carry.IsZero() {
		at += "carry " + k.Carry.String()
	}
	return strings.Join([]string{c.optional(k.Value), c.optional(k.Where), at, string(k.Unit), string(k.Tax), k.Type.Kind.String()}, "|")
}

// usual tells whether a KPI's time is what its source has anyway.
func (f *fingerprints) usual(t *metrics.ColumnRef) bool {
	s := f.model.Source(t.Source)
	return s != nil && len(t.Path) == 0 && s.Time == t.Column
}

// CutFingerprint is the fingerprint of a KPI's values by a set of dimensions.
func CutFingerprint(kpi string, dimensions []string) string {
	if len(dimensions) == 0 {
		return kpi
	}
	return hash(append([]string{"cut", kpi}, dimensions...)...)
}

// Definitions describes all of a model's things for the store, in order of
// address. text gives a block as it is written.
func Definitions(m *metrics.Model, text func(address string) string) []metrics.Definition {
	f := newFingerprints(m)
	byName := names()
	out := make([]metrics.Definition, 0, len(m.Dimensions)+len(m.KPIs)+len(m.Sources)+1)
	for _, d := range m.Dimensions {
		out = append(out, metrics.Definition{
			Address: "dimension." + d.Name, Fingerprint: f.dimension(d.Name), Own: hash(dimensionMeaning(d, byName)),
			Settings: map[string]string{"values": strings.Join(d.Values, "\x00"), "parent": d.Parent},
		})
	}
	for _, c := range m.Checks {
		out = append(out, metrics.Definition{
			Address: "check." + c.Name, Fingerprint: hash("check", f.upstream().optional(c.Assert)), Own: hash(byName.optional(c.Assert)),
			Settings: map[string]string{"on_fail": string(c.OnFail), "grains": grainNames(c.KPI.Grains)},
		})
	}
	for _, k := range m.KPIs {
		out = append(out, metrics.Definition{
			Address: "kpi." + k.Name, Fingerprint: f.kpi(k.Name), Own: hash(f.kpiMeaning(k, byName)), Settings: kpiSettings(k),
		})
	}
	out = append(out, f.calendars(byName)...)
	out = append(out, pages(m)...)
	out = append(out, projectDefinition(m))
	for _, s := range m.Sources {
		out = append(out, metrics.Definition{
			Address: "source." + s.Name, Fingerprint: f.source(s.Name), Own: hash(f.meaning(s, byName)), Settings: sourceSettings(s, byName),
		})
	}
	for i := range out {
		out[i].Text = text(out[i].Address)
	}
	slices.SortFunc(out, func(a, b metrics.Definition) int { return strings.Compare(a.Address, b.Address) })
	return out
}

// projectDefinition is the project's settings; those that change numbers are
// in the fingerprints of all sources already.
func projectDefinition(m *metrics.Model) metrics.Definition {
	p := m.Project
	grains, _ := json.Marshal(p.Grains)
	own := hash("project", fmt.Sprint(p.Timezone, p.WeekStart, p.FiscalYearStart))
	return metrics.Definition{
		Address: "project", Fingerprint: own, Own: own,
		Settings: map[string]string{"grains": string(grains), "history": p.History.String(), "fx": p.FX},
	}
}

// sourceSettings is what is demanded of a source's rows, and changes none of them.
func sourceSettings(s *metrics.Source, c *canonical) map[string]string {
	var all []string
	for _, column := range s.Columns {
		if len(column.Values) > 0 {
			all = append(all, column.Name, string(column.OnFail), strings.Join(column.Values, "\x00"))
		}
		if r := column.Range; r != nil {
			all = append(all, column.Name, string(column.OnFail))
			for _, l := range r {
				if l != nil {
					all = append(all, l.Text)
				}
				all = append(all, "")
			}
		}
	}
	for _, r := range s.References {
		if !r.Entity {
			all = append(all, r.Name, string(r.OnFail))
		}
	}
	for _, check := range s.Checks {
		all = append(all, check.Name, string(check.OnFail), c.expr(check.Assert))
	}
	for _, a := range s.Anomalies {
		all = append(all, a.Name, fmt.Sprint(a.Grain, a.Method, a.Factor, a.OnFail), c.expr(a.Measure))
	}
	if s.Freshness != nil {
		all = append(all, s.Freshness.Warn.String(), s.Freshness.Error.String())
	}
	if s.Silence != nil {
		all = append(all, s.Silence.Within.String(), string(s.Silence.OnFail))
	}
	if len(all) == 0 {
		return nil
	}
	return map[string]string{"checks": hash(all...)}
}

// kpiSettings is what stays out of the fingerprint, but isn't mere text.
func kpiSettings(k *metrics.KPI) map[string]string {
	s := map[string]string{}
	var cuts []string
	for _, set := range k.By {
		cuts = append(cuts, CutName(set))
	}
	s["by"], s["grains"] = strings.Join(cuts, ";"), grainNames(k.Grains)
	s["unit"], s["tax"] = string(k.Unit), string(k.Tax)
	s["shown"] = shownNames(k)
	s["lag"], s["direction"] = k.Lag.String(), k.Direction
	if t := k.Target; t != nil {
		s["target"] = "kpi." + t.KPI
		for _, l := range []*metrics.Literal{t.Value, t.Low, t.High} {
			if l != nil {
				s["target"] += "," + l.Text
			} else {
				s["target"] += ","
			}
		}
	}
	for name, v := range s {
		if v == "" {
			delete(s, name)
		}
	}
	return s
}

func grainNames(grains []metrics.Grain) string {
	names := make([]string, len(grains))
	for i, g := range grains {
		names[i] = string(g)
	}
	return strings.Join(names, ";")
}

// CutName is the name of a cut set: its dimensions in alphabetical order.
func CutName(set []string) string {
	sorted := slices.Clone(set)
	slices.Sort(sorted)
	return strings.Join(sorted, ",")
}
