package dashboard_test

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/dashboard"
)

// panelsOf are the panels of a kind.
func panelsOf(p *dashboard.Page, kind metrics.PanelKind) []dashboard.Panel {
	var out []dashboard.Panel
	for _, s := range p.Sections {
		for _, panel := range s.Panels {
			if panel.Kind == kind {
				out = append(out, panel)
			}
		}
	}
	return out
}

func rat(t *testing.T, n metrics.Number) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(string(n))
	if !ok {
		t.Fatalf("%q is no number", n)
	}
	return r
}

// TestBridgeAddsUp checks that a waterfall's steps lead exactly from one whole to the
// other, and that each step begins where the one before ended.
func TestBridgeAddsUp(t *testing.T) {
	for seed := range uint64(30) {
		panel := panelsOf(dashboard.Build(input(t, seed)), metrics.WaterfallPanel)[0]
		rows := panel.Table.Rows
		sum := new(big.Rat)
		for _, r := range rows[:len(rows)-1] {
			sum.Add(sum, rat(t, r.Entries[1].Number))
		}
		if last := rat(t, rows[len(rows)-1].Entries[1].Number); sum.Cmp(last) != 0 {
			t.Errorf("seed %d: steps come to %s, the whole is %s", seed, sum.FloatString(2), last.FloatString(2))
		}
		steps := panel.Bridge.Steps
		for i := 2; i < len(steps)-1; i++ {
			if math.Abs(steps[i].From-steps[i-1].To) > 1e-9 {
				t.Errorf("seed %d: step %d begins at %v, the one before ends at %v", seed, i, steps[i].From, steps[i-1].To)
			}
		}
	}
}

// TestOtherAddsUp checks that shown bars and the rest come to the total, and that the
// cumulative share ends at 100%.
func TestOtherAddsUp(t *testing.T) {
	for seed := range uint64(30) {
		page := dashboard.Build(input(t, seed))
		rows := panelsOf(page, metrics.BarPanel)[0].Table.Rows
		sum := new(big.Rat)
		for _, r := range rows {
			sum.Add(sum, rat(t, r.Entries[1].Number))
		}
		total := rat(t, panelsOf(page, metrics.CardPanel)[0].Table.Rows[0].Entries[1].Number)
		if sum.Cmp(total) != 0 || len(rows) != 3 {
			t.Errorf("seed %d: %d bars come to %s, the total is %s", seed, len(rows), sum.FloatString(2), total.FloatString(2))
		}
		last := rows[len(rows)-1].Entries
		if got := last[len(last)-1].Text; got != "100.0%" {
			t.Errorf("seed %d: the cumulative share ends at %s", seed, got)
		}
	}
}

// TestGrowth checks changes against floating-point arithmetic.
func TestGrowth(t *testing.T) {
	for seed := range uint64(30) {
		rows := panelsOf(dashboard.Build(input(t, seed)), metrics.CardPanel)[0].Table.Rows
		value := func(i int) float64 { f, _ := strconv.ParseFloat(string(rows[i].Entries[1].Number), 64); return f }
		for i := 1; i < 3; i++ { // behind them stand the target and the gap
			want := (value(0) - value(i)) / math.Abs(value(i))
			got, _ := strconv.ParseFloat(string(rows[i].Entries[2].Number), 64)
			if math.Abs(got-want) > 1e-9 {
				t.Errorf("seed %d, row %d: the change is %v, want %v", seed, i, got, want)
			}
		}
	}
}

// TestLinesStay checks that points lie within the drawing and softly from where values
// may still change.
func TestLinesStay(t *testing.T) {
	for _, panel := range panelsOf(dashboard.Build(input(t, 4)), metrics.LinePanel) {
		for _, s := range panel.Line.Series {
			for i, p := range s.Points {
				if p.Known && (p.X < 0 || p.X > 1 || p.Y < -1e-9 || p.Y > 1+1e-9) {
					t.Errorf("%s at %s lies at %v, %v", s.Name, p.Label, p.X, p.Y)
				}
				if soft := i >= len(s.Points)-2; p.Soft != soft {
					t.Errorf("%s at %s: soft is %v", s.Name, p.Label, p.Soft)
				}
			}
		}
		ticks := panel.Line.Ticks
		if len(ticks) < 3 || len(ticks) > 8 || ticks[0].At != 0 || math.Abs(ticks[len(ticks)-1].At-1) > 1e-9 {
			t.Errorf("ticks are %v", ticks)
		}
	}
}

