package runtime_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
)

// TestEffectAgainstGo edits random shops, lets rows come late, and holds what the plan
// measures against loops over the rows.
func TestEffectAgainstGo(t *testing.T) {
	examples := 0
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 5))
			s := &editedShop{dir: t.TempDir(), then: randomDefinition(r)}
			for i := range 40 + r.IntN(120) {
				s.published = append(s.published, randomLine(r, i))
			}
			s.lines = slices.Clone(s.published)
			s.write(t, s.then)
			p := s.open(t)
			applied(t, p)
			s.now = s.then
			if r.IntN(5) > 0 {
				s.now = s.then.edit(r)
			}
			if r.IntN(2) == 0 {
				s.moveRows(r)
			}
			s.write(t, s.now)
			made, diags := s.open(t).Plan(t.Context())
			none(t, diags)
			s.compare(t, made)
			examples += s.examples
			if t.Failed() {
				t.Logf("then %+v, now %+v\n%s", s.then, s.now, s.now.hcl())
			}
		})
	}
	if examples == 0 {
		t.Error("no plan showed a row")
	}
}

// editedShop is a project with a store, and what happened to it since.
type editedShop struct {
	dir              string
	then, now        definition
	published, lines []line
	examples         int // how many plans showed a row
}

func (s *editedShop) write(t *testing.T, d definition) {
	t.Helper()
	for name, text := range map[string]string{"shop.hcl": d.hcl(), "orders.csv": linesCSV(s.lines)} {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func (s *editedShop) open(t *testing.T) *runtime.Project {
	t.Helper()
	p, diags := runtime.Open(t.Context(), runtime.Options{Dir: s.dir})
	none(t, diags)
	return p
}

// moveRows lets rows come late, change and go.
func (s *editedShop) moveRows(r *rand.Rand) {
	for range 1 + r.IntN(6) {
		s.lines = append(s.lines, randomLine(r, 1000+len(s.lines)))
	}
	if r.IntN(2) == 0 {
		i := r.IntN(len(s.lines))
		s.lines[i].cents = r.IntN(5000)
	}
	if r.IntN(2) == 0 {
		gone := s.lines[r.IntN(len(s.lines))].channel
		s.lines = slices.DeleteFunc(s.lines, func(l line) bool { return l.channel == gone && r.IntN(3) > 0 })
	}
}

// expected is what Go says of a KPI by a grain.
type expected struct {
	cells           metrics.EffectCells
	last            *metrics.Moved
	movers          []string
	drifted         int64
	periods         map[string]bool
	range_          []span
	then, now, said map[string]*big.Rat
}

func (s *editedShop) compare(t *testing.T, made *plan.Plan) {
	t.Helper()
	was, is := s.then.kpis(), s.now.kpis()
	effects := map[string]*metrics.Effect{}
	for _, c := range made.Changes {
		if name, isKPI := strings.CutPrefix(c.Address, "kpi."); isKPI && c.Effect != nil {
			if name == "extra_rows" && c.RenamedFrom == "kpi.extra" {
				name = "extra"
			}
			effects[name] = c.Effect
		}
	}
	var drift []string
	for _, kpi := range inOrder(was) {
		name := kpi
		if kpi == "extra" {
			name = s.now.extra()
		}
		for _, g := range []metrics.Grain{metrics.Week, metrics.Month} {
			if !was[kpi] || !is[kpi] {
				continue
			}
			want := s.expect(kpi, g)
			if effect := effects[kpi]; effect != nil {
				compareEffect(t, kpi, g, effect, want)
			}
			if want.drifted > 0 && (effects[kpi] != nil || slices.Contains(made.Compute, name)) {
				drift = append(drift, fmt.Sprintf("%s %s: %d in %d", name, g, want.drifted, len(want.periods)))
			}
		}
	}
	if s.then != s.now && s.then.value != s.now.value && effects["main"] == nil {
		t.Error("no effect of the edited KPI")
	}
	if effect := effects["main"]; effect != nil {
		s.compareExample(t, effect)
	}
	var got []string
	for _, d := range made.Drift {
		got = append(got, fmt.Sprintf("%s %s: %d in %d", d.KPI, d.Grain, d.Cells, d.Periods))
	}
	if !slices.Equal(sorted(got), sorted(drift)) {
		t.Errorf("drift: the plan says %q, Go %q", sorted(got), sorted(drift))
	}
}

// compareExample holds the row that a plan shows against the row of the file.
func (s *editedShop) compareExample(t *testing.T, effect *metrics.Effect) {
	t.Helper()
	x := effect.Example
	if x == nil {
		edited := s.now
		edited.value, edited.where, edited.by = s.then.value, s.then.where, s.then.by
		if last := effect.Grains[0].Last; edited == s.then && windows[s.then.value]+windows[s.now.value] == 0 && last != nil && last.Then != last.Now {
			t.Error("no example of a row")
		}
		return
	}
	s.examples++
	i := slices.IndexFunc(s.lines, func(l line) bool { return fmt.Sprint(l.id) == *x.Row[0].Text })
	l := s.lines[i]
	then, now := valueOf(s.then.of("main", []line{l})), valueOf(s.now.of("main", []line{l}))
	if x.Then != then || x.Now != now || then == now || x.CountedThen != s.then.counts(l) || x.CountedNow != s.now.counts(l) || spanOf(effect.Grains[0].Grain, s.now.at("main", l)).name != x.Period {
		t.Errorf("the plan shows %+v, which is %+v: %s then, %s now", x, l, then, now)
	}
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

// expect computes a KPI by both definitions over the last eight periods, and as it was
// published.
func (s *editedShop) expect(kpi string, g metrics.Grain) *expected {
	_, end := s.then.covered(kpi, s.lines)
	if _, now := s.now.covered(kpi, s.lines); now.After(end) {
		end = now
	}
	e := &expected{range_: spans(g, end, 8), periods: map[string]bool{}}
	e.then, e.now = s.then.cells(kpi, s.lines, e.range_), s.now.cells(kpi, s.lines, e.range_)
	from, to := s.then.covered(kpi, s.published)
	e.said = s.then.cells(kpi, s.published, spansBetween(g, from, to))
	both := func(key string) bool {
		set := strings.Split(key, "|")[1]
		return slices.Contains(s.then.sets(kpi), set) && slices.Contains(s.now.sets(kpi), set)
	}
	for _, cells := range []map[string]*big.Rat{e.then, e.now} {
		maps.DeleteFunc(cells, func(key string, _ *big.Rat) bool { return !both(key) })
	}
	ended := e.range_[0]
	for _, p := range e.range_ {
		if !p.to.After(shopAsOf) {
			ended = p
		}
	}
	e.count()
	e.findLast(ended.name)
	e.findMovers(ended.name)
	e.findDrift(both)
	return e
}

func spansBetween(g metrics.Grain, from, to time.Time) []span {
	n := 1
	for spans(g, to, n)[0].from.After(from) {
		n++
	}
	return spans(g, to, n)
}

func (e *expected) count() {
	all := maps.Clone(e.then)
	maps.Copy(all, e.now)
	for key := range all {
		then, was := e.then[key]
		now, is := e.now[key]
		e.cells.Cells++
		switch {
		case !was:
			e.cells.New++
		case !is:
			e.cells.Gone++
		case then == nil && now != nil:
			e.cells.FromNull++
		case then != nil && now == nil:
			e.cells.ToNull++
		case then != nil && then.Cmp(now) != 0:
			e.cells.Changed++
		}
	}
}

func (e *expected) findLast(period string) {
	key := period + "||[]"
	_, was := e.then[key]
	_, is := e.now[key]
	if !was && !is {
		return
	}
	then, now := valueOf(e.then[key]), valueOf(e.now[key])
	e.last = &metrics.Moved{Period: period, Then: then, Now: now, Difference: minus(e.now[key], e.then[key])}
	if said, published := e.said[key]; published {
		e.last.Split = &metrics.Split{Published: valueOf(said), Data: minus(e.then[key], said), Definition: e.last.Difference, Whole: minus(e.now[key], said)}
	}
}

func minus(a, b *big.Rat) metrics.Value {
	if a == nil || b == nil {
		return ""
	}
	return valueOf(new(big.Rat).Sub(a, b))
}

func (e *expected) findMovers(period string) {
	type mover struct {
		key  string
		size *big.Rat
	}
	all := maps.Clone(e.then)
	maps.Copy(all, e.now)
	sets := map[string][]mover{}
	for key := range all {
		parts := strings.SplitN(key, "|", 3)
		then, was := e.then[key]
		now, is := e.now[key]
		if parts[0] != period || parts[1] == "" || was == is && valueOf(then) == valueOf(now) || valueOf(then) == valueOf(now) {
			continue
		}
		size := new(big.Rat)
		if now != nil {
			size.Add(size, now)
		}
		if then != nil {
			size.Sub(size, then)
		}
		sets[parts[1]] = append(sets[parts[1]], mover{parts[1] + parts[2] + " " + string(valueOf(then)) + " " + string(valueOf(now)), size.Abs(size)})
	}
	for _, set := range inOrder(sets) {
		movers := sets[set]
		slices.SortFunc(movers, func(a, b mover) int {
			x, _ := a.size.Float64()
			y, _ := b.size.Float64()
			if x != y {
				return b.size.Cmp(a.size)
			}
			return strings.Compare(a.key, b.key)
		})
		for _, m := range movers[:min(5, len(movers))] {
			e.movers = append(e.movers, m.key)
		}
	}
}

// findDrift counts published values of periods that had ended, and that the old
// definition no longer gives. What no row speaks of any more is as good as nothing.
func (e *expected) findDrift(both func(string) bool) {
	for key, said := range e.said {
		period := strings.Split(key, "|")[0]
		i := slices.IndexFunc(e.range_, func(s span) bool { return s.name == period })
		if i < 0 || !both(key) || e.range_[i].to.After(shopAsOf) {
			continue
		}
		then, was := e.then[key]
		if was && valueOf(then) == valueOf(said) || !was && (said == nil || said.Sign() == 0) {
			continue
		}
		e.drifted++
		e.periods[period] = true
	}
}

func compareEffect(t *testing.T, kpi string, g metrics.Grain, effect *metrics.Effect, want *expected) {
	t.Helper()
	i := slices.IndexFunc(effect.Grains, func(e metrics.GrainEffect) bool { return e.Grain == g })
	if i < 0 {
		t.Errorf("%s: no effect by %s: %+v", kpi, g, effect)
		return
	}
	got := effect.Grains[i]
	if got.EffectCells != want.cells {
		t.Errorf("%s by %s: the plan counts %+v, Go %+v", kpi, g, got.EffectCells, want.cells)
	}
	if a, b := withoutRatio(got.Last), withoutRatio(want.last); a != b {
		t.Errorf("%s by %s: the plan says %s, Go %s", kpi, g, a, b)
	}
	if got.Last != nil && got.Last.Split != nil {
		addsUp(t, *got.Last.Split)
	}
	var movers []string
	for _, m := range got.Movers {
		members, _ := json.Marshal(m.Members)
		movers = append(movers, fmt.Sprintf("%s%s %s %s", strings.Join(m.Cuts, ","), members, m.Then, m.Now))
	}
	slices.SortStableFunc(movers, func(a, b string) int { return strings.Compare(a[:strings.Index(a, "[")], b[:strings.Index(b, "[")]) })
	if !slices.Equal(movers, want.movers) {
		t.Errorf("%s by %s: the plan's movers are %q, Go's %q", kpi, g, movers, want.movers)
	}
}

// withoutRatio is what moved, as text.
func withoutRatio(m *metrics.Moved) string {
	if m == nil {
		return "nothing"
	}
	out := *m
	out.Ratio = nil
	text, _ := json.Marshal(out)
	return string(text)
}

// addsUp checks that the parts of a difference make the whole, exactly.
func addsUp(t *testing.T, s metrics.Split) {
	t.Helper()
	data, isNumber := s.Data.Number()
	definition, both := s.Definition.Number()
	if !isNumber || !both {
		return
	}
	if sum := new(big.Rat).Add(data, definition); metrics.Value("") == s.Whole || valueOf(sum) != s.Whole {
		t.Errorf("%s and %s are not %s", s.Data, s.Definition, s.Whole)
	}
}
