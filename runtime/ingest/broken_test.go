package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/nobody"
)

// longLine is the length of a line that no table has.
const longLine = 10 << 20

// TestLongLines has one line of 10 MB among rows: it is a reject, cut, and the rows
// around it are kept.
func TestLongLines(t *testing.T) {
	long := strings.Repeat("x", longLine)
	tests := []struct {
		name, text string
		after      int64 // line of the faulty row behind the long one
	}{
		{"bare", "a,b\n1,p\n2," + long + "\n3,q\nz,r\n", 5},
		{"quoted", "a,b\n1,p\n2,\"" + long + "\"\n3,q\nz,r\n", 5},
		{"a quote that nothing closes", "a,b\n1,p\n2,\"" + long + "\n3,q\nz,r\n", 5},
		{"longer than a quote may be", "a,b\n1,p\n2," + long + long + "\n3,q\nz,r\n", 5},
		{"only delimiters", "a,b\n1,p\n" + strings.Repeat(",", longLine) + "\n3,q\nz,r\n", 5},
		{"NUL bytes", "a,b\n1,p\n" + strings.Repeat("\x00", longLine) + "\n3,q\nz,r\n", 5},
		{"not UTF-8", "a,b\n1,p\n" + strings.Repeat("\xff", longLine) + "\n3,q\nz,r\n", 5},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newProject(t, "UTC", map[string]string{"f.csv": test.text}, csvSource("s", "f.csv", column("a", metrics.Integer), column("b", metrics.String)))
			segments := p.clean()
			p.same("clean", p.rows("SELECT * FROM sources.s"), []string{"1|p", "3|q"})
			if got := account(segments["s"]); got != "4 2 0 0 2" {
				t.Errorf("account %s", got)
			}
			rejects, err := Rejects(t.Context(), p.engine, segments["s"], nil)
			if err != nil || len(rejects) != 2 {
				t.Fatalf("%d rejects, %v", len(rejects), err)
			}
			if r := rejects[0]; r.Line != 3 || r.Reason == "" || len(r.Raw) > 4*maxRecord {
				t.Errorf("line %d, %q, %d bytes kept", r.Line, r.Reason, len(r.Raw))
			}
			if r := rejects[1]; r.Line != test.after || r.Value != "z" {
				t.Errorf("behind it: line %d %q", r.Line, r.Value)
			}
		})
	}
	t.Run("JSON", func(t *testing.T) {
		p := newProject(t, "UTC", map[string]string{"f.jsonl": "{\"a\": 1}\n{\"a\": \"" + long + "\"}\n{\"a\": 3}\n"}, jsonSource("f.jsonl", column("a", metrics.Integer)))
		segments := p.clean()
		p.same("clean", p.rows("SELECT * FROM sources.s"), []string{"1", "3"})
		if got := account(segments["s"]); got != "3 2 0 0 1" {
			t.Errorf("account %s", got)
		}
	})
}

// TestLongHeader has 10 MB where the names of the columns should stand: no name of
// that length is shown.
func TestLongHeader(t *testing.T) {
	for name, text := range map[string]string{"one name": strings.Repeat("x", longLine), "many names": strings.Repeat("x,", longLine/2) + "\n1,2\n", "NUL bytes": strings.Repeat("\x00", longLine)} {
		t.Run(name, func(t *testing.T) {
			for _, columns := range [][]*metrics.Column{{column("a", metrics.Integer)}, nil} {
				s := csvSource("s", "f.csv", columns...)
				s.Contract = columns != nil
				p := newProject(t, "UTC", map[string]string{"f.csv": text}, s)
				_, problems := p.build()
				if !s.Contract {
					_, problems = NewCatalog(t.Context(), p.engine, p.context).Columns(s)
				}
				if len(problems) != 1 || problems[0].Code != diag.UnreadableFile || len(problems[0].Detail) > 500 {
					t.Errorf("contract %t: %d problems, %.600s", s.Contract, len(problems), fmt.Sprint(problems))
				}
			}
		})
	}
}

// wide is a table of so many columns c0 and on, whose values are their places.
func wide(columns int) (header, row []string) {
	for i := range columns {
		header, row = append(header, fmt.Sprintf("c%d", i)), append(row, fmt.Sprint(i))
	}
	return header, row
}

