package view

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
)

// TestPlanMarkdownFits holds reports of many changed KPIs against the longest comment: the
// largest changes come first, the others are counted, and the bytes are the same each time.
func TestPlanMarkdownFits(t *testing.T) {
	for _, n := range []int{1, 100, 5000} {
		p := &plan.Plan{}
		p.Basis.Files = "0123456789"
		for i := range n {
			ratio := float64(i+1) / 1000
			p.Changes = append(p.Changes, metrics.Change{
				Address: fmt.Sprintf("kpi.销售额_%04d", i), Action: metrics.Update, Class: metrics.ValueChanging, Reason: strings.Repeat("它的条件变了 ", 20),
				Fields: []metrics.FieldChange{{Name: "where", Old: strings.Repeat("a ", 2000), New: strings.Repeat("`", 3000)}},
				Effect: &metrics.Effect{Type: "decimal(18, 2)", Grains: []metrics.GrainEffect{{Grain: metrics.Week,
					Last: &metrics.Moved{Period: "2026-W46", Then: "1000", Now: metrics.Value(fmt.Sprint(1001 + i)), Difference: metrics.Value(fmt.Sprint(i + 1)), Ratio: &ratio}}}},
			})
		}
		p.Finish()
		var first, second strings.Builder
		for _, b := range []*strings.Builder{&first, &second} {
			if err := Plan(b, "markdown", p, PlanOptions{Zone: time.UTC}); err != nil {
				t.Fatal(err)
			}
		}
		text := first.String()
		if size := utf8.RuneCountInString(text); size > longestMarkdown {
			t.Errorf("%d changes take %d characters", n, size)
		}
		if text != second.String() {
			t.Errorf("%d changes are not shown alike twice", n)
		}
		if largest := fmt.Sprintf("销售额\\_%04d", n-1); !strings.Contains(text, largest) {
			t.Errorf("of %d changes the largest is not shown", n)
		}
		if n == 5000 && !strings.Contains(text, "more KPIs.") {
			t.Error("what is left out is not counted")
		}
	}
}
