package view

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/metricsascode/metrics/metrics/diag"
)

// DiagnosticFormats are the formats of Diagnostics.
var DiagnosticFormats = []string{"text", "json", "github", "sarif"}

// DiagnosticOptions say how diagnostics are shown.
type DiagnosticOptions struct {
	// Source returns the text of a file that diagnostics point into, or nil.
	Source  func(file string) []byte
	Color   bool
	Width   int    // columns of the terminal; 0 is 100
	Summary string // closing line of the text
	Valid   bool   // whether the project is valid, for JSON
	// Base is put before file names where a reader needs them from the root of
	// the repository (github, sarif): the project's folder, with slashes.
	Base    string
	Version string // of the program, for SARIF
}

// Diagnostics writes diagnostics in order of their places.
func Diagnostics(w io.Writer, format string, ds diag.List, opt DiagnosticOptions) error {
	ds = placed(ds.Sort())
	if opt.Source == nil {
		opt.Source = func(string) []byte { return nil }
	}
	switch format {
	case "text":
		return diagnosticsText(w, ds, opt)
	case "json":
		return diagnosticsJSON(w, ds, opt)
	case "github":
		return diagnosticsGitHub(w, ds, opt)
	case "sarif":
		return diagnosticsSARIF(w, ds, opt)
	}
	return fmt.Errorf("no format %q of diagnostics", format)
}

// placed drops ranges without a file: those of text that came with the request.
func placed(ds diag.List) diag.List {
	for i := range ds {
		if ds[i].Range != nil && ds[i].Range.File == "" {
			ds[i].Range = nil
		}
	}
	return ds
}

func diagnosticsJSON(w io.Writer, ds diag.List, opt DiagnosticOptions) error {
	errors, warnings := ds.Count()
	out := struct {
		Valid       bool      `json:"valid"`
		Errors      int       `json:"errors"`
		Warnings    int       `json:"warnings"`
		Diagnostics diag.List `json:"diagnostics"`
	}{opt.Valid, errors, warnings, ds}
	if out.Diagnostics == nil {
		out.Diagnostics = diag.List{}
	}
	return writeJSON(w, out)
}

// writeJSON writes v indented, with <, > and & as they are.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
