package metrics

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The functions of a threshold's conditions. They go by published values, of the
// threshold's KPI at its grain and member; each takes another KPI as its last
// argument. The resolver fills in the KPI where none is named, so that each call
// holds the KPI that it is of. They have an index of their own, as some share their
// name with a function over KPIs.
var conditionFunctions = []*Function{
	{
		Name: ValueWord, Kind: ConditionFunction, Group: "In conditions", Params: ofKPI(), Result: sameAs(0),
		Doc: "The value that is judged: the KPI's in the period, of the member.", Example: `value < 100`,
	},
	{
		Name: TargetWord, Kind: ConditionFunction, Group: "In conditions", Params: ofKPI(), Result: sameAs(0),
		Doc:     "The KPI's target, of the same period and member where it is a KPI. In an open period of a KPI that adds up, the part of it that is due by now.",
		Example: `value > target * 1.1`,
	},
	{
		Name: TargetLow, Kind: ConditionFunction, Group: "In conditions", Params: ofKPI(), Result: sameAs(0),
		Doc: "The lower end of a target that is a range.", Example: `value < target.low`,
	},
	{
		Name: TargetHigh, Kind: ConditionFunction, Group: "In conditions", Params: ofKPI(), Result: sameAs(0),
		Doc: "The upper end of a target that is a range.", Example: `value > target.high`,
	},
	{
		Name: "previous", Kind: ConditionFunction, Group: "In conditions", Params: ofKPI(periodsBack), Result: sameAs(1),
		Doc: "The value n periods earlier, along the calendar.", Example: `value < previous(1)`,
	},
	{
		Name: "delta", Kind: ConditionFunction, Group: "In conditions", Params: ofKPI(periodsBack), Result: sameAs(1),
		Doc: "The value less that n periods earlier.", Example: `delta(1) < -1000`,
	},
	{
		Name: "growth", Kind: ConditionFunction, Group: "In conditions", Params: ofKPI(periodsBack), Result: plain(Double),
		Doc: "The relative change against n periods earlier: (k - p) / |p|.", Example: `growth(1) < -0.2`,
	},
	{
		Name: YearAgo, Kind: ConditionFunction, Group: "In conditions", Params: ofKPI(), Result: sameAs(0),
		Doc: "The value of the same period a year earlier.", Example: `value < year_ago`,
	},
	{
		Name: "falls", Kind: ConditionFunction, Group: "In conditions", Params: ofKPI(periodsBack), Result: plain(Boolean),
		Doc: "Whether the value fell n times in a row, from each of n + 1 periods to the next.", Example: `falls(3)`,
	},
	{
		Name: "rises", Kind: ConditionFunction, Group: "In conditions", Params: ofKPI(periodsBack), Result: plain(Boolean),
		Doc: "Whether the value rose n times in a row.", Example: `rises(3)`,
	},
	{
		Name: History, Kind: ConditionFunction, Group: "In conditions",
		Params: ofKPI(Param{Name: "statistic", Accept: AcceptStatistic}, spanBack), Result: historyResult,
		Doc: "A statistic of the values of the periods before, without the current one: mean, median, min, max, stddev, or p1 to p99, " +
			"interpolated. Null where fewer than half of those periods have a value.", Example: `value < history(p25, "52w")`,
	},
	{
		Name: "zscore", Kind: ConditionFunction, Group: "In conditions", Params: ofKPI(spanBack), Result: plain(Double),
		Doc: "How many standard deviations (of a sample) the value lies above the mean of the periods before; negative below.", Example: `abs(zscore("26w")) > 3`,
	},
	{
		Name: "iqr", Kind: ConditionFunction, Group: "In conditions", Params: ofKPI(spanBack), Result: plain(Double),
		Doc: "How many interquartile ranges the value lies outside of the middle half of the periods before: 0 within it, negative below.", Example: `abs(iqr("26w")) > 1.5`,
	},
	{
		Name: "deviation", Kind: ConditionFunction, Group: "In conditions", Params: ofKPI(Param{Name: "x", Accept: AcceptNumber}), Result: plain(Double),
		Doc: "How far the value is from x, either way, relative to x: |value - x| / |x|.", Example: `deviation(kpi.sales_forecast) > 0.08`,
	},
	{
		Name: "missing", Kind: ConditionFunction, Group: "In conditions", Params: ofKPI(), Result: plain(Boolean),
		Doc: "Whether there is no value. Without it, no value is a state of its own, never green.", Example: `missing`,
	},
	{
		Name: At, Kind: ConditionFunction, Group: "In conditions",
		Params: []Param{{Name: "grain", Accept: AcceptGrain}, {Name: "expression"}}, Result: sameAs(1),
		Doc:     "The expression in the periods of another grain: in the last one that had ended when the judged period did.",
		Example: `at(week, growth(1)) < -0.15`,
	},
}

