package metrics

import (
	"math/big"
	"strconv"
	"strings"
)

// Because is one thing that a condition found, with its figures.
type Because struct {
	// Kind is the function of conditions that is held against a bound: growth, delta,
	// zscore, iqr, deviation, falls, rises, missing; "value" for the value itself, and
	// "condition" for what has no words of its own.
	Kind  string `json:"kind"`
	KPI   string `json:"kpi,omitempty"` // where it is another one's
	Grain Grain  `json:"grain"`
	N     int    `json:"n,omitempty"` // periods, of growth, delta, falls and rises
	// Figure is what the function came to; of a value, its distance from what it is held
	// against, relative to that.
	Figure *Number `json:"figure,omitempty"`
	// Against is what a value is held against, or deviates from: "target", "kpi.plan",
	// "p25 52w", "previous", "year_ago"; Other is its value.
	Against string  `json:"against,omitempty"`
	Other   *Number `json:"other,omitempty"`
}

// reasonWords are the words of reasons in a language.
type reasonWords struct {
	grains                           map[Grain]string
	onPeriod, onPeriods              string // "on the $grain", "against $n $grains earlier"
	falls, rises, missing, condition string
	above, below, off, of            string
	against                          map[string]string
	zscore, iqr                      string
	statistics                       map[string]string // percentile by "p"
}

var reasonLanguages = map[string]reasonWords{
	"en": {
		grains:   map[Grain]string{Hour: "hour", Day: "day", Week: "week", Month: "month", Quarter: "quarter", Year: "year"},
		onPeriod: "$figure on the $grain", onPeriods: "$figure against $n $grains earlier",
		falls: "fell $n $grains running", rises: "rose $n $grains running", missing: "no value", condition: "its condition holds",
		above: "$figure above $what", below: "$figure below $what", off: "$figure off $what", of: "$stat of the $n $grains before",
		against: map[string]string{"target": "target", "target.low": "the target's lower end", "target.high": "the target's upper end", "previous": "an earlier period", "year_ago": "a year ago"},
		zscore:  "standard score $figure", iqr: "$figure interquartile ranges outside",
		statistics: map[string]string{"mean": "the mean", "median": "the median", "min": "the lowest", "max": "the highest", "stddev": "the standard deviation", "p": "the P$p"},
	},
	"zh": {
		grains:   map[Grain]string{Hour: "小时", Day: "天", Week: "周", Month: "个月", Quarter: "个季度", Year: "年"},
		onPeriod: "较前一$grain $figure", onPeriods: "较 $n $grain前 $figure",
		falls: "连续 $n $grain下降", rises: "连续 $n $grain上升", missing: "没有数据", condition: "条件成立",
		above: "比$what 高 $figure", below: "比$what 低 $figure", off: "偏离$what 达 $figure", of: "此前 $n $grain的$stat",
		against: map[string]string{"target": "目标", "target.low": "目标下限", "target.high": "目标上限", "previous": "以前的值", "year_ago": "去年同期"},
		zscore:  "标准分 $figure", iqr: "超出四分位距 $figure 倍",
		statistics: map[string]string{"mean": "均值", "median": "中位数", "min": "最低值", "max": "最高值", "stddev": "标准差", "p": " $p 分位数"},
	},
}

// Words says a reason in a language, "en" or "zh". kpi is the one that is judged.
func (b Because) Words(language string, m *Model, kpi *KPI) string {
	w, known := reasonLanguages[language]
	if !known {
		w = reasonLanguages["en"]
	}
	if other := m.KPI(b.KPI); other != nil {
		return Display(other.Label, other.Name) + ": " + b.words(w, m, other)
	}
	return b.words(w, m, kpi)
}

