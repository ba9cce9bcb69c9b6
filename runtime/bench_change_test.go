package runtime_test

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkEffect compares a plan after an edit of one KPI, measured over all periods of
// three years, with the two queries by hand: the old and the new definition, each by
// week and by week and channel. The plan finds an example row behind the edit as well.
func BenchmarkEffect(b *testing.B) {
	ours := side{Effect: 160}
	hand := side{}
	for _, filter := range []string{"true", "quantity > 0"} {
		hand.Statements = append(hand.Statements, fmt.Sprintf("SELECT v FROM (SELECT %s AS w, GROUPING(channel) AS g, coalesce(sum(quantity * unit_price) FILTER (%s), 0) AS v FROM hand.clean "+
			"GROUP BY GROUPING SETS ((w), (w, channel))) WHERE g = 1 ORDER BY w", week, filter))
	}
	compare(b, edited(b, strings.Replace(benchProject, "by    =", "where = lines.quantity > 0\n  by    =", 1)), ours, hand, bound{cpu: 1.3})
}
