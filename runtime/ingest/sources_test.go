package ingest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// TestKeys has rows that are equal in the key: exact copies are duplicates, of
// others the last stays.
func TestKeys(t *testing.T) {
	s := csvSource("s", "f*.csv", column("k", metrics.Integer), column("d", metrics.Date), column("v", metrics.String))
	s.Key = []string{"k", "d"}
	p := newProject(t, "UTC", map[string]string{
		"f1.csv": "k,d,v\n1,2026-01-01,a\n1,2026-01-01,b\n2,2026-01-01,\n1,2026-01-02,a\n,2026-01-01,a\n",
		"f2.csv": "k,d,v\n2,2026-01-01,\n1,2026-01-01,a\n",
	}, s)
	if got := account(p.clean()["s"]); got != "7 3 0 2 2" {
		t.Errorf("account %s", got)
	}
	p.same("clean", p.rows("SELECT * FROM sources.s"), []string{"1|2026-01-02|a", "2|2026-01-01|null", "1|2026-01-01|a"})
	p.same("rejects", p.rejected("s"), []string{
		`f1.csv:3 k, d "1, 2026-01-01" the key stands again at f2.csv:3 <1,2026-01-01,b>`,
		`f1.csv:6 k "" part of the key, but null <,2026-01-01,a>`,
	})
}

func TestDedupe(t *testing.T) {
	text := "k,n,v\n1,1,a\n1,2,b\n1,2,c\n,1,x\n,1,x\n2,1,a\n2,1,a\n"
	tests := []struct {
		name   string
		dedupe metrics.Dedupe
		clean  []string
	}{
		{"last", metrics.Dedupe{By: []string{"k"}, Order: []string{"n"}, Keep: "last"}, []string{"1|2|c", "null|1|x", "null|1|x", "2|1|a"}},
		{"first", metrics.Dedupe{By: []string{"k"}, Order: []string{"n"}, Keep: "first"}, []string{"1|1|a", "null|1|x", "null|1|x", "2|1|a"}},
		{"last in the file", metrics.Dedupe{By: []string{"k"}, Keep: "last"}, []string{"1|2|c", "null|1|x", "null|1|x", "2|1|a"}},
		{"first in the file", metrics.Dedupe{By: []string{"k"}, Keep: "first"}, []string{"1|1|a", "null|1|x", "null|1|x", "2|1|a"}},
		{"all", metrics.Dedupe{All: true, Keep: "last"}, []string{"1|1|a", "1|2|b", "1|2|c", "null|1|x", "2|1|a"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := csvSource("s", "f.csv", column("k", metrics.Integer), column("n", metrics.Integer), column("v", metrics.String))
			s.Dedupe = &test.dedupe
			p := newProject(t, "UTC", map[string]string{"f.csv": text}, s)
			seg := p.clean()["s"]
			p.same("clean", p.rows("SELECT * FROM sources.s"), test.clean)
			if seg.Account.Duplicates != 7-int64(len(test.clean)) {
				t.Errorf("account %+v", seg.Account)
			}
		})
	}
}

// TestUnion unites two shops with different columns, and keeps where rows came from.
func TestUnion(t *testing.T) {
	a := csvSource("a", "a.csv", column("id", metrics.Integer), column("at", metrics.Timestamp), column("amount", metrics.Decimal))
	b := &metrics.Source{
		Name: "b", Contract: true, Columns: []*metrics.Column{column("id", metrics.Integer), column("note", metrics.String), column("at", metrics.Timestamp)},
		Reader: &metrics.Inline{Names: []string{"id", "note", "at"}, Rows: [][]*metrics.Literal{{num("3"), str("it's"), str("2026-01-02")}, {num("2"), nil, nil}}},
	}
	all := &metrics.Source{
		Name: "all", Contract: true, Key: []string{"id"}, Reader: &metrics.Union{Sources: []string{"a", "b"}, Tag: "shop"},
		Columns: []*metrics.Column{
			column("id", metrics.Integer), column("at", metrics.Timestamp), column("amount", metrics.Decimal), column("note", metrics.String),
			column("shop", metrics.String, func(c *metrics.Column) { c.Tag = true }),
			column("big", metrics.Boolean, func(c *metrics.Column) {
				c.Value = binary(metrics.OpGt, ref("all", "amount", metrics.Decimal), num("5"), metrics.Boolean)
			}),
		},
	}
	p := newProject(t, "Asia/Shanghai", map[string]string{"a.csv": "id,at,amount\n\n1,2026-01-01 07:00,9.5\nx,,\n2,2026-01-01 07:00,1\n"}, a, b, all)
	segments := p.clean()
	if got := account(segments["all"]); got != "4 3 0 0 1" {
		t.Errorf("account %s", got)
	}
	p.same("clean", p.rows("SELECT * FROM sources.all"), []string{
		"1|2025-12-31T23:00:00Z|2026-01-01|9.5|null|a|true",
		"3|2026-01-01T16:00:00Z|2026-01-02|null|it's|b|null",
		"2|null|null|null|null|b|null",
	})
	p.same("rejects", p.rejected("all"), []string{`a.csv:5 id "2" the key stands again at source.b:2 <2,2026-01-01 07:00,1>`})
	p.same("rejects of the leaf", p.rejected("a"), []string{`a.csv:4 id "x" not a whole number <x,,>`})
	leaves := segments["all"].Statistics.Leaves
	if len(leaves) != 2 || leaves["a"].Rows != 1 || leaves["b"].Rows != 2 || leaves["b"].Columns["at"].LastDay != "2026-01-02" || leaves["b"].Columns["at"].Nulls != 1 {
		t.Errorf("leaves %+v", leaves)
	}
}

