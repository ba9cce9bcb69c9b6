package ingest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

func from(path string) func(*metrics.Column) {
	return func(c *metrics.Column) { c.From = path }
}

func jsonSource(path string, columns ...*metrics.Column) *metrics.Source {
	return &metrics.Source{Name: "s", Contract: true, Reader: &metrics.JSON{Path: path}, Columns: columns}
}

// TestJSONLayouts reads the same objects from files of every layout.
func TestJSONLayouts(t *testing.T) {
	const first, second = `{"id": 1, "to": {"address": {"city": "北京"}}, "items": [{"sku": "a"}, {"sku": "b,\"c\""}]}`, `{"id": 12345678901234567890.12, "to": null, "items": []}`
	pretty := strings.NewReplacer(", ", ",\n  ", "{", "{\n").Replace
	tests := []struct {
		name, file, text string
		line             int // of the faulty row behind the two
	}{
		{"lines", "f.jsonl", first + "\n\n" + second + "\r\n{\"id\": \"x\", \"items\": 1, \"to\": 2}\n", 4},
		{"no last line end", "f.jsonl", first + "\n" + second + "\n{\"id\": \"x\", \"items\": 1, \"to\": 2}", 3},
		{"array", "f.json", "[" + first + ",\n" + second + ",{\"id\": \"x\", \"items\": 1, \"to\": 2}]\n", 2},
		{"pretty array", "f.json", "\uFEFF[\n" + pretty(first) + ",\n" + pretty(second) + ",\n\n{\"id\": \"x\",\n\"items\": 1,\n\"to\": 2}\n]\n", 0},
		{"pretty objects", "f.json", pretty(first) + "\n" + pretty(second) + "\n{\n\"id\": \"x\",\n\"items\": 1,\n\"to\": 2}", 0},
		{"packed", "f.json.gz", packed(t, "["+first+","+second+","+"{\"id\": \"x\", \"items\": 1, \"to\": 2}]"), 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			wide := column("id", metrics.Decimal)
			wide.Type = metrics.DecimalType(30, 2)
			s := jsonSource(test.file, wide, column("city", metrics.String, from("to.address.city")), column("second", metrics.String, from("items[1].sku")))
			p := newProject(t, "UTC", map[string]string{test.file: test.text}, s)
			segments := p.clean()
			p.same("rows", p.rows("SELECT CAST(id AS VARCHAR), city, second FROM sources.s"), []string{`1.00|北京|b,"c"`, "12345678901234567890.12|null|null"})
			if test.line == 0 {
				test.line = 1 + strings.Count(test.text[:strings.LastIndex(test.text, "{")], "\n")
			}
			rejects := p.rejected("s")
			if want := fmt.Sprintf(`%s:%d id "x" not a number <{`, test.file, test.line); len(rejects) != 1 || !strings.HasPrefix(rejects[0], want) {
				t.Errorf("rejects %q, want %s", rejects, want)
			}
			if got := account(segments["s"]); got != "3 2 0 0 1" {
				t.Errorf("account %s", got)
			}
		})
	}
}

// TestFaultyJSON has rows that are no objects: of lines, each is a reject.
func TestFaultyJSON(t *testing.T) {
	text := `{"a": 1, "b": "x"}
{"a": 2, "b": ["x", "y"]}
{"a": 3, "b": {"c": 1}}
{"a": 4, "b"
[1]
{"a": 5} {"a": 6}
{a: 7}
{"a": 8, "b": "` + "\xff" + `"}
{"a": 9, "b": "z"}
`
	p := newProject(t, "UTC", map[string]string{"f.jsonl": text}, jsonSource("f.jsonl", column("a", metrics.Integer), column("b", metrics.String)))
	segments := p.clean()
	p.same("rows", p.rows("SELECT * FROM sources.s"), []string{"1|x", "9|z"})
	p.same("rejects", p.rejected("s"), []string{
		`f.jsonl:2 b "" a list of 2 values, of which a column holds one: from = "b[0]" is the first <{"a": 2, "b": ["x", "y"]}>`,
		`f.jsonl:3 b "" an object, of which a column holds one value: from = "b.c" is one <{"a": 3, "b": {"c": 1}}>`,
		`f.jsonl:4  "" the JSON is cut off within the row <{"a": 4, "b">`,
		`f.jsonl:5  "" the row is not an object such as {"a": 1} <[1]>`,
		`f.jsonl:6  "" something follows the end of the object <{"a": 5} {"a": 6}>`,
		`f.jsonl:7  "" the row is not JSON: invalid character 'a' looking for beginning of object key string <{a: 7}>`,
		`f.jsonl:8  "" the row is not UTF-8 text (it may be windows-1252, which the source would have to name) <{"a": 8, "b": "�"}>`,
	})
	if got := account(segments["s"]); got != "9 2 0 0 7" {
		t.Errorf("account %s", got)
	}
}

