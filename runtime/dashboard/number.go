package dashboard

import (
	"math/big"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// number writes a fraction as a decimal of at most twelve digits behind the point,
// exact for all that money and counts come to.
func number(r *big.Rat) metrics.Number {
	text := r.FloatString(12)
	if strings.Contains(text, ".") {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	if text == "-0" {
		text = "0"
	}
	return metrics.Number(text)
}

// growth is (now - then) / |then|; nil where it has no meaning.
func growth(now, then Cell) *big.Rat {
	a, b := now.Rat(), then.Rat()
	if a == nil || b == nil || b.Sign() == 0 {
		return nil
	}
	return new(big.Rat).Quo(new(big.Rat).Sub(a, b), new(big.Rat).Abs(b))
}

// difference is now - then; nil where one is missing.
func difference(now, then Cell) *big.Rat {
	a, b := now.Rat(), then.Rat()
	if a == nil || b == nil {
		return nil
	}
	return new(big.Rat).Sub(a, b)
}

// format shows numbers of a KPI, and its changes.
type format struct {
	metrics.NumberFormat
	direction string // "up", "down" or "": which way is good
}

func formatOf(k *metrics.KPI) format {
	return format{metrics.ShownAs(k.Format, k.Type.String(), k.Unit), k.Direction}
}

// text shows a cell's value, a dash for no data.
func (f format) text(c Cell) string {
	if !c.Known() {
		return noValue
	}
	return minus(f.Text(c.Number))
}

// noValue stands where there is no data.
const noValue = "–"

// minus is the sign as it is typeset.
func minus(s string) string {
	if rest, negative := strings.CutPrefix(s, "-"); negative {
		return "−" + rest
	}
	return s
}

var percentFormat = metrics.NumberFormat{Group: true, MinInteger: 1, MinFraction: 1, MaxFraction: 1, Percent: true, Suffix: "%"}

// change shows how a value moved: relative, and for shares as a difference of points.
func (f format) change(now, then Cell) (text string, tone Tone) {
	moved, shown := growth(now, then), percentFormat
	if f.Percent {
		moved, shown = difference(now, then), f.Distances()
	}
	if moved == nil {
		return noValue, Plain
	}
	return signed(shown.Text(number(moved))), f.tone(moved.Sign())
}

// distance shows how far a value is from another, of shares in points.
func (f format) distance(n metrics.Number) string { return signed(f.Distances().Text(n)) }

// signed puts a plus before what is more than nothing.
func signed(text string) string {
	if strings.ContainsAny(text, "123456789") && text[0] != '-' {
		return "+" + text
	}
	return minus(text)
}

// tone judges a move by the good direction.
func (f format) tone(sign int) Tone {
	switch {
	case sign == 0 || f.direction == "":
		return Plain
	case (sign > 0) == (f.direction == "up"):
		return Good
	}
	return Bad
}
