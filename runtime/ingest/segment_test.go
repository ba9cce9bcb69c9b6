package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// TestIdentity changes one thing at a time and looks whether the hash follows.
func TestIdentity(t *testing.T) {
	tests := []struct {
		name    string
		change  func(p *project, s *metrics.Source)
		changes bool
	}{
		{"nothing", func(*project, *metrics.Source) {}, false},
		{"label and unit", func(_ *project, s *metrics.Source) {
			s.Label, s.RowUnit, s.Columns[0].Description, s.Columns[0].Unit = "L", "order", "D", "CNY"
		}, false},
		{"node ids", func(_ *project, s *metrics.Source) { s.Where.Base().ID = 99 }, false},
		{"as of", func(p *project, _ *metrics.Source) { p.context.AsOf = p.context.AsOf.AddDate(0, 0, 1) }, false},
		{"where", func(_ *project, s *metrics.Source) { s.Where.(*metrics.Binary).R = num("7") }, true},
		{"type", func(_ *project, s *metrics.Source) { s.Columns[0].Type.Kind = metrics.Double }, true},
		{"null", func(_ *project, s *metrics.Source) { s.Reader.(*metrics.CSV).Null = []string{"-"} }, true},
		{"zone", func(p *project, _ *metrics.Source) { p.context.Model.Project.Timezone = "Asia/Shanghai" }, true},
		{"content", func(p *project, _ *metrics.Source) { p.write("f.csv", "a\n2\n") }, true},
		{"another file", func(p *project, _ *metrics.Source) { p.write("f2.csv", "a\n2\n") }, true},
		{"as of, read", func(p *project, s *metrics.Source) {
			p.context.AsOf = p.context.AsOf.AddDate(0, 0, 1)
			s.Where = &metrics.Call{Func: metrics.FunctionNamed("as_of")}
		}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := csvSource("s", "f*.csv", column("a", metrics.Integer))
			s.Where = binary(metrics.OpGt, ref("s", "a", metrics.Integer), num("0"), metrics.Boolean)
			p := newProject(t, "UTC", map[string]string{"f.csv": "a\n1\n"}, s)
			before := p.hash("s")
			test.change(p, s)
			if after := p.hash("s"); (before != after) != test.changes {
				t.Errorf("hash %s, then %s", before, after)
			}
		})
	}
}

func (p *project) hash(source string) string {
	p.t.Helper()
	ids, problems := Identify(context.Background(), p.context, p.cache)
	if len(problems) > 0 {
		p.t.Fatal(problems)
	}
	return ids[source].Hash
}

func (p *project) write(name, text string) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.context.Dir, name), []byte(text), 0o666); err != nil {
		p.t.Fatal(err)
	}
}