// TestTyped reads parquet and JSON with values of many types.
func TestTyped(t *testing.T) {
	p := newProject(t, "America/New_York", map[string]string{
		"j.json":  `[{"n": 12.50, "i": 3, "s": {"a": 1}, "t": "2026-01-05T10:00:00Z"}, {"n": "x", "i": 4}, {"i": 1.5}]`,
		"l.jsonl": "{\"n\": 1, \"i\": 1}\n{\"i\": true}\n", "none.json": "[]",
	})
	query := `COPY (SELECT * FROM (VALUES
	(12.5::DOUBLE, 3::UTINYINT, TIMESTAMP '2026-07-01 10:00:00', TIMESTAMPTZ '2026-07-01 10:00:00+00', DATE '2026-07-01', 0.1::DOUBLE + 0.2::DOUBLE, 'a'),
	(1.239::DOUBLE, 4, TIMESTAMP '2026-03-08 02:30:00', NULL, NULL, 1, '2'),
	(1, 5, TIMESTAMP 'infinity', NULL, NULL, 1, NULL)) AS v(n, i, l, z, d, f, s)) TO '` + p.context.Dir + `/p.parquet'`
	if err := p.engine.Exec(context.Background(), query); err != nil {
		t.Fatal(err)
	}
	pq := &metrics.Source{Name: "p", Contract: true, Reader: &metrics.Parquet{Path: "p.parquet"}, Columns: []*metrics.Column{
		column("n", metrics.Decimal), column("i", metrics.Integer), column("l", metrics.Timestamp), column("z", metrics.Timestamp),
		column("d", metrics.Timestamp), column("f", metrics.Decimal), column("s", metrics.String),
	}}
	json := func(name, path string) *metrics.Source {
		return &metrics.Source{Name: name, Contract: true, Reader: &metrics.JSON{Path: path}, Columns: []*metrics.Column{column("n", metrics.Decimal), column("i", metrics.Integer)}}
	}
	j := json("j", "j.json")
	j.Columns = append(j.Columns, column("s", metrics.String, func(c *metrics.Column) { c.From = "s.a" }), column("t", metrics.Timestamp))
	p.context.Model.Sources = []*metrics.Source{j, json("l", "l.jsonl"), json("none", "none.json"), pq}
	p.clean()
	p.same("parquet", p.rows("SELECT * EXCLUDE (l$day, z$day, d$day), d$day FROM sources.p"), []string{
		"12.5|3|2026-07-01T14:00:00Z|2026-07-01T10:00:00Z|2026-07-01T04:00:00Z|0.3|a|2026-07-01",
	})
	rejects := p.rejected("p")
	if len(rejects) != 2 || !strings.HasPrefix(rejects[0], `p.parquet:2 n "1.239" more digits than decimal(18, 2) holds <{"n":1.239,"i":4`) || !strings.Contains(rejects[1], `p.parquet:3 l "infinity" not a finite time`) {
		t.Errorf("rejects %q", rejects)
	}
	p.same("json", p.rows("SELECT * FROM sources.j"), []string{`12.5|3|1|2026-01-05T10:00:00Z|2026-01-05`})
	p.same("json rejects", p.rejected("j"), []string{`j.json:1 n "x" not a number <{"n": "x", "i": 4}>`, `j.json:1 i "1.5" not a whole number <{"i": 1.5}>`})
	p.same("lines", p.rows("SELECT * FROM sources.l"), []string{"1|1"})
	p.same("lines rejects", p.rejected("l"), []string{`l.jsonl:2 i "true" not a whole number <{"i": true}>`})
	p.same("none", p.rows("SELECT * FROM sources.none"), []string{})
}

