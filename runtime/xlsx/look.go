package xlsx

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// look is how the number of a cell is shown, as far as it decides what it means.
type look int

const (
	plain look = iota
	day        // a date, or a date and a time
	clock      // a time of day, or a duration
)

func (b *Book) readStyles() error {
	var sheet struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := b.decode(stylesPart, &sheet); err != nil {
		return err
	}
	custom := map[int]look{}
	for _, f := range sheet.Formats {
		custom[f.ID] = lookOf(f.Code)
	}
	for _, c := range sheet.Cells {
		l, known := custom[c.Format]
		if !known {
			l = builtin(c.Format)
		}
		b.styles = append(b.styles, l)
	}
	return nil
}

// builtin is the look of the formats that need no definition.
func builtin(id int) look {
	switch {
	case id >= 18 && id <= 21, id >= 45 && id <= 47, id >= 32 && id <= 33:
		return clock
	case id >= 14 && id <= 17, id == 22, id >= 27 && id <= 31, id >= 34 && id <= 36, id >= 50 && id <= 58:
		return day
	}
	return plain
}

// literals are the parts of a number format that show as they stand, and what is in
// brackets: colours, conditions, locales, and elapsed hours, minutes and seconds.
var (
	literals = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^\]]*\]`)
	elapsed  = regexp.MustCompile(`\[(?i:h+|m+|s+)\]`)
)

// lookOf reads a number format: its letters say which parts of a date it shows.
func lookOf(code string) look {
	if elapsed.MatchString(code) {
		return clock
	}
	code = strings.ToLower(literals.ReplaceAllString(code, ""))
	if strings.Contains(code, "general") {
		return plain
	}
	date, timed := strings.ContainsAny(code, "yd"), strings.ContainsAny(code, "hs")
	switch {
	case date, strings.Contains(code, "m") && !timed:
		return day
	case timed:
		return clock
	}
	return plain
}

// A day of the calendar 1900 that never was: Excel counts it.
const noDay = 60

// The last day that dates have, 9999-12-31.
const lastDay = 2958465

const dayMilliseconds = 24 * 60 * 60 * 1000

// moment is the date of a serial number; false where it names none.
func moment(serial float64, since1904 bool) (time.Time, bool) {
	if !(serial >= 0) || serial >= lastDay+1 {
		return time.Time{}, false
	}
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case since1904:
		base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case serial >= noDay && serial < noDay+1, serial < 1:
		return time.Time{}, false
	case serial < noDay:
		base = base.AddDate(0, 0, 1)
	}
	days, fraction := math.Modf(serial)
	return base.AddDate(0, 0, int(days)).Add(time.Duration(math.Round(fraction*dayMilliseconds)) * time.Millisecond), true
}

// momentText is a date in ISO spelling, without a time of day that is midnight.
func momentText(t time.Time) string {
	switch {
	case t.Nanosecond() != 0:
		return t.Format("2006-01-02 15:04:05.000")
	case t.Hour() != 0 || t.Minute() != 0 || t.Second() != 0:
		return t.Format(time.DateTime)
	}
	return t.Format(time.DateOnly)
}

// clockText is a time of day or a duration as hours, minutes and seconds.
func clockText(serial float64) string {
	seconds := int64(math.Round(serial * dayMilliseconds / 1000))
	sign := ""
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	two := func(n int64) string {
		return strings.Repeat("0", max(0, 2-len(strconv.FormatInt(n, 10)))) + strconv.FormatInt(n, 10)
	}
	return sign + strings.Join([]string{two(seconds / 3600), two(seconds / 60 % 60), two(seconds % 60)}, ":")
}

// significant is how many digits of a number a workbook means: what lies behind
// them is the imprecision of binary fractions, such as 0.30000000000000004.
const significant = 15

// numberText is a number with the digits that a workbook shows.
func numberText(x float64) string {
	text := strconv.FormatFloat(x, 'g', significant, 64)
	if strings.Contains(text, "e") {
		return text
	}
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// escaped are characters that XML can't hold, as workbooks write them.
var escaped = regexp.MustCompile(`_x([0-9A-Fa-f]{4})_`)

func unescape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	return escaped.ReplaceAllStringFunc(text, func(s string) string {
		n, _ := strconv.ParseUint(s[2:6], 16, 16) // four hexadecimal digits
		return string(rune(n))
	})
}

// failures are the values of cells whose formula failed.
var failures = []string{"#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!"}
