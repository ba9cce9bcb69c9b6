package syntax

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/metricsascode/metrics/metrics/diag"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden compares what Parse says of the files in an archive, and what it
// keeps of them, with the archive's last file.
func TestGolden(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			golden := &a.Files[len(a.Files)-1]
			fsys := fstest.MapFS{}
			for _, f := range a.Files[:len(a.Files)-1] {
				fsys[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			files, diags := Parse(fsys)
			got := []byte(describe(files, diags))
			if *update {
				golden.Data = got
				if err := os.WriteFile(path, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(got, golden.Data) {
				t.Errorf("got\n%s\nwant\n%s", got, golden.Data)
			}
		})
	}
}

func describe(files *Files, diags diag.List) string {
	var b strings.Builder
	for _, f := range files.Files {
		fmt.Fprintf(&b, "%s\n", f.Path)
		for _, d := range diags {
			if d.Range == nil || d.Range.File != f.Path {
				continue
			}
			text := f.Bytes[d.Range.Start.Byte:d.Range.End.Byte]
			fmt.Fprintf(&b, "  %s %s %s %q %s: %s. %s\n", at(d), d.Severity, d.Code, text, d.Address, d.Summary, d.Detail)
		}
		outline(&b, "  ", f.Body)
	}
	return b.String()
}

// outline writes the names in a body, broken attributes with a question mark.
func outline(b *strings.Builder, indent string, body *hclsyntax.Body) {
	for _, name := range slices.Sorted(maps.Keys(body.Attributes)) {
		mark := ""
		if Broken(body.Attributes[name].Expr) {
			mark = "?"
		}
		fmt.Fprintf(b, "%s%s%s\n", indent, name, mark)
	}
	for _, block := range body.Blocks {
		fmt.Fprintf(b, "%s%s %q\n", indent, block.Type, block.Labels)
		outline(b, indent+"  ", block.Body)
	}
}

// TestWhich names the files of a project.
func TestWhich(t *testing.T) {
	files, diags := Parse(fstest.MapFS{
		"b.hcl":            {Data: []byte("b = 1")},
		"b/a.hcl":          {Data: []byte("c = 1")},
		"a/deep/er/x.hcl":  {Data: []byte("d = 1")},
		"指标/销售.hcl":        {Data: []byte("e = 1")},
		"a.test.hcl":       {Data: []byte("(((")},
		".hidden.hcl":      {Data: []byte("(((")},
		".metrics/old.hcl": {Data: []byte("(((")},
		"a/.git/x.hcl":     {Data: []byte("(((")},
		"notes.md":         {Data: []byte("(((")},
		"data/x.hcl/y.csv": {Data: []byte("(((")},
		"pipe.hcl":         {Mode: fs.ModeNamedPipe},
		"empty.hcl":        {},
	})
	if len(diags) != 1 || diags[0].Code != diag.UnreadableFile || diags[0].Range.File != "pipe.hcl" {
		t.Errorf("diagnostics %v, want pipe.hcl unreadable", diags)
	}
	var got []string
	for _, f := range files.Files {
		got = append(got, f.Path)
	}
	want := []string{"a/deep/er/x.hcl", "b.hcl", "b/a.hcl", "empty.hcl", "指标/销售.hcl"}
	if !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
	if string(files.Bytes("b/a.hcl")) != "c = 1" || files.Bytes("c.hcl") != nil {
		t.Error("Bytes finds the wrong text")
	}
}

// TestLinks follows links to files, not to folders, and says where one is dead.
func TestLinks(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	for name, target := range map[string]string{
		"file.hcl": filepath.Join(outside, "real"), "folder": outside, "folder.hcl": outside, "dead.hcl": filepath.Join(outside, "none"),
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skip(err)
		}
	}
	for _, name := range []string{"real", "other.hcl"} {
		if err := os.WriteFile(filepath.Join(outside, name), []byte("a = 1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, diags := Parse(os.DirFS(dir))
	if len(files.Files) != 1 || files.Files[0].Path != "file.hcl" {
		t.Errorf("files %v, want file.hcl alone", files.Files)
	}
	if len(diags) != 1 || diags[0].Code != diag.UnreadableFile || diags[0].Range.File != "dead.hcl" {
		t.Errorf("diagnostics %v, want dead.hcl unreadable", diags)
	}
}

// TestNoFolder reports a root that does not exist.
func TestNoFolder(t *testing.T) {
	files, diags := Parse(os.DirFS(filepath.Join(t.TempDir(), "none")))
	if len(files.Files) != 0 || len(diags) != 1 || diags[0].Code != diag.UnreadableFile {
		t.Errorf("got %v, %v", files.Files, diags)
	}
}

// TestText has what is not plain UTF-8.
func TestText(t *testing.T) {
	for _, test := range []struct {
		name, src, at string // at: of the one error, "" for none
		attrs         string
	}{
		{"byte order mark", "\ufeffa = 1\n", "", "a"},
		{"CRLF", "a = 1\r\nb = (\r\n2)\r\n", "", "ab"},
		{"GBK", "a = 1\nb = \"销\xcf\xfa\xca\xdb\"\nc = = 2\n", "2:7-2:8", "abc"},
		{"NUL", "a = 1\nb = \"\x00\"\n", "2:6-2:7", ""},
		{"UTF-16", "\xff\xfea\x00 \x00=\x00 \x001\x00", "1:1-1:2", ""},
		{"last byte", "a = 1\n#\xe4", "2:2-2:3", "a"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, diags := parseOne(t, test.src)
			switch {
			case test.at == "" && len(diags) > 0:
				t.Errorf("diagnostics %v", diags)
			case test.at != "" && (len(diags) != 1 || diags[0].Code != diag.NotUTF8 || at(diags[0]) != test.at):
				t.Errorf("got %v, want E0009 at %s alone", diags, test.at)
			}
			if got := strings.Join(slices.Sorted(maps.Keys(f.Body.Attributes)), ""); got != test.attrs {
				t.Errorf("attributes %q, want %q", got, test.attrs)
			}
			if bytes.HasPrefix(f.Bytes, byteOrderMark) || len(diags) > 0 && len(f.Bytes) != len(test.src) {
				t.Error("the text is not the one that ranges point into")
			}
		})
	}
}

// TestSamePlaces parses a file with a mistake in its last block: what is before
// it must stand where it stands without the mistake.
func TestSamePlaces(t *testing.T) {
	const good = "# 说明\n\nsource \"s\" {\n  csv { path = \"渠道\" }\n\n  columns {\n    甲 = { type = string } # 乙\n    b = string\n  }\n  where = a == \"é\" && b\n}\n\nlabel = 1\n"
	plain, _ := parseOne(t, good)
	saved, diags := parseOne(t, good+"kpi \"x\" {\n  value = 1 +\n}\n")
	if len(diags) != 1 {
		t.Fatalf("diagnostics %v", diags)
	}
	saved.Body.Blocks = saved.Body.Blocks[:1]
	if got, want := allRanges(saved.Body), allRanges(plain.Body); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func allRanges(b *hclsyntax.Body) string {
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(b.Attributes)) {
		a := b.Attributes[name]
		fmt.Fprintln(&out, name, a.SrcRange, a.NameRange, a.EqualsRange, a.Expr.Range())
	}
	for _, block := range b.Blocks {
		fmt.Fprintln(&out, block.Type, block.Labels, block.TypeRange, block.LabelRanges, block.OpenBraceRange, block.CloseBraceRange,
			block.Body.SrcRange, block.Body.EndRange)
		out.WriteString(allRanges(block.Body))
	}
	return out.String()
}

// TestDeep has text that would overflow a parser's stack.
func TestDeep(t *testing.T) {
	const n = 100_000
	for name, src := range map[string]string{
		"parentheses":    "a = " + strings.Repeat("(", n),
		"brackets":       "a = " + strings.Repeat("[", n) + strings.Repeat("]", n),
		"braces":         "a = " + strings.Repeat("{a=", n),
		"calls":          "a = " + strings.Repeat("f(", n),
		"templates":      "a = " + strings.Repeat(`"${`, n),
		"heredoc":        "a = <<E\n" + strings.Repeat(`${"`, n) + "\nE\n",
		"negations":      "a = " + strings.Repeat("!", n) + "b",
		"minus signs":    "a = " + strings.Repeat("- ", n) + "b",
		"negated inside": "a = \"${" + strings.Repeat("!", n) + "b}\"",
		"conditions":     "a = " + strings.Repeat("b ? c : ", n) + "d",
		"sums":           "a = 1" + strings.Repeat(" + f(1, 2)", n),
		"blocks":         strings.Repeat("a {\n", maxBrackets+1),
		"closed blocks":  strings.Repeat("a {\n", n) + strings.Repeat("}\n", n),
		"blocks, a line": strings.Repeat("a {", n),
	} {
		t.Run(name, func(t *testing.T) {
			_, diags := parseOne(t, "kpi \"k\" {\n  value = 1\n}\n"+src+"\n")
			if !slices.ContainsFunc(diags, func(d diag.Diagnostic) bool { return d.Code == diag.TooDeep }) {
				t.Errorf("got %.300v, want E0012", diags)
			}
			if len(diags) > 3*maxBrackets {
				t.Errorf("%d diagnostics", len(diags))
			}
		})
	}
}