// TestReferences covers orphans that stay, that are rejected, and columns computed
// through references.
func TestReferences(t *testing.T) {
	customers := csvSource("customers", "c.csv", column("id", metrics.Integer), column("region", metrics.String), column("boss", metrics.Integer))
	customers.Key = []string{"id"}
	customers.References = []*metrics.Reference{{Name: "boss", To: "customers", On: []metrics.JoinOn{{Column: "boss", Target: "id"}}, OnFail: metrics.Quarantine}}
	orders := csvSource("orders", "o.csv", column("id", metrics.Integer), column("customer", metrics.Integer),
		column("where", metrics.String, func(c *metrics.Column) { c.Value = ref("orders", "region", metrics.String, "customers") }))
	orders.References = []*metrics.Reference{{Name: "customers", To: "customers", On: []metrics.JoinOn{{Column: "customer", Target: "id"}}, OnFail: metrics.Warn}}
	orders.Where = binary(metrics.OpNe, ref("orders", "region", metrics.String, "customers"), str("South"), metrics.Boolean)
	p := newProject(t, "UTC", map[string]string{
		"c.csv": "id,region,boss\n1,North,\n2,South,1\n3,East,99\n",
		"o.csv": "id,customer\n10,1\n11,2\n12,3\n13,\n14,1\n",
	}, customers, orders)
	segments := p.clean()
	p.same("rejects", p.rejected("customers"), []string{`c.csv:4 boss "99" has no counterpart in customers <3,East,99>`})
	p.same("orders", p.rows("SELECT * FROM sources.orders"), []string{"10|1|North", "12|3|null", "13|null|null", "14|1|North"})
	results, problems := CheckReferences(context.Background(), p.engine, p.context, segments)
	if len(problems) != 0 || asJSON(t, results) != `[{"source":"orders","column":"customer","check":"references","on_fail":"warn","failed":1,"found":"1 not in customers","sample":"3"}]` {
		t.Errorf("%s %v", asJSON(t, results), problems)
	}
	if d := Diagnose(results); len(d) != 1 || d[0].Code != diag.CheckWarned || d.HasErrors() {
		t.Errorf("%+v", d)
	}
	results[0].OnFail = metrics.Stop
	if d := Diagnose(results); d[0].Code != diag.CheckFailed || !d.HasErrors() {
		t.Errorf("%+v", d)
	}
}

// TestCompositeReference has a foreign key of two columns; one with a null in it
// references nothing.
func TestCompositeReference(t *testing.T) {
	prices := csvSource("prices", "p.csv", column("sku", metrics.String), column("shop", metrics.Integer))
	prices.Key = []string{"sku", "shop"}
	lines := csvSource("lines", "l.csv", column("item", metrics.String), column("shop", metrics.Integer))
	r := &metrics.Reference{Name: "price", To: "prices", On: []metrics.JoinOn{{Column: "item", Target: "sku"}, {Column: "shop", Target: "shop"}}, OnFail: metrics.Stop}
	lines.References = []*metrics.Reference{r}
	p := newProject(t, "UTC", map[string]string{"p.csv": "sku,shop\na,1\nb,2\n", "l.csv": "item,shop\na,1\na,2\n,2\nb,\n"}, prices, lines)
	results, problems := CheckReferences(context.Background(), p.engine, p.context, p.clean())
	if len(problems) != 0 || asJSON(t, results) != `[{"source":"lines","column":"item, shop","check":"references","on_fail":"stop","failed":1,"found":"1 not in prices","sample":"a, 2"}]` {
		t.Errorf("%s %v", asJSON(t, results), problems)
	}
	r.OnFail = metrics.Quarantine
	p.clean()
	p.same("rejects", p.rejected("lines"), []string{`l.csv:3 item, shop "a, 2" has no counterpart in prices <a,2>`})
}

