package sqlgen

import (
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

func (p expressions) call(e *metrics.Call, truth bool) sql {
	switch e.Func.Name { // functions whose SQL is more than a template
	case "case":
		return p.caseOf(e)
	case "in":
		return p.in(e, truth)
	case "map":
		return p.mapOf(e)
	case "bucket":
		return p.bucket(e)
	case "round":
		return p.round(e)
	case "date_trunc":
		return p.dateTrunc(e)
	case "date_diff":
		return p.dateDiff(e)
	case "date_add":
		return p.dateAdd(e)
	case "as_of":
		return atom(p.dialect.instantLiteral(p.AsOf))
	}
	return p.template(p.dialect.Template(e.Func), e)
}

// template fills in $1, $local1, $* and $zone.
func (p expressions) template(t string, e *metrics.Call) sql {
	if t == "$1" {
		return p.expr(e.Args[0], false)
	}
	likes := p.likes(e)
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(t, "$")
		b.WriteString(before)
		if !found {
			break
		}
		word := placeholder(rest)
		t = rest[len(word):]
		p.fill(&b, word, t, e, likes)
	}
	text := b.String()
	return sql{text, templateBinds(text)}
}

// placeholder is the name at the start of what follows a $.
func placeholder(rest string) string {
	if strings.HasPrefix(rest, "*") {
		return "*"
	}
	n := strings.IndexFunc(rest, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	if n < 0 {
		return rest
	}
	return rest[:n]
}

func (p expressions) fill(b *strings.Builder, word, after string, e *metrics.Call, like metrics.Kind) {
	switch {
	case word == "*":
		for i, a := range e.Args {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(p.alike(a, like, e.Type).text)
		}
	case word == "zone":
		b.WriteString(quoteText(p.Zone))
	case strings.HasPrefix(word, "local"):
		n, _ := strconv.Atoi(strings.TrimPrefix(word, "local"))
		b.WriteString(p.local(e.Args[n-1]))
	default:
		n, _ := strconv.Atoi(word)
		arg := p.alike(e.Args[n-1], paramKind(e, n-1, like), e.Type)
		if strings.HasSuffix(b.String(), "WHEN ") {
			arg = p.expr(e.Args[n-1], true)
		}
		if enclosed(b.String(), after) {
			b.WriteString(arg.text)
		} else {
			b.WriteString(arg.within(bindsAtom))
		}
	}
}

// enclosed tells whether what stands between two texts needs no parentheses of
// its own: commas, parentheses or the words of CASE keep it apart.
func enclosed(before, after string) bool {
	open := strings.HasSuffix(before, "(") || strings.HasSuffix(before, ", ") ||
		strings.HasSuffix(before, "WHEN ") || strings.HasSuffix(before, "THEN ") || strings.HasSuffix(before, "ELSE ")
	shut := strings.HasPrefix(after, ")") || strings.HasPrefix(after, ",") || strings.HasPrefix(after, " AS ") ||
		strings.HasPrefix(after, " THEN") || strings.HasPrefix(after, " ELSE") || strings.HasPrefix(after, " END")
	return open && shut
}

// templateBinds is the strength of a filled template: all but the bare operators
// are calls, CASE or in parentheses already.
func templateBinds(text string) int {
	if strings.HasPrefix(text, "(") || strings.HasPrefix(text, "CASE ") || strings.HasSuffix(text, ")") {
		return bindsAtom
	}
	return bindsOr
}

// likes is the kind that arguments which must be alike share.
func (p expressions) likes(e *metrics.Call) metrics.Kind {
	var alike []metrics.Expr
	for i, a := range e.Args {
		if e.Func.Param(i).Like {
			alike = append(alike, a)
		}
	}
	return commonKind(alike...)
}

func paramKind(e *metrics.Call, i int, like metrics.Kind) metrics.Kind {
	if e.Func.Param(i).Like {
		return like
	}
	return metrics.Unknown
}

// alike returns e as one of several values that make one of type t. Where engines
// can't hold the digits of all before and behind the point, they round in silence:
// there each value gets the digits behind the point that t has, or the query fails.
func (p expressions) alike(e metrics.Expr, like metrics.Kind, t metrics.Type) sql {
	own := e.Base().Type
	if t.Kind == metrics.Decimal && t.Precision == metrics.MaxPrecision && own.Kind == metrics.Decimal && own.Scale < t.Scale {
		return atom("CAST(" + p.print(e) + " AS " + p.dialect.typeName(t) + ")")
	}
	return p.as(e, like)
}

// caseOf prints conditions and values in turn, the last value alone.
func (p expressions) caseOf(e *metrics.Call) sql {
	like := e.Type.Kind
	var b strings.Builder
	b.WriteString("CASE")
	for i := 0; i+1 < len(e.Args); i += 2 {
		b.WriteString(" WHEN " + p.condition(e.Args[i]) + " THEN " + p.alike(e.Args[i+1], like, e.Type).text)
	}
	if len(e.Args)%2 == 1 {
		b.WriteString(" ELSE " + p.alike(e.Args[len(e.Args)-1], like, e.Type).text)
	}
	b.WriteString(" END")
	return atom(b.String())
}

// in is never null: null is in a list that has null, and in no other.
func (p expressions) in(e *metrics.Call, truth bool) sql {
	list, _ := e.Args[1].(*metrics.List)
	var items []metrics.Expr
	hasNull, constant := false, true
	for _, item := range list.Items {
		if isNull(item) {
			hasNull = true
			continue
		}
		items = append(items, item)
		constant = constant && isConstant(item)
	}
	if !constant || len(items) == 0 {
		return p.inEach(e.Args[0], list.Items, truth)
	}
	like := commonKind(append([]metrics.Expr{e.Args[0]}, items...)...)
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = p.as(item, like).text
	}
	text := p.as(e.Args[0], like).within(bindsAdd) + " IN (" + strings.Join(texts, ", ") + ")"
	switch {
	case hasNull:
		return atom("coalesce(" + text + ", TRUE)")
	case truth:
		return sql{text, bindsCompare}
	}
	return atom("coalesce(" + text + ", FALSE)")
}

