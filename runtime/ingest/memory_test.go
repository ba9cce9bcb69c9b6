package ingest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
)

// TestMemoryLikeSegments cleans the same sources into segments and into memory, and
// demands the same rows, rejects and statistics: rows without a fault, for which
// memory leaves steps out, and rows with each.
func TestMemoryLikeSegments(t *testing.T) {
	files := map[string]string{
		"spotless.csv":  "id,at,amount,customer,state\n1,2026-01-05 09:00,10.50,a,paid\n2,2026-01-06 10:00,,b,\n",
		"keys.csv":      "id,at,amount,customer,state\n1,2026-01-05 09:00,10.50,a,paid\n1,2026-01-05 09:00,11.50,a,paid\n1,2026-01-05 09:00,11.50,a,paid\n",
		"null.csv":      "id,at,amount,customer,state\n,2026-01-05 09:00,10.50,a,paid\n2,2026-01-05 09:00,1,a,paid\n",
		"unread.csv":    "id,at,amount,customer,state\n1,yesterday,10.50,a,paid\n2,2026-01-05 09:00,much,a,paid\n3,2026-01-05 09:00,1,b,paid\n",
		"fields.csv":    "id,at,amount,customer,state\n1,2026-01-05 09:00,10.50,a,paid,more\n2,2026-01-05 09:00,1,a,paid\n",
		"where.csv":     "id,at,amount,customer,state\n1,2026-01-05 09:00,10.50,a,test\n1,2026-01-05 09:00,1,a,paid\n",
		"orphan.csv":    "id,at,amount,customer,state\n1,2026-01-05 09:00,10.50,z,paid\n2,2026-01-05 09:00,1,a,paid\n",
		"customers.csv": "id,region\na,East\nb,West\n",
	}
	var names []string
	customers := csvSource("customers", "customers.csv", column("id", metrics.String), column("region", metrics.String))
	customers.Key = []string{"id"}
	sources := []*metrics.Source{customers}
	for file := range files {
		name := strings.TrimSuffix(file, ".csv")
		if name != "customers" {
			sources = append(sources, ordersOf(name))
			names = append(names, name)
		}
	}
	slices.Sort(names)
	all := &metrics.Source{Name: "all", Contract: true, Reader: &metrics.Union{Sources: names, Tag: "front"}, Time: "at", Columns: []*metrics.Column{
		column("id", metrics.String), column("at", metrics.Timestamp), column("amount", metrics.Decimal),
		{Name: "front", Type: metrics.Type{Kind: metrics.String}, Tag: true},
	}}
	p := newProject(t, "Asia/Shanghai", files, append(sources, all)...)
	names = append(names, "customers", "all")

	segments := p.clean()
	rejected := map[string][]string{}
	rows := map[string][]string{}
	for _, name := range names {
		rows[name] = p.rows("SELECT * FROM sources." + name)
		rejected[name] = p.rows("SELECT * FROM rejects." + name)
	}
	q := newProject(t, "Asia/Shanghai", files, p.context.Model.Sources...)
	memory := NewMemory(q.engine, q.context.Home)
	built, kept, problems := memory.Build(context.Background(), q.context, names)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, name := range names {
		if got := q.rows("SELECT * FROM sources." + name); !slices.Equal(got, rows[name]) {
			t.Errorf("%s: rows\n%s\nin segments\n%s", name, strings.Join(got, "\n"), strings.Join(rows[name], "\n"))
		}
		n := 0
		for _, r := range kept {
			if r.Source == name {
				n++
			}
		}
		if n != len(rejected[name]) {
			t.Errorf("%s: %d rows are kept out, in segments %v", name, n, rejected[name])
		}
		if got, want := asJSON(t, built[name].Statistics), asJSON(t, segments[name].Statistics); got != want {
			t.Errorf("%s: statistics\n%s\nin segments\n%s", name, got, want)
		}
	}
}

// ordersOf is a source with all that can take a row out.
func ordersOf(name string) *metrics.Source {
	s := csvSource(name, name+".csv", column("id", metrics.String), column("at", metrics.Timestamp), column("amount", metrics.Decimal),
		column("customer", metrics.String), column("state", metrics.String))
	s.Key, s.Time = []string{"id"}, "at"
	s.Where = binary(metrics.OpNe, ref(name, "state", metrics.String), str("test"), metrics.Boolean)
	s.References = []*metrics.Reference{{Name: "customers", To: "customers", On: []metrics.JoinOn{{Column: "customer", Target: "id"}}, OnFail: metrics.Quarantine}}
	return s
}

