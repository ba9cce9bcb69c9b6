package scaffold

import (
	"regexp"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// reading says how the texts of a column become values.
type reading struct {
	kind    metrics.Type
	formats []string // strptime, for dates and timestamps
	strip   []string // texts to take off before reading a number
	null    []string // spellings of null among the values
	remark  string   // what people have to decide
}

// nullSpellings are texts that stand for null where all else is a number or a date.
var nullSpellings = []string{"#N/A", "-", "N/A", "NA", "NULL", "NaN", "\\N", "n/a", "nan", "none", "null"}

var text = metrics.Type{Kind: metrics.String}

// read guesses how the values of a column are read. Formats that know the types
// of their columns are believed; texts are looked at.
func read(c Column, f Format, m marks) reading {
	known := f == Parquet && c.Type.Kind != metrics.String
	samples := values(c)
	switch {
	case c.Type.Kind == metrics.Unknown || c.Type.Kind == metrics.Null || len(samples) == 0 && !known:
		return reading{kind: text}
	case known || c.Type.Kind == metrics.Boolean:
		return reading{kind: c.Type}
	}
	clean, null := withoutNulls(samples)
	if r, ok := readTime(c, clean); ok {
		r.null = null
		return r
	}
	if r, ok := readNumber(c, clean, m); ok {
		r.null = null
		return r
	}
	if c.Type.Temporal() {
		return reading{kind: c.Type}
	}
	return reading{kind: text}
}

// values are the known values of a column.
func values(c Column) []string {
	var all []string
	for _, v := range append([]string{c.Min, c.Max}, c.Samples...) {
		if v = strings.TrimSpace(v); v != "" {
			all = append(all, v)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// withoutNulls parts the spellings of null from other values.
func withoutNulls(all []string) (clean, null []string) {
	for _, v := range all {
		if slices.Contains(nullSpellings, v) {
			null = append(null, v)
		} else {
			clean = append(clean, v)
		}
	}
	return clean, null
}

// signs are what stands around amounts, in the order in which strip lists them.
var signs = []string{"¥", "￥", "$", "€", "£"}

var (
	plainNumber   = regexp.MustCompile(`^[+-]?\d+(\.\d+)?$`)
	floatNumber   = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$`)
	groupedNumber = regexp.MustCompile(`^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$`)
	leadingZero   = regexp.MustCompile(`^[+-]?0\d`)
)

// readNumber guesses a type that holds all values as they are, but for a few that
// are no numbers. Codes that only look like numbers are none.
func readNumber(c Column, all []string, m marks) (reading, bool) {
	var whole, scale int
	var stripped, others []string
	exact := true
	for _, v := range all {
		number, signs := bare(v, m)
		switch {
		case leadingZero.MatchString(number):
			return reading{}, false
		case plainNumber.MatchString(number):
			above, below, _ := strings.Cut(strings.TrimLeft(number, "+-"), ".")
			whole, scale = max(whole, len(above)), max(scale, len(below))
		case floatNumber.MatchString(number):
			exact = false
		default:
			others = append(others, v)
			continue
		}
		stripped = append(stripped, signs...)
	}
	code := scale == 0 && exact && identifies.has(c.Name)
	if code || len(others) == len(all) || len(others)*patience(c) > len(all) {
		return reading{}, false
	}
	r := reading{kind: numberType(whole, scale, exact, c.Type.Kind == metrics.Double && m.decimal == ""), strip: inOrder(stripped)}
	if len(others) > 0 {
		r.remark = "values such as " + quote(others[0]) + " are no numbers: their rows become rejects"
	}
	return r, true
}

// patience is how many numbers make up for a value that is none. Less is asked of
// columns that speak of numbers.
func patience(c Column) int {
	if speaksOfAmount.has(c.Name) || speaksOfQuantity.has(c.Name) {
		return 3
	}
	return 100
}

// bare is a value without signs and the marks between thousands, its decimal mark a
// point, and what strip has to take off.
func bare(v string, m marks) (number string, stripped []string) {
	for _, sign := range signs {
		if strings.Contains(v, sign) {
			v = strings.TrimSpace(strings.Replace(v, sign, "", 1))
			stripped = append(stripped, sign)
		}
	}
	if m.decimal == "," {
		return m.plain(v), stripped
	}
	if groupedNumber.MatchString(v) {
		return strings.ReplaceAll(v, ",", ""), append(stripped, ",")
	}
	return v, stripped
}

// inOrder is what was stripped from all values, each once.
func inOrder(stripped []string) []string {
	return slices.DeleteFunc(append(slices.Clone(signs), ","), func(s string) bool { return !slices.Contains(stripped, s) })
}

// exactDigits is what a decimal of a first guess holds.
const exactDigits = 18

// numberType is the type of numbers with so many digits before and after the
// point. Decimals get some room, so that a longer value of tomorrow fits.
func numberType(whole, scale int, exact, double bool) metrics.Type {
	room := 2 * max(1, (scale+1)/2)
	switch {
	case exact && scale == 0 && whole <= exactDigits && !double:
		return metrics.Type{Kind: metrics.Integer}
	case exact && room <= 6 && whole+room <= exactDigits:
		return metrics.DecimalType(exactDigits, room)
	}
	return metrics.Type{Kind: metrics.Double}
}
