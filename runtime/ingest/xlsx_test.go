package ingest

import (
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// workbook makes a workbook from the rows of sheets; texts that start with "="
// are dates.
func workbook(t *testing.T, change func(*excelize.File), rows ...[]any) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", "A"+string(rune('1'+i)), &row); err != nil {
			t.Fatal(err)
		}
	}
	if change != nil {
		change(f)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func xlsxSource(columns ...*metrics.Column) (*metrics.Source, *metrics.XLSX) {
	x := &metrics.XLSX{Path: "f.xlsx", Header: true, Null: []string{""}}
	return &metrics.Source{Name: "s", Contract: len(columns) > 0, Columns: columns, Reader: x}, x
}

// dated gives cells the look of dates.
func dated(t *testing.T, f *excelize.File, from, to string) {
	style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err == nil {
		err = f.SetCellStyle("Sheet1", from, to, style)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestWorkbook reads a sheet as people keep it: a title above the header, empty rows,
// dates among texts, failed formulas, and notes beside the table.
func TestWorkbook(t *testing.T) {
	formats := func(c *metrics.Column) { c.Formats = []string{"%d/%m/%Y"} }
	s, x := xlsxSource(column("id", metrics.Integer, from("编号")), column("on", metrics.Date, formats), column("amount", metrics.Decimal), column("note", metrics.String))
	x.HeaderRow, x.Null = 3, []string{"", "-"}
	text := workbook(t, func(f *excelize.File) {
		dated(t, f, "B4", "B9")
		if err := f.SetCellValue("Sheet1", "H8", "by hand"); err != nil {
			t.Fatal(err)
		}
	}, []any{"Sales"}, nil, []any{"编号", "on", "amount", "note", "#"},
		[]any{1, 46027, 0.1 + 0.2, "007"}, []any{2, "13/02/2026", "1.50", "-"}, []any{"x", 46028, 1}, nil,
		[]any{4, 46029, 2, "#N/A"}, []any{5, nil, "15%", true, "#REF!"})
	p := newProject(t, "UTC", map[string]string{"f.xlsx": text}, s)
	segments := p.clean()
	p.same("rows", p.rows(`SELECT id, "on", CAST(amount AS VARCHAR), note FROM sources.s`), []string{"1|2026-01-05|0.30|007", "2|2026-02-13|1.50|null", "5|null|0.15|true"})
	p.same("rejects", p.rejected("s"), []string{
		`f.xlsx:6 id "x" not a whole number <{"编号":"x","on":"2026-01-06","amount":1}>`,
		`f.xlsx:8 note "" cell D8 holds the error #N/A; where that means that there is no value, name it in null <{"编号":4,"on":"2026-01-07","amount":2,"note":"#N/A","H":"by hand"}>`,
	})
	if got := account(segments["s"]); got != "5 3 0 0 2" {
		t.Errorf("account %s", got)
	}
}

// TestSheetsAndRanges picks cells of a workbook.
func TestSheetsAndRanges(t *testing.T) {
	text := workbook(t, func(f *excelize.File) {
		if _, err := f.NewSheet("更多"); err != nil {
			t.Fatal(err)
		}
		for i, row := range [][]any{{"x", "a", "b", "c"}, {0, 1, "p", 9}, {0, 2, "q", 9}, {0, 3, "r", 9}} {
			if err := f.SetSheetRow("更多", "A"+string(rune('1'+i)), &row); err != nil {
				t.Fatal(err)
			}
		}
	}, []any{"a", "b"}, []any{7, "first"})
	tests := []struct {
		name   string
		change func(*metrics.XLSX)
		want   []string
	}{
		{"first sheet", func(*metrics.XLSX) {}, []string{"7|first"}},
		{"by name", func(x *metrics.XLSX) { x.Sheet = "更多" }, []string{"1|p", "2|q", "3|r"}},
		{"range", func(x *metrics.XLSX) { x.Sheet, x.Range = "更多", "B1:C3" }, []string{"1|p", "2|q"}},
		{"columns", func(x *metrics.XLSX) { x.Sheet, x.Range = "更多", "B:C" }, []string{"1|p", "2|q", "3|r"}},
		{"no header", func(x *metrics.XLSX) { x.Sheet, x.Range, x.Header = "更多", "B3:C9", false }, []string{"2|q", "3|r"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, x := xlsxSource(column("a", metrics.Integer), column("b", metrics.String))
			test.change(x)
			p := newProject(t, "UTC", map[string]string{"f.xlsx": text}, s)
			p.clean()
			p.same("rows", p.rows("SELECT * FROM sources.s"), test.want)
		})
	}
}

// TestUnusableSheets refuses what can't be read without a guess.
func TestUnusableSheets(t *testing.T) {
	merge := func(from, to string) func(*excelize.File) {
		return func(f *excelize.File) {
			if err := f.MergeCell("Sheet1", from, to); err != nil {
				t.Fatal(err)
			}
		}
	}
	header, row := []any{"a", "b"}, []any{1, "x"}
	tests := []struct {
		name, text string
		change     func(*metrics.XLSX)
		code       diag.Code
		words      string
	}{
		{"no sheet", workbook(t, nil, header, row), func(x *metrics.XLSX) { x.Sheet = "Sheet2" }, diag.WrongSheet, `Did you mean "Sheet1"?`},
		{"merged across", workbook(t, merge("A1", "B1"), header, row), nil, diag.WrongSheet, "its cells A1:B1 are merged"},
		{"merged down", workbook(t, merge("B1", "B2"), header, []any{"a", nil}, row), nil, diag.WrongSheet, "say by header = 3"},
		{"no header there", workbook(t, nil, header, row), func(x *metrics.XLSX) { x.HeaderRow = 5 }, diag.FileEmpty, "no cell with a value"},
		{"empty row as header", workbook(t, nil, header, nil, row), func(x *metrics.XLSX) { x.HeaderRow = 2 }, diag.WrongSheet, "The next row with a value is 3"},
		{"reversed range", workbook(t, nil, header, row), func(x *metrics.XLSX) { x.Range = "C3:A1" }, diag.WrongSheet, "which no sheet has"},
		{"no rows", workbook(t, nil), nil, diag.FileEmpty, "not even a header"},
		{"other columns", workbook(t, nil, []any{"a", "B "}, row), nil, diag.WrongColumns, `from = "B"`},
		{"no workbook", "a,b\n1,x\n", nil, diag.DamagedFile, "no .xlsx workbook"},
		{"empty file", "", nil, diag.FileEmpty, "no content"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, x := xlsxSource(column("a", metrics.Integer), column("b", metrics.String))
			if test.change != nil {
				test.change(x)
			}
			p := newProject(t, "UTC", map[string]string{"f.xlsx": test.text}, s)
			_, problems := p.build()
			if len(problems) != 1 || problems[0].Code != test.code || !strings.Contains(problems[0].Detail, test.words) {
				t.Errorf("%+v", problems)
			}
		})
	}
}

// TestInferredWorkbook finds the types of cells, and no column without a name.
func TestInferredWorkbook(t *testing.T) {
	dates := func(f *excelize.File) { dated(t, f, "C2", "C3") }
	text := workbook(t, dates, []any{"id", "code", "on", "rate", "ok"}, []any{1, "007", 46027, 1.5, true}, []any{2, "x", 46028.5, 2, false})
	s, _ := xlsxSource()
	p := newProject(t, "UTC", map[string]string{"f.xlsx": text}, s)
	catalog := NewCatalog(t.Context(), p.engine, p.context)
	columns, problems := catalog.Columns(s)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var got []string
	for _, c := range columns {
		got = append(got, c.Name+" "+c.Type.String())
	}
	p.same("columns", got, []string{"id integer", "code string", "on timestamp", "rate double", "ok boolean"})
	p = newProject(t, "UTC", map[string]string{"f.xlsx": workbook(t, nil, []any{"id", nil}, []any{1, "x"})}, s)
	if _, problems := NewCatalog(t.Context(), p.engine, p.context).Columns(s); len(problems) != 1 || !strings.Contains(problems[0].Detail, "Cell B2") {
		t.Errorf("%v", problems)
	}
}
