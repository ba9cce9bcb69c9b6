// Package diag holds what every stage says to the user: diagnostics with a
// documented code, a place in the files and a mend.
package diag

import (
	"cmp"
	"slices"
)

// Severity says whether a diagnostic stops the work.
type Severity string

// The severities. An error stops what was asked for; a warning does not.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Pos is a place in a file. Line and Column start at 1, Column counts
// characters (grapheme clusters, as HCL does), Byte is an offset from 0.
type Pos struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Byte   int `json:"byte"`
}

// Range is a stretch of one file; End is the place just after its last character.
type Range struct {
	File  string `json:"file"` // relative to the project folder, with slashes
	Start Pos    `json:"start"`
	End   Pos    `json:"end"`
}

// Label is a second place that helps to understand a diagnostic.
type Label struct {
	Range Range  `json:"range"`
	Text  string `json:"text"`
}

// Diagnostic is one problem: what is wrong, where, and how to mend it.
type Diagnostic struct {
	Severity Severity `json:"severity"`
	Code     Code     `json:"code"`
	Summary  string   `json:"summary"`           // one line, no full stop
	Detail   string   `json:"detail"`            // full sentences that end with the mend
	Address  string   `json:"address,omitempty"` // what it speaks of: "kpi.gmv", "source.orders"
	Range    *Range   `json:"range,omitempty"`   // nil where no file is to blame
	Labels   []Label  `json:"labels,omitempty"`
}

// List is the problems of one or more stages.
type List []Diagnostic

// Add appends one diagnostic.
func (l *List) Add(d Diagnostic) {
	if d.Severity == "" {
		d.Severity = Error
	}
	*l = append(*l, d)
}

// HasErrors tells whether any diagnostic is an error.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Count returns the number of errors and of warnings.
func (l List) Count() (errors, warnings int) {
	for _, d := range l {
		if d.Severity == Error {
			errors++
		} else {
			warnings++
		}
	}
	return errors, warnings
}

// Sort orders by file, place, severity, code and text, and drops exact
// repeats, so that the same problems always print the same way.
func (l List) Sort() List {
	out := slices.Clone(l)
	slices.SortStableFunc(out, compare)
	return slices.CompactFunc(out, func(a, b Diagnostic) bool {
		return compare(a, b) == 0 && a.Detail == b.Detail && a.Address == b.Address
	})
}

func compare(a, b Diagnostic) int {
	ar, br := a.place(), b.place()
	return cmp.Or(
		cmp.Compare(ar.File, br.File),
		cmp.Compare(ar.Start.Line, br.Start.Line),
		cmp.Compare(ar.Start.Column, br.Start.Column),
		cmp.Compare(a.Severity, b.Severity),
		cmp.Compare(a.Code, b.Code),
		cmp.Compare(a.Summary, b.Summary),
	)
}

func (d Diagnostic) place() Range {
	if d.Range == nil {
		return Range{}
	}
	return *d.Range
}
