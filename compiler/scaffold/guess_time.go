package scaffold

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// timeForm is one way of writing a date or timestamp, for the engine and for Go.
type timeForm struct {
	strptime string
	layout   string
	kind     metrics.Kind
}

// isoForms are read without a format.
var isoForms = []timeForm{
	{"", "2006-01-02", metrics.Date},
	{"", "2006-01-02 15:04", metrics.Timestamp},
	{"", "2006-01-02 15:04:05", metrics.Timestamp},
	{"", "2006-01-02T15:04:05", metrics.Timestamp},
	{"", "2006-01-02 15:04:05Z07:00", metrics.Timestamp},
	{"", "2006-01-02 15:04:05Z07", metrics.Timestamp},
	{"", "2006-01-02T15:04:05Z07:00", metrics.Timestamp},
}

// dateForms are the ways of writing a date that need a format.
var dateForms = []timeForm{
	{"%Y-%m-%d", "2006-1-2", metrics.Date}, // without the zeros of ISO
	{"%Y/%m/%d", "2006/1/2", metrics.Date},
	{"%Y.%m.%d", "2006.1.2", metrics.Date},
	{"%Y年%m月%d日", "2006年1月2日", metrics.Date},
	{"%d/%m/%Y", "2/1/2006", metrics.Date},
	{"%m/%d/%Y", "1/2/2006", metrics.Date},
	{"%d-%m-%Y", "2-1-2006", metrics.Date},
	{"%m-%d-%Y", "1-2-2006", metrics.Date},
	{"%d.%m.%Y", "2.1.2006", metrics.Date},
	{"%d/%m/%y", "2/1/06", metrics.Date},
	{"%m/%d/%y", "1/2/06", metrics.Date},
	{"%d-%b-%Y", "2-Jan-2006", metrics.Date},
	{"%d %b %Y", "2 Jan 2006", metrics.Date},
	{"%d %B %Y", "2 January 2006", metrics.Date},
	{"%b %d, %Y", "Jan 2, 2006", metrics.Date},
	{"%B %d, %Y", "January 2, 2006", metrics.Date},
	{"%b-%Y", "Jan-2006", metrics.Date},
	{"%Y年%m月", "2006年1月", metrics.Date},
}

// clockForms are the times of day that may stand behind a date.
var clockForms = []timeForm{
	{" %H:%M:%S", " 15:04:05", metrics.Timestamp},
	{" %H:%M", " 15:04", metrics.Timestamp},
	{" %I:%M:%S %p", " 3:04:05 PM", metrics.Timestamp},
	{" %I:%M %p", " 3:04 PM", metrics.Timestamp},
}

// compactDate is eight digits; only a column whose name speaks of days has dates
// written that way.
var compactDate = timeForm{"%Y%m%d", "20060102", metrics.Date}

// shortMonth is a month such as Apr-18. It may also be a day of April without a
// year, so people have to decide.
var shortMonth = timeForm{"%b-%y", "Jan-06", metrics.Date}

// fraction is a part of a second; formats here have none.
var fraction = regexp.MustCompile(`:\d\d[.,]\d`)

// readTime guesses how dates and timestamps are written. A form counts only when
// it fits all values; when several do, none is taken, for a guess would put rows
// into wrong periods in silence.
func readTime(c Column, all []string) (reading, bool) {
	if len(all) == 0 {
		return reading{}, false
	}
	if kind, ok := isoKind(all); ok {
		return reading{kind: metrics.Type{Kind: kind}}, true
	}
	fitting := fittingForms(c, all)
	switch {
	case len(fitting) == 1 && fitting[0] == shortMonth:
		return reading{kind: text, remark: `months of a year, or days without one? If months: { type = date, format = ["` + shortMonth.strptime + `"] }`}, true
	case len(fitting) == 1:
		return reading{kind: metrics.Type{Kind: fitting[0].kind}, formats: []string{fitting[0].strptime}}, true
	case len(fitting) > 1:
		return reading{kind: text, remark: undecided(fitting)}, true
	}
	return reading{}, false
}

// isoKind is the kind of values that are all ISO dates, or ISO timestamps with
// perhaps dates among them.
func isoKind(all []string) (metrics.Kind, bool) {
	kind := metrics.Date
	for _, v := range all {
		form, ok := firstFit(isoForms, v)
		if !ok {
			return metrics.Unknown, false
		}
		if form.kind == metrics.Timestamp {
			kind = metrics.Timestamp
		}
	}
	return kind, true
}

func firstFit(forms []timeForm, v string) (timeForm, bool) {
	for _, f := range forms {
		if _, err := time.Parse(f.layout, v); err == nil {
			return f, true
		}
	}
	return timeForm{}, false
}

// fittingForms are the forms that every value is written in.
func fittingForms(c Column, all []string) []timeForm {
	forms := append([]timeForm{shortMonth}, dateForms...)
	for _, d := range dateForms {
		for _, clock := range clockForms {
			forms = append(forms, timeForm{d.strptime + clock.strptime, d.layout + clock.layout, clock.kind})
		}
	}
	if speaksOfTime.has(c.Name) {
		forms = append(forms, compactDate)
	}
	var fitting []timeForm
	for _, f := range forms {
		if fitsAll(f, all) {
			fitting = append(fitting, f)
		}
	}
	return sameSpelling(fitting)
}

func fitsAll(f timeForm, all []string) bool {
	for _, v := range all {
		if _, err := time.Parse(f.layout, v); err != nil || fraction.MatchString(v) {
			return false
		}
	}
	return true
}

// sameSpelling keeps one of forms that differ in the length of month names only:
// May fits both.
func sameSpelling(forms []timeForm) []timeForm {
	return slices.CompactFunc(forms, func(a, b timeForm) bool {
		return strings.EqualFold(a.strptime, b.strptime) && strings.ContainsAny(a.strptime, "bB")
	})
}

// undecided says which formats fit, as a comment.
func undecided(forms []timeForm) string {
	quoted := make([]string, len(forms))
	for i, f := range forms {
		quoted[i] = `"` + f.strptime + `"`
	}
	return "every value fits " + strings.Join(quoted, " and ") + ": say which by { type = " + forms[0].kind.String() + ", format = [...] }"
}