// TestManyColumns reads tables of 5,000 columns, with a contract for two and without
// any, and rejects the row that lacks one.
func TestManyColumns(t *testing.T) {
	const columns = 5000
	header, row := wide(columns)
	text := strings.Join(header, ",") + "\n" + strings.Join(row, ",") + "\n" + strings.Join(row[1:], ",") + "\n"
	p := newProject(t, "UTC", map[string]string{"f.csv": text}, csvSource("s", "f.csv", column("c7", metrics.Integer), column("c4999", metrics.Integer)))
	segments := p.clean()
	p.same("rows", p.rows("SELECT * FROM sources.s"), []string{"7|4999"})
	if got := account(segments["s"]); got != "2 1 0 0 1" {
		t.Errorf("account %s", got)
	}
	if r := p.rejected("s"); len(r) != 1 || !strings.Contains(r[0], "f.csv:3  \"\" the row has 4999 fields, the header 5000") {
		t.Errorf("rejects %.200q", r)
	}
	s := csvSource("s", "f.csv")
	s.Contract = false
	inferred, problems := NewCatalog(t.Context(), p.engine, p.context).Columns(s)
	if len(problems) > 0 || len(inferred) != columns || inferred[4999].Name != "c4999" || inferred[4999].Type.Kind != metrics.Integer {
		t.Errorf("%d columns, %v", len(inferred), problems)
	}
	lacking := csvSource("s", "f.csv", column("d", metrics.Integer))
	p = newProject(t, "UTC", map[string]string{"f.csv": text}, lacking)
	if _, problems := p.build(); len(problems) != 1 || problems[0].Code != diag.WrongColumns || len(problems[0].Detail) > 1000 {
		t.Errorf("%.1200s", fmt.Sprint(problems))
	}
}

// TestNoRows has files without rows: a header alone is an empty table, whatever the
// format, and nothing at all is none.
func TestNoRows(t *testing.T) {
	contract := []*metrics.Column{column("a", metrics.Integer), column("b", metrics.String)}
	for name, text := range map[string]string{"line end": "a,b\n", "no line end": "a,b", "byte order mark": "\ufeffa,b\n", "blank lines": "a,b\n\n\n"} {
		t.Run(name, func(t *testing.T) {
			p := newProject(t, "UTC", map[string]string{"f.csv": text}, csvSource("s", "f.csv", contract...))
			if got := account(p.clean()["s"]); got != "0 0 0 0 0" {
				t.Errorf("account %s", got)
			}
		})
	}
	t.Run("workbook", func(t *testing.T) {
		s, _ := xlsxSource(contract...)
		p := newProject(t, "UTC", map[string]string{"f.xlsx": workbook(t, nil, []any{"a", "b"})}, s)
		if got := account(p.clean()["s"]); got != "0 0 0 0 0" {
			t.Errorf("account %s", got)
		}
	})
	for _, text := range []string{"", "\n", "\n\r\n\n", "\ufeff", "\ufeff\n"} {
		p := newProject(t, "UTC", map[string]string{"f.csv": text}, csvSource("s", "f.csv", contract...))
		if segments, problems := p.build(); len(segments) != 0 || len(problems) != 1 || problems[0].Code != diag.FileEmpty {
			t.Errorf("%q: %v", text, problems)
		}
	}
}

// TestDanglingLinks has links to nothing, to themselves and to a folder.
func TestDanglingLinks(t *testing.T) {
	for target, code := range map[string]diag.Code{"nothing.csv": diag.FileMissing, "f.csv": diag.FileMissing, "folder": diag.UnreadableFile} {
		for _, path := range []string{"f.csv", "*.csv"} {
			p := newProject(t, "UTC", map[string]string{"folder/x": ""}, csvSource("s", path, column("a", metrics.Integer)))
			if err := os.Symlink(target, filepath.Join(p.context.Dir, "f.csv")); err != nil {
				t.Skip(err)
			}
			segments, problems := p.build()
			if len(segments) != 0 || len(problems) != 1 || problems[0].Code != code || !strings.Contains(problems[0].Detail, `"f.csv" is a`) {
				t.Errorf("%s to %s: %+v", path, target, problems)
			}
		}
	}
}

