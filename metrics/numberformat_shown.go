package metrics

import (
	"fmt"
	"strings"
)

// CurrencySigns are the signs by which currencies are shown.
var CurrencySigns = map[string]string{
	"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "KRW": "₩",
}

// ShownAs is a KPI's format, or one that fits its type (as Type.String) and unit.
func ShownAs(format, typ string, unit Unit) NumberFormat {
	if f, err := ParseNumberFormat(format); err == nil {
		return f
	}
	f := NumberFormat{Group: true, MinInteger: 1}
	money, _, _ := strings.Cut(string(unit), "/")
	var precision, scale int
	switch {
	case typ == "integer":
	case strings.HasPrefix(typ, "decimal"):
		if _, err := fmt.Sscanf(typ, "decimal(%d, %d)", &precision, &scale); err == nil {
			f.MinFraction, f.MaxFraction = scale, scale
		}
	case CurrencySigns[money] != "":
		f.MinFraction, f.MaxFraction = 2, 2
	default:
		f.MinFraction, f.MaxFraction = 4, 4
	}
	return f
}

// Distances is the format of differences between what a format shows: of shares, points.
func (f NumberFormat) Distances() NumberFormat {
	if f.Percent {
		digits := max(2, f.MaxFraction)
		return NumberFormat{Group: true, MinInteger: 1, MinFraction: digits, MaxFraction: digits, Percent: true, Suffix: "pp"}
	}
	return f
}
