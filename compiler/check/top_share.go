package check

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// addsUp demands of the value whose share the top members hold that it adds up over
// members: else it is a share of a sum that no total shows.
func (t *typer) addsUp(e *metrics.Call) bool {
	if e.Func.Name != metrics.TopShare {
		return true
	}
	why := t.notAdding(e.Args[0], e.Args[1])
	if why == "" {
		return true
	}
	members := "[" + strings.Join(t.cutNames(e.Args[1]), ", ") + "]"
	t.fail(diag.NoMeaning, e.Args[0], "top_share of what doesn't add up over members",
		why+", so that the share would be one of a sum that no total shows. Take a value that adds up, such as a sum or a count. "+
			"If the members' own values are to be added, say so: top_share(sum(per("+members+", "+t.textOf(e.Args[0])+")), "+members+", ...).")
	return false
}

// notAdding says why the values of members don't make that of all of them by adding up,
// "" where they do.
func (t *typer) notAdding(e, members metrics.Expr) string {
	switch e := e.(type) {
	case *metrics.Aggregate:
		return t.aggregateNotAdding(e, members)
	case *metrics.KPIRef:
		if why := t.notAdding(t.model.KPI(e.KPI).Value, members); why != "" {
			return "kpi." + e.KPI + ": " + why
		}
		return ""
	case *metrics.Unary:
		if e.Op == metrics.OpNeg {
			return t.notAdding(e.X, members)
		}
	case *metrics.Binary:
		switch {
		case e.Op == metrics.OpAdd || e.Op == metrics.OpSub:
			if why := t.notAdding(e.L, members); why != "" {
				return why
			}
			return t.notAdding(e.R, members)
		case (e.Op == metrics.OpMul || e.Op == metrics.OpDiv) && constant(e.R):
			return t.notAdding(e.L, members)
		case e.Op == metrics.OpMul && constant(e.L):
			return t.notAdding(e.R, members)
		}
	case *metrics.Call:
		return t.callNotAdding(e, members)
	}
	return "What is computed of sums is no sum"
}

func (t *typer) callNotAdding(e *metrics.Call, members metrics.Expr) string {
	switch e.Func.Name {
	case "previous", "delta", "year_ago", metrics.Rolling, metrics.ToDate, metrics.LikeForLike:
		return t.notAdding(e.Args[0], members)
	case metrics.Total:
		if !slices.ContainsFunc(t.cutNames(members), func(m string) bool { return slices.Contains(t.cutNames(e.Args[1]), m) }) {
			return t.notAdding(e.Args[0], members)
		}
		return "Each member has the value of all"
	case "net_of_tax":
		if constant(e.Args[1]) {
			return t.notAdding(e.Args[0], members)
		}
	case "coalesce":
		if zero, ok := e.Args[len(e.Args)-1].(*metrics.Literal); ok && len(e.Args) == 2 && zero.Text == "0" {
			return t.notAdding(e.Args[0], members)
		}
	}
	return e.Func.Name + " of several members together is not the sum of theirs"
}

// aggregateNotAdding lets cells add up where each belongs to one member.
func (t *typer) aggregateNotAdding(a *metrics.Aggregate, members metrics.Expr) string {
	per := metrics.InnerLevel(a)
	switch {
	case metrics.IsBalance(a.Func): // each series has one member
		return ""
	case a.Func.Additivity != metrics.AdditiveSum:
		return a.Func.Name + " of several members together is not the sum of theirs"
	case per != nil && slices.ContainsFunc(t.cutNames(members), func(m string) bool { return !slices.Contains(t.cutNames(per.Args[0]), m) }):
		return "The cells of per are others for several members together"
	}
	return ""
}

// constant tells whether an expression reads no data.
func constant(e metrics.Expr) bool {
	reads := false
	metrics.Walk(e, func(e metrics.Expr) bool {
		switch e.(type) {
		case *metrics.Aggregate, *metrics.KPIRef:
			reads = true
		}
		return !reads
	})
	return !reads
}

// cutNames names the dimensions and columns of a list.
func (t *typer) cutNames(list metrics.Expr) []string {
	var out []string
	l, _ := list.(*metrics.List)
	for _, item := range l.Items {
		switch ref := item.(type) {
		case *metrics.DimensionRef:
			out = append(out, ref.Dimension)
		case *metrics.ColumnRef:
			out = append(out, t.textOf(ref))
		}
	}
	return out
}
