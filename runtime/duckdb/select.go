package duckdb

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Select is a query as it was parsed, that may be run: one SELECT over the tables
// of one schema, with functions that give the same for the same rows and reach
// nothing else.
type Select struct {
	// Names is the names of columns in the query, in lower case, sorted.
	Names []string
	// Star tells that it also reads columns by * and the like.
	Star bool
}

// Fault is what is wrong with a query, at a byte of it; -1 where that is unknown.
type Fault struct {
	Offset          int
	Summary, Detail string
}

// CheckSelect parses a query and looks at all that is in it. tables is the names
// that it may read in schema.
func (e *Engine) CheckSelect(ctx context.Context, query, schema string, tables []string) (Select, []Fault, error) {
	parsed, err := e.parse(ctx, query)
	switch {
	case err != nil:
		return Select{}, nil, err
	case parsed.fault != nil:
		return Select{}, []Fault{*parsed.fault}, nil
	case len(parsed.nodes) != 1:
		return Select{}, []Fault{notOne}, nil
	}
	w := &selectWalk{schema: schema, tables: tables, names: map[string]bool{}}
	w.walk(parsed.nodes[0], nil)
	for name := range w.names {
		w.found.Names = append(w.found.Names, name)
	}
	slices.Sort(w.found.Names)
	return w.found, w.faults, nil
}

// parsed is the trees of statements, or why there are none.
type parsed struct {
	nodes []any
	fault *Fault
}

var notOne = Fault{-1, "Not one SELECT", "A query is a single SELECT, without PIVOT and without a semicolon behind it that starts another statement. Write it as select ... from ..."}

// parse returns the trees of what should be a query.
func (e *Engine) parse(ctx context.Context, query string) (parsed, error) {
	t, err := e.Query(ctx, "SELECT CAST(json_serialize_sql("+Literal(query)+"::VARCHAR, skip_null := true, skip_empty := true) AS VARCHAR)")
	if err != nil {
		return parsed{}, err
	}
	var answer struct {
		Error      bool   `json:"error"`
		Kind       string `json:"error_type"`
		Message    string `json:"error_message"`
		Position   string `json:"position"`
		Statements []struct {
			Node any `json:"node"`
		} `json:"statements"`
	}
	text, _ := t.Rows[0][0].(string)
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		return parsed{}, err
	}
	if answer.Error && answer.Kind == "parser" {
		f := Fault{Offset: -1, Summary: "The query can't be read", Detail: "The parser says: " + shorten(answer.Message) + ". Mend the SQL there."}
		if n, err := strconv.Atoi(answer.Position); err == nil {
			f.Offset = byteOffset(query, n)
		}
		return parsed{fault: &f}, nil
	}
	if answer.Error {
		return parsed{fault: &notOne}, nil
	}
	var out parsed
	for _, s := range answer.Statements {
		out.nodes = append(out.nodes, s.Node)
	}
	return out, nil
}

// selectWalk looks at each node of a parsed query.
type selectWalk struct {
	schema string
	tables []string
	names  map[string]bool
	found  Select
	faults []Fault
}

func (w *selectWalk) fault(node map[string]any, summary, detail string, args ...any) {
	f := Fault{Offset: -1, Summary: summary, Detail: fmt.Sprintf(detail, args...)}
	if at, ok := node["query_location"].(float64); ok && at < math.MaxInt32 {
		f.Offset = int(at)
	}
	w.faults = append(w.faults, f)
}

// walk visits a node and all below it. named is the common table expressions that
// it can see, in lower case.
func (w *selectWalk) walk(node any, named []string) {
	switch node := node.(type) {
	case []any:
		for _, child := range node {
			w.walk(child, named)
		}
	case map[string]any:
		named = w.withNames(node, named)
		w.judge(node, named)
		keys := make([]string, 0, len(node))
		for k := range node {
			keys = append(keys, k)
		}
		slices.Sort(keys) // faults in the same order each time
		for _, k := range keys {
			if k != "cte_map" {
				w.walk(node[k], named)
			}
		}
	}
}

// withNames visits the common table expressions of a node, each of which sees those
// before it, and returns the names that the node sees.
func (w *selectWalk) withNames(node map[string]any, named []string) []string {
	named = slices.Clone(named)
	if name, _ := node["cte_name"].(string); name != "" {
		named = append(named, strings.ToLower(name)) // a recursive one sees itself
	}
	list, _ := node["cte_map"].(map[string]any)
	entries, _ := list["map"].([]any)
	for _, e := range entries {
		entry, _ := e.(map[string]any)
		w.walk(entry["value"], named)
		name, _ := entry["key"].(string)
		named = append(named, strings.ToLower(name))
	}
	return named
}

