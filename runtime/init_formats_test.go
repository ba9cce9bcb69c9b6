package runtime

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/scaffold"
)

// encoded is a text in another encoding.
func encoded(t *testing.T, e encoding.Encoding, text string) string {
	t.Helper()
	out, err := e.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The same three receipts, as files that differ in how they are written.
const (
	chinese  = "编号,日期,城市,金额\nA1,2026-01-05,北京,1200.50\nA2,2026-01-06,上海,80.00\nA3,2026-01-07,北京,3.25\n"
	european = "id;day;ville;amount\nA1;05.01.2026;Orléans;1.200,50 €\nA2;16.01.2026;Besançon;80,00 €\nA3;27.01.2026;Orléans;3,25 €\n"
)

// TestInitFormats proposes a project for a file of every format and spelling: it
// validates, reads every row, and adds up to what stands in the file.
func TestInitFormats(t *testing.T) {
	sheet := func(rows ...[]any) string {
		f := excelize.NewFile()
		defer f.Close()
		for i, row := range rows {
			if err := f.SetSheetRow("Sheet1", "A"+string(rune('1'+i)), &row); err != nil {
				t.Fatal(err)
			}
		}
		style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		if err == nil {
			err = f.SetCellStyle("Sheet1", "B1", "B9", style)
		}
		if err == nil {
			_, err = f.NewSheet("Notes")
		}
		b, wrong := f.WriteToBuffer()
		if err != nil || wrong != nil {
			t.Fatal(err, wrong)
		}
		return b.String()
	}
	var gz bytes.Buffer
	w := gzip.NewWriter(&gz)
	if _, err := w.Write([]byte(encoded(t, simplifiedchinese.GBK, chinese))); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	rows := [][]any{{"id", "day", "city", "amount"}, {"A1", 46027, "a", 1200.5}, {"A2", 46028, "b", 80}, {"A3", 46029, "a", 3.25}}
	tests := []struct {
		file, text string
		says       []string
	}{
		{"plain.csv", chinese, nil},
		{"gbk.csv", encoded(t, simplifiedchinese.GBK, chinese), []string{`encoding = "gb18030"`}},
		{"gbk.csv.gz", gz.String(), []string{`path     = "data/gbk.csv.gz"`, `encoding = "gb18030"`}},
		{"wide.csv", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), chinese), nil},
		{"unmarked.csv", encoded(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), strings.ReplaceAll(chinese, "城市", "city")), []string{`encoding = "utf-16be"`}},
		{"latin.csv", encoded(t, charmap.ISO8859_15, strings.ReplaceAll(european, " €", "")), []string{`encoding  = "windows-1252"`, `delimiter = ";"`, `decimal   = ","`, `thousands = "."`, `"%d.%m.%Y"`}},
		{"euro.csv", european, []string{`decimal   = ","`, `strip = ["€"]`}},
		{"nested.json", `[{"id": "A1", "at": {"day": "2026-01-05"}, "amount": 1200.50}, {"id": "A2", "at": {"day": "2026-01-06"}, "amount": 80, "tags": [1]}, {"id": "A3", "at": {"day": "2026-01-07"}, "amount": 3.25}]`,
			[]string{`at_day = { type = date, from = "at.day" }`}},
		{"lines.jsonl", "{\"id\": \"A1\", \"day\": \"2026-01-05\", \"amount\": \"1200.50\"}\n{\"id\": \"A2\", \"day\": \"2026-01-06\", \"amount\": \"80\"}\n{\"id\": \"A3\", \"day\": \"2026-01-07\", \"amount\": \"3.25\"}\n", nil},
		{"book.xlsx", sheet(rows...), []string{`# other sheets of the workbook: "Notes"`}},
		{"titled.xlsx", sheet(append([][]any{{"Receipts of January"}, nil}, rows...)...), []string{"header = 3"}},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			p, all := proposedFrom(t, tt.file, tt.text)
			for _, says := range tt.says {
				if !strings.Contains(all, says) {
					t.Errorf("%s does not say %q", all, says)
				}
			}
			if diags := p.Validate(t.Context()); len(diags) > 0 {
				t.Fatalf("%+v\n%s", diags, all)
			}
			var kpis []string
			for _, k := range p.Model.KPIs {
				kpis = append(kpis, k.Name)
			}
			answer, diags := p.Query(t.Context(), query.Request{KPIs: kpis})
			if len(diags) > 0 || len(kpis) != 2 || len(answer.Rows) != 1 {
				t.Fatalf("%v: %+v\n%s", kpis, diags, all)
			}
			for i, c := range answer.Columns {
				got, want := fmt.Sprint(answer.Rows[0].Values[i]), "1283.75"
				if strings.HasSuffix(c.Name, "_count") {
					want = "3"
				}
				if c.Kind == "kpi" && strings.TrimRight(got, "0") != want {
					t.Errorf("%s is %s\n%s", c.Name, got, all)
				}
			}
		})
	}
}

// proposedFrom is the project that is proposed for one file, and all its text.
func proposedFrom(t *testing.T, file, text string) (*Project, string) {
	t.Helper()
	dir := t.TempDir()
	save := func(name, text string) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	save("data/"+file, text)
	table, diags := Measure(t.Context(), filepath.Join(dir, "data", file), "data/"+file)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	all := ""
	for name, text := range scaffold.Project("shop", []scaffold.Table{table}) {
		save(name, text)
		all += text
	}
	p, diags := Open(t.Context(), Options{Dir: dir})
	if len(diags) > 0 {
		t.Fatalf("%+v\n%s", diags, all)
	}
	return p, all
}
