package ingest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

func encoded(t *testing.T, e encoding.Encoding, text string) string {
	t.Helper()
	out, err := e.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestEncodings reads the same rows from files in all encodings, a fault among
// them, with the lines that an editor shows.
func TestEncodings(t *testing.T) {
	const chinese = "城市,数量\n北京,1\n\"上\n海\",2\n广州,x\n重庆,3,4\n"
	const french = "città,quantité\nLiège,1\n\"Besan\nçon\",2\nOrléans,x\nNîmes,3,4\n"
	wide := func(e unicode.Endianness, mark unicode.BOMPolicy) encoding.Encoding { return unicode.UTF16(e, mark) }
	tests := []struct {
		name, declared, text string
	}{
		{"UTF-8", "", chinese},
		{"UTF-8 declared", metrics.UTF8, chinese},
		{"UTF-8 with mark", "", "\uFEFF" + chinese},
		{"UTF-16 with mark", "", encoded(t, wide(unicode.LittleEndian, unicode.UseBOM), chinese)},
		{"UTF-16 big-endian with mark", metrics.UTF16BE, encoded(t, wide(unicode.BigEndian, unicode.UseBOM), chinese)},
		{"UTF-16LE", metrics.UTF16LE, encoded(t, wide(unicode.LittleEndian, unicode.IgnoreBOM), chinese)},
		{"UTF-16BE", metrics.UTF16BE, encoded(t, wide(unicode.BigEndian, unicode.IgnoreBOM), chinese)},
		{"GB18030", metrics.GB18030, encoded(t, simplifiedchinese.GB18030, chinese)},
		{"GBK", metrics.GBK, encoded(t, simplifiedchinese.GBK, chinese)},
		{"Latin-1", metrics.Latin1, encoded(t, charmap.ISO8859_1, french)},
		{"Windows-1252", metrics.Win1252, encoded(t, charmap.Windows1252, french)},
	}
	for _, test := range tests {
		for _, name := range []string{"f.csv", "f.csv.gz"} {
			t.Run(test.name+" "+name, func(t *testing.T) {
				content, plain := test.text, chinese
				if strings.HasSuffix(name, ".gz") {
					content = packed(t, content)
				}
				if test.declared == metrics.Latin1 || test.declared == metrics.Win1252 {
					plain = french
				}
				lines := strings.Split(plain, "\n")
				columns := strings.Split(lines[0], ",")
				s := csvSource("s", name, column(columns[0], metrics.String), column(columns[1], metrics.Integer))
				s.Reader.(*metrics.CSV).Encoding = test.declared
				p := newProject(t, "UTC", map[string]string{name: content}, s)
				segments := p.clean()
				first, _, _ := strings.Cut(lines[1], ",")
				p.same("clean", p.rows("SELECT * FROM sources.s"), []string{first + "|1", strings.Trim(lines[2]+"\n"+strings.TrimSuffix(lines[3], ",2"), `"`) + "|2"})
				p.same("rejects", p.rejected("s"), []string{
					fmt.Sprintf(`%s:5 %s "x" not a whole number <%s>`, name, columns[1], lines[4]),
					fmt.Sprintf(`%s:6  "" the row has 3 fields, the header 2 <%s>`, name, lines[5]),
				})
				if got := account(segments["s"]); got != "4 2 0 0 2" {
					t.Errorf("account %s", got)
				}
			})
		}
	}
}

// TestWrongEncoding reads no file in an encoding that it isn't in.
func TestWrongEncoding(t *testing.T) {
	const text = "a,b\n1,北京市朝阳区\n2,上海市浦东新区\n3,广州\n"
	gb := encoded(t, simplifiedchinese.GB18030, text)
	wide := encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), text)
	tests := []struct {
		name, declared, text, words string
	}{
		{"GB18030 as UTF-8", "", gb, `Write encoding = "gb18030"`},
		{"GB18030 header as UTF-8", "", encoded(t, simplifiedchinese.GB18030, "a,b,城市\n1,2,3\n"), `Write encoding = "gb18030"`},
		{"UTF-8 as GB18030", metrics.GB18030, text, `Write encoding = "utf-8"`},
		{"UTF-8 as Latin-1", metrics.Latin1, text, `Write encoding = "utf-8"`},
		{"mark of UTF-8", metrics.GBK, "\uFEFFa,b\n1,2\n", `is text in utf-8, and source.s says encoding = "gbk"`},
		{"UTF-16 without mark", "", wide, `Write encoding = "utf-16le"`},
		{"UTF-16 the other way round", metrics.UTF16BE, wide + strings.Repeat("1\x00,\x002\x00\n\x00", 40), `Write encoding = "utf-16le"`},
		{"UTF-8 as UTF-16", metrics.UTF16LE, "a,b\n1,2\n", `Write encoding = "utf-8"`},
		{"no GB18030 either", metrics.GB18030, "a,b\n1,\xff\xff\n2,\xff\xff\n3,\xff\xff\n", "3 of the 3 rows"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := csvSource("s", "f.csv", column("a", metrics.Integer), column("b", metrics.String))
			s.Reader.(*metrics.CSV).Encoding = test.declared
			p := newProject(t, "UTC", map[string]string{"f.csv": test.text}, s)
			_, problems := p.build()
			if len(problems) != 1 || problems[0].Code != diag.WrongEncoding || !strings.Contains(problems[0].Detail, test.words) {
				t.Errorf("%+v", problems)
			}
		})
	}
}

// TestBytesOfUnreadColumns passes over bytes that are no text where no column of
// the source stands, and finds the places of other rejects nevertheless.
func TestBytesOfUnreadColumns(t *testing.T) {
	p := newProject(t, "UTC", map[string]string{"f.csv": "a,b\n1,\xff\nx,2\n3,\xff\ny,\xff\n"}, csvSource("s", "f.csv", column("a", metrics.Integer)))
	p.clean()
	p.same("clean", p.rows("SELECT * FROM sources.s"), []string{"1", "3"})
	p.same("rejects", p.rejected("s"), []string{`f.csv:3 a "x" not a whole number <x,2>`, `f.csv:5 a "y" not a whole number <y,�>`})
}

// TestWellFormedIsUTF8 compares the look at the start of a file with Go's own
// check, for texts that are cut off anywhere.
func TestWellFormedIsUTF8(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		text := []byte(strings.Repeat("é北a", 20))
		text = text[:1+random.IntN(len(text))]
		if !wellFormed(text, 0) {
			t.Fatalf("%q", text)
		}
		if at := random.IntN(len(text)); at+4 < len(text) {
			text[at] = 0xFF
			if wellFormed(text, 0) {
				t.Fatalf("%q", text)
			}
		}
	}
}
