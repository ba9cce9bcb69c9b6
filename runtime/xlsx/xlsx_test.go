package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// read opens a workbook and returns the cells of a sheet, "B2 kind text" each.
func read(t *testing.T, path, sheet string) ([]string, error) {
	t.Helper()
	b, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	if sheet == "" {
		sheet = b.Sheets()[0]
	}
	rows, err := b.Rows(sheet)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for {
		n, cells, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		for _, c := range cells {
			out = append(out, fmt.Sprintf("%s%d %s %s", ColumnName(c.Column), n, kinds[c.Kind], c.Text))
		}
	}
}

var kinds = map[Kind]string{Text: "text", Number: "number", Boolean: "boolean", Date: "date", Failed: "failed", Unsaved: "unsaved"}

// parts of a small workbook, by name.
func parts(sheet string, more ...string) map[string]string {
	const types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	out := map[string]string{
		"_rels/.rels":                `<Relationships><Relationship Id="r1" Type="` + types + `/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns:r="` + types + `"><workbookPr/><sheets><sheet name="数据" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="` + types + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="` + types + `/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="` + types + `/styles" Target="styles.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   `<worksheet><sheetData>` + sheet + `</sheetData></worksheet>`,
	}
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

func write(t *testing.T, parts map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return save(t, b.Bytes())
}

func save(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f.xlsx")
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

const styles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="165" formatCode="[Red]#,##0.00 &quot;days&quot;"/><numFmt numFmtId="166" formatCode="[h]:mm"/></numFmts>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="22"/></cellXfs></styleSheet>`

// TestCells reads values of every kind.
func TestCells(t *testing.T) {
	path := write(t, parts(`<row r="1"><c r="A1" t="s"><v>0</v></c><c t="s"><v>1</v></c><c r="D1" t="inlineStr"><is><r><t>in</t></r><r><t xml:space="preserve"> line</t></r><rPh><t>x</t></rPh></is></c></row>
<row><c><v>0.30000000000000004</v></c><c s="1"><v>46027</v></c><c s="2"><v>46027.4375</v></c><c s="3"><v>46027</v></c><c s="4"><v>1.5</v></c><c s="5"><v>-1</v></c></row>
<row r="9"><c r="A9" t="b"><v>1</v></c><c r="B9" t="e"><v>#N/A</v></c><c r="C9"><f>A1</f></c><c r="D9" t="str"><f>A1</f><v>_x0041_b</v></c><c r="E9"><f>1+1</f><v>2</v></c><c r="F9" t="str"><f>""</f><v></v></c><c r="G9" t="d"><v>2026-01-05T10:00:00</v></c><c r="XFD9"><v>1E+20</v></c></row>`,
		"xl/sharedStrings.xml", `<sst><si><t>编号</t></si><si><r><t>ri</t></r><r><t>ch</t></r><rPh><t>x</t></rPh></si></sst>`, "xl/styles.xml", styles))
	got, err := read(t, path, "数据")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"A1 text 编号", "B1 text rich", "D1 text in line",
		"A2 number 0.3", "B2 date 2026-01-05", "C2 date 2026-01-05 10:30:00", "D2 number 46027", "E2 text 36:00:00", "F2 failed no date has the number -1",
		"A9 boolean true", "B9 failed #N/A", "C9 unsaved ", "D9 text Ab", "E9 number 2", "G9 date 2026-01-05 10:00:00", "XFD9 number 1e+20",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestMoments checks serial numbers around the day that never was.
func TestMoments(t *testing.T) {
	for serial, want := range map[float64]string{1: "1900-01-01", 59: "1900-02-28", 61: "1900-03-01", 45292: "2024-01-01", lastDay: "9999-12-31", 45292.999999999: "2024-01-02"} {
		if got, ok := moment(serial, false); !ok || momentText(got) != want {
			t.Errorf("%v is %s", serial, momentText(got))
		}
	}
	for _, serial := range []float64{0, 60, 60.5, -1, lastDay + 1, math.NaN(), math.Inf(1)} {
		if got, ok := moment(serial, false); ok {
			t.Errorf("%v is %s", serial, momentText(got))
		}
	}
	if got, ok := moment(43830, true); !ok || momentText(got) != "2024-01-01" {
		t.Errorf("since 1904: %s", momentText(got))
	}
}

func TestLooks(t *testing.T) {
	for code, want := range map[string]look{
		"General": plain, "0.00": plain, `#,##0 "days"`: plain, "[Magenta]0": plain, `0\d`: plain, "0.00E+00": plain, "_-* #,##0_d": plain, "@": plain,
		"yyyy-mm-dd": day, "d/m/yy h:mm": day, "mmmm": day, "[$-804]yyyy\"年\"": day, "m/d": day,
		"h:mm:ss": clock, "[hh]:mm": clock, "mm:ss.0": clock, "[s]": clock, "h:mm AM/PM": clock,
	} {
		if got := lookOf(code); got != want {
			t.Errorf("%s: %d, want %d", code, got, want)
		}
	}
}