// TestDamagedJSON has files whose rows can't be told apart any more.
func TestDamagedJSON(t *testing.T) {
	tests := []struct {
		name, file, text string
		code             diag.Code
		words            string
	}{
		{"array cut off", "f.json", `[{"a": 1},` + "\n" + `{"a": 2`, diag.DamagedFile, "from line 2 on: it is cut off"},
		{"array cut off behind a row", "f.json", `[{"a": 1},` + "\n", diag.DamagedFile, "nothing closes the array"},
		{"no comma", "f.json", `[{"a": 1} {"a": 2}]`, diag.DamagedFile, "a comma is missing"},
		{"behind the array", "f.json", `[{"a": 1}]]`, diag.DamagedFile, "something follows"},
		{"packed and cut off", "f.json.gz", packed(t, strings.Repeat("{\"a\": 1}\n", 5000))[:60], diag.DamagedFile, "cut off"},
		{"empty", "f.json", "", diag.FileEmpty, "no content"},
		{"other key", "f.jsonl", "{\"A\": 1}\n", diag.WrongColumns, `If "a" is "A" now, declare it: a = { type = integer, from = "A" }.`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newProject(t, "UTC", map[string]string{test.file: test.text}, jsonSource(test.file, column("a", metrics.Integer)))
			segments, problems := p.build()
			if len(segments) != 0 || len(problems) != 1 || problems[0].Code != test.code || !strings.Contains(problems[0].Detail, test.words) {
				t.Errorf("%+v", problems)
			}
		})
	}
}

// TestInferredJSON finds single values in nested objects, and their types.
func TestInferredJSON(t *testing.T) {
	p := newProject(t, "UTC", map[string]string{"f.jsonl": `{"z": 1, "a": {"on": "2026-01-05", "at": "2026-01-05T10:00:00Z"}, "l": [1]}` + "\n" +
		`{"z": 1.5, "a": {"on": "2026-01-06 10:00:00", "code": "007"}, "ok": true, "none": null}` + "\n"})
	columns, problems := NewCatalog(t.Context(), p.engine, p.context).Columns(&metrics.Source{Name: "s", Reader: &metrics.JSON{Path: "f.jsonl"}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var got []string
	for _, c := range columns {
		got = append(got, c.Name+" "+c.Type.String()+" "+c.From)
	}
	p.same("columns", got, []string{"z double ", "a_on timestamp a.on", "a_at timestamp a.at", "a_code string a.code", "ok boolean ", "none string "})
}

// TestGuardedRows masks guarded values in the rejected rows of JSON and of sheets,
// also those within others and in columns without a header.
func TestGuardedRows(t *testing.T) {
	phone := func(c *metrics.Column) { c.Classification = metrics.Secret }
	j := jsonSource("f.jsonl", column("n", metrics.Integer), column("phone", metrics.String, phone, from("to.phone")))
	j.Name = "j"
	x, book := xlsxSource(column("n", metrics.Integer), column("phone", metrics.String, phone))
	x.Name, book.Header = "x", false
	p := newProject(t, "UTC", map[string]string{
		"f.jsonl": `{"n": "a", "to": {"phone": "13812345678"}}` + "\n" + `{"n": 1, "to": {"phone": ["13812345678"]}}` + "\n{\"13812345678\n",
		"f.xlsx":  workbook(t, nil, []any{"a", "13812345678"}, []any{2, "#REF!"}),
	}, j, x)
	p.clean()
	for _, source := range []string{"j", "x"} {
		for _, r := range p.rejected(source) {
			if strings.Contains(r, "138") || strings.Contains(r, "5678") {
				t.Errorf("%s", r)
			}
		}
	}
	if got := len(p.rejected("j")) + len(p.rejected("x")); got != 5 {
		t.Errorf("%d rejects", got)
	}
}
