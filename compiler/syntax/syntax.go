// Package syntax reads the HCL files of a project: from a file system to parsed
// bodies and the text that diagnostics point into.
//
// Its result is usable even when the text is not: a mistake costs the one
// attribute it stands in. Such an attribute stays in its body with an
// expression that [Broken] recognises, so that later stages neither miss the
// attribute nor speak of the same mistake again.
package syntax

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/metricsascode/metrics/metrics/diag"
)

// File is one parsed file.
type File struct {
	Path  string          // relative to the project folder, with slashes
	Bytes []byte          // the text that ranges point into: UTF-8 without a byte order mark
	Body  *hclsyntax.Body // never nil
}

// Files is the parsed files of a project, sorted by path.
type Files struct {
	Files []*File
	// TestsLeft tells that there are files that hold tests only, which were left out.
	TestsLeft bool
}

// File returns the file at a path, or nil.
func (fs *Files) File(path string) *File {
	i, found := slices.BinarySearchFunc(fs.Files, path, func(f *File, path string) int {
		return strings.Compare(f.Path, path)
	})
	if !found {
		return nil
	}
	return fs.Files[i]
}

// Bytes returns the text of the file at a path, or nil.
func (fs *Files) Bytes(path string) []byte {
	if f := fs.File(path); f != nil {
		return f.Bytes
	}
	return nil
}

// Blocks returns where the top-level blocks of a type stand, in order of file.
func (fs *Files) Blocks(kind string) []diag.Range {
	var out []diag.Range
	for _, f := range fs.Files {
		for _, b := range f.Body.Blocks {
			if b.Type == kind {
				out = append(out, f.Range(b.DefRange()))
			}
		}
	}
	return out
}

// Labels returns the first labels of the top-level blocks of a type, in order of file.
func (fs *Files) Labels(kind string) []string {
	var out []string
	for _, f := range fs.Files {
		for _, b := range f.Body.Blocks {
			if b.Type == kind && len(b.Labels) > 0 {
				out = append(out, b.Labels[0])
			}
		}
	}
	return out
}

// Range converts a range of HCL's.
func Range(r hcl.Range) diag.Range {
	return diag.Range{File: r.Filename, Start: place(r.Start), End: place(r.End)}
}

// Range converts a range of HCL's within this file.
func (f *File) Range(r hcl.Range) diag.Range {
	out := Range(r)
	out.File = f.Path
	return out
}

func place(p hcl.Pos) diag.Pos {
	return diag.Pos{Line: p.Line, Column: p.Column, Byte: p.Byte}
}

// Broken tells whether an expression is only the place of one that could not be
// read. It has been reported; what depends on it is unknown.
func Broken(e hcl.Expression) bool {
	_, ok := e.(*hclsyntax.ExprSyntaxError)
	return ok
}

func broken(r hcl.Range) hclsyntax.Expression {
	return &hclsyntax.ExprSyntaxError{Placeholder: cty.DynamicVal, SrcRange: r}
}

// report makes an error at a range.
func report(code diag.Code, r hcl.Range, summary, detail string) diag.Diagnostic {
	at := Range(r)
	return diag.Diagnostic{Severity: diag.Error, Code: code, Summary: summary, Detail: detail, Range: &at}
}
