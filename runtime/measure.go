package runtime

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/scaffold"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/ingest"
)

// DataFormat is the format of a data file by the ending of its name; ok is false
// for other files.
func DataFormat(file string) (f scaffold.Format, ok bool) {
	name := strings.ToLower(file)
	for _, packed := range []string{".gz", ".zst"} {
		name = strings.TrimSuffix(name, packed)
	}
	switch filepath.Ext(name) {
	case ".csv", ".tsv", ".txt":
		return scaffold.CSV, true
	case ".parquet":
		return scaffold.Parquet, name == strings.ToLower(file)
	case ".json", ".jsonl", ".ndjson":
		return scaffold.JSON, true
	case ".xlsx":
		return scaffold.XLSX, name == strings.ToLower(file) // what is packed already isn't packed again
	}
	return "", false
}

// Measure looks at all rows of a data file, to write a source for it. path is what
// the source will call the file. Warnings tell of columns that no source can have.
func Measure(ctx context.Context, file, path string) (scaffold.Table, diag.List) {
	m, err := newMeasurer(ctx, file, path)
	if err != nil {
		return scaffold.Table{}, diag.List{measureFailed(file, err)}
	}
	defer m.close()
	if diags := m.columns(); diags.HasErrors() {
		return scaffold.Table{}, m.named(diags)
	}
	if err := m.load(); err != nil {
		return scaffold.Table{}, m.named(ingest.InWords("file", err))
	}
	for i := range m.table.Columns {
		if err := m.measure(i); err != nil {
			return scaffold.Table{}, diag.List{measureFailed(file, err)}
		}
	}
	return m.table, m.warnings
}

func measureFailed(file string, err error) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Code: diag.UnreadableFile, Summary: "Unreadable file",
		Detail: fmt.Sprintf("%q can't be read: %v. Check the file and its permissions, or get it again from where it came.", file, err)}
}

// measurer is an engine that may read one file.
type measurer struct {
	ctx      context.Context
	eng      *duckdb.Engine
	temp     string
	file     string // as it was named
	real     string // absolute, links followed
	table    scaffold.Table
	reader   metrics.Reader // of the file
	at       []int          // position in the file of each column of the table
	width    int            // of the file, in columns
	warnings diag.List
}

func newMeasurer(ctx context.Context, file, path string) (m *measurer, err error) {
	m = &measurer{ctx: ctx, file: file}
	if m.real, err = filepath.Abs(file); err == nil {
		m.real, err = filepath.EvalSymlinks(m.real)
	}
	if err != nil {
		return nil, err
	}
	format, ok := DataFormat(file)
	if !ok {
		return nil, fmt.Errorf("its name has none of the endings .csv, .tsv, .parquet, .json, .xlsx")
	}
	m.table = scaffold.Table{Path: path, Format: format}
	if m.temp, err = os.MkdirTemp("", "metrics-"); err != nil {
		return nil, err
	}
	if format == scaffold.CSV {
		// What follows reads UTF-8; a file that can't be unpacked is told when it does.
		if recoded, encoding, err := ingest.Recode(m.real, m.temp); err == nil {
			m.real, m.table.Encoding = recoded, encoding
		}
	}
	if m.eng, err = duckdb.Open(ctx, duckdb.Options{TempDir: m.temp, AllowedDirs: []string{filepath.Dir(m.real)}}); err == nil {
		err = m.eng.Lock(ctx)
	}
	if err != nil {
		m.close()
		return nil, err
	}
	return m, nil
}

func (m *measurer) close() {
	if m.eng != nil {
		m.eng.Close()
	}
	os.RemoveAll(m.temp)
}

// named tells diagnostics of the source that stands for the file apart from the
// project's own, which it is not part of yet.
func (m *measurer) named(diags diag.List) diag.List {
	for i := range diags {
		diags[i].Address = ""
	}
	return diags
}

// delimiters are tried in this order; of those that make equally many columns the
// first is taken.
var delimiters = []string{",", ";", "\t", "|"}

// columns finds names and types of the file's columns.
func (m *measurer) columns() diag.List {
	switch m.table.Format {
	case scaffold.CSV:
		return m.delimitedColumns()
	case scaffold.JSON:
		m.reader = &metrics.JSON{Path: m.pattern()}
	case scaffold.XLSX:
		book := &metrics.XLSX{Path: m.pattern(), Header: true, Null: []string{""}}
		if header, others, err := ingest.Workbook(m.real); err == nil { // else it is told by look
			book.HeaderRow, m.table.HeaderRow, m.table.Sheets = header, header, others
		}
		m.reader = book
	default:
		m.reader = &metrics.Parquet{Path: m.pattern()}
	}
	found, diags := m.look(m.reader)
	for i, c := range found {
		m.add(scaffold.Column{Name: cmp.Or(c.From, c.Name), Type: c.Type}, i)
	}
	return m.orNoColumns(diags)
}