// TestMemoryForgets checks that rows of one build are not those of the next, and
// that what did not change is not made again.
func TestMemoryForgets(t *testing.T) {
	rows := func(cells ...string) *metrics.Source {
		inline := &metrics.Inline{Names: []string{"id"}}
		for _, c := range cells {
			inline.Rows = append(inline.Rows, []*metrics.Literal{str(c)})
		}
		return &metrics.Source{Name: "s", Contract: true, Key: []string{"id"}, Reader: inline, Columns: []*metrics.Column{column("id", metrics.String)}}
	}
	p := newProject(t, "UTC", nil, rows())
	memory := NewMemory(p.engine, p.context.Home)
	for _, cells := range [][]string{{"a", "b"}, {}, {"c"}, {"c", "c"}, {"c"}} {
		p.context.Model.Sources = []*metrics.Source{rows(cells...)}
		if _, _, problems := memory.Build(context.Background(), p.context, []string{"s"}); len(problems) > 0 {
			t.Fatal(problems)
		}
		slices.Sort(cells)
		if got, want := p.rows("SELECT id FROM sources.s"), slices.Compact(cells); !slices.Equal(got, want) {
			t.Errorf("of %v there is %v", cells, got)
		}
	}
	before := memory.held["s"]
	if _, _, problems := memory.Build(context.Background(), p.context, []string{"s"}); len(problems) > 0 {
		t.Fatal(problems)
	}
	if &before.files[0] != &memory.held["s"].files[0] {
		t.Error("the same rows were made again")
	}
}

// TestPrepareChangesNothing builds rows of many models, prepared together, and one
// model after the other: rows, rejects and statistics must be the same. Each model
// has rows with other faults, among them numbers that grow too large.
func TestPrepareChangesNothing(t *testing.T) {
	doubled := binary(metrics.OpMul, ref("orders", "n", metrics.Integer), ref("orders", "n", metrics.Integer), metrics.Integer)
	orders := func(names string, rows ...string) *metrics.Source {
		inline := &metrics.Inline{Names: strings.Fields(names)}
		for _, row := range rows {
			var cells []*metrics.Literal
			for text := range strings.SplitSeq(row, ",") {
				cell := str(text)
				if text == "" {
					cell = &metrics.Literal{Node: metrics.Node{Type: metrics.Type{Kind: metrics.Null}}}
				}
				cells = append(cells, cell)
			}
			inline.Rows = append(inline.Rows, cells)
		}
		s := &metrics.Source{Name: "orders", Contract: true, Key: []string{"id"}, Time: "at", Reader: inline, Columns: []*metrics.Column{
			column("id", metrics.String), column("at", metrics.Timestamp), column("n", metrics.Integer), {Name: "square", Type: metrics.Type{Kind: metrics.Integer}, Value: doubled},
		}}
		s.Where = binary(metrics.OpNe, ref("orders", "id", metrics.String), str("test"), metrics.Boolean)
		return s
	}
	const all = "id at n"
	models := []*metrics.Source{
		orders(all, "a,2026-01-05 09:00,1", "b,2026-01-06 23:30,"),
		orders(all, "a,2026-01-05 09:00,1"),
		orders(all, "a,2026-01-05 09:00,1", "a,2026-01-05 09:00,2"),
		orders(all),
		orders(all, "test,2026-01-05 09:00,1"),
		orders(all, "test,2026-01-05 09:00,1", "test,2026-01-05 09:00,2", "c,2027-01-05 09:00,2"),
		orders(all, "a,yesterday,1", "b,2026-01-05 09:00,1"),
		orders(all, "a,2026-03-29 02:30,1"), // never was in Berlin
		orders(all, "a,2026-01-05 09:00,1.5"),
		orders("id n", "a,7"),
		orders("id n", "a,8", ",9"),
		orders("at n id", "2026-01-05 09:00,1,a"),
		orders(all, "a,2026-01-05 09:00,1"), // as before
	}
	tooLarge := append(slices.Clone(models), orders(all, "a,2026-01-05 09:00,9000000000000000000"))
	for _, models := range [][]*metrics.Source{models, tooLarge} {
		p := newProject(t, "Europe/Berlin", nil, models[0])
		build := func(m *Memory, s *metrics.Source) string {
			p.context.Model.Sources = []*metrics.Source{s}
			built, kept, problems := m.Build(context.Background(), p.context, []string{"orders"})
			text := asJSON(t, built["orders"].Statistics) + asJSON(t, kept) + asJSON(t, problems)
			if !problems.HasErrors() {
				text += strings.Join(p.rows("SELECT * FROM sources.orders"), "\n")
			}
			return text
		}
		var want []string
		alone := NewMemory(p.engine, p.context.Home)
		for _, s := range models {
			want = append(want, build(alone, s))
		}
		together := NewMemory(p.engine, p.context.Home)
		var contexts []Context
		for _, s := range models {
			c := p.context
			model := *c.Model
			model.Sources = []*metrics.Source{s}
			c.Model = &model
			contexts = append(contexts, c)
		}
		for range 2 {
			together.Prepare(context.Background(), contexts)
			if len(together.ready) == 0 {
				t.Error("nothing is ready")
			}
			for i, s := range models {
				if got := build(together, s); got != want[i] {
					t.Errorf("%d: prepared\n%s\nalone\n%s", i, got, want[i])
				}
			}
		}
	}
}