// TestHashCache trusts a file only while size, time and inode stay, and only when
// it was at rest when it was hashed.
func TestHashCache(t *testing.T) {
	p := newProject(t, "UTC", map[string]string{"f.csv": "a\n1\n"}, csvSource("s", "f.csv", column("a", metrics.Integer)))
	path := filepath.Join(p.context.Dir, "f.csv")
	before := p.hash("s")
	if len(p.cache) != 0 {
		t.Errorf("a file written just now is trusted: %v", p.cache)
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	p.hash("s")
	var kept HashCache
	if err := json.Unmarshal([]byte(asJSON(t, p.cache)), &kept); err != nil {
		t.Fatal(err)
	}
	p.cache = kept
	if err := os.WriteFile(path, []byte("a\n2\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if p.hash("s") == before {
		t.Error("a change of content with a new time was missed")
	}
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	if p.hash("s") != before {
		t.Error("the cache is not used")
	}
}

// TestSegments: built once, found again also in the fallback, equal when built
// twice, and nothing else is left in the folder.
func TestSegments(t *testing.T) {
	var text strings.Builder
	text.WriteString("id,at,amount\n")
	for i := range 150_000 {
		fmt.Fprintf(&text, "%d,2026-01-%02d %02d:00:00,%d.%02d\n", i%149_000, i%28+1, i%24, i, i%100)
	}
	s := csvSource("s", "f.csv", column("id", metrics.Integer), column("at", metrics.Timestamp), column("amount", metrics.Decimal))
	s.Key = []string{"id"}
	p := newProject(t, "Europe/London", map[string]string{"f.csv": text.String()}, s)
	const content = `SELECT count(*), sum(id * "$ordinal"), hash(list(hash(clean) ORDER BY "$ordinal")) FROM seg_s.clean`
	first := p.clean()["s"]
	if got := account(first); got != "150000 149000 0 0 1000" {
		t.Errorf("account %s", got)
	}
	want := p.rows(content)
	info, err := os.Stat(first.Path)
	if err != nil {
		t.Fatal(err)
	}
	second := p.clean()["s"]
	if again, err := os.Stat(second.Path); err != nil || !again.ModTime().Equal(info.ModTime()) || asJSON(t, first) != asJSON(t, second) {
		t.Errorf("built again, or read differently: %+v, %+v", first, second)
	}
	fallback := p.context.Home
	p.context.Home, p.context.Fallback = t.TempDir(), fallback
	p.engine = openEngine(t, p.context.Dir, p.context.Home, fallback)
	if third := p.clean()["s"]; third.Path != first.Path {
		t.Errorf("the fallback is not used: %s", third.Path)
	}
	p.context.Fallback = ""
	if fourth := p.clean()["s"]; fourth.Path == first.Path {
		t.Error("not built in the new home")
	}
	p.same("content", p.rows(content), want)
	entries, err := os.ReadDir(filepath.Join(p.context.Home, "sources"))
	if err != nil || len(entries) != 2 { // the segment and its pack
		t.Errorf("left over: %v, %v", entries, err)
	}
}

// TestInterrupted leaves nothing behind after a cancel, and old leftovers of
// killed processes go.
func TestInterrupted(t *testing.T) {
	p := newProject(t, "UTC", map[string]string{"f.csv": "a\n1\n"}, csvSource("s", "f.csv", column("a", metrics.Integer)))
	folder := filepath.Join(p.context.Home, "sources")
	killed, running := filepath.Join(folder, temporaryPrefix+"1"), filepath.Join(folder, temporaryPrefix+"2")
	for _, dir := range []string{killed, running} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	old := time.Now().Add(-2 * abandoned)
	if err := os.Chtimes(killed, old, old); err != nil {
		t.Fatal(err)
	}
	ids, _ := Identify(context.Background(), p.context, p.cache)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	segments, problems := Build(ctx, p.engine, p.context, []string{"s"}, ids)
	if len(segments) != 0 || len(problems) != 1 || problems[0].Summary != "Stopped" {
		t.Errorf("%v %v", segments, problems)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 || entries[0].Name() != filepath.Base(running) {
		t.Errorf("left over: %v, %v", entries, err)
	}
	p.clean()
}

// TestDamagedSegment: what is no longer whole is made again.
func TestDamagedSegment(t *testing.T) {
	p := newProject(t, "UTC", map[string]string{"f.csv": "a\n1\n"}, csvSource("s", "f.csv", column("a", metrics.Integer)))
	path := p.clean()["s"].Path
	p.engine = openEngine(t, p.context.Dir, p.context.Home)
	if err := os.WriteFile(path, []byte("no database"), 0o666); err != nil {
		t.Fatal(err)
	}
	if s := p.clean()["s"]; s.Path != path || s.Account.Clean != 1 {
		t.Errorf("%+v", s)
	}
	if _, problems := Load(t.Context(), p.engine, Identity{Source: "other", Hash: "x"}, path); len(problems) != 1 || problems[0].Code != diag.StoreDamaged {
		t.Errorf("%+v", problems)
	}
}

// TestCycle: sources that quarantine by each other can't be ordered.
func TestCycle(t *testing.T) {
	a, b := csvSource("a", "f.csv", column("k", metrics.Integer)), csvSource("b", "f.csv", column("k", metrics.Integer))
	for _, pair := range [][2]*metrics.Source{{a, b}, {b, a}} {
		pair[0].Key = []string{"k"}
		pair[0].References = []*metrics.Reference{{Name: "r", To: pair[1].Name, On: []metrics.JoinOn{{Column: "k", Target: "k"}}, OnFail: metrics.Quarantine}}
	}
	p := newProject(t, "UTC", map[string]string{"f.csv": "k\n1\n"}, a, b)
	if _, problems := p.build(); len(problems) == 0 || problems[0].Code != diag.Cycle {
		t.Errorf("%+v", problems)
	}
}

// TestManyFiles reads more files than one statement takes, some without rows, one
// with faults, with columns in another order: rows stay in order of file and line.
func TestManyFiles(t *testing.T) {
	files := map[string]string{}
	var want []string
	for i := range batchFiles + 10 {
		name := fmt.Sprintf("f%03d.csv", i)
		switch i % 3 {
		case 0:
			files[name] = fmt.Sprintf("n,t\n%d,a\n%d,b\n", i, i)
			want = append(want, fmt.Sprintf("%d|a|%d|1", i, i), fmt.Sprintf("%d|b|%d|2", i, i))
		case 1:
			files[name] = "n,t\n"
		case 2:
			files[name] = fmt.Sprintf("t,n\nc,%d\n", i)
			want = append(want, fmt.Sprintf("%d|c|%d|1", i, i))
		}
	}
	files["f066.csv"] = "n,t\n66,a,x\nz,a\n66,a\n66,b\n"
	at := slices.Index(want, "66|a|66|1")
	want[at], want[at+1] = "66|a|66|2", "66|b|66|3"
	p := newProject(t, "America/New_York", files, csvSource("s", "f*.csv", column("n", metrics.Integer), column("t", metrics.String)))
	p.clean()
	p.same("clean", p.rows(`SELECT n, t, "$file", "$ordinal" FROM seg_s.clean ORDER BY 3, 4`), want)
	p.same("rejects", p.rejected("s"), []string{`f066.csv:2  "" the row has 3 fields, the header 2 <66,a,x>`, `f066.csv:3 n "z" not a whole number <z,a>`})
}
