package oracle_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/oracle"
)

// refusals are the codes of requests that sources can't answer; the oracle must
// come to the same.
var refusals = []diag.Code{diag.CannotCut, diag.AmbiguousPath, diag.GrainTooFine, diag.NoTime, diag.BadPeriod, diag.NoMeaning}

// outcome is what came of one request.
type outcome struct {
	cells, known int // of the answer, and those that are not null
	refused      bool
	// difference says what differs; "" for nothing.
	difference string
	doubles    bool // and that it is values of doubles, or the order that these make
}

// judge answers a request both ways. An error says that it could not be asked.
func (p *project) judge(a ask) (found outcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			found.difference = fmt.Sprintf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	got, sql, err := p.compute(a)
	if errors.Is(err, errNoPeriod) { // its name is that of a day that clocks skip
		_, err := p.expect(a)
		if err == nil {
			return outcome{difference: "refused, but can be answered: no such period"}, nil
		}
		return outcome{refused: true}, nil
	}
	var refused *refusal
	if err != nil && !errors.As(err, &refused) {
		return outcome{difference: fmt.Sprintf("failed in the engine: %v\n%s", err, sql)}, nil
	}
	if refused != nil && !slices.Contains(refusals, refused.code) {
		return outcome{}, refused
	}
	want, err := p.expect(a)
	switch {
	case errors.Is(err, oracle.ErrRefused):
		if refused == nil {
			return outcome{difference: "answered, but must be refused"}, nil
		}
		return outcome{refused: true}, nil
	case err != nil:
		return outcome{}, err
	case refused != nil:
		return outcome{difference: "refused, but can be answered: " + refused.Error()}, nil
	}
	found.difference = differs(got, want)
	found.doubles = found.difference != "" && slices.Equal(exactOnly(got), exactOnly(want))
	for _, r := range want.Rows {
		for _, v := range r.Values {
			found.cells++
			if v != nil {
				found.known++
			}
		}
	}
	return found, nil
}

// differs tells the first difference between two answers, or "".
func differs(got, want *oracle.Answer) string {
	if !slices.Equal(got.Columns, want.Columns) {
		return fmt.Sprintf("columns %q, want %q", got.Columns, want.Columns)
	}
	want = tiesAs(got, want)
	for i := range max(len(got.Rows), len(want.Rows)) {
		switch {
		case i >= len(got.Rows):
			return fmt.Sprintf("missing row %d: %s", i, rowText(want.Rows[i]))
		case i >= len(want.Rows):
			return fmt.Sprintf("surplus row %d: %s", i, rowText(got.Rows[i]))
		case !sameRow(got.Rows[i], want.Rows[i]):
			return fmt.Sprintf("unlike in row %d of %s:\ngot:  %s\nwant: %s", i, strings.Join(got.Columns, " "), rowText(got.Rows[i]), rowText(want.Rows[i]))
		}
	}
	return ""
}

// exactOnly is the rows of an answer without doubles, as texts in their own order.
func exactOnly(a *oracle.Answer) []string {
	var out []string
	for _, r := range a.Rows {
		r.Values = slices.Clone(r.Values)
		for i, v := range r.Values {
			if _, double := asNumber(v); double {
				r.Values[i] = "a double"
			}
		}
		out = append(out, rowText(r))
	}
	slices.Sort(out)
	return out
}

// tiesAs is want with rows whose doubles are all but equal as got has them: summed in
// another order, either may be the larger.
func tiesAs(got, want *oracle.Answer) *oracle.Answer {
	rows := slices.Clone(want.Rows)
	for i := range min(len(got.Rows), len(rows)) {
		if sameRow(got.Rows[i], rows[i]) {
			continue
		}
		for j := i + 1; j < len(rows); j++ {
			if sameRow(got.Rows[i], rows[j]) && nearlyTied(rows[i], rows[j]) {
				rows[i], rows[j] = rows[j], rows[i]
				break
			}
		}
	}
	return &oracle.Answer{Columns: want.Columns, Rows: rows}
}

// nearlyTied tells whether two rows have doubles that differ, but not by much.
func nearlyTied(a, b oracle.Row) bool {
	for i := range a.Values {
		x, ok := a.Values[i].(float64)
		y, also := b.Values[i].(float64)
		if ok && also && x != y && sameValue(x, y) {
			return true
		}
	}
	return false
}

func sameRow(a, b oracle.Row) bool {
	return a.State == b.State && a.Total == b.Total && a.Other == b.Other && slices.EqualFunc(a.Values, b.Values, sameValue)
}

// sameValue compares exact numbers exactly and doubles to nine digits.
func sameValue(got, want any) bool {
	if got == nil || want == nil {
		return got == nil && want == nil
	}
	x, doubleX := asNumber(got)
	y, doubleY := asNumber(want)
	switch {
	case x == nil || y == nil:
		if t, ok := got.(time.Time); ok {
			u, ok := want.(time.Time)
			return ok && t.Equal(u)
		}
		return got == want
	case doubleX || doubleY:
		a, _ := x.Float64()
		b, _ := y.Float64()
		return math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b), 1e-6)
	}
	return x.Cmp(y) == 0
}

// asNumber is a number as a fraction; nil for what is none.
func asNumber(v any) (x *big.Rat, double bool) {
	switch v := v.(type) {
	case int64:
		return new(big.Rat).SetInt64(v), false
	case *big.Int:
		return new(big.Rat).SetInt(v), false
	case metrics.Number:
		x, _ := new(big.Rat).SetString(string(v))
		return x, false
	case *big.Rat:
		return v, false
	case float64:
		return new(big.Rat).SetFloat64(v), true
	}
	return nil, false
}

func rowText(r oracle.Row) string {
	var parts []string
	for _, v := range r.Values {
		if x, double := asNumber(v); x != nil && !double {
			v = strings.TrimSuffix(strings.TrimRight(x.FloatString(10), "0"), ".")
		}
		parts = append(parts, fmt.Sprint(v))
	}
	text := strings.Join(parts, " | ") + " [" + string(r.State) + "]"
	if r.Total {
		text += " total"
	}
	if r.Other {
		text += " other"
	}
	return text
}