func (b Because) words(w reasonWords, m *Model, kpi *KPI) string {
	grain := w.grains[b.Grain]
	if grain == "" {
		grain = string(b.Grain)
	}
	fill := func(text string, more ...string) string {
		pairs := append([]string{"$grains", many(grain, b.N), "$grain", grain, "$n", strconv.Itoa(b.N)}, more...)
		return strings.NewReplacer(pairs...).Replace(text)
	}
	switch b.Kind {
	case "growth", "delta":
		figure := percentText(b.Figure, true)
		if b.Kind == "delta" {
			figure = shownNumber(kpi, b.Figure)
		}
		if b.N == 1 {
			return fill(w.onPeriod, "$figure", figure)
		}
		return fill(w.onPeriods, "$figure", figure)
	case "falls":
		return fill(w.falls)
	case "rises":
		return fill(w.rises)
	case "missing":
		return w.missing
	case "zscore":
		return fill(w.zscore, "$figure", oneDecimal(b.Figure))
	case "iqr":
		return fill(w.iqr, "$figure", oneDecimal(b.Figure))
	case "deviation":
		return fill(w.off, "$figure", percentText(b.Figure, false), "$what", b.what(w, m, kpi))
	case "value":
		text := w.above
		if b.Figure != nil && strings.HasPrefix(string(*b.Figure), "-") {
			text = w.below
		}
		return fill(text, "$figure", percentText(b.Figure, false), "$what", b.what(w, m, kpi))
	}
	return w.condition
}

// what is the thing that a value is held against, with its value.
func (b Because) what(w reasonWords, m *Model, kpi *KPI) string {
	what := w.against[b.Against]
	if name, isKPI := strings.CutPrefix(b.Against, "kpi."); isKPI {
		what = name
		if other := m.KPI(name); other != nil {
			what = Display(other.Label, other.Name)
		}
	}
	if statistic, span, isHistory := strings.Cut(b.Against, " "); isHistory {
		what = w.history(statistic, span)
	}
	return strings.TrimSpace(what + " " + shownNumber(kpi, b.Other))
}

// many is a word for so many of a thing; a language without plurals has no place for it.
func many(word string, n int) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// history names a statistic of the periods before.
func (w reasonWords) history(statistic, span string) string {
	name, known := w.statistics[statistic]
	if !known {
		name = strings.ReplaceAll(w.statistics["p"], "$p", strings.TrimPrefix(statistic, "p"))
	}
	s, err := ParseSpan(span)
	if err != nil {
		return name // the checker has read it
	}
	return strings.NewReplacer("$grains", many(w.grains[s.Unit], s.N), "$grain", w.grains[s.Unit], "$n", strconv.Itoa(s.N), "$stat", name).Replace(w.of)
}

func rat(n *Number) *big.Rat {
	if n == nil {
		return nil
	}
	x, ok := new(big.Rat).SetString(string(*n))
	if !ok {
		return nil
	}
	return x
}

// percentText is a ratio as a percentage, signed where it says which way.
func percentText(n *Number, signed bool) string {
	x := rat(n)
	if x == nil {
		return "–"
	}
	sign := ""
	switch {
	case x.Sign() < 0 && signed:
		sign = "−"
	case signed:
		sign = "+"
	}
	x.Abs(x)
	return sign + x.Mul(x, big.NewRat(100, 1)).FloatString(1) + "%"
}

func oneDecimal(n *Number) string {
	if x := rat(n); x != nil {
		return strings.ReplaceAll(x.FloatString(1), "-", "−")
	}
	return "–"
}

// shownNumber is a number as a KPI's format has it.
func shownNumber(k *KPI, n *Number) string {
	if n == nil {
		return "–"
	}
	return ShownAs(k.Format, k.Type.String(), k.Unit).Text(*n)
}

// Words says in a language, "en" or "zh", why an alert is one.
func (a Alert) Words(language string, m *Model) string {
	k := m.KPI(a.KPI)
	if len(a.Because) == 0 || k == nil {
		return a.Reason
	}
	texts := make([]string, len(a.Because))
	for i, b := range a.Because {
		texts[i] = b.Words(language, m, k)
	}
	return strings.Join(texts, "; ")
}
