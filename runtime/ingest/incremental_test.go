package ingest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// The sources of random edits: orders, with every step of cleaning that looks at one
// row or at several, and what their rows refer to.
func editedSources() []*metrics.Source {
	shops := csvSource("shops", "shops.csv", column("shop", metrics.String))
	shops.Key = []string{"shop"}
	orders := csvSource("orders", "orders/*.csv", column("id", metrics.Integer), column("line", metrics.Integer), column("day", metrics.Date),
		column("shop", metrics.String), column("amount", metrics.Decimal), column("version", metrics.Integer),
		column("double", metrics.Integer, func(c *metrics.Column) {
			c.Value = binary(metrics.OpMul, ref("orders", "line", metrics.Integer), num("2"), metrics.Integer)
		}))
	orders.Key = []string{"id", "line"}
	orders.Dedupe = &metrics.Dedupe{By: []string{"id", "line", "day"}, Order: []string{"version"}, Keep: "last"}
	orders.Where = binary(metrics.OpGt, ref("orders", "line", metrics.Integer), num("0"), metrics.Boolean)
	orders.Columns[4].Range = &[2]*metrics.Literal{num("0"), num("90")}
	orders.Columns[4].OnFail = metrics.Quarantine
	orders.Columns[5].Range = &[2]*metrics.Literal{nil, num("3")}
	orders.References = []*metrics.Reference{{Name: "shop", To: "shops", On: []metrics.JoinOn{{Column: "shop", Target: "shop"}}, OnFail: metrics.Quarantine}}
	return []*metrics.Source{orders, shops}
}

// randomOrders is a file of few different keys, so that many meet, some of them in
// the same file, and of everything that can be wrong with a row.
func randomOrders(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString("id,line,day,shop,amount,version\n")
	for range r.IntN(12) {
		day := fmt.Sprintf("2026-01-%02d", 1+r.IntN(4))
		switch r.IntN(25) {
		case 0:
			day = "soon"
		case 1:
			b.WriteString("1,2\n")
			continue
		}
		fmt.Fprintf(&b, "%d,%d,%s,%s,%d,%d\n", r.IntN(12), r.IntN(4), day, string(rune('a'+r.IntN(4))), r.IntN(100), r.IntN(5))
	}
	return b.String()
}

// edit changes one or several files at random: new, changed, gone, renamed.
func (p *project) edit(r *rand.Rand) {
	folder := filepath.Join(p.context.Dir, "orders")
	names, err := filepath.Glob(filepath.Join(folder, "*.csv"))
	if err != nil {
		p.t.Fatal(err)
	}
	for range 1 + r.IntN(3) {
		some := names[r.IntN(len(names))]
		name := fmt.Sprintf("orders/%02d.csv", r.IntN(40))
		switch r.IntN(7) {
		case 0:
			if len(names) > 3 {
				os.Remove(some)
			}
		case 1:
			os.Rename(some, filepath.Join(p.context.Dir, name))
		case 2:
			p.write("shops.csv", "shop\n"+strings.Join([]string{"a", "b", "c", "d"}[:2+r.IntN(3)], "\n")+"\n")
		default:
			p.write(name, randomOrders(r))
		}
	}
}

// state is all that a source's clean rows are: rows, rejects and what is known of them.
func (p *project) state(segments map[string]Segment, source string) string {
	s := segments[source]
	for name, c := range s.Statistics.Columns {
		c.Distinct = 0 // an estimate
		s.Statistics.Columns[name] = c
	}
	lines := p.rows(`SELECT * FROM ` + segmentAlias(source) + `.clean ORDER BY "$file", "$ordinal"`)
	return strings.Join(slices.Concat(lines, p.rejected(source), []string{account(s), asJSON(p.t, s.Checks), asJSON(p.t, s.Statistics)}), "\n")
}

// TestEditedFiles edits files at random: what is made from the segment before is the
// same as what is made from all files, after every edit.
func TestEditedFiles(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(7, seed))
	files := map[string]string{"shops.csv": "shop\na\nb\nc\n"}
	for i := range 30 {
		files[fmt.Sprintf("orders/%02d.csv", i)] = randomOrders(r)
	}
	p := newProject(t, "UTC", files, editedSources()...)
	p.context.Current = map[string]string{}
	fresh := *p
	for step := range 8 {
		segments := p.clean()
		for name, s := range segments {
			p.context.Current[name] = filepath.Base(s.Path)
			if len(s.Packs) > maxPacks {
				t.Errorf("%d packs", len(s.Packs))
			}
		}
		fresh.context.Current, fresh.context.Home = nil, t.TempDir()
		fresh.engine = openEngine(t, fresh.context.Dir, fresh.context.Home)
		if got, want := p.state(segments, "orders"), fresh.state(fresh.clean(), "orders"); got != want {
			t.Fatalf("seed %d, after %d edits:\n%s\nwant:\n%s", seed, step, got, want)
		}
		p.edit(r)
	}
}
