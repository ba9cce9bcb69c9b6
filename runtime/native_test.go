package runtime_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

// nativeShop has SQL of the engine wherever a value of a row may stand.
const nativeShop = `
source "customers" {
  rows = [{ id = "a", city = "Köln" }, { id = "b", city = "Oslo" }]
  key  = [id]
  columns {
    id    = string
    city  = string
    plain = { value = sql("strip_accents(lower(city))") }
  }
}
source "orders" {
  rows = [
    { id = 1, buyer = "a", sold_at = "2026-01-05 10:00", amount = 100, note = "x=12" },
    { id = 2, buyer = "b", sold_at = "2026-02-05 23:30", amount = 50, note = "none" },
    { id = 3, buyer = "b", sold_at = "2026-02-06 00:30", amount = 70, note = null },
    { id = 4, buyer = "z", sold_at = "2026-02-06 01:30", amount = 30, note = "y=5" },
  ]
  key  = [id]
  time = sold_at
  where = sql("amount > 0")
  columns {
    id      = integer
    buyer   = { type = string, references = customers }
    sold_at = timestamp
    amount  = { type = decimal(12, 2), unit = "EUR" }
    note    = string
    points  = { value = sql("cast(split_part(note, '=', 2) as integer)") }
    due_at  = { value = sql(<<-SQL
      sold_at + interval 30 minutes -- of local time
    SQL
    ) }
  }
  check "notes" { assert = sql("note is null or len(note) = 4") }
}
dimension "sound" {
  from "customers" { value = sql("left(plain, 2)") }
}
dimension "night" {
  from "orders" { value = sql("date_part('hour', due_at) not between 6 and 22") }
}
kpi "seventh" { value = sum(unit(sql("round(orders.amount / 7, 2)"), "EUR")) }
kpi "near" { value = count(orders, sql("levenshtein(orders.customers.city, 'Osla') <= 1")) }
kpi "points" { value = sum(orders.points) }
kpi "logs" { value = sum(sql("ln(orders.amount - 100)")) }
`

func TestNative(t *testing.T) {
	p := project(t, "2026-03-01", nativeShop)
	wantCells(t, cells(t, p, query.Request{KPIs: []string{"seventh", "near", "points"}}), "35.72 2 17 final")
	wantCells(t, cells(t, p, query.Request{KPIs: []string{"seventh"}, By: []string{"sound"}}),
		"(unmatched) 4.29 final", "ko 14.29 final", "os 17.14 final")
	// 23:30 and 00:30 local time, half an hour on: 00:00 and 01:00.
	wantCells(t, cells(t, p, query.Request{KPIs: []string{"seventh"}, By: []string{"night"}}), "false 14.29 final", "true 21.43 final")
	// What can't be computed, and what is no number, is null.
	wantCells(t, cells(t, p, query.Request{KPIs: []string{"logs"}}), "- final")

	where, diags := p.Condition(`sql("cast(orders.amount as integer) % 20 = 10")`, "--where", true)
	none(t, diags)
	wantCells(t, cells(t, p, query.Request{KPIs: []string{"seventh"}, Where: []metrics.Expr{where}}), "21.43 final")
}

