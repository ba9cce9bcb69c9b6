package ingest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestFaultyStructure has rows that can't be split into fields: they are rejected
// whole, and no other row is lost.
func TestFaultyStructure(t *testing.T) {
	tests := []struct {
		name, text string
		clean      []string
		rejects    []string
	}{
		{"fields", "a,b\n1,2,3\n4\n5,6\n", []string{"5|6"}, []string{
			`f.csv:2  "" the row has 3 fields, the header 2 <1,2,3>`, `f.csv:3  "" the row has 1 fields, the header 2 <4>`,
		}},
		{"trailing delimiter", "a,b\n1,2,\n3,4\n", []string{"1|2", "3|4"}, nil},
		{"unterminated quote", "a,b\n1,\"x\n3,4\n", []string{"3|4"}, []string{`f.csv:2  "" a quote is opened and never closed <1,"x>`}},
		{"text behind a quote", "a,b\n1,\"x\"y\n3,\"q\"\"q\"\n", []string{`3|q"q`}, []string{`f.csv:2  "" text follows a closing quote <1,"x"y>`}},
		{"not UTF-8", "a,b\n1,\xff\n3,4\n", []string{"3|4"}, []string{`f.csv:2  "" the row is not UTF-8 text (it may be windows-1252, which the source would have to name) <1,�>`}},
		{"mixed line ends", "a,b\r\n1,2\n3,4\r\n5,6", []string{"1|2", "3|4", "5|6"}, nil},
		{"NUL", "a,b\n1,x\x00y\n2,z\n\x00\x00\x00\n", []string{"2|z"}, []string{
			"f.csv:2 b \"x\\x00y\" holds a NUL character <1,x\x00y>",
			"f.csv:4  \"\" the row has 1 fields, the header 2, and it holds NUL characters: the file may have been damaged <\x00\x00\x00>",
		}},
		{"header only", "a,b\n", nil, nil},
		{"line of a late reject", "a,b\n1,\"x\n\ny\"\n\n2,3,4\nz,5\n", []string{"1|x\n\ny"}, []string{
			`f.csv:6  "" the row has 3 fields, the header 2 <2,3,4>`, `f.csv:7 a "z" not a whole number <z,5>`,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newProject(t, "UTC", map[string]string{"f.csv": test.text}, csvSource("s", "f.csv", column("a", metrics.Integer), column("b", metrics.String)))
			segments := p.clean()
			p.same("clean", p.rows("SELECT * FROM sources.s"), append([]string{}, test.clean...))
			p.same("rejects", p.rejected("s"), append([]string{}, test.rejects...))
			if a := segments["s"].Account; a.Read != int64(len(test.clean)+len(test.rejects)) {
				t.Errorf("account %+v", a)
			}
		})
	}
}

// TestUnreadableFiles has files of which no row can be had: one diagnostic each.
func TestUnreadableFiles(t *testing.T) {
	whole := packed(t, "a,b\n"+strings.Repeat("1,2\n", 5000))
	tests := []struct {
		name, path, text string
		code             diag.Code
		words            string
	}{
		{"missing", "f.csv", "", diag.FileMissing, "does not exist"},
		{"no match", "*.tsv", "", diag.FileMissing, "No file matches"},
		{"empty", "f.csv", "!", diag.FileEmpty, "not even a header"},
		{"cut off", "f.csv.gz", whole[:len(whole)-20], diag.DamagedFile, "it is cut off: the gzip file ends before its content does"},
		{"not packed", "f.csv.gz", "a,b\n1,2\n", diag.DamagedFile, "its name says that it is a gzip file, which it is not"},
		{"half of a character", "f.csv", "\xff\xfea\x00,\x00\x00", diag.WrongEncoding, "no text in utf-16le"},
		{"other encoding", "f.csv", "a,b\n1,\xb1\xb1\xbe\xa9\n2,\xc9\xcf\xba\xa3\n3,\xc9\xcf\xba\xa3\n", diag.WrongEncoding, `Write encoding = "gb18030"`},
		{"lacks a column", "f.csv", "a,B\n1,2\n", diag.WrongColumns, `New in it: "B". If "b" is "B" now, declare it: b = { type = string, from = "B" }.`},
		{"column twice", "f.csv", "a,b,a\n1,2,3\n", diag.WrongColumns, "stands twice"},
		{"bad pattern", "f[.csv", "", diag.WrongValue, "pattern"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := map[string]string{}
			if test.text != "" {
				files[test.path] = strings.TrimPrefix(test.text, "!")
			}
			p := newProject(t, "UTC", files, csvSource("s", test.path, column("a", metrics.Integer), column("b", metrics.String)))
			segments, problems := p.build()
			if len(segments) != 0 || len(problems) != 1 || problems[0].Code != test.code || !strings.Contains(problems[0].Summary+" "+problems[0].Detail, test.words) {
				t.Errorf("segments %v, problems %+v", segments, problems)
			}
			if strings.Contains(fmt.Sprint(problems), p.context.Dir) {
				t.Errorf("a path of this machine is shown: %v", problems)
			}
		})
	}
}

