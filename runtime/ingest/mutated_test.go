package ingest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// damagedBytes is a file in which some bytes became others, or that lost or repeats a
// part of it.
func damagedBytes(random *rand.Rand, content string) string {
	for range 1 + random.IntN(3) {
		at := random.IntN(len(content) + 1)
		end := min(len(content), at+1+random.IntN(40))
		switch random.IntN(6) {
		case 0:
			content = content[:at] + content[end:]
		case 1:
			content = content[:at] + content[at:end] + content[at:]
		case 2:
			content = content[:at]
		default:
			some := make([]byte, end-at)
			for i := range some {
				some[i] = byte(random.IntN(256))
			}
			content = content[:at] + string(some) + content[end:]
		}
	}
	return content
}

// objects is what is written into files of every format: a key that may repeat, an
// amount that may be none, and a note.
func objects(random *rand.Rand) [][3]string {
	var rows [][3]string
	for i := range 1 + random.IntN(8) {
		rows = append(rows, [3]string{fmt.Sprint(random.IntN(6)), []string{fmt.Sprintf("%d.%02d", i, i), "much"}[min(1, random.IntN(9)/8)], []string{"a", "b c", "test", "ü"}[random.IntN(4)]})
	}
	return rows
}

// The formats whose files are damaged: how rows are written as one, and the source
// that reads it.
var damagedFormats = map[string]struct {
	write  func(t *testing.T, rows [][3]string) string
	reader func(path string) metrics.Reader
	mutate func(*rand.Rand, string) string
}{
	"json": {func(t *testing.T, rows [][3]string) string { return "[" + strings.Join(asObjects(rows), ",\n ") + "]" },
		func(path string) metrics.Reader { return &metrics.JSON{Path: path} }, mutated},
	"jsonl": {func(t *testing.T, rows [][3]string) string { return strings.Join(asObjects(rows), "\n") + "\n" },
		func(path string) metrics.Reader { return &metrics.JSON{Path: path} }, mutated},
	"csv.gz": {func(t *testing.T, rows [][3]string) string {
		text := "id,amount,note\n"
		for _, r := range rows {
			text += strings.Join(r[:], ",") + "\n"
		}
		return packed(t, text)
	}, func(path string) metrics.Reader { return csvSource("s", path).Reader }, damagedBytes},
	"xlsx": {func(t *testing.T, rows [][3]string) string {
		cells := [][]any{{"id", "amount", "note"}}
		for _, r := range rows {
			cells = append(cells, []any{r[0], r[1], r[2]})
		}
		return workbook(t, nil, cells...)
	}, func(path string) metrics.Reader { return &metrics.XLSX{Path: path, Header: true, Null: []string{""}} }, damagedBytes},
	"parquet": {func(t *testing.T, rows [][3]string) string {
		path := filepath.Join(t.TempDir(), "made.parquet")
		return written(t, path, "COPY ("+values(rows)+") TO "+duckdb.Literal(path))
	}, func(path string) metrics.Reader { return &metrics.Parquet{Path: path} }, damagedBytes},
	"duckdb": {func(t *testing.T, rows [][3]string) string { return database(t, "CREATE TABLE d.t AS "+values(rows)) },
		func(path string) metrics.Reader { return &metrics.DuckDB{Path: path, Table: "t"} }, damagedBytes},
}

func asObjects(rows [][3]string) []string {
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprintf(`{"id": %s, "amount": %q, "note": %q}`, r[0], r[1], r[2]))
	}
	return out
}

func values(rows [][3]string) string {
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprintf("(%s, %s, %s)", r[0], duckdb.Literal(r[1]), duckdb.Literal(r[2])))
	}
	return "SELECT * FROM (VALUES " + strings.Join(out, ", ") + ") AS v(id, amount, note)"
}