// TestNativeRandom holds functions of the language to the same in SQL, over days on
// which clocks change too.
func TestNativeRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 18))
	var rows []string
	for i := range 400 {
		day := []string{"2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25", "2026-12-31"}[r.IntN(5)]
		amount := fmt.Sprint(r.IntN(2000) - 1000)
		if r.IntN(8) == 0 {
			amount = "null"
		}
		rows = append(rows, fmt.Sprintf(`{ id = %d, t = "%sT%02d:%02d:00Z", v = %s, s = "%c%c" }`, i, day, r.IntN(24), r.IntN(60), amount, 'a'+r.IntN(3), 'A'+r.IntN(3)))
	}
	pairs := [][2]string{
		{`sum(rows.v, hour(rows.t) == 2)`, `sum(rows.v, sql("hour(rows.t) = 2"))`},
		{`sum(rows.v, date(rows.t) == "2026-10-25")`, `sum(rows.v, sql("cast(rows.t as date) = date '2026-10-25'"))`},
		{`count_distinct(upper(rows.s))`, `count_distinct(sql("upper(rows.s)"))`},
		{`sum(if(rows.v < 0, -1, 1))`, `sum(sql("case when rows.v < 0 then -1 else 1 end"))`},
		{`sum(coalesce(rows.v, 7))`, `sum(sql("coalesce(rows.v, 7)"))`},
		{`max(rows.t)`, `max(sql("rows.t"))`},
		{`count(rows, rows.v > 10 && rows.s != "aA")`, `count(rows, sql("rows.v > 10 and rows.s is distinct from 'aA'"))`},
		{`avg(rows.v)`, `avg(sql("rows.\"v\""))`},
	}
	text := "source \"rows\" {\n rows = [" + strings.Join(rows, ",\n") + "]\n key = [id]\n time = t\n columns {\n id = integer\n t = timestamp\n v = decimal(12, 2)\n s = string\n }\n}\n" +
		"dimension \"kind\" {\n from \"rows\" {\n value = s\n }\n}\n"
	request := query.Request{By: []string{"kind"}, Grain: metrics.Day}
	for i, pair := range pairs {
		for j, value := range pair {
			name := fmt.Sprintf("k%d_%d", i, j)
			text += "kpi \"" + name + "\" {\n value = " + value + "\n}\n"
			request.KPIs = append(request.KPIs, name)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.hcl"), []byte("project \"p\" {\n timezone = \"Europe/Berlin\"\n}\n"+text), 0o666); err != nil {
		t.Fatal(err)
	}
	p, diags := runtime.Open(context.Background(), runtime.Options{Dir: dir, AsOf: "2027-01-02"})
	none(t, diags)
	answer, diags := p.Query(context.Background(), request)
	none(t, diags)
	if len(answer.Rows) < 20 {
		t.Fatalf("only %d rows", len(answer.Rows))
	}
	for _, row := range answer.Rows {
		values := row.Values[len(row.Values)-2*len(pairs):]
		for i, pair := range pairs {
			if got, want := fmt.Sprint(values[2*i+1]), fmt.Sprint(values[2*i]); got != want {
				t.Errorf("%v: %s gives %s, %s gives %s", row.Values[:2], pair[0], want, pair[1], got)
			}
		}
	}
}

