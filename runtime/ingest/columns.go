package ingest

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// compareColumns finds the declared columns that a file lacks.
func compareColumns(s *metrics.Source, f InputFile, names []string) error {
	csv, delimited := s.Reader.(*metrics.CSV)
	book, _ := s.Reader.(*metrics.XLSX)
	if delimited && !csv.Header || book != nil && !book.Header {
		return compareCount(s, f, names)
	}
	if len(names) == 0 && !delimited {
		return nil
	}
	count := map[string]int{}
	for _, n := range names {
		count[n]++
	}
	var missing []string
	for _, c := range read(s) {
		switch name := fileName(c); {
		case count[name] > 1:
			return &failure{diag.Diagnostic{
				Code: diag.WrongColumns, Severity: diag.Error, Address: "source." + s.Name + "." + c.Name,
				Summary: fmt.Sprintf("Column %q stands twice in %s", name, f.Path),
				Detail:  fmt.Sprintf("The header of %q has %d columns %q, so it can't be told which one is meant. Give them different names in the file.", f.Path, count[name], name),
			}}
		case count[name] == 0 && !slices.Contains(missing, name):
			missing = append(missing, name)
		}
	}
	return changedColumns(s, f, missing, names)
}

func compareCount(s *metrics.Source, f InputFile, names []string) error {
	if want := len(read(s)); len(names) > 0 && len(names) < want {
		return failf(diag.WrongColumns, s.Name, "Too few columns in "+f.Path, "source.%s declares %d columns, and the rows of %q, which has no header, have %d. Declare the columns in the order of the file.", s.Name, want, f.Path, len(names))
	}
	return nil
}

// changedColumns says which declared columns a file lacks, which ones it has that
// are not declared, and which of those are likely the same under a new name.
func changedColumns(s *metrics.Source, f InputFile, missing, names []string) error {
	if len(missing) == 0 {
		return nil
	}
	var fresh, declared []string
	address := "source." + s.Name
	for _, c := range read(s) {
		declared = append(declared, fileName(c))
		if len(missing) == 1 && fileName(c) == missing[0] {
			address += "." + c.Name
		}
	}
	for _, n := range names {
		if !slices.Contains(declared, n) {
			fresh = append(fresh, n)
		}
	}
	noun, which := "column", "the column"
	if len(missing) > 1 {
		noun, which = "columns", "the columns"
	}
	detail := fmt.Sprintf("source.%s declares %s %s, which %q doesn't have. ", s.Name, which, quoted(missing), f.Path)
	if !headerShown(s, names) {
		detail += fmt.Sprintf("Its first row has %d fields, none of which is a declared name; they are not shown, as they may be confidential values. See whether the file has a header.", len(names))
		fresh = nil
	} else if len(fresh) > 0 && len(fresh) < len(names) {
		detail += "New in it: " + quoted(fresh) + "."
	} else {
		detail += "It has " + quoted(names) + "."
	}
	for _, m := range missing {
		detail += renamed(s, m, missing, fresh)
	}
	return &failure{diag.Diagnostic{
		Code: diag.WrongColumns, Severity: diag.Error, Address: address,
		Summary: fmt.Sprintf("No %s %s in %s", noun, quoted(missing), f.Path),
		Detail:  detail + manyFiles(s, missing),
	}}
}

// renamed guesses under which new name a file has a column, and says how that is
// declared.
func renamed(s *metrics.Source, name string, missing, fresh []string) string {
	now := ""
	for _, n := range fresh {
		if plainName(n) == plainName(name) {
			now = n
		}
	}
	if now == "" {
		now = diag.Suggest(name, fresh)
	}
	if now == "" && len(missing) == 1 && len(fresh) == 1 {
		now = fresh[0]
	}
	if now == "" {
		return ""
	}
	for _, c := range read(s) {
		if fileName(c) == name {
			return fmt.Sprintf(" If %q is %q now, declare it: %s = { type = %s, from = %q }.", name, now, c.Name, c.Type, now)
		}
	}
	return ""
}

// plainName is a name without what spellings of it differ in.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// manyFiles says what to do where only some of a source's files have a column.
func manyFiles(s *metrics.Source, missing []string) string {
	what := "it"
	if len(missing) > 1 {
		what = "them"
	}
	if hasMeta(metrics.FilePath(s.Reader)) {
		return fmt.Sprintf(" Where only some files changed, give those a source of their own and bring both together by union; or take %s out of columns.", what)
	}
	return fmt.Sprintf(" Or take %s out of columns.", what)
}

// shownColumns is how many names of columns a message lists.
const shownColumns = 20

func quoted(names []string) string {
	out := make([]string, 0, shownColumns)
	for i, n := range names {
		if i == shownColumns {
			out = append(out, fmt.Sprintf("and %d more", len(names)-i))
			break
		}
		out = append(out, fmt.Sprintf("%q", n))
	}
	return strings.Join(out, ", ")
}
