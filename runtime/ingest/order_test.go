package ingest

import (
	"testing"

	"github.com/metricsascode/metrics/metrics"
)

// TestOrderOfSteps has for each two neighbouring steps of cleaning a row that would
// come out otherwise if they changed places.
func TestOrderOfSteps(t *testing.T) {
	upper := func(c *metrics.Column) { c.Fold = []metrics.Fold{metrics.FoldTrim, metrics.FoldUpper} }
	tests := []struct {
		name, text string
		change     func(s *metrics.Source)
		account    string
		clean      []string
	}{
		// "-" is read as null; stripped first, "-" would be an empty text and no number.
		{"read, strip", "k,Name,v\n1,a,-\n", func(s *metrics.Source) {
			s.Reader.(*metrics.CSV).Null = []string{"", "-"}
			s.Column("v").Strip = []string{"-"}
		}, "1 1 0 0 0", []string{"1|a|null"}},
		// The file's Name is renamed before anything speaks of name.
		{"rename, fold", "k,Name,v\n1, a ,1\n", func(s *metrics.Source) { upper(s.Column("name")) }, "1 1 0 0 0", []string{"1|A|1"}},
		{"strip, parse", "k,Name,v\n1,a,¥1\n2,a,¥x\n", func(s *metrics.Source) { s.Column("v").Strip = []string{"¥"} }, "2 1 0 0 1", []string{"1|a|1"}},
		// The row can't be read, whatever its text would be mapped to.
		{"parse, map", "k,Name,v\n1,a,x\n2,a,2\n", func(s *metrics.Source) {
			s.Column("v").Map = []metrics.MapEntry{{From: "x", To: "1"}}
		}, "2 1 0 0 1", []string{"2|a|2"}},
		{"fold, map", "k,Name,v\n1, a,1\n", func(s *metrics.Source) {
			upper(s.Column("name"))
			s.Column("name").Map = []metrics.MapEntry{{From: "A", To: "first"}, {From: " a", To: "never"}}
		}, "1 1 0 0 0", []string{"1|first|1"}},
		{"map, compute", "k,Name,v\n1,a,1\n", func(s *metrics.Source) {
			s.Column("name").Map = []metrics.MapEntry{{From: "a", To: "first"}}
			s.Columns = append(s.Columns, column("is_first", metrics.Boolean, func(c *metrics.Column) {
				c.Value = binary(metrics.OpEq, ref("s", "name", metrics.String), str("first"), metrics.Boolean)
			}))
		}, "1 1 0 0 0", []string{"1|first|1|true"}},
		// Rows are alike in what is computed of them, not in what was read.
		{"compute, dedupe", "k,Name,v\n1,a,1\n2,a,3\n3,a,3\n", func(s *metrics.Source) {
			s.Columns = append(s.Columns, column("twice", metrics.Integer, func(c *metrics.Column) {
				c.Value = binary(metrics.OpMul, ref("s", "v", metrics.Integer), num("2"), metrics.Integer)
			}))
			s.Dedupe = &metrics.Dedupe{By: []string{"twice"}, Keep: "last"}
		}, "3 2 0 1 0", []string{"1|a|1|2", "3|a|3|6"}},
		// The last word on k = 1 is a test: neither it nor the earlier one stays.
		{"dedupe, where", "k,Name,v\n1,paid,1\n1,test,1\n2,paid,2\n", func(s *metrics.Source) {
			s.Dedupe = &metrics.Dedupe{By: []string{"k"}, Keep: "last"}
			s.Where = binary(metrics.OpNe, ref("s", "name", metrics.String), str("test"), metrics.Boolean)
		}, "3 1 1 1 0", []string{"2|paid|2"}},
		// A row that is filtered fails no check, and takes no key.
		{"where, checks", "k,Name,v\n1,test,-5\n2,paid,-5\n2,test,1\n", func(s *metrics.Source) {
			s.Where = binary(metrics.OpNe, ref("s", "name", metrics.String), str("test"), metrics.Boolean)
			s.Key = []string{"k"}
			s.Checks = []*metrics.RowCheck{{Name: "positive", OnFail: metrics.Quarantine, Assert: binary(metrics.OpGt, ref("s", "v", metrics.Integer), num("0"), metrics.Boolean)}}
		}, "3 0 2 0 1", []string{}},
		// A row that a check moves out doesn't contend for the key.
		{"checks, key", "k,Name,v\n1,paid,5\n1,paid,-5\n", func(s *metrics.Source) {
			s.Key = []string{"k"}
			s.Checks = []*metrics.RowCheck{{Name: "positive", OnFail: metrics.Quarantine, Assert: binary(metrics.OpGt, ref("s", "v", metrics.Integer), num("0"), metrics.Boolean)}}
		}, "2 1 0 0 1", []string{"1|paid|5"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := csvSource("s", "f.csv", column("k", metrics.Integer), column("name", metrics.String), column("v", metrics.Integer))
			s.Column("name").From = "Name"
			test.change(s)
			p := newProject(t, "UTC", map[string]string{"f.csv": test.text}, s)
			if got := account(p.clean()["s"]); got != test.account {
				t.Errorf("account %s, want %s", got, test.account)
			}
			p.same("clean", p.rows("SELECT * FROM sources.s"), test.clean)
		})
	}
}