// TestNativeFaults tells of each thing that SQL in an expression can't have, at its
// characters.
func TestNativeFaults(t *testing.T) {
	tests := []struct {
		sql, at, says string
		code          diag.Code
	}{
		{"now()", "now", "may not be used", diag.BadExpressionSQL},
		{"note || random()", "random", "may not be used", diag.BadExpressionSQL},
		{"read_text(note)", "read_text", "may not be used", diag.BadExpressionSQL},
		{"current_setting(note)", "current_setting", "may not be used", diag.BadExpressionSQL},
		{"note.upper()", "note", "may not be used", diag.BadExpressionSQL},
		{"sum(amount)", "sum", "Aggregate what it gives", diag.BadExpressionSQL},
		{"first(amount)", "first", "over many rows", diag.BadExpressionSQL},
		{"sum(amount) over ()", "sum", "A window", diag.BadExpressionSQL},
		{"(select max(amount) from orders)", "", "A query within", diag.BadExpressionSQL},
		{"note = any(select 1)", "=", "A query within", diag.BadExpressionSQL},
		{"note = $1", "", "parameter", diag.BadExpressionSQL},
		{"orders.*", "orders", "one by one", diag.BadExpressionSQL},
		{"list_transform([note], x -> x)", "-", "lambda", diag.BadExpressionSQL},
		{"note collate nocase", "", "collate", diag.BadExpressionSQL},
		{"note; drop table x", ";", "can't be read", diag.BadExpressionSQL},
		{"note) from (select 1 as note", "", "Not one expression", diag.BadExpressionSQL},
		{"note) union (select 1", "", "Not one expression", diag.BadExpressionSQL},
		{"note), (note", "", "Not one expression", diag.BadExpressionSQL},
		{"note) where (true", "", "Not one expression", diag.BadExpressionSQL},
		{"", "", "can't be read", diag.BadExpressionSQL},
		{"1 + 1", "", "reads no column", diag.BadExpressionSQL},
		{"cast(t as timestamptz)", "cast", "A time with a zone", diag.BadExpressionSQL},
		{"string_split(note, 'x')", "", "usable type", diag.BadExpressionSQL},
		{"t - t", "", "type interval", diag.BadExpressionSQL},
		{"note || '渠道' || upper(amount)", "upper", "amount is a decimal(12, 2)", diag.BadExpressionSQL},
		{"notes || 'x'", "notes", `Did you mean "note"`, diag.UnknownColumn},
		{"others.v + amount", "others.v", "reference", diag.Unreachable},
	}
	var text strings.Builder
	text.WriteString("source \"others\" {\n rows = [{ v = 1 }]\n columns {\n v = integer\n }\n}\n" +
		"source \"orders\" {\n rows = [{ note = \"a\" }]\n columns {\n note = string\n amount = decimal(12, 2)\n t = timestamp\n")
	for i, test := range tests {
		fmt.Fprintf(&text, " c%d = { value = sql(%q) }\n", i, test.sql)
	}
	text.WriteString(" }\n}\n")
	dir := t.TempDir()
	whole := "project \"p\" {\n timezone = \"UTC\"\n}\n" + text.String()
	if err := os.WriteFile(filepath.Join(dir, "a.hcl"), []byte(whole), 0o666); err != nil {
		t.Fatal(err)
	}
	_, diags := runtime.Open(context.Background(), runtime.Options{Dir: dir})
	lines := strings.Split(whole, "\n")
	for i, test := range tests {
		start := fmt.Sprintf(" c%d = ", i)
		found := 0
		for _, d := range diags {
			if d.Range == nil || !strings.HasPrefix(lines[d.Range.Start.Line-1], start) {
				continue
			}
			found++
			at := whole[d.Range.Start.Byte:d.Range.End.Byte]
			if d.Code != test.code || !strings.Contains(d.Summary+" "+d.Detail, test.says) || test.at != "" && at != test.at {
				t.Errorf("%s: %s at %q: %s %s", test.sql, d.Code, at, d.Summary, d.Detail)
			}
		}
		if found != 1 {
			t.Errorf("%s: %d problems", test.sql, found)
		}
	}
}

// TestNativeIdentity tells that layout is no meaning, and all else is.
func TestNativeIdentity(t *testing.T) {
	fingerprint := func(sql string) string {
		p := project(t, "2026-03-01", "source \"s\" {\n rows = [{ v = 1, w = 2 }]\n columns {\n v = integer\n w = integer\n }\n}\nkpi \"k\" {\n value = sum("+sql+")\n}\n")
		definitions := plan.Definitions(p.Model, p.Text)
		i, _ := plan.Find(definitions, "kpi.k")
		return definitions[i].Fingerprint
	}
	one := fingerprint(`sql("abs(s.v) + 1")`)
	if got := fingerprint(`sql("abs(s.v)  +\n 1")`); got != one {
		t.Error("layout changes the meaning")
	}
	if got := fingerprint(`sql("abs(s . v) + ${1}")`); got != one {
		t.Error("spelling of a name changes the meaning")
	}
	for _, other := range []string{`sql("abs(s.w) + 1")`, `sql("abs(s.v) + 2")`, `sql("abs(s.v) - 1")`} {
		if fingerprint(other) == one {
			t.Errorf("%s means the same", other)
		}
	}
}
