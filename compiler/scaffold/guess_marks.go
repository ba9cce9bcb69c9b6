package scaffold

import (
	"regexp"
	"strings"
)

// marks are how a delimited file writes numbers; "" is a decimal point, and nothing
// between thousands.
type marks struct{ decimal, thousands string }

// Numbers as they are written with a decimal comma, and those that only a point can
// be meant in. Three digits behind a mark may be thousands, which speaks for neither.
var (
	commaNumber   = regexp.MustCompile(`^[+-]?(\d+|\d{1,3}([.]\d{3})+)(,\d+)?$`)
	surelyComma   = regexp.MustCompile(`^[+-]?(\d+,(\d{1,2}|\d{4,})|\d{1,3}([.]\d{3})+,\d+|\d{1,3}([.]\d{3}){2,})$`)
	surelyPoint   = regexp.MustCompile(`^[+-]?(\d+[.](\d{1,2}|\d{4,})|\d{1,3}(,\d{3})+[.]\d+|\d{1,3}(,\d{3}){2,})$`)
	pointsBetween = regexp.MustCompile(`^[+-]?\d{1,3}([.]\d{3})+(,\d+)?$`)
)

// guessMarks tells a decimal comma: some numbers can be meant in no other way, and
// none in the other.
func guessMarks(t Table) marks {
	var m marks
	if t.Format != CSV {
		return m
	}
	between := false
	for _, c := range t.Columns {
		for _, v := range values(c) {
			for _, sign := range signs {
				v = strings.TrimSpace(strings.ReplaceAll(v, sign, ""))
			}
			switch {
			case surelyPoint.MatchString(v):
				return marks{}
			case surelyComma.MatchString(v):
				m.decimal = ","
			}
			between = between || pointsBetween.MatchString(v)
		}
	}
	if m.decimal != "" && between {
		m.thousands = "."
	}
	return m
}

// plain is a number with a decimal comma as one with a point; what is none stays none.
func (m marks) plain(v string) string {
	if !commaNumber.MatchString(v) {
		return "no number: " + v
	}
	return strings.ReplaceAll(strings.ReplaceAll(v, ".", ""), ",", ".")
}
