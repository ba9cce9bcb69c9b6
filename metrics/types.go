package metrics

import "fmt"

// Kind is the family of a type.
type Kind uint8

// The kinds of values. Unknown is what an expression with an error has: it fits
// everything, so that one mistake is reported once.
const (
	Unknown Kind = iota
	Null
	Boolean
	Integer
	Decimal
	Double
	String
	Date
	Timestamp // an instant; shown and truncated in the project's time zone
)

var kindNames = [...]string{"unknown", "null", "boolean", "integer", "decimal", "double", "string", "date", "timestamp"}

func (k Kind) String() string { return kindNames[k] }

// Type is the type of a column or expression. Precision and Scale are those of
// a decimal.
type Type struct {
	Kind      Kind
	Precision int
	Scale     int
}

// MaxPrecision is the number of digits that the widest decimal holds.
const MaxPrecision = 38

func (t Type) String() string {
	if t.Kind == Decimal {
		return fmt.Sprintf("decimal(%d, %d)", t.Precision, t.Scale)
	}
	return t.Kind.String()
}

// MarshalText writes the type as the language spells it.
func (t Type) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// Numeric tells whether arithmetic is possible.
func (t Type) Numeric() bool {
	return t.Kind == Integer || t.Kind == Decimal || t.Kind == Double
}

// Exact tells whether values are exact numbers (no floating point).
func (t Type) Exact() bool { return t.Kind == Integer || t.Kind == Decimal }

// Temporal tells whether values are points in time.
func (t Type) Temporal() bool { return t.Kind == Date || t.Kind == Timestamp }

// DecimalType is a decimal, its precision and scale capped at what the engine holds.
func DecimalType(precision, scale int) Type {
	return Type{Kind: Decimal, Precision: min(precision, MaxPrecision), Scale: min(scale, MaxPrecision)}
}

// IntegerDigits is what an integer takes as a decimal.
const IntegerDigits = 19

// digits returns precision and scale of an exact type.
func (t Type) digits() (precision, scale int) {
	if t.Kind == Decimal {
		return t.Precision, t.Scale
	}
	return IntegerDigits, 0
}

// Unify returns the type that holds the values of both, and whether there is one.
func Unify(a, b Type) (Type, bool) {
	switch {
	case a.Kind == Unknown || b.Kind == Unknown:
		return Type{}, true
	case a.Kind == Null:
		return b, true
	case b.Kind == Null, a == b:
		return a, true
	case a.Numeric() && b.Numeric():
		return unifyNumbers(a, b), true
	case a.Temporal() && b.Temporal():
		return Type{Kind: Timestamp}, true
	}
	return Type{}, false
}

func unifyNumbers(a, b Type) Type {
	if a.Kind == Double || b.Kind == Double {
		return Type{Kind: Double}
	}
	if a.Kind == Integer && b.Kind == Integer {
		return a
	}
	ap, as := a.digits()
	bp, bs := b.digits()
	scale := max(as, bs)
	return DecimalType(max(ap-as, bp-bs)+scale, scale)
}
