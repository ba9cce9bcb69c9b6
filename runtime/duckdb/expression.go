package duckdb

import (
	"context"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mention is the name of a column that stands in an expression, from a byte of it on.
type Mention struct {
	Offset, Length int
	Parts          []string
}

// The text around an expression that makes it a query.
const (
	expressionStart = "SELECT (\n"
	expressionEnd   = "\n)"
)

// CheckExpression parses an expression over the columns of one row and looks at all
// that is in it: no aggregates, windows or queries, and of functions only those that
// give the same for the same row and reach nothing else.
func (e *Engine) CheckExpression(ctx context.Context, text string) ([]Mention, []Fault, error) {
	parsed, err := e.parse(ctx, expressionStart+text+expressionEnd)
	if err != nil {
		return nil, nil, err
	}
	if parsed.fault != nil {
		f := *parsed.fault
		if f.Offset -= len(expressionStart); f.Offset < 0 || f.Offset >= len(text) {
			f.Offset = -1
		}
		f.Summary = "The SQL can't be read"
		f.Detail += ` A column whose name is a word of SQL stands in double quotes, which are written \" within a text: sql("\"end\" - start").`
		return nil, []Fault{f}, nil
	}
	w := &expressionWalk{text: text}
	if item, ok := onlyItem(parsed.nodes); ok {
		w.walk(item)
	} else {
		w.faults = []Fault{{-1, "Not one expression", "In sql() stands a single value of a row, such as upper(city). What takes FROM, WHERE or a semicolon is a source of its own, with a block sql."}}
	}
	slices.SortFunc(w.found, func(a, b Mention) int { return a.Offset - b.Offset })
	return slices.CompactFunc(w.found, func(a, b Mention) bool { return a.Offset == b.Offset }), w.faults, nil
}

// onlyItem is what a SELECT of one value, and of nothing else, gives.
func onlyItem(statements []any) (any, bool) {
	if len(statements) != 1 {
		return nil, false
	}
	node, _ := statements[0].(map[string]any)
	items, _ := node["select_list"].([]any)
	from, _ := node["from_table"].(map[string]any)
	if node["type"] != "SELECT_NODE" || len(items) != 1 || from["type"] != "EMPTY" {
		return nil, false
	}
	for key := range node {
		if !slices.Contains([]string{"type", "select_list", "from_table", "aggregate_handling"}, key) {
			return nil, false
		}
	}
	item, _ := items[0].(map[string]any)
	_, named := item["alias"]
	return item, !named
}

// expressionWalk looks at each node of a parsed expression.
type expressionWalk struct {
	text   string
	found  []Mention
	faults []Fault
}

func (w *expressionWalk) at(node map[string]any) int {
	if at, ok := node["query_location"].(float64); ok && at < math.MaxInt32 {
		return int(at) - len(expressionStart)
	}
	return -1
}

func (w *expressionWalk) fault(node map[string]any, summary, detail string) {
	w.faults = append(w.faults, Fault{w.at(node), summary, detail})
}

func (w *expressionWalk) walk(node any) {
	switch node := node.(type) {
	case []any:
		for _, child := range node {
			w.walk(child)
		}
	case map[string]any:
		if !w.judge(node) {
			return
		}
		keys := make([]string, 0, len(node))
		for k := range node {
			keys = append(keys, k)
		}
		slices.Sort(keys) // faults in the same order each time
		for _, k := range keys {
			w.walk(node[k])
		}
	}
}

// plainNodes are the kinds of expressions that need no look at themselves.
var plainNodes = []string{"", "OPERATOR", "CASE", "CAST", "COMPARISON", "CONJUNCTION", "BETWEEN", "CONSTANT"}

// foreignNodes says what an expression over one row can't have, and what to do instead.
var foreignNodes = map[string][2]string{
	"WINDOW":               {"A window over rows", "In sql() stands a value of one row. What looks at other rows is a source with a block sql, or a function over KPIs."},
	"SUBQUERY":             {"A query within an expression", "In sql() stands a value of one row. Rows of other sources are reached by references, or joined in a source with a block sql."},
	"STAR":                 {"* in an expression", "Name the columns one by one."},
	"PARAMETER":            {"A parameter without a value", "Nothing fills ? and $1. Write the value, or ${var.name}."},
	"POSITIONAL_REFERENCE": {"A column by its number", "Name the column."},
}

// judge refuses what an expression may not have, and tells whether to look below.
func (w *expressionWalk) judge(node map[string]any) bool {
	class, _ := node["class"].(string)
	switch {
	case class == "FUNCTION":
		w.function(node)
	case class == "COLUMN_REF":
		w.column(node)
		return false
	case class == "CAST":
		cast, _ := node["cast_type"].(map[string]any)
		if id, _ := cast["id"].(string); strings.HasSuffix(id, "WITH TIME ZONE") {
			w.fault(node, "A time with a zone", "Times in sql() are those of the project's time zone, without a zone. Cast to timestamp, or leave the cast out.")
		}
	case slices.Contains(plainNodes, class):
	default:
		words, known := foreignNodes[class]
		if !known {
			words = [2]string{strings.ToLower(strings.ReplaceAll(class, "_", " ")) + " in an expression", "In sql() stand operators, CASE, casts and functions of one row."}
		}
		w.fault(node, words[0], words[1])
		return false
	}
	return true
}

func (w *expressionWalk) function(node map[string]any) {
	name, _ := node["function_name"].(string)
	name = strings.ToLower(name)
	schema, qualified := node["schema"]
	operator, _ := node["is_operator"].(bool)
	switch {
	case operator || rowFunctions[name] && (!qualified || schema == "main"):
	case aggregates[name] || ordered[name]:
		w.fault(node, name+" is over many rows", "In sql() stands a value of one row. Aggregate what it gives: sum(sql(\"...\")).")
	default:
		w.fault(node, "The function "+name+" may not be used", "Only functions of one row that always give the same for it, and reach nothing else, may be used; docs/sql.md lists them.")
	}
}

func (w *expressionWalk) column(node map[string]any) {
	var parts []string
	list, _ := node["column_names"].([]any)
	for _, p := range list {
		name, _ := p.(string)
		parts = append(parts, name)
	}
	at := w.at(node)
	if length := nameLength(w.text, at, parts); length > 0 {
		w.found = append(w.found, Mention{Offset: at, Length: length, Parts: parts})
		return
	}
	w.fault(node, "A column that can't be told from the text around it", "Write its name as it is outside of sql(): orders.city.")
}

// nameLength is how many bytes a name takes that stands at a byte of a text; 0 where
// it isn't there.
func nameLength(text string, at int, parts []string) int {
	if at < 0 || at >= len(text) {
		return 0
	}
	rest := text[at:]
	skip := func(n int) { rest = strings.TrimLeftFunc(rest[n:], unicode.IsSpace) }
	for i, part := range parts {
		if i > 0 {
			if skip(0); !strings.HasPrefix(rest, ".") {
				return 0
			}
			skip(1)
		}
		n := wordLength(rest)
		word := rest[:n]
		if strings.HasPrefix(word, `"`) {
			word = strings.ReplaceAll(strings.Trim(word, `"`), `""`, `"`)
		}
		if n == 0 || word != part {
			return 0
		}
		rest = rest[n:]
	}
	return len(text) - at - len(rest)
}

// wordLength is how many bytes the word or quoted name at the start of a text takes.
func wordLength(text string) int {
	if strings.HasPrefix(text, `"`) {
		for i := 1; i < len(text); i++ {
			if text[i] != '"' {
				continue
			}
			if i+1 < len(text) && text[i+1] == '"' {
				i++
				continue
			}
			return i + 1
		}
		return 0
	}
	end := 0
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		if r != '_' && r != '$' && r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		end += size
	}
	return end
}
