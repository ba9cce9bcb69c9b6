package metrics

import (
	"slices"
	"strconv"
	"strings"
)

// Unit is what a number counts, in canonical spelling: "" (a plain number),
// "CNY", "CNY/order", "CNY*d". Factors stand in alphabetical order, a power as
// "m^2", divisors after one slash.
type Unit string

// Tax is the basis of an amount.
type Tax string

// The tax bases. An amount with NoTax says nothing about tax, and mixes with
// neither of the others.
const (
	NoTax       Tax = ""
	TaxIncluded Tax = "included"
	TaxExcluded Tax = "excluded"
)

// Times is the unit of a product.
func (u Unit) Times(v Unit) Unit { return u.combine(v, 1) }

// Per is the unit of a quotient.
func (u Unit) Per(v Unit) Unit { return u.combine(v, -1) }

// Has tells whether a unit is the factor v, once, or a product or quotient of it.
func (u Unit) Has(v Unit) bool {
	powers := map[string]int{}
	u.addTo(powers, 1)
	return powers[string(v)] == 1
}

func (u Unit) combine(v Unit, sign int) Unit {
	if v == "" {
		return u
	}
	powers := map[string]int{}
	u.addTo(powers, 1)
	v.addTo(powers, sign)
	return canonicalUnit(powers)
}

func (u Unit) addTo(powers map[string]int, sign int) {
	above, below, _ := strings.Cut(string(u), "/")
	for i, part := range []string{above, below} {
		s := sign
		if i == 1 {
			s = -sign
		}
		for f := range strings.SplitSeq(part, "*") {
			name, power, found := strings.Cut(f, "^")
			n := 1
			if found {
				n, _ = strconv.Atoi(power)
			}
			if name != "" && name != "1" {
				powers[name] += s * n
			}
		}
	}
}

func canonicalUnit(powers map[string]int) Unit {
	var above, below []string
	for name, n := range powers {
		switch {
		case n > 0:
			above = append(above, factor(name, n))
		case n < 0:
			below = append(below, factor(name, -n))
		}
	}
	slices.Sort(above)
	slices.Sort(below)
	if len(below) == 0 {
		return Unit(strings.Join(above, "*"))
	}
	if len(above) == 0 {
		above = []string{"1"}
	}
	return Unit(strings.Join(above, "*") + "/" + strings.Join(below, "*"))
}

func factor(name string, n int) string {
	if n == 1 {
		return name
	}
	return name + "^" + strconv.Itoa(n)
}

// ParseUnit reads a unit as a team writes it ("CNY", "CNY/order", "kg*m/s^2")
// into canonical spelling; ok is false for text that is no unit.
func ParseUnit(s string) (u Unit, ok bool) {
	if strings.Count(s, "/") > 1 || strings.ContainsAny(s, " \t\"'") {
		return "", false
	}
	powers := map[string]int{}
	Unit(s).addTo(powers, 1)
	return canonicalUnit(powers), len(powers) > 0
}