// inEach compares with each item, null-safe.
func (p expressions) inEach(x metrics.Expr, items []metrics.Expr, truth bool) sql {
	if len(items) == 0 {
		return atom("FALSE")
	}
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = p.comparison(&metrics.Binary{Op: metrics.OpEq, L: x, R: item}, truth).text
	}
	return atom("(" + strings.Join(texts, " OR ") + ")")
}

func (p expressions) mapOf(e *metrics.Call) sql {
	m, _ := e.Args[1].(*metrics.Mapping)
	otherwise := e.Args[0]
	if len(e.Args) > 2 {
		otherwise = e.Args[2]
	}
	if len(m.Keys) == 0 {
		return p.expr(otherwise, false)
	}
	var b strings.Builder
	b.WriteString("CASE " + p.print(e.Args[0]))
	for i, key := range m.Keys {
		b.WriteString(" WHEN " + quoteText(key) + " THEN " + p.alike(m.Values[i], e.Type.Kind, e.Type).text)
	}
	b.WriteString(" ELSE " + p.alike(otherwise, e.Type.Kind, e.Type).text + " END")
	return atom(b.String())
}

// bucket compares with the bounds from below; a bound belongs to the band above.
func (p expressions) bucket(e *metrics.Call) sql {
	bounds, _ := e.Args[1].(*metrics.List)
	labels := bandLabels(e, bounds.Items)
	x := p.expr(e.Args[0], false)
	var b strings.Builder
	b.WriteString("CASE WHEN " + x.within(bindsAdd) + " IS NULL THEN NULL")
	for i, bound := range bounds.Items {
		b.WriteString(" WHEN " + x.within(bindsAdd) + " < " + p.expr(bound, false).within(bindsAdd) + " THEN " + labels[i])
	}
	b.WriteString(" ELSE " + labels[len(labels)-1] + " END")
	return atom(b.String())
}

// bandLabels are the names of the bands, as literals.
func bandLabels(e *metrics.Call, bounds []metrics.Expr) []string {
	var labels []string
	if len(e.Args) > 2 {
		list, _ := e.Args[2].(*metrics.List)
		for _, item := range list.Items {
			labels = append(labels, quoteText(word(item)))
		}
		return labels
	}
	if len(bounds) == 0 {
		return []string{quoteText("all")}
	}
	labels = append(labels, quoteText("<"+word(bounds[0])))
	for i := 1; i < len(bounds); i++ {
		labels = append(labels, quoteText(word(bounds[i-1])+".."+word(bounds[i])))
	}
	return append(labels, quoteText(">="+word(bounds[len(bounds)-1])))
}

// word is the text of a constant or bare word; a negative number may be an
// operator and its operand.
func word(e metrics.Expr) string {
	switch e := e.(type) {
	case *metrics.Literal:
		return e.Text
	case *metrics.Name:
		return strings.Join(e.Parts, ".")
	case *metrics.Unary:
		return "-" + word(e.X)
	}
	return ""
}

// round leaves whole numbers alone when no digits are given.
func (p expressions) round(e *metrics.Call) sql {
	if len(e.Args) > 1 {
		return atom("round(" + p.print(e.Args[0]) + ", " + p.print(e.Args[1]) + ")")
	}
	if e.Args[0].Base().Type.Kind == metrics.Integer {
		return p.expr(e.Args[0], false)
	}
	return atom("round(" + p.print(e.Args[0]) + ")")
}
