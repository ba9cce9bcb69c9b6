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

// FingerprintVersion goes into every fingerprint: it changes when their making does.
// A store of another version is compared by compiling its definitions again.
const FingerprintVersion = "3"

func quote(s string) string { return strconv.Quote(s) }

func hash(parts ...string) string {
	h := sha256.New()
	h.Write([]byte(FingerprintVersion))
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
	values   map[string]string // of KPIs, without what they are counted in
}

func newFingerprints(m *metrics.Model) *fingerprints {
	p := m.Project
	return &fingerprints{
		model: m, calendar: fmt.Sprint(p.Timezone, p.WeekStart, p.FiscalYearStart),
		sources: map[string]string{}, meanings: map[string]string{}, own: map[string]string{}, dims: map[string]string{}, values: map[string]string{},
	}
}

// names spells upstream things by name, for own fingerprints.
func (f *fingerprints) names() *canonical {
	same := func(name string) string { return name }
	return &canonical{
		source: same, dimension: same, kpi: func(name string) string { return "kpi(" + name + ")" }, calendar: same,
		rates: func() string { return "" }, entities: func(*metrics.ColumnRef) string { return "" }, usual: f.usual,
	}
}

func (f *fingerprints) upstream() *canonical {
	return &canonical{source: f.source, dimension: f.dimension, kpi: f.value, calendar: f.namedCalendar, rates: f.rates, entities: f.entities, usual: f.usual}
}

// part is one attribute's share in a meaning.
type part struct{ name, text string }

// parts collects what a meaning consists of.
type parts []part

func (p *parts) put(name string, v any) {
	text, _ := json.Marshal(v) // plain data: can't fail
	*p = append(*p, part{name, string(text)})
}

func (p parts) meaning() string {
	var b strings.Builder
	for _, part := range p {
		fmt.Fprintf(&b, "%s=%s;", part.name, part.text)
	}
	return b.String()
}

// hashes is the hash of each part, so that it can be told which of them changed.
func (p parts) hashes() map[string]string {
	all := map[string]string{}
	for _, part := range p {
		all[part.name] += part.text
	}
	for name, text := range all {
		all[name] = hash(text)[:8]
	}
	return all
}

// meaning is what a source's rows depend on, attribute by attribute.
func (f *fingerprints) meaning(s *metrics.Source, c *canonical) parts {
	var p parts
	p.put("calendar", f.calendar)
	f.reader(&p, s, c)
	columns := slices.SortedFunc(slices.Values(s.Columns), func(a, b *metrics.Column) int { return strings.Compare(a.Name, b.Name) })
	for _, column := range columns {
		f.column(&p, column, c)
	}
	p.put("key", s.Key)
	p.put("time", s.Time)
	p.put("where", c.optional(s.Where))
	p.put("dedupe", s.Dedupe)
	p.put("grain", s.Grain)
	if s.Allocated() {
		p.put("allocate", s.Allocate)
	}
	p.put("ahead", s.Ahead)
	p.put("covered", s.Covered)
	if len(s.CoverageBy) > 0 {
		p.put("coverage", s.CoverageBy)
	}
	for _, check := range s.Checks {
		if check.OnFail == metrics.Quarantine { // the others change no row
			p.put("check "+check.Name, c.expr(check.Assert))
		}
	}
	p.put("row_unit", s.RowUnit)
	p.put("valid", s.Valid)
	for _, ref := range s.References {
		if !ref.Entity {
			p.put("reference "+ref.Name, ref)
		}
	}
	return p
}

// reader is where the rows come from.
func (f *fingerprints) reader(p *parts, s *metrics.Source, c *canonical) {
	switch r := s.Reader.(type) {
	case *metrics.Union:
		var leaves []string
		for _, leaf := range r.Sources {
			leaves = append(leaves, c.source(leaf)+"/"+leaf)
		}
		slices.Sort(leaves)
		p.put("union", leaves)
		p.put("tag", r.Tag)
	case *metrics.SQL:
		p.put("sql", r.Canonical(func(name string) string { return "${" + c.source(name) + "/" + name + "}" }))
	case *metrics.Inline:
		p.put("rows", r.Names)
		for _, row := range r.Rows {
			for _, l := range row {
				p.put("rows", l.Type.Kind.String()+":"+l.Text)
			}
		}
	case *metrics.Entity:
		p.put("from", r)
	case *metrics.CSV:
		p.put("csv", r)
	case *metrics.Parquet:
		p.put("parquet", r)
	case *metrics.JSON:
		p.put("json", r)
	case *metrics.XLSX:
		p.put("xlsx", r)
	case *metrics.DuckDB:
		p.put("duckdb", r)
	default:
		p.put(fmt.Sprintf("%T", r), r)
	}
}