// written is the content of a file that a statement writes.
func written(t *testing.T, path, statement string) string {
	t.Helper()
	eng, err := duckdb.Open(t.Context(), duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	if err := eng.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestAccountOfDamagedFiles feeds files of every format that were damaged at random:
// each row is clean, a duplicate, filtered or rejected, or the file is refused in
// words. Files of one apiece are left as they are, and give as many rows as they hold.
func TestAccountOfDamagedFiles(t *testing.T) {
	for format, f := range damagedFormats {
		t.Run(format, func(t *testing.T) {
			random := rand.New(rand.NewPCG(11, uint64(len(format))))
			files, whole := map[string]string{}, map[string]int64{}
			var sources []*metrics.Source
			for n := range 12 {
				path, rows := fmt.Sprintf("f%02d.%s", n, format), objects(random)
				files[path] = f.write(t, rows)
				if n%3 == 0 {
					whole[path] = int64(len(rows))
				} else {
					files[path] = f.mutate(random, files[path])
				}
				s := csvSource(fmt.Sprintf("s%02d", n), path, column("id", metrics.Integer), column("amount", metrics.Decimal), column("note", metrics.String))
				s.Reader, s.Key = f.reader(path), []string{"id"}
				s.Where = binary(metrics.OpNe, ref(s.Name, "note", metrics.String), str("test"), metrics.Boolean)
				sources = append(sources, s)
			}
			p := newProject(t, "UTC", files, sources...)
			segments, problems := p.build()
			if err := Attach(t.Context(), p.engine, p.context.Model, segments); err != nil {
				t.Fatal(err)
			}
			refused := 0
			for _, s := range sources {
				path := metrics.FilePath(s.Reader)
				segment, built := segments[s.Name]
				if !built {
					refused++
					p.explained(problems, s.Name)
					continue
				}
				p.summedUp(segment, path, whole[path])
			}
			if refused > len(files)-len(whole) {
				t.Errorf("%d files of %d refused", refused, len(files))
			}
		})
	}
}

// TestCarriageReturns has them in texts of files with other line ends, where they stand
// first: the text keeps them, and so does a reject.
func TestCarriageReturns(t *testing.T) {
	columns := []*metrics.Column{column("a", metrics.String), column("b", metrics.Integer)}
	files := map[string]string{
		"f.json": `[{"a": "x\r\ny\rz", "b": 1}, {"a": "\r", "b": "no\rne"}, {"a": "x\n", "b": 3}]`,
		"f.csv":  "a,b\n\"x\r\ny\rz\",1\n\"\r\",\"no\rne\"\n\"x\n\",3\n",
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(files["f.csv"])
	if err != nil {
		t.Fatal(err)
	}
	files["wide.csv"] = wide
	for path := range files {
		s := csvSource("s", path, columns...)
		if path == "f.json" {
			s.Reader = &metrics.JSON{Path: path}
		}
		p := newProject(t, "UTC", files, s)
		segments := p.clean()
		p.same(path, p.rows("SELECT * FROM sources.s"), []string{"x\r\ny\rz|1", "x\n|3"})
		if r, err := Rejects(t.Context(), p.engine, segments["s"], nil); err != nil || len(r) != 1 || r[0].Value != "no\rne" || !strings.Contains(r[0].Raw, "ne") {
			t.Errorf("%s: %+v, %v", path, r, err)
		}
	}
}

// summedUp demands that rows add up, that as many as the file holds were read where that
// is known, and that each reject has a place and a reason.
func (p *project) summedUp(segment Segment, path string, rows int64) {
	p.t.Helper()
	a := segment.Account
	if !a.Balanced() || rows > 0 && a.Read != rows {
		p.t.Errorf("%s: account %+v of %d rows", path, a, rows)
	}
	clean := p.rows("SELECT count(*) FROM sources." + segment.Source)
	rejects, err := Rejects(p.t.Context(), p.engine, segment, nil)
	if err != nil || int64(len(rejects)) != a.Rejected || clean[0] != fmt.Sprint(a.Clean) {
		p.t.Errorf("%s: account %+v, clean rows %s, rejects %+v, %v", path, a, clean, rejects, err)
	}
	for _, r := range rejects {
		if r.File != path || r.Line < 1 || r.Reason == "" {
			p.t.Errorf("%s: reject %+v", path, r)
		}
	}
}
