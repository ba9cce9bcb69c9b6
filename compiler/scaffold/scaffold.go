// Package scaffold writes the first files of a project: from data files that
// were measured, or with a few inline rows to replace. What it writes validates
// and can be applied at once; guesses that would be a risk are left to people, in
// comments.
package scaffold

import (
	"github.com/metricsascode/metrics/metrics"
)

// Format is the format of a data file.
type Format string

// The formats of data files.
const (
	CSV     Format = "csv"
	Parquet Format = "parquet"
	JSON    Format = "json"
	XLSX    Format = "xlsx"
)

// Table is a data file as it was measured.
type Table struct {
	Path      string // as the source names it: relative to the project folder, with slashes
	Format    Format
	Delimiter string   // of CSV; "" is the comma
	Quote     string   // of CSV; "" is the double quote
	Encoding  string   // of CSV, where it must be declared
	HeaderRow int      // of XLSX; 0 is the first row with a value
	Sheets    []string // of XLSX, behind the first
	Rows      int64
	Blank     int64 // rows without any value
	Copies    int64 // of the others, those that are equal in all columns to one before
	Columns   []Column
	// Unread is how many rows can't be split into values, with line and reason of the
	// first; no other count knows of them.
	Unread, FirstUnread int64
	WhyUnread           string
}

// Column is one column of a data file.
type Column struct {
	Name     string // as in the file, unique within it, never empty
	Type     metrics.Type
	Nulls    int64
	Distinct int64 // different values, exactly; null is none of them
	// Min and Max are the smallest and largest value: ISO texts for dates and
	// timestamps, "" where there is none.
	Min, Max string
	// Samples are different values as written in the file, without null. Where
	// there are more than fit, they should hold the longest ones.
	Samples []string
	// Values are all different values, in their order; nil where nobody looked, or
	// there are too many.
	Values []Value
}

// Value is a value, and in how many rows it stands.
type Value struct {
	Text string
	Rows int64
}

// Project returns the files of a project over the tables, by path.
func Project(name string, tables []Table) map[string]string {
	if len(tables) == 0 {
		return Empty(name)
	}
	sources := guessSources(tables)
	files := map[string]string{
		".gitignore":  ignored,
		"project.hcl": projectFile(name, sources),
		"kpis.hcl":    kpisFile(sources),
	}
	for _, s := range sources {
		files["sources/"+s.name+".hcl"] = sourceFile(s)
	}
	return files
}

// ignored keeps the store out of version control.
const ignored = ".metrics/\n"
