package format

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/metricsascode/metrics/compiler/syntax"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden formats the first file of each archive into its second.
func TestGolden(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil || len(a.Files) != 2 {
				t.Fatalf("want two files in the archive: %v", err)
			}
			got := Format(a.Files[0].Data)
			if *update {
				a.Files[1].Data = got
				if err := os.WriteFile(path, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(got, a.Files[1].Data) {
				t.Errorf("got\n%s\nwant\n%s", got, a.Files[1].Data)
			}
			checkFormat(t, a.Files[0].Data)
		})
	}
}

var seeds = []string{
	"", "\n\n", " ", "# a  ", "# a\r\n\r\n", "a=1", "a = 1   \n\n\n", "\n\n\na = 1", "\ufeffa = 1\r\nb=2\r\n", "a {\r\nb = 1\r\n}",
	"a = <<E\n b  \n\n  ${ c }\nE\n", "a = <<-E\r\n  b\r\n  E\r\n", "a = [1,\n2,\n]", "a={b=1,c=2}", "a = {\nb=1\nlong = 2 # c  \n}",
	"a = f( b ,c)", "a = b-c", "a = b -c", "a = - b", "a = !b", "a = (b\n+c)", "a = b[0].c[*].d", "a = b?c:d", "a = [for b in c:b if d]",
	"a /* b\n  c */ {}", "a = 1 /* b */ # c", "a \"b\" { c = 1 }", "a = \"${ b }  $${c}\"", "a = 2026-01-05", "a {\n\tb = 1\n\t\tc = 2\n}",
	"销售 = 1 # 甲  \n名 = 2 # 乙", "a = 1 // b\t\nb = 2", "a = (", "a = 'b'", "\xff", "a = 1\x00",
}

// TestIdempotent formats everything twice, the texts that can't be read too.
func TestIdempotent(t *testing.T) {
	for _, src := range seeds {
		checkFormat(t, []byte(src))
	}
}

func FuzzFormat(f *testing.F) {
	for _, src := range seeds {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		checkFormat(t, src)
		Block(src)
	})
}

// checkFormat checks what holds for every text: a second pass changes nothing,
// no token changes, and nothing that can't be read changes at all.
func checkFormat(t *testing.T, src []byte) {
	t.Helper()
	given := bytes.Clone(src)
	once := Format(src)
	if !bytes.Equal(src, given) {
		t.Fatalf("%q was changed in place", given)
	}
	if twice := Format(once); !bytes.Equal(once, twice) {
		t.Errorf("%q becomes %q, then %q", src, once, twice)
	}
	if !syntax.Readable(src) {
		if !bytes.Equal(once, src) {
			t.Errorf("%q can't be read and becomes %q", src, once)
		}
		return
	}
	if !syntax.Readable(once) {
		t.Errorf("%q can be read, %q can't", src, once)
	}
	if got, want := essence(once), essence(src); !slices.Equal(got, want) {
		t.Errorf("%q has tokens %v, formatted %v", src, want, got)
	}
	if len(once) > 0 && once[len(once)-1] != '\n' {
		t.Errorf("%q does not end with a line feed", once)
	}
}

// essence is the tokens of a text without line feeds, and without blanks after
// comments.
func essence(src []byte) []token {
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	var out []token
	for _, t := range tokens(src) {
		switch t.kind {
		case hclsyntax.TokenNewline, hclsyntax.TokenEOF:
			continue
		case hclsyntax.TokenComment:
			t.text = strings.TrimRight(t.text, " \t\r\n")
		}
		out = append(out, t)
	}
	return out
}

// TestBlock gives blocks one text wherever they stand.
func TestBlock(t *testing.T) {
	const want = "kpi \"a\" {\n  label = \"销售额\" # net\n  value = sum(b.c)\n}"
	for _, src := range []string{
		want,
		want + "\n",
		"kpi \"a\" {\n      label=\"销售额\"   # net\n      value   =sum( b.c )\n    }",
		"\r\n\tkpi   \"a\" {\r\n\tlabel = \"销售额\" # net  \r\n\tvalue = sum(b.c)\r\n}\r\n\r\n",
	} {
		if got := Block([]byte(src)); got != want {
			t.Errorf("%q becomes %q", src, got)
		}
	}
	if got := Block([]byte("kpi \"a\" {\n  value = (\n}\n")); got != "kpi \"a\" {\n  value = (\n}" {
		t.Errorf("a block that can't be read becomes %q", got)
	}
}