func TestFolder(t *testing.T) {
	p := newProject(t, "UTC", map[string]string{"d.csv/x": ""}, csvSource("folder", "d.csv", column("a", metrics.Integer)))
	_, problems := p.build()
	if len(problems) != 1 || problems[0].Code != diag.UnreadableFile || problems[0].Address != "source.folder" {
		t.Errorf("%+v", problems)
	}
}

// TestOutside has paths that leave the project folder, links followed.
func TestOutside(t *testing.T) {
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "f.csv"), []byte("a\n1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, path string }{
		{"link to a file", "link.csv"},
		{"link to a folder", "linked/f.csv"},
		{"pattern below a link", "linked/*.csv"},
		{"absolute", filepath.Join(outside, "f.csv")},
		{"above", "../" + filepath.Base(outside) + "/f.csv"},
	}
	for _, path := range []string{"/nowhere/f.csv", "../nowhere/*.csv", "/etc/x*/f.csv"} {
		p := newProject(t, "UTC", nil, csvSource("s", path, column("a", metrics.Integer)))
		if _, problems := p.build(); len(problems) != 1 || problems[0].Code != diag.OutsideProject {
			t.Errorf("%s: %+v", path, problems)
		}
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := csvSource("s", test.path, column("a", metrics.Integer))
			p := newProject(t, "UTC", nil, s)
			link := func(target, name string) {
				if err := os.Symlink(target, filepath.Join(p.context.Dir, name)); err != nil {
					t.Fatal(err)
				}
			}
			link(filepath.Join(outside, "f.csv"), "link.csv")
			link(outside, "linked")
			if test.name == "above" {
				rel, err := filepath.Rel(p.context.Dir, filepath.Join(outside, "f.csv"))
				if err != nil {
					t.Fatal(err)
				}
				s.Reader.(*metrics.CSV).Path = rel
			}
			if _, problems := p.build(); len(problems) != 1 || problems[0].Code != diag.OutsideProject {
				t.Errorf("%+v", problems)
			}
			p.context.AllowPaths = []string{outside}
			p.engine = openEngine(t, p.context.Dir, p.context.Home, outside)
			p.clean()
			p.same("allowed", p.rows("SELECT a FROM sources.s"), []string{"1"})
		})
	}
}

func TestPatternsAndPackedFiles(t *testing.T) {
	text := "a\n1\n"
	p := newProject(t, "UTC", map[string]string{
		"x/2.csv": "a\n2\n", "x/1.csv": text, "x/y/3.csv": "a\n3\n", ".hidden/4.csv": text, "packed.csv.gz": packed(t, "a\n5\n"), "o'x [1].csv": "a\n6\n",
	},
		csvSource("deep", "**/*.csv", column("a", metrics.Integer)), csvSource("flat", "x/*.csv", column("a", metrics.Integer)),
		csvSource("gz", "packed.csv.*", column("a", metrics.Integer)), csvSource("odd", "o'x [[]1].csv", column("a", metrics.Integer)),
	)
	p.clean()
	p.same("deep", p.rows("SELECT a FROM sources.deep"), []string{"6", "1", "2", "3"})
	p.same("flat", p.rows("SELECT a FROM sources.flat"), []string{"1", "2"})
	p.same("gz", p.rows("SELECT a FROM sources.gz"), []string{"5"})
	p.same("odd", p.rows("SELECT a FROM sources.odd"), []string{"6"})
}

func TestCSVOptions(t *testing.T) {
	s := csvSource("s", "f.txt", column("a", metrics.Integer), column("b", metrics.String))
	s.Reader = &metrics.CSV{Path: "f.txt", Null: []string{"", "#N/A"}, Delimiter: ";", Quote: "'", Skip: 2}
	p := newProject(t, "UTC", map[string]string{"f.txt": "made by\na machine\n1;'x;y'\n#N/A;#N/A\n"}, s)
	p.clean()
	p.same("rows", p.rows("SELECT * FROM sources.s"), []string{"1|x;y", "null|null"})
}
