package oracle

import (
	"math"
	"math/big"
	"regexp"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// call is the value of a function that is no aggregate.
func (s scope) call(e *metrics.Call) any {
	if lazy := choices[e.Func.Name]; lazy != nil {
		return lazy(s, e)
	}
	args := make([]any, len(e.Args))
	for i, a := range e.Args {
		args[i] = s.eval(a)
	}
	if many := passingNulls[e.Func.Name]; many != nil {
		return many(s.w, args)
	}
	for _, a := range args {
		if a == nil {
			return nil
		}
	}
	if f := texts[e.Func.Name]; f != nil {
		return f(args)
	}
	if f := numbers[e.Func.Name]; f != nil {
		return f(args)
	}
	return s.timeCall(e, args)
}

// choices decide by themselves what they evaluate.
var choices map[string]func(s scope, e *metrics.Call) any

func init() { // the functions evaluate expressions, which have calls
	choices = map[string]func(s scope, e *metrics.Call) any{
		"if": func(s scope, e *metrics.Call) any {
			if s.eval(e.Args[0]) == true {
				return s.eval(e.Args[1])
			}
			return s.eval(e.Args[2])
		},
		"case": func(s scope, e *metrics.Call) any {
			for i := 0; i+1 < len(e.Args); i += 2 {
				if s.eval(e.Args[i]) == true {
					return s.eval(e.Args[i+1])
				}
			}
			if len(e.Args)%2 == 1 {
				return s.eval(e.Args[len(e.Args)-1])
			}
			return nil
		},
		"coalesce": func(s scope, e *metrics.Call) any {
			for _, a := range e.Args {
				if v := s.eval(a); v != nil {
					return v
				}
			}
			return nil
		},
		"nullif": func(s scope, e *metrics.Call) any {
			a, b := s.eval(e.Args[0]), s.eval(e.Args[1])
			if a == nil || b == nil || s.w.compare(a, b) != 0 {
				return a
			}
			return nil
		},
		"in": func(s scope, e *metrics.Call) any {
			items := e.Args[1].(*metrics.List).Items
			s.members = s.members && allConstant(items)
			for _, item := range items {
				if s.holds(e.Args[0], item) {
					return true
				}
			}
			return false
		},
		"map":     scope.mapped,
		"bucket":  scope.bucket,
		"convert": scope.convert,
	}
}

func (s scope) mapped(e *metrics.Call) any {
	m := e.Args[1].(*metrics.Mapping)
	v := s.eval(e.Args[0])
	for i, key := range m.Keys {
		if v == key {
			return s.eval(m.Values[i])
		}
	}
	if len(e.Args) > 2 {
		return s.eval(e.Args[2])
	}
	return v
}

// bucket names the band by its bounds or labels.
func (s scope) bucket(e *metrics.Call) any {
	x := s.eval(e.Args[0])
	if x == nil {
		return nil
	}
	bounds := e.Args[1].(*metrics.List).Items
	band := 0
	for band < len(bounds) && s.w.compare(x, s.eval(bounds[band])) >= 0 {
		band++
	}
	if len(e.Args) > 2 {
		return s.eval(e.Args[2].(*metrics.List).Items[band])
	}
	text := func(i int) string { return bounds[i].(*metrics.Literal).Text }
	switch band {
	case 0:
		return "<" + text(0)
	case len(bounds):
		return ">=" + text(band-1)
	}
	return text(band-1) + ".." + text(band)
}

// passingNulls are functions that pass over nulls, or judge them.
var passingNulls = map[string]func(w *World, args []any) any{
	"greatest": func(w *World, args []any) any { return extreme(w, args, 1) },
	"least":    func(w *World, args []any) any { return extreme(w, args, -1) },
	"concat": func(_ *World, args []any) any {
		all := ""
		for _, a := range args {
			if text, ok := a.(string); ok {
				all += text
			}
		}
		return all
	},
}

// extreme is the known value that is furthest in a direction, or nil.
func extreme(w *World, args []any, direction int) any {
	var best any
	for _, a := range args {
		if a != nil && (best == nil || w.compare(a, best)*direction > 0) {
			best = a
		}
	}
	return best
}

// number of characters or parts, as an argument.
func integer(v any) int { return int(v.(*big.Rat).Num().Int64()) }

// characters are those from position from (the first is 1) up to before til.
func characters(s string, from, til int) string {
	out := ""
	for i, c := range []rune(s) {
		if i+1 >= from && i+1 < til {
			out += string(c)
		}
	}
	return out
}

var texts = map[string]func(a []any) any{
	"lower":  func(a []any) any { return strings.ToLower(a[0].(string)) },
	"upper":  func(a []any) any { return strings.ToUpper(a[0].(string)) },
	"trim":   func(a []any) any { return strings.Trim(a[0].(string), " ") },
	"length": func(a []any) any { return rat(int64(len([]rune(a[0].(string))))) },
	"left":   func(a []any) any { return characters(a[0].(string), 1, 1+integer(a[1])) },
	"right": func(a []any) any {
		n := len([]rune(a[0].(string)))
		return characters(a[0].(string), n-integer(a[1])+1, n+1)
	},
	"substr": func(a []any) any {
		til := math.MaxInt
		if len(a) > 2 {
			til = integer(a[1]) + integer(a[2])
		}
		return characters(a[0].(string), integer(a[1]), til)
	},
	"replace":     func(a []any) any { return strings.ReplaceAll(a[0].(string), a[1].(string), a[2].(string)) },
	"starts_with": func(a []any) any { return strings.HasPrefix(a[0].(string), a[1].(string)) },
	"ends_with":   func(a []any) any { return strings.HasSuffix(a[0].(string), a[1].(string)) },
	"contains":    func(a []any) any { return strings.Contains(a[0].(string), a[1].(string)) },
	"matches":     func(a []any) any { return regexp.MustCompile(a[1].(string)).MatchString(a[0].(string)) },
	"like": func(a []any) any {
		pattern := regexp.QuoteMeta(a[1].(string))
		pattern = strings.NewReplacer("%", "(?s:.*)", "_", "(?s:.)").Replace(pattern)
		return regexp.MustCompile("^" + pattern + "$").MatchString(a[0].(string))
	},
	"regexp_extract": func(a []any) any {
		group := 0
		if len(a) > 2 {
			group = integer(a[2])
		}
		if found := regexp.MustCompile(a[1].(string)).FindStringSubmatch(a[0].(string)); group < len(found) {
			return found[group]
		}
		return ""
	},
	"regexp_replace": func(a []any) any {
		return regexp.MustCompile(a[1].(string)).ReplaceAllLiteralString(a[0].(string), a[2].(string))
	},
	"split_part": func(a []any) any {
		if parts, n := strings.Split(a[0].(string), a[1].(string)), integer(a[2]); n <= len(parts) {
			return parts[n-1]
		}
		return ""
	},
}

var numbers = map[string]func(a []any) any{
	"abs": func(a []any) any {
		return number(a[0], math.Abs, func(x *big.Rat) *big.Rat { return new(big.Rat).Abs(x) })
	},
	"floor": func(a []any) any { return number(a[0], math.Floor, floored) },
	"ceil": func(a []any) any {
		return number(a[0], math.Ceil, func(x *big.Rat) *big.Rat { return negated(floored(negated(x))) })
	},
	"round": func(a []any) any {
		digits := 0
		if len(a) > 1 {
			digits = integer(a[1])
		}
		return number(a[0], func(x float64) float64 {
			scale := math.Pow10(digits)
			return math.Round(x*scale) / scale
		}, func(x *big.Rat) *big.Rat { return roundTo(x, digits) })
	},
	"sign": func(a []any) any { return rat(int64(exact(a[0]).Sign())) },
	"sqrt": func(a []any) any { return within(double(a[0]) >= 0, math.Sqrt(double(a[0]))) },
	"ln":   func(a []any) any { return within(double(a[0]) > 0, math.Log(double(a[0]))) },
	"exp":  func(a []any) any { return math.Exp(double(a[0])) },
	"power": func(a []any) any {
		return math.Pow(double(a[0]), double(a[1]))
	},
	"unit":       func(a []any) any { return a[0] },
	"net_of_tax": func(a []any) any { return double(a[0]) / (1 + double(a[1])) },
}

func within(defined bool, x float64) any {
	if defined {
		return x
	}
	return nil
}

// number applies the form of a function that fits the number.
func number(v any, f func(float64) float64, g func(*big.Rat) *big.Rat) any {
	if x, ok := v.(*big.Rat); ok {
		return g(x)
	}
	return f(v.(float64))
}