// The functions of conditions that the compiler tells apart, by name.
const (
	At         = "at"
	History    = "history"
	TargetHigh = "target.high"
	TargetLow  = "target.low"
	TargetWord = "target"
	ValueWord  = "value"
)

var (
	periodsBack = Param{Name: "n", Accept: AcceptCount}
	spanBack    = Param{Name: "span", Accept: AcceptSpan}
)

// ofKPI are parameters, and behind them the KPI that a function of conditions is of.
func ofKPI(own ...Param) []Param {
	return append(slices.Clone(own), Param{Name: "kpi", Accept: AcceptKPIName, Optional: true})
}

// historyResult is the type of a statistic: extremes are values, the others means.
func historyResult(args []Expr) Node {
	n := quality(args[2])
	if word, ok := args[0].(*Literal); !ok || word.Text != "min" && word.Text != "max" {
		n.Type = Type{Kind: Double}
	}
	return n
}

// Statistics of history, beside percentiles.
var historyStatistics = []string{"mean", "median", "min", "max", "stddev"}

// ParsePercentile reads p1 to p99 as a share.
func ParsePercentile(word string) (float64, bool) {
	digits, isPercentile := strings.CutPrefix(word, "p")
	n, err := strconv.Atoi(digits)
	if !isPercentile || err != nil || n < 1 || n > 99 || digits != strconv.Itoa(n) {
		return 0, false
	}
	return float64(n) / 100, true
}

// IsStatistic tells whether a word is a statistic of history.
func IsStatistic(word string) bool {
	_, percentile := ParsePercentile(word)
	return percentile || slices.Contains(historyStatistics, word)
}

// Periods is how many periods of a grain a span has.
func (s Span) Periods(g Grain) (int, error) {
	size := map[Grain][2]any{Hour: {1, "hours"}, Day: {24, "hours"}, Week: {168, "hours"}, Month: {1, "months"}, Quarter: {3, "months"}, Year: {12, "months"}}
	unit, known := size[s.Unit]
	period, counted := size[g]
	switch {
	case !known || !counted || unit[1] != period[1]:
		return 0, fmt.Errorf("%s is no whole number of periods by %s", s, g)
	case s.N*unit[0].(int)%period[0].(int) != 0:
		return 0, fmt.Errorf("%s is no whole number of periods by %s", s, g)
	}
	return s.N * unit[0].(int) / period[0].(int), nil
}

var conditionIndex = func() map[string]*Function {
	index := map[string]*Function{}
	for _, f := range conditionFunctions {
		index[f.Name] = f
	}
	return index
}()

// ConditionFunctionNamed returns the function of conditions of that name, or nil.
func ConditionFunctionNamed(name string) *Function { return conditionIndex[name] }

// ConditionWords are the names of the functions of conditions, sorted.
func ConditionWords() []string {
	var names []string
	for name := range conditionIndex {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// IsWord tells whether a function of conditions is written without brackets: it takes
// nothing but the KPI that it is of.
func (f *Function) IsWord() bool { return f.Kind == ConditionFunction && f.MinArgs() == 0 }