// TestForbidden has files and a folder that the user may not read.
func TestForbidden(t *testing.T) {
	if !nobody.Runs(t) {
		return
	}
	p := newProject(t, "UTC", map[string]string{"f.csv": "a\n1\n", "d/f.csv": "a\n1\n", "f.duckdb": database(t, "CREATE TABLE d.t AS SELECT 1 AS a")},
		csvSource("file", "f.csv", column("a", metrics.Integer)), csvSource("folder", "d/*.csv", column("a", metrics.Integer)), csvSource("below", "d/f.csv", column("a", metrics.Integer)),
		databaseSource("f.duckdb", "t", column("a", metrics.Integer)))
	for _, name := range []string{"f.csv", "d", "f.duckdb"} {
		path := filepath.Join(p.context.Dir, name)
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(path, 0o700) })
	}
	_, problems := p.build()
	if len(problems) != 4 || slices.ContainsFunc(problems, func(d diag.Diagnostic) bool {
		return d.Code != diag.UnreadableFile || !strings.Contains(d.Detail, "this user may not read it")
	}) {
		t.Errorf("%+v", problems)
	}
}

// TestBomb has a workbook of some kilobytes whose sheet unpacks to gigabytes.
func TestBomb(t *testing.T) {
	book := []byte(workbook(t, nil, []any{"a"}, []any{1}))
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		if f.Name != "xl/worksheets/sheet1.xml" {
			if err := w.Copy(f); err != nil {
				t.Fatal(err)
			}
			continue
		}
		sheet, err := w.Create(f.Name)
		for range 80 {
			if err == nil {
				_, err = io.WriteString(sheet, strings.Repeat(" ", 1<<20))
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	s, _ := xlsxSource(column("a", metrics.Integer))
	p := newProject(t, "UTC", map[string]string{"f.xlsx": out.String()}, s)
	segments, problems := p.build()
	if len(segments) != 0 || len(problems) != 1 || problems[0].Code != diag.DamagedFile || !strings.Contains(problems[0].Detail, "times its size") {
		t.Errorf("%d bytes: %+v", out.Len(), problems)
	}
}

// writing is a context that changes a file when rows of it were read: it is asked
// between rows whether to go on.
type writing struct {
	context.Context
	asked atomic.Int64
	write func()
}

func (w *writing) Err() error {
	if w.asked.Add(1) == 500 {
		w.write()
	}
	return w.Context.Err()
}

// TestShrinkingFiles has files that become shorter when they were hashed, before and
// while their rows are read: none of them is taken, and what is told is not that they
// are damaged.
func TestShrinkingFiles(t *testing.T) {
	var text, objects strings.Builder
	text.WriteString("a\n")
	var rows [][]any
	for i := range 100_000 {
		fmt.Fprintf(&text, "%d\n", i)
		fmt.Fprintf(&objects, "%s{\"a\": %d}", map[bool]string{true: "[", false: ",\n"}[i == 0], i)
	}
	for i := range 9 {
		rows = append(rows, []any{i})
	}
	wideText, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text.String())
	if err != nil {
		t.Fatal(err)
	}
	a := column("a", metrics.Integer)
	csv, json := csvSource("s", "f.csv", a), jsonSource("f.json", a)
	book, _ := xlsxSource(a)
	tests := []struct {
		name, file, text string
		source           *metrics.Source
		during           bool // while rows are read, which only one at a time allows to stage
		left             int64
	}{
		{"to nothing", "f.csv", text.String(), csv, false, 0},
		{"to fewer rows", "f.csv", text.String(), csv, false, 1000},
		{"within a character", "f.csv", wideText, csv, true, 300_001},
		{"between rows", "f.csv", wideText, csv, true, 2},
		{"array", "f.json", objects.String() + "]", json, true, 200_000},
		{"workbook", "f.xlsx", workbook(t, nil, append([][]any{{"a"}}, rows[:8]...)...), book, false, 2000},
		{"packed", "f.csv.gz", packed(t, text.String()), csvSource("s", "f.csv.gz", a), false, 2000},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newProject(t, "UTC", map[string]string{test.file: test.text}, test.source)
			ids, problems := Identify(t.Context(), p.context, p.cache)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			shrunk := false
			ctx := &writing{Context: t.Context(), write: func() {
				shrunk = true
				if err := os.Truncate(filepath.Join(p.context.Dir, test.file), test.left); err != nil {
					t.Error(err)
				}
			}}
			if !test.during {
				ctx.write()
				ctx.write = func() {}
			}
			segments, problems := Build(ctx, p.engine, p.context, []string{"s"}, ids)
			if !shrunk || len(segments) != 0 || len(problems) != 1 || problems[0].Summary != "File changed while it was read" {
				t.Errorf("shrunk %t, segments %v, problems %+v", shrunk, segments, problems)
			}
			if left, err := filepath.Glob(filepath.Join(p.context.Home, "sources", "*")); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v %v", left, err)
			}
		})
	}
}