func TestQuarantine(t *testing.T) {
	q := func(c *metrics.Column) { c.OnFail = metrics.Quarantine }
	s := csvSource("s", "f.csv",
		column("a", metrics.String, q, func(c *metrics.Column) { c.Values = []string{"x", "y"} }),
		column("d", metrics.Timestamp, q, func(c *metrics.Column) { c.Range = &[2]*metrics.Literal{str("2026-01-01"), str("2026-01-31")} }),
		column("r", metrics.Integer, func(c *metrics.Column) { c.Required = true }))
	p := newProject(t, "Asia/Shanghai", map[string]string{"f.csv": "a,d,r\nx,2026-01-31 23:00,1\nz,2026-01-01,1\ny,2026-02-01 00:00,1\n,,\n,,1\n"}, s)
	if got := account(p.clean()["s"]); got != "5 2 0 0 3" {
		t.Errorf("account %s", got)
	}
	p.same("rejects", p.rejected("s"), []string{
		`f.csv:3 a "z" not one of the accepted values <z,2026-01-01,1>`,
		`f.csv:4 d "2026-01-31 16:00:00+00" outside the range [2026-01-01, 2026-01-31] <y,2026-02-01 00:00,1>`,
		`f.csv:5 r "" required, but null <,,>`,
	})
}

func TestOverflowIsADiagnostic(t *testing.T) {
	s := csvSource("s", "f.csv", column("a", metrics.Integer), column("b", metrics.Integer, func(c *metrics.Column) {
		c.Value = binary(metrics.OpMul, ref("s", "a", metrics.Integer), ref("s", "a", metrics.Integer), metrics.Integer)
	}))
	p := newProject(t, "UTC", map[string]string{"f.csv": "a\n9223372036854775807\n"}, s)
	if _, problems := p.build(); len(problems) != 1 || problems[0].Code != diag.OutOfRange {
		t.Errorf("%+v", problems)
	}
	// The engine is in working order after a failure.
	s.Columns = slices.Delete(s.Columns, 1, 2)
	p.clean()
	p.same("rows", p.rows("SELECT a FROM sources.s"), []string{"9223372036854775807"})
}

func TestCatalog(t *testing.T) {
	p := newProject(t, "UTC", map[string]string{
		"a1.csv": "id,day,at,amount,name,ok,us\n1,2026-01-05,2026-01-05 10:00:00,1.5,x,true,02/01/2026\n",
		"a2.csv": "id,extra\nz,1\n", "bad.csv": "",
		"j.json": `[{"n": 1, "s": {"a": 1}}]`,
	})
	s := csvSource("a", "a*.csv")
	s.Contract = false
	j := &metrics.Source{Name: "j", Reader: &metrics.JSON{Path: "j.json"}}
	catalog := NewCatalog(context.Background(), p.engine, p.context)
	names := func(s *metrics.Source) []string {
		columns, problems := catalog.Columns(s)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		var out []string
		for _, c := range columns {
			out = append(out, c.Name+" "+c.Type.String())
		}
		return out
	}
	p.same("csv", names(s), []string{"id string", "day date", "at timestamp", "amount double", "name string", "ok boolean", "us string", "extra integer"})
	p.same("json", names(j), []string{"n integer", "s_a integer"})
	if _, problems := catalog.Columns(csvSource("bad", "bad.csv")); len(problems) != 1 || problems[0].Code != diag.FileEmpty {
		t.Errorf("%v", problems)
	}
}

func TestCheckColumns(t *testing.T) {
	p := newProject(t, "UTC", map[string]string{
		"ok.csv": "b,a,c\n", "lacks.csv": "a,amuont\n", "empty.csv": "", "j.json": `[{"a": 1}]`, "bare.csv": "1\n",
	},
		csvSource("ok", "ok.csv", column("a", metrics.Integer)), csvSource("lacks", "lacks.csv", column("a", metrics.Integer), column("amount", metrics.Integer)),
		csvSource("empty", "empty.csv", column("a", metrics.Integer)), csvSource("missing", "missing.csv", column("a", metrics.Integer)),
		csvSource("bare", "bare.csv", column("a", metrics.Integer), column("b", metrics.Integer)),
		&metrics.Source{Name: "j", Contract: true, Reader: &metrics.JSON{Path: "j.json"}, Columns: []*metrics.Column{column("b", metrics.Integer)}})
	p.context.Model.Source("bare").Reader.(*metrics.CSV).Header = false
	var got []string
	for _, d := range CheckColumns(context.Background(), p.engine, p.context) {
		got = append(got, string(d.Code)+" "+d.Address)
	}
	p.same("problems", got, []string{
		"E0503 source.bare", "E0502 source.empty", "E0503 source.j.b", "E0503 source.lacks.amount", "E0501 source.missing",
	})
}
