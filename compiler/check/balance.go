package check

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// seriesColumns types the list of columns that tell the series of a balance apart.
func (t *typer) seriesColumns(l *metrics.List) {
	l.Type = metrics.Type{Kind: metrics.Null}
	for _, item := range l.Items {
		t.expr(item)
		if ref, ok := item.(*metrics.ColumnRef); known(item) && (!ok || len(ref.Path) > 0) {
			t.fail(diag.WrongArguments, item, "Not a column of the source", "Series are told apart by columns of the rows themselves: last(stock.on_hand, [stock.warehouse]); [] takes all rows of the latest time.")
		}
		if !known(item) {
			l.Type = metrics.Type{}
		}
	}
}

// balances demands that every balance of a KPI knows its series and their order in
// time, and that carry has one to carry.
func (c *checker) balances(k *decode.Decl[metrics.KPI]) {
	found := false
	metrics.Walk(k.Value.Value, func(e metrics.Expr) bool {
		if a, ok := e.(*metrics.Aggregate); ok && metrics.IsBalance(a.Func) && a.Type.Kind != metrics.Unknown {
			found = true
			c.balance(k, a)
		}
		return true
	})
	if !found && !k.Value.Carry.IsZero() && k.Value.Type.Kind != metrics.Unknown {
		c.report(diag.Conflict, k.Address, k.At("carry"), "carry without a balance", "carry says how far back first() and last() look, and none is written in this KPI. Remove it, or put it into the KPI that has the balance.")
	}
}

func (c *checker) balance(k *decode.Decl[metrics.KPI], a *metrics.Aggregate) {
	s := c.model.Source(a.Source)
	at, ok := c.graph.Positions.Range(a.ID)
	if !ok {
		at = k.At("value")
	}
	time := s.Time
	if k.Value.Time != nil && k.Value.Time.Source == s.Name && len(k.Value.Time.Path) == 0 {
		time = k.Value.Time.Column
	}
	switch {
	case time == "":
		c.report(diag.NoTime, k.Address, at, a.Func.Name+" of a source without time", "Which row is the "+a.Func.Name+" is told by time. Give source."+s.Name+" a time = column.")
	case len(a.Args) > 1: // the series are named
	case len(s.Key) == 0:
		c.report(diag.NoSeries, k.Address, at, "source."+s.Name+" has no key", "A balance is taken for each series: the key without its time column. Give the source a key, such as key = [sku, "+time+
			"], or name the columns: "+a.Func.Name+"(x, ["+s.Name+".column]), "+a.Func.Name+"(x, []) for one snapshot.")
	case !slices.Contains(s.Key, time):
		c.report(diag.NoSeries, k.Address, at, "The key of source."+s.Name+" has no time", "Its key is ["+strings.Join(s.Key, ", ")+"], so that no two rows are the same thing at different times. Add "+time+
			" to the key, or name the columns that tell series apart: "+a.Func.Name+"(x, ["+s.Name+".column]).")
	}
}
