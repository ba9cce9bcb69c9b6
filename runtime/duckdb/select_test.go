package duckdb

import (
	"context"
	"os"
	"strings"
	"testing"
)

func checked(t *testing.T, e *Engine, query string) (Select, []string) {
	t.Helper()
	s, faults, err := e.CheckSelect(context.Background(), query, "$s", []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, f := range faults {
		at := "-"
		if f.Offset >= 0 {
			at = query[f.Offset:]
			at = at[:min(len(at), 8)]
		}
		words = append(words, at+": "+f.Summary)
	}
	return s, words
}

func openForSelect(t *testing.T) *Engine {
	t.Helper()
	e, err := Open(context.Background(), Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

func TestCheckSelectAccepts(t *testing.T) {
	e := openForSelect(t)
	for _, query := range []string{
		`select * from "$s"."a"`,
		`with x as (select 1 as n), y as (select * from x) select * from y join "$s"."b" using (n)`,
		`with recursive r as (select 1 as n union all select n + 1 from R where n < 5) select * from r`,
		`select case when x > 1 then 'é' else lower(y) end, x::int, [x][1], date_trunc('month', d) from "$s"."a" where x between 1 and 2 and y like '%a' group by all having count(*) > 1`,
		`select first(x order by d), row_number() over (partition by y order by d), sum(x) over (partition by y), lag(x) over (order by d) from "$s"."a"`,
		`select * from "$s"."a" order by x limit 3`,
		`select distinct on (x) * from "$s"."a" order by x, y`,
		`select unnest(l) from "$s"."a", generate_series(1, 2), (values (1)) as v(n)`,
		`select "current_date"."x" from "$s"."a" as "current_date"`,
		`select 1 from "$s"."a" union all select 2 from "$s"."b" order by 1;`,
	} {
		if _, faults := checked(t, e, query); len(faults) > 0 {
			t.Errorf("%s: %q", query, faults)
		}
	}
}

func TestCheckSelectRefuses(t *testing.T) {
	e := openForSelect(t)
	tests := []struct{ query, want string }{
		{`selec 1`, `selec 1: The query can't be read`},
		{`select 'é', from from x`, `from x: The query can't be read`},
		{`select 1; select 2`, `-: Not one SELECT`},
		{`insert into "$s"."a" values (1)`, `-: Not one SELECT`},
		{`copy "$s"."a" to 'x.csv'`, `-: Not one SELECT`},
		{`attach 'x.db'`, `-: Not one SELECT`},
		{`pivot "$s"."a" on x using sum(y)`, `-: Not one SELECT`},
		{`select * from a`, `a: No source is named "a" here`},
		{`select * from 'x.csv'`, `'x.csv': No source is named "x.csv" here`},
		{`select * from "$s"."c"`, `"$s"."c": No source is named "c" here`},
		{`select * from duckdb_settings()`, `duckdb_s: "duckdb_settings" may not be used here`},
		{`select * from duckdb_tables`, `duckdb_t: No source is named "duckdb_tables" here`},
		{`select * from read_csv('x.csv')`, `read_csv: "read_csv" may not be used here`},
		{`select * from range(getenv('HOME'))`, `getenv(': The function getenv may not be used`},
		{`select * from (with "x.csv" as (select 1) select * from "x.csv"), "x.csv"`, `"x.csv": No source is named "x.csv" here`},
		{`with x as (select * from x) select * from x`, `x) selec: No source is named "x" here`},
		{`select 'é', random()`, `random(): The function random may not be used`},
		{`select * replace (uuid() as x) from "$s"."a"`, `uuid() a: The function uuid may not be used`},
		{`select x from "$s"."a" where d < now()`, `now(): The function now may not be used`},
		{`select current_date`, `current_: "current_date" changes by itself`},
		{`select current_timestamp`, `current_: "current_timestamp" changes by itself`},
		{`select first(x) from "$s"."a"`, `first(x): first without order`},
		{`select list(x) over () from "$s"."a"`, `list(x) : list without order`},
		{`select row_number() over () from "$s"."a"`, `row_numb: row_number without order`},
		{`select * from "$s"."a" limit 3`, `-: "limit" without order`},
		{`select distinct on (x) * from "$s"."a"`, `-: "distinct on" without order`},
		{`select * from "$s"."a" tablesample 10%`, `"$s"."a": A sample of rows`},
		{`select * from "$s"."a" positional join "$s"."b"`, `position: Rows joined by their position`},
		{`select ?`, `-: A parameter without a value`},
		{`describe "$s"."a"`, `-: Not a SELECT`},
	}
	for _, test := range tests {
		if _, faults := checked(t, e, test.query); strings.Join(faults, "\n") != test.want {
			t.Errorf("%s: got %q, want %q", test.query, faults, test.want)
		}
	}
}

func TestCheckSelectTellsColumns(t *testing.T) {
	e := openForSelect(t)
	s, _ := checked(t, e, `select A.Id, sum(amount) filter (city = 'x') from "$s"."a" as A group by 1`)
	if got := strings.Join(s.Names, " "); got != "a amount city id" || s.Star {
		t.Errorf("got %s, star %v", got, s.Star)
	}
	if s, _ := checked(t, e, `select * exclude (x) from "$s"."a"`); !s.Star {
		t.Error("a star is not told")
	}
}

// TestSelectFunctions asks the engine itself about each function: that it has it,
// and that it is the same for the same arguments.
func TestSelectFunctions(t *testing.T) {
	e := openForSelect(t)
	table, err := e.Query(context.Background(), "SELECT function_name, bool_and(coalesce(stability, 'CONSISTENT') = 'CONSISTENT') FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate', 'macro') GROUP BY 1")
	if err != nil {
		t.Fatal(err)
	}
	consistent := map[string]bool{}
	known := map[string]bool{}
	for _, r := range table.Rows {
		known[r[0].(string)], consistent[r[0].(string)] = true, r[1].(bool)
	}
	// What the engine's grammar knows by itself, and doesn't list.
	for _, name := range strings.Fields("coalesce ifnull nullif if grouping grouping_id percentile_cont percentile_disc row_number rank dense_rank percent_rank cume_dist ntile lead lag first_value last_value nth_value unnest") {
		known[name], consistent[name] = true, true
	}
	page, err := os.ReadFile("../../docs/sql.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, names := range [][]string{ExpressionFunctions(), QueryFunctions()} {
		var listed []string
		for _, name := range names {
			if !known[name] || !consistent[name] {
				t.Errorf("%s: known %v, consistent %v", name, known[name], consistent[name])
			}
			listed = append(listed, "`"+name+"`")
		}
		if want := strings.Join(listed, ", "); !strings.Contains(strings.ReplaceAll(string(page), "\n", " "), want) {
			t.Errorf("docs/sql.md must list:\n%s", want)
		}
	}
}