func (f *fingerprints) column(p *parts, column *metrics.Column, c *canonical) {
	name := "columns." + column.Name
	plain := *column
	plain.Label, plain.Description = "", ""
	plain.Classification, plain.Mask = "", ""                 // who may see values changes none
	if column.OnFail == "" || column.OnFail == metrics.Warn { // a warning changes no row
		plain.Values = nil
	}
	p.put(name, plain)
	p.put(name, c.optional(column.Value))
	if r := column.Range; r != nil && (plain.OnFail != "" && plain.OnFail != metrics.Warn || column.Type.Temporal()) {
		for _, l := range r {
			if l != nil {
				p.put(name, l.Text)
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
	f.dims[name] = hash("dimension", dimensionMeaning(d, f.upstream()))
	return f.dims[name]
}

func dimensionMeaning(d *metrics.Dimension, c *canonical) string {
	var parts []string
	for _, from := range d.From {
		parts = append(parts, c.source(from.Source)+":"+c.expr(from.Value))
	}
	return strings.Join(parts, ";")
}

// kpi is the fingerprint of a KPI: what it computes, and what that is counted in.
func (f *fingerprints) kpi(k *metrics.KPI) string {
	return hash("kpi", f.value(k.Name), string(k.Unit), string(k.Tax), k.Type.Kind.String())
}

// value spells what a KPI computes.
func (f *fingerprints) value(name string) string {
	if v, known := f.values[name]; known {
		return v
	}
	k := f.model.KPI(name)
	if k == nil {
		return name
	}
	f.values[name] = f.upstream().in(k).optional(k.Value)
	return f.values[name]
}

// kpiParts is a KPI's meaning attribute by attribute, by names.
func (f *fingerprints) kpiParts(k *metrics.KPI, byName *canonical) parts {
	var p parts
	f.cutParts(&p, k)
	p.put("value", byName.in(&metrics.KPI{}).optional(k.Value))
	p.put("where", byName.optional(k.Where))
	if t := k.Time; t != nil && !f.usual(t) {
		p.put("time", byName.expr(t))
	}
	p.put("carry", k.Carry)
	return p
}

// cutParts is how a KPI's sources supply each dimension that it is kept by, upstream
// included: a dimension may change for other sources alone.
func (f *fingerprints) cutParts(p *parts, k *metrics.KPI) {
	reached := map[string]bool{}
	for _, name := range k.Sources {
		reached[name] = true
		if s := f.model.Source(name); s != nil {
			for _, other := range f.madeFrom(s) {
				reached[other.Name] = true
			}
		}
	}
	done := map[string]bool{}
	for _, g := range k.KeptGrains() {
		for _, name := range slices.Concat(k.KeptSets(g)...) {
			d := f.model.Dimension(name)
			if d == nil || done[name] {
				continue
			}
			done[name] = true
			var supply []string
			for _, from := range d.From {
				if reached[from.Source] {
					supply = append(supply, f.source(from.Source)+":"+f.upstream().expr(from.Value))
				}
			}
			p.put(cutPart+name, supply)
		}
	}
}

// cutPart starts the names of parts that say how a cut is made.
const cutPart = "by "

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
	byName := f.names()
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
	out = append(out, thresholds(m, byName)...)
	for _, k := range m.KPIs {
		out = append(out, metrics.Definition{
			Address: "kpi." + k.Name, Fingerprint: f.kpi(k), Own: hash(byName.in(k).optional(k.Value)), Parts: f.kpiParts(k, byName).hashes(), Settings: kpiSettings(k),
		})
	}
	out = append(out, f.calendars(byName)...)
	out = append(out, pages(m)...)
	out = append(out, projectDefinition(m))
	for _, s := range m.Sources {
		p := f.meaning(s, byName)
		out = append(out, metrics.Definition{Address: "source." + s.Name, Fingerprint: f.source(s.Name), Own: hash(p.meaning()), Parts: p.hashes(), Settings: sourceSettings(s, byName)})
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
