package view

import (
	"fmt"
	"io"
)

// VersionFormats are the formats of Version.
var VersionFormats = []string{"text", "json"}

// Version writes the versions of the program and of its engine.
func Version(w io.Writer, format, program, engine string) error {
	switch format {
	case "text":
		_, err := fmt.Fprintf(w, "metrics %s\nDuckDB %s\n", program, engine)
		return err
	case "json":
		return writeJSON(w, struct {
			Version string `json:"version"`
			DuckDB  string `json:"duckdb"`
		}{program, engine})
	}
	return fmt.Errorf("no format %q of versions", format)
}