// judge refuses what a query may not have.
func (w *selectWalk) judge(node map[string]any, named []string) {
	kind, _ := node["type"].(string)
	class, _ := node["class"].(string)
	if _, ok := node["sample"]; ok {
		w.fault(node, "A sample of rows", "Each time other rows would be taken. Choose them by where, for example by id %% 10 = 0.")
	}
	w.unordered(node)
	switch {
	case class == "FUNCTION" || class == "WINDOW":
		w.function(node, class, "function_name")
	case class == "PARAMETER":
		w.fault(node, "A parameter without a value", "Nothing fills ? and $1. Write the value, or ${var.name}.")
	case class == "STAR":
		w.found.Star = true
	case class == "COLUMN_REF":
		w.column(node)
	case class != "":
	case kind == "BASE_TABLE":
		w.table(node, named)
	case kind == "JOIN" && node["ref_type"] == "POSITIONAL":
		w.fault(node, "Rows joined by their position", "Rows have no order. Join them by what they have in common: join ... on ...")
	case kind == "TABLE_FUNCTION":
		w.tableFunction(node)
	case node["query_location"] != nil && !slices.Contains(relations, kind):
		w.fault(node, "Not a SELECT", "What DESCRIBE, SHOW and SUMMARIZE tell is no rows of a source. Write it as select ... from ...")
	}
}

// relations are the kinds of what stands in FROM, and is not judged by itself.
var relations = []string{"EMPTY", "JOIN", "SUBQUERY", "EXPRESSION_LIST", "FUNCTION"}

// unordered refuses to pick rows that no order tells apart.
func (w *selectWalk) unordered(node map[string]any) {
	modifiers, _ := node["modifiers"].([]any)
	ordered, picks := false, ""
	for _, m := range modifiers {
		modifier, _ := m.(map[string]any)
		switch modifier["type"] {
		case "ORDER_MODIFIER":
			ordered = true
		case "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER":
			picks = "limit"
		case "DISTINCT_MODIFIER":
			if _, on := modifier["distinct_on_targets"]; on {
				picks = "distinct on"
			}
		}
	}
	if picks != "" && !ordered {
		w.fault(node, quoted(picks)+" without order", "Rows have no order of their own, so that each time others might be taken. Say which come first: order by ... before it.")
	}
}

func (w *selectWalk) table(node map[string]any, named []string) {
	name, _ := node["table_name"].(string)
	schema, _ := node["schema_name"].(string)
	_, catalog := node["catalog_name"]
	switch {
	case !catalog && schema == w.schema && slices.Contains(w.tables, name):
	case !catalog && schema == "" && slices.Contains(named, strings.ToLower(name)):
	default:
		w.fault(node, "No source is named "+quoted(name)+" here", "Sources are named in ${}, so that they are read first: from ${source.%s}. Files and tables of other places are read by sources of their own.", name)
	}
}

func (w *selectWalk) column(node map[string]any) {
	parts, _ := node["column_names"].([]any)
	if len(parts) == 0 {
		return
	}
	for _, p := range parts { // in t.a.b, a may be the column and b a field of it
		if name, ok := p.(string); ok {
			w.names[strings.ToLower(name)] = true
		}
	}
	if name, _ := parts[0].(string); len(parts) == 1 && slices.Contains(clocks, strings.ToLower(name)) {
		w.fault(node, quoted(name)+" changes by itself", "The same files must give the same rows. Use a column of a source; what depends on the date of a report belongs into KPIs.")
	}
}

// clocks are the words that SQL reads as functions of the time.
var clocks = []string{"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "today"}

func (w *selectWalk) tableFunction(node map[string]any) {
	call, _ := node["function"].(map[string]any)
	name, _ := call["function_name"].(string)
	if !slices.Contains(tableFunctions, strings.ToLower(name)) {
		w.fault(node, quoted(name)+" may not be used here", "Of functions that give rows, these may be used: %s. Files are read by sources of their own, which are named in ${}.", strings.Join(tableFunctions, ", "))
	}
	// What it is given is judged as any expression, the call itself was just now.
	delete(call, "class")
}

func (w *selectWalk) function(node map[string]any, class, key string) {
	name, _ := node[key].(string)
	name = strings.ToLower(name)
	if operator, _ := node["is_operator"].(bool); operator {
		return
	}
	_, qualified := node["catalog"]
	switch {
	case qualified || !rowFunctions[name] && !aggregates[name] && !queryFunctions[name] && !ordered[name] && !windowed[name]:
		w.fault(node, "The function "+name+" may not be used", "Only functions that give the same for the same rows, and reach nothing else, may be used; docs/sql.md lists them.")
	case class == "FUNCTION" && ordered[name] && len(list(node["order_bys"], "orders")) == 0:
		w.fault(node, name+" without order", "Rows have no order of their own, so that each time another value might come first. Say the order: %s(x order by t).", name)
	case class == "WINDOW" && (windowed[name] || ordered[name]) && len(list(node, "orders")) == 0 && len(list(node, "arg_orders")) == 0:
		w.fault(node, name+" without order", "Rows have no order of their own. Say it: %s(...) over (order by ...).", name)
	}
}

func list(node any, key string) []any {
	object, _ := node.(map[string]any)
	out, _ := object[key].([]any)
	return out
}

func quoted(s string) string { return strconv.Quote(s) }