// TestPinnedAlert checks that a card of a member says what thresholds say of that member
// alone, and names it.
func TestPinnedAlert(t *testing.T) {
	of := func(kpi string, state metrics.AlertState, pins ...metrics.Pin) metrics.Alert {
		return metrics.Alert{Threshold: "low", KPI: kpi, Members: pins, State: state, Severity: metrics.Red}
	}
	channel := func(member string) metrics.Pin { return metrics.Pin{Dimension: "channel", Member: ptr(member)} }
	store := metrics.Pin{Dimension: "store", Member: ptr("s1")}
	last := func(alerts ...metrics.Alert) dashboard.Panel {
		in := input(t, 5)
		in.Alerts = alerts
		for _, section := range in.Dashboard.Sections {
			for _, p := range section.Panels {
				p.Title = ""
			}
		}
		cards := panelsOf(dashboard.Build(in), metrics.CardPanel)
		return cards[len(cards)-1]
	}
	kpi := last().KPIs[0]
	if title := last().Title; !strings.HasSuffix(title, " (web)") {
		t.Errorf("the card's title is %q", title)
	}
	total, other, none := of(kpi, metrics.AlertRed), of(kpi, metrics.AlertRed, channel("shop")), of(kpi, metrics.AlertRed, metrics.Pin{Dimension: "channel"})
	for _, tt := range []struct {
		name   string
		alerts []metrics.Alert
		want   string
	}{
		{"of others", []metrics.Alert{total, other, none, of(kpi, metrics.AlertRed, store)}, ""},
		{"its own", []metrics.Alert{other, of(kpi, metrics.AlertAmber, channel("web"))}, "amber web"},
		{"a part of it", []metrics.Alert{of(kpi, metrics.AlertAmber, store, channel("web"))}, "amber s1 · web"},
	} {
		got := ""
		if badge := last(tt.alerts...).Card.Alert; badge != nil {
			got = badge.Word
		}
		if got != tt.want {
			t.Errorf("%s: the card says %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestPinned checks that a panel's where shows the member's own values.
func TestPinned(t *testing.T) {
	page := dashboard.Build(input(t, 5))
	cards := panelsOf(page, metrics.CardPanel)
	web := cards[len(cards)-1].Table.Rows[0].Entries[1].Text
	var listed string
	for _, r := range panelsOf(page, metrics.TablePanel)[0].Table.Rows {
		if r.Level == 1 && r.Entries[0].Text == "web" {
			listed = r.Entries[1].Text
		}
	}
	if web != listed || web == "" {
		t.Errorf("the card shows %s, the table %s", web, listed)
	}
}

// TestContrast checks that text and its grounds differ enough to be read (WCAG AA), in
// light and dark.
func TestContrast(t *testing.T) {
	html, err := dashboard.Draw(dashboard.Build(input(t, 1)), "html")
	if err != nil {
		t.Fatal(err)
	}
	css := string(html)
	light := css[strings.Index(css, ":root{"):strings.Index(css, "[data-good=red]")]
	dark := css[strings.Index(css, "[data-theme=dark]{"):]
	for name, text := range map[string]string{"light": light, "dark": dark[:strings.Index(dark, "}")]} {
		colours := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z0-9]+):(#[0-9a-f]{3,6})`).FindAllStringSubmatch(text, -1) {
			colours[m[1]] = m[2]
		}
		for _, ink := range []string{"ink", "quiet", "up", "down", "warn", "actual"} {
			for _, ground := range []string{"bg", "panel"} {
				if ratio := contrast(colours[ink], colours[ground]); ratio < 4.5 {
					t.Errorf("%s: %s on %s has a contrast of %.2f", name, ink, ground, ratio)
				}
			}
		}
	}
}

// contrast is the ratio of WCAG 2: relative luminances, 0.05 added to each.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(hex string) float64 {
	hex = strings.TrimPrefix(hex, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		c := float64(n) / 255
		if c <= 0.03928 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// TestCalmIsNoClaim checks that a page says that nothing is red only where thresholds
// were judged.
func TestCalmIsNoClaim(t *testing.T) {
	for _, tt := range []struct {
		alerts []metrics.Alert
		says   string
	}{{nil, "No thresholds are defined."}, {[]metrics.Alert{}, "Nothing is red or amber."}} {
		in := input(t, 1)
		in.Alerts = tt.alerts
		if got := panelsOf(dashboard.Build(in), metrics.AlertsPanel)[0].Text; len(got) != 1 || got[0] != tt.says {
			t.Errorf("with %v the panel says %q, want %q", tt.alerts, got, tt.says)
		}
	}
}