// delimitedColumns tries the delimiters, and takes the columns that have a name of
// their own.
func (m *measurer) delimitedColumns() diag.List {
	var header []string
	delimiter := delimiters[0]
	for _, d := range delimiters {
		m.table.Delimiter = d
		if names, err := m.header(); err == nil && len(names) > len(header) {
			header, delimiter = names, d
		}
	}
	m.table.Delimiter, m.width = delimiter, len(header)
	found, diags := m.look(&metrics.CSV{Path: m.pattern(), Delimiter: delimiter, Quote: `"`, Header: true, Null: []string{""}})
	trailing := len(header) > 1 && header[len(header)-1] == ""
	if diags.HasErrors() && !trailing {
		return diags // of lines that end with a delimiter types can't be told, but names
	}
	m.addNamed(header, found)
	return m.orNoColumns(nil)
}

func (m *measurer) orNoColumns(diags diag.List) diag.List {
	if !diags.HasErrors() && len(m.table.Columns) == 0 && len(m.warnings) > 0 {
		var faults []string
		for _, w := range m.warnings {
			faults = append(faults, w.Summary)
		}
		diags.Add(diag.Diagnostic{Code: diag.FileEmpty, Summary: "No columns",
			Detail: fmt.Sprintf("%q has no column with a name of its own. %s. Give each column of its header a name that no other has.", m.file, strings.Join(faults, "; "))})
	} else if !diags.HasErrors() && len(m.table.Columns) == 0 {
		diags.Add(diag.Diagnostic{Code: diag.FileEmpty, Summary: "No columns",
			Detail: fmt.Sprintf("%q has no columns that have names. Give it a header, or rows.", m.file)})
	}
	return diags
}

// look asks the ingest for the columns, so that what it will find later is what is
// declared now.
func (m *measurer) look(r metrics.Reader) ([]*metrics.Column, diag.List) {
	return ingest.NewCatalog(m.ctx, m.eng, m.context()).Columns(&metrics.Source{Name: "file", Reader: r})
}

func (m *measurer) context() ingest.Context { return ingest.Context{Dir: filepath.Dir(m.real)} }

// pattern is the name of the file as a pattern that only it fits.
func (m *measurer) pattern() string { return globLiteral.Replace(filepath.Base(m.real)) }

var globLiteral = strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]")

func (m *measurer) add(c scaffold.Column, at int) {
	m.table.Columns = append(m.table.Columns, c)
	m.at = append(m.at, at)
}

// addNamed takes the columns of a header that have a name of their own; found are
// those whose types are known.
func (m *measurer) addNamed(header []string, found []*metrics.Column) {
	for i, name := range header {
		switch {
		case name == "" && i == len(header)-1:
			continue // every line ends with a delimiter
		case name == "":
			m.leaveOut(fmt.Sprintf("Column %d has no name", i+1))
			continue
		case slices.Index(header, name) != i || slices.Contains(header[i+1:], name):
			m.leaveOut(fmt.Sprintf("There are several columns %q", name))
			continue
		}
		kind := metrics.Type{Kind: metrics.String}
		if at := slices.IndexFunc(found, func(c *metrics.Column) bool { return c.Name == name }); at >= 0 {
			kind = found[at].Type
		}
		m.add(scaffold.Column{Name: name, Type: kind}, i)
	}
}

func (m *measurer) leaveOut(why string) {
	d := diag.Diagnostic{Severity: diag.Warning, Code: diag.WrongColumns, Summary: why,
		Detail: fmt.Sprintf("No source can name it, so it is left out. To use it, give the columns of %q names of their own.", m.file)}
	if !slices.ContainsFunc(m.warnings, func(w diag.Diagnostic) bool { return w.Summary == d.Summary }) {
		m.warnings.Add(d)
	}
}

// header is the names in the first line of a delimited file.
func (m *measurer) header() ([]string, error) {
	columns, err := m.eng.Describe(m.ctx, "SELECT * FROM "+m.delimited("header = true, skip = 0, comment = '', all_varchar = true, null_padding = true, ignore_errors = true"))
	if err != nil {
		return nil, err
	}
	m.width = len(columns)
	t, err := m.eng.Query(m.ctx, "SELECT * FROM "+m.delimited("header = false, "+m.texts())+" LIMIT 1")
	if err != nil || len(t.Rows) == 0 {
		return nil, err
	}
	names := make([]string, len(columns))
	for i, v := range t.Rows[0] {
		name, _ := v.(string)
		names[i] = strings.TrimSpace(name)
	}
	return names, nil
}

// delimited reads the file with more options than its delimiter.
func (m *measurer) delimited(options string) string {
	return fmt.Sprintf(`read_csv(%s, delim = %s, quote = '"', escape = '"', %s)`,
		duckdb.Literal(globLiteral.Replace(m.real)), duckdb.Literal(m.table.Delimiter), options)
}

// texts declares all columns of a delimited file as texts.
func (m *measurer) texts() string {
	columns := make([]string, m.width)
	for i := range columns {
		columns[i] = fmt.Sprintf("'c%d': 'VARCHAR'", i)
	}
	return "auto_detect = false, null_padding = true, ignore_errors = true, columns = {" + strings.Join(columns, ", ") + "}"
}
