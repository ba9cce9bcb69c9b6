package oracle

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/metricsascode/metrics/metrics"
)

const blanks = " \t\r\n\u00a0\u3000"

var numeric = regexp.MustCompile(`^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?$`)

// parse reads the text of a cell; ok is false where it can't be read.
func (w *World) parse(c *metrics.Column, text *string) (v any, ok bool) {
	if text == nil {
		return nil, true
	}
	s := *text
	for _, part := range c.Strip {
		s = strings.ReplaceAll(s, part, "")
	}
	if c.Type.Kind == metrics.String {
		return folded(c, s), true
	}
	if s = strings.Trim(s, blanks); s == "" {
		return nil, true
	}
	switch c.Type.Kind {
	case metrics.Integer, metrics.Decimal:
		return parseExact(s, c.Type)
	case metrics.Double:
		f, err := strconv.ParseFloat(s, 64)
		return f, err == nil && numeric.MatchString(s)
	case metrics.Boolean:
		return parseBoolean(s)
	case metrics.Date:
		return w.parseDate(s, c)
	}
	return w.parseTimestamp(s, c)
}

// folded brings spellings together, then replaces whole texts.
func folded(c *metrics.Column, s string) string {
	for _, f := range c.Fold {
		switch f {
		case metrics.FoldTrim:
			s = strings.Trim(s, blanks)
		case metrics.FoldLower:
			s = strings.ToLower(s)
		case metrics.FoldUpper:
			s = strings.ToUpper(s)
		case metrics.FoldWidth:
			s = norm.NFKC.String(s)
		}
	}
	for _, m := range c.Map {
		if m.From == s {
			return m.To
		}
	}
	return s
}

// parseExact takes numbers that the type holds without rounding.
func parseExact(s string, t metrics.Type) (any, bool) {
	x, ok := new(big.Rat).SetString(s)
	if !ok || !numeric.MatchString(s) {
		return nil, false
	}
	if t.Kind == metrics.Integer {
		return x, x.IsInt() && x.Num().IsInt64()
	}
	limit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Precision-t.Scale)), nil))
	fits := new(big.Rat).Abs(x).Cmp(limit) < 0
	return x, fits && roundTo(x, t.Scale).Cmp(x) == 0
}

func parseBoolean(s string) (any, bool) {
	switch strings.ToLower(s) {
	case "true", "t", "yes", "y", "1":
		return true, true
	case "false", "f", "no", "n", "0":
		return false, true
	}
	return nil, false
}

// layouts are strptime fields as Go writes them.
var layouts = strings.NewReplacer("%Y", "2006", "%m", "1", "%d", "2", "%H", "15", "%M", "4", "%S", "5", "%z", "-0700")

// readings are what the formats of a column make of a text, ISO where it has none.
func readings(s string, c *metrics.Column, plain []string) []time.Time {
	forms := plain
	if len(c.Formats) > 0 {
		forms = nil
		for _, f := range c.Formats {
			forms = append(forms, layouts.Replace(f))
		}
	}
	var all []time.Time
	for _, form := range forms {
		if t, err := time.Parse(form, s); err == nil {
			all = append(all, t)
		}
	}
	return all
}

// settled is the one reading that all formats agree on; else the column's range
// decides by the day.
func settled[T any](all []T, c *metrics.Column, same func(a, b T) bool, dayOf func(T) day) (T, bool) {
	agree := func(list []T) bool {
		for _, x := range list {
			if !same(x, list[0]) {
				return false
			}
		}
		return len(list) > 0
	}
	if !agree(all) && c.Range != nil {
		var kept []T
		for _, x := range all {
			if inDays(dayOf(x), c.Range) {
				kept = append(kept, x)
			}
		}
		all = kept
	}
	if agree(all) {
		return all[0], true
	}
	var none T
	return none, false
}

func inDays(d day, r *[2]*metrics.Literal) bool {
	return (r[0] == nil || d.String() >= r[0].Text[:len(time.DateOnly)]) && (r[1] == nil || d.String() <= r[1].Text[:len(time.DateOnly)])
}

func (w *World) parseDate(s string, c *metrics.Column) (any, bool) {
	var all []day
	for _, t := range readings(s, c, []string{"2006-1-2", "2006/1/2", "2006-1-2 15:4", "2006-1-2T15:4", "2006-1-2 15:4:5", "2006-1-2T15:4:5"}) {
		if len(c.Formats) == 0 && t.Hour()+t.Minute()+t.Second() > 0 {
			return nil, false // a date can't keep a time of day
		}
		all = append(all, dayOf(t.Year(), t.Month(), t.Day()))
	}
	d, ok := settled(all, c, func(a, b day) bool { return a == b }, func(d day) day { return d })
	return d, ok
}

var (
	localForms = []string{"2006-1-2", "2006/1/2", "2006-1-2 15:4", "2006-1-2T15:4", "2006-1-2 15:4:5", "2006-1-2T15:4:5", "2006/1/2 15:4", "2006/1/2 15:4:5"}
	zonedForms = []string{"2006-1-2T15:4:5Z07:00", "2006-1-2 15:4:5Z07:00", "2006-1-2T15:4Z07:00", "2006-1-2 15:4Z07:00", "2006-1-2 15:4:5 -0700"}
)

func (w *World) parseTimestamp(s string, c *metrics.Column) (any, bool) {
	if len(c.Formats) == 0 {
		for _, form := range zonedForms {
			if t, err := time.Parse(form, s); err == nil {
				return t.UTC(), true
			}
		}
	}
	zone := w.cal.zone
	if c.Timezone != "" {
		var err error
		if zone, err = time.LoadLocation(c.Timezone); err != nil {
			return nil, false
		}
	}
	type reading struct {
		local day
		at    time.Time
	}
	var all []reading
	for _, t := range readings(s, c, localForms) {
		if at, ok := instantOf(t, zone); ok {
			all = append(all, reading{dayOf(t.Year(), t.Month(), t.Day()), at})
		}
	}
	r, ok := settled(all, c, func(a, b reading) bool { return a.at.Equal(b.at) }, func(r reading) day { return r.local })
	return r.at, ok
}

// instantOf is the first instant at which clocks of a zone show a local time; none
// where they skip it.
func instantOf(local time.Time, zone *time.Location) (time.Time, bool) {
	const clock = "2006-01-02T15:04:05.999999999"
	want := local.Format(clock)
	for t := local.UTC().Add(-16 * time.Hour); !t.After(local.Add(16 * time.Hour)); t = t.Add(step) {
		if t.In(zone).Format(clock) == want {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