// TestAgainstExcelize has a library write workbooks and read them, too.
func TestAgainstExcelize(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	f := excelize.NewFile()
	defer f.Close()
	style, err := f.NewStyle(&excelize.Style{NumFmt: 22})
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for row := 1; row <= 300; row++ {
		for column := 1; column <= 8; column++ {
			name := fmt.Sprintf("%s%d", ColumnName(column), row)
			var v any
			switch random.IntN(6) {
			case 0:
				continue
			case 1:
				v = []string{"a", "北京", "  x ", "<&>\"", "12"}[random.IntN(5)]
				want = append(want, fmt.Sprintf("%s text %s", name, v))
			case 2:
				v = random.IntN(1000000)
				want = append(want, fmt.Sprintf("%s number %d", name, v))
			case 3:
				cents := random.IntN(100000)
				v = float64(cents) / 100
				want = append(want, fmt.Sprintf("%s number %s", name, strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%02d", cents/100, cents%100), "0"), ".")))
			case 4:
				v = random.IntN(2) == 1
				want = append(want, fmt.Sprintf("%s boolean %t", name, v))
			case 5:
				at := time.Date(1990+random.IntN(60), 3, 1, random.IntN(24), random.IntN(60), random.IntN(60), 0, time.UTC)
				v = at
				want = append(want, name+" date "+momentText(at))
			}
			if err := f.SetCellValue("Sheet1", name, v); err != nil {
				t.Fatal(err)
			}
			if _, date := v.(time.Time); date {
				if err := f.SetCellStyle("Sheet1", name, name, style); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := f.MergeCell("Sheet1", "B2", "D3"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "f.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	got, err := read(t, path, "Sheet1")
	want = slices.DeleteFunc(want, func(s string) bool { // of merged cells the first has the value
		return slices.Contains([]string{"C2", "D2", "B3", "C3", "D3"}, strings.Fields(s)[0])
	})
	got = slices.DeleteFunc(got, func(s string) bool {
		return slices.Contains([]string{"C2", "D2", "B3", "C3", "D3"}, strings.Fields(s)[0])
	})
	if err != nil || !slices.Equal(got, want) {
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Fatalf("%q, want %q (%v)", got[i], want[i], err)
			}
		}
		t.Fatalf("%d cells, want %d (%v)", len(got), len(want), err)
	}
	b, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if merged, err := b.Merged("Sheet1"); err != nil || !slices.Equal(merged, []Range{{2, 2, 4, 3}}) {
		t.Errorf("%v %v", merged, err)
	}
}

// TestDamagedBooks has workbooks that can't be read to their end.
func TestDamagedBooks(t *testing.T) {
	whole, err := os.ReadFile(write(t, parts(`<row r="1"><c r="A1"><v>1</v></c></row>`)))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, path, words string }{
		{"cut off", save(t, whole[:len(whole)/2]), "cut off"},
		{"old format", save(t, []byte("\xD0\xCF\x11\xE0\xA1\xB1")), "old .xls format"},
		{"text", save(t, []byte("a,b\n1,2\n")), "no .xlsx workbook"},
		{"empty", save(t, nil), "no .xlsx workbook"},
		{"other zip", write(t, map[string]string{"a.txt": "x"}), "no .xlsx workbook"},
		{"sheet cut off", write(t, parts("", "xl/worksheets/sheet1.xml", "<worksheet><sheetData><row><c><v>1</v></c></row>")), "a sheet of it is cut off"},
		{"broken XML", write(t, parts(`<row><c><v>1</v</c></row>`)), "XML is broken"},
		{"rows back", write(t, parts(`<row r="5"/><row r="2"/>`)), "behind row 5"},
		{"row beyond", write(t, parts(`<row r="99999999999"/>`)), "behind row 0"},
		{"cell beyond", write(t, parts(`<row r="1"><c r="ZZZ1"><v>1</v></c></row>`)), "behind column 0"},
		{"no such text", write(t, parts(`<row r="1"><c r="A1" t="s"><v>7</v></c></row>`)), "names the text"},
		{"no number", write(t, parts(`<row r="1"><c r="A1"><v>x</v></c></row>`)), "said to be a number"},
		{"no sheet", write(t, parts("", "xl/workbook.xml", "<workbook><sheets/></workbook>")), "no sheet with cells"},
		{"bomb", write(t, parts(strings.Repeat(" ", maxSparse+1))), "times its size"},
		{"bomb of texts", write(t, parts("", "xl/sharedStrings.xml", "<sst>"+strings.Repeat(" ", maxSparse)+"</sst>")), "times its size"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := read(t, test.path, "")
			var wrong *Error
			if !errors.As(err, &wrong) || !strings.Contains(wrong.Words, test.words) {
				t.Errorf("%v", err)
			}
		})
	}
}

// FuzzBook feeds workbooks that were damaged anywhere: they are read, or an error
// says what is wrong.
func FuzzBook(f *testing.F) {
	f.Add([]byte(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`), []byte(styles))
	f.Add([]byte(`<row><c t="inlineStr"><is><t>a</t></is></c></row>`), []byte(`<styleSheet/>`))
	f.Fuzz(func(t *testing.T, sheet, style []byte) {
		_, err := read(t, write(t, parts(string(sheet), "xl/styles.xml", string(style), "xl/sharedStrings.xml", "<sst><si><t>a</t></si></sst>")), "")
		var wrong *Error
		if err != nil && !errors.As(err, &wrong) {
			t.Error(err)
		}
	})
}
