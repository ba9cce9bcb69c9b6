package ingest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// selectOf makes a reader of a text in which the names of sources stand between #.
func selectOf(text string) *metrics.SQL {
	q := &metrics.SQL{}
	for i, part := range strings.Split(text, "#") {
		if i%2 == 1 {
			q.Parts = append(q.Parts, metrics.SQLPart{Source: part})
		} else if part != "" {
			q.Parts = append(q.Parts, metrics.SQLPart{Text: part})
		}
	}
	return q
}

// TestQuery reads local days of clean rows only, and rejects what doesn't fit.
func TestQuery(t *testing.T) {
	sold := csvSource("sold", "sold.csv", column("id", metrics.Integer), column("t", metrics.Timestamp), column("amount", metrics.Double))
	days := &metrics.Source{
		Name: "days", Contract: true, Key: []string{"day"},
		Reader: selectOf("select cast(t as date) as day, sum(amount) as amount, max(t) as last, count(*) || '' as n from #sold# group by all"),
		Columns: []*metrics.Column{
			column("day", metrics.Date), column("last", metrics.Timestamp), column("n", metrics.Integer),
			column("amount", metrics.Decimal, func(c *metrics.Column) { c.Type = metrics.DecimalType(18, 1) }),
		},
	}
	p := newProject(t, "Asia/Shanghai", map[string]string{
		"sold.csv": "id,t,amount\n1,2026-01-01 00:30:00,1.5\n2,2026-01-01 23:30:00,2\n3,2026-01-02 00:00:00,3.25\nx,2026-01-02,1\n4,,1\n",
	}, sold, days)
	segments := p.clean()
	p.same("clean", p.rows("SELECT * FROM sources.days"), []string{
		"2026-01-01|2026-01-01T15:30:00Z|2026-01-01|2|3.5", "null|null|null|1|1.0",
	}[:1])
	p.same("rejects", p.rejected("days"), []string{
		`:2 amount "3.25" more digits than decimal(18, 1) holds <{"day":"2026-01-02","amount":3.25,"last":"2026-01-02 00:00:00","n":"1"}>`,
		`:3 day "" part of the key, but null <{"day":null,"amount":1.0,"last":null,"n":"1"}>`,
	})
	if got := account(segments["days"]); got != "3 1 0 0 2" || !segments["days"].Account.Derived {
		t.Errorf("account %s, %+v", got, segments["days"].Account)
	}
}

// TestQueryOfQuery has a query over another and over a union, in the order of their
// dependency and not of their names.
func TestQueryOfQuery(t *testing.T) {
	var a, b strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&a, "\n%d,%d", i, i%7)
		fmt.Fprintf(&b, "\n%d,%d", i, i%5)
	}
	sources := []*metrics.Source{
		csvSource("a_rows", "a.csv", column("id", metrics.Integer), column("v", metrics.Integer)),
		csvSource("b_rows", "b.csv", column("id", metrics.Integer), column("v", metrics.Integer)),
		{Name: "all", Contract: true, Reader: &metrics.Union{Sources: []string{"a_rows", "b_rows"}}, Columns: []*metrics.Column{column("id", metrics.Integer), column("v", metrics.Integer)}},
		{Name: "a_total", Contract: true, Reader: selectOf("select v, sum(n) as n from #z_counts# group by v having sum(n) > 0"), Columns: []*metrics.Column{column("v", metrics.Integer), column("n", metrics.Integer)}},
		{Name: "z_counts", Contract: true, Reader: selectOf("select l.v, count(*) as n from #all# as l join #a_rows# as r using (id) group by all"), Columns: []*metrics.Column{column("v", metrics.Integer), column("n", metrics.Integer)}},
	}
	want := make([]int, 7)
	for i := range 5000 {
		want[i%7]++
		want[i%5]++
	}
	var rows []string
	for v, n := range want {
		rows = append(rows, fmt.Sprintf("%d|%d", v, n))
	}
	p := newProject(t, "UTC", map[string]string{"a.csv": "id,v" + a.String(), "b.csv": "id,v" + b.String()}, sources...)
	p.clean()
	p.same("rows", p.rows("SELECT * FROM sources.a_total"), rows)
}

func TestQueryFails(t *testing.T) {
	for _, guarded := range []bool{false, true} {
		s := csvSource("s", "s.csv", column("v", metrics.String, func(c *metrics.Column) {
			if guarded {
				c.Classification = metrics.Confidential
			}
		}))
		q := &metrics.Source{Name: "q", Contract: true, Reader: selectOf("select cast(v as integer) as v from #s#"), Columns: []*metrics.Column{column("v", metrics.Integer)}}
		_, problems := newProject(t, "UTC", map[string]string{"s.csv": "v\n1\nhush\n"}, s, q).build()
		if len(problems) != 1 || problems[0].Code != diag.QueryFailed || strings.Contains(problems[0].Detail, "hush") == guarded {
			t.Errorf("guarded %v: %+v", guarded, problems)
		}
	}
}

// TestQueryIdentity tells that layout is no meaning, and all else is.
func TestQueryIdentity(t *testing.T) {
	text := func(q string) string {
		return selectOf(q).Canonical(func(name string) string { return "<" + name + ">" })
	}
	same := []string{"select 'a  b'  from #s#", "\n  select 'a  b'\n\tfrom #s#\n"}
	if text(same[0]) != text(same[1]) {
		t.Errorf("%q and %q", text(same[0]), text(same[1]))
	}
	others := []string{same[0], "select 'a b' from #s#", "select 'a  b' from #t#", "select 'a  b' -- x\nfrom #s#", "select 'a  b' -- x from #s#", `select "a  b" from #s#`}
	var seen []string
	for _, q := range others {
		if slices.Contains(seen, text(q)) {
			t.Errorf("%q is like another", q)
		}
		seen = append(seen, text(q))
	}
}
