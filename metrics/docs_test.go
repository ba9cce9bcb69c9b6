package metrics

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the generated docs anew")

// TestFunctionsDoc checks that docs/functions.md is what the function table says.
func TestFunctionsDoc(t *testing.T) {
	const file = "../docs/functions.md"
	want := functionsDoc()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the function table says: go test ./metrics -update writes it anew", file)
	}
}

const functionsIntro = `# Functions

The functions of expressions. Row functions compute a value from values: of one row of a source, or of aggregates and
KPIs. Aggregates make one value from the rows of one source; each takes a boolean as an additional last argument, its own
filter: ` + "`sum(orders.amount, orders.status == \"paid\")`" + `. Arguments in square brackets may be left out, and those before
` + "`...`" + ` may be repeated. Unless its description says otherwise, a function of null is null, and an aggregate passes
over nulls. Functions in conditions stand in thresholds; those without brackets are of the KPI that is judged.

*Made from the function table by ` + "`make generate`" + `.*
`

// functionsDoc is the page of all functions, a table for each group.
func functionsDoc() string {
	var b strings.Builder
	b.WriteString(functionsIntro)
	group := ""
	for _, f := range Functions() {
		if f.Group != group {
			group = f.Group
			fmt.Fprintf(&b, "\n## %s\n\n", group)
			b.WriteString(tableHead(f.Kind))
		}
		b.WriteString(functionRow(f))
	}
	return b.String()
}

func tableHead(kind FunctionKind) string {
	if kind == AggregateFunction {
		return "| Function | Value | Over no rows | Coarser periods and cuts | Example |\n|---|---|---|---|---|\n"
	}
	return "| Function | Value | Example |\n|---|---|---|\n"
}

func functionRow(f *Function) string {
	if f.Kind != AggregateFunction {
		return fmt.Sprintf("| %s | %s | %s |\n", code(f.Signature()), cell(f.Doc), code(f.Example))
	}
	empty := "null"
	if f.ZeroWhenEmpty {
		empty = "0"
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", code(f.Signature()), cell(f.Doc), empty, additivityInWords[f.Additivity], code(f.Example))
}

// additivityInWords says how the value of a coarser period or cut is made.
var additivityInWords = map[Additivity]string{
	NotAdditive:   "computed from rows",
	AdditiveSum:   "add up",
	AdditiveMin:   "the smallest",
	AdditiveMax:   "the largest",
	AdditiveParts: "from parts that add up",
}

// cell is a text within a table, where a bar would end the cell.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func code(s string) string { return "`" + cell(s) + "`" }

// TestFunctionTable checks what the docs and the compiler rely on in each row.
func TestFunctionTable(t *testing.T) {
	kinds := map[string]FunctionKind{}
	for _, f := range Functions() {
		if f.Doc == "" || f.Group == "" || f.Result == nil {
			t.Errorf("%s lacks a doc, a group or a result", f.Name)
		}
		if used := f.Name + "("; !strings.Contains(f.Example, used) && !(f.IsWord() && strings.Contains(f.Example, f.Name)) {
			t.Errorf("the example of %s does not call it: %s", f.Name, f.Example)
		}
		if kind, seen := kinds[f.Group]; seen && kind != f.Kind {
			t.Errorf("group %s has row functions and aggregates: its table has one head", f.Group)
		}
		kinds[f.Group] = f.Kind
		for i, p := range f.Params[:max(0, len(f.Params)-1)] {
			if p.Variadic || p.Optional && !f.Params[i+1].Optional {
				t.Errorf("parameter %s of %s must be the last, or have only optional ones behind it", p.Name, f.Name)
			}
		}
	}
}
