package query_test

import (
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

func TestSupply(t *testing.T) {
	for _, tt := range []struct {
		source, dimension string
		path              string // of the column that supplies it
		code              diag.Code
		words             string // what the detail must say
	}{
		{"orders", "shop", "shop", "", ""}, // its own block, though shops has one too
		{"orders", "kind", "shop.kind", "", ""},
		{"shops", "region", "region.name", "", ""},
		{"regions", "region", "name", "", ""},
		{"customers", "region", "", diag.AmbiguousPath, "customers.home and customers.work"},
		{"visits", "region", "", diag.CannotCut, `from "visits"`},
		{"orders", "region", "", diag.AmbiguousPath, "orders.customer.home and orders.customer.work"},
	} {
		t.Run(tt.source+" "+tt.dimension, func(t *testing.T) {
			m := company()
			e, problem := query.Supply(m, tt.source, m.Dimension(tt.dimension))
			if tt.code != "" {
				if problem == nil || problem.Code != tt.code || !strings.Contains(problem.Detail, tt.words) {
					t.Fatalf("got %+v, want %s with %q", problem, tt.code, tt.words)
				}
				return
			}
			if problem != nil {
				t.Fatal(problem)
			}
			ref := e.(*metrics.ColumnRef)
			if got := strings.Join(append(ref.Path, ref.Column), "."); ref.Source != tt.source || got != tt.path {
				t.Errorf("got %s.%s, want %s", ref.Source, got, tt.path)
			}
		})
	}
}

// TestSupplyEndsInCircles follows references that lead back.
func TestSupplyEndsInCircles(t *testing.T) {
	m := company()
	m.Source("regions").References = []*metrics.Reference{reference("main", "shops", "id")}
	if _, problem := query.Supply(m, "shops", m.Dimension("kind")); problem != nil {
		t.Error(problem)
	}
	none := &metrics.Dimension{Name: "none"}
	if _, problem := query.Supply(m, "shops", none); problem == nil || problem.Code != diag.CannotCut {
		t.Errorf("got %v, want %s", problem, diag.CannotCut)
	}
}
