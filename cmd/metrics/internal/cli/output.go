package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

const parquet = "parquet"

// outputFormats are the formats of files by their endings.
var outputFormats = map[string]string{".parquet": parquet, ".csv": "csv", ".json": "json", ".md": "markdown"}

// outputFormat is the format of a file that an answer goes to.
func outputFormat(path string) (string, error) {
	format, ok := outputFormats[strings.ToLower(filepath.Ext(path))]
	if !ok {
		return "", fmt.Errorf("--output %q ends in none of .parquet, .csv, .json, .md", path)
	}
	return format, nil
}

// outputMode is that of a file a user makes, before the umask.
const outputMode = 0o666

// writeResult writes the answer to the file that --output names.
func (a *app) writeResult(c *cobra.Command, _ *runtime.Project, r *metrics.Result, f *queryFlags) error {
	format, err := outputFormat(f.out)
	if err != nil {
		return err
	}
	err = a.writeWhole(f.out, func(made string) diag.List {
		if format == parquet {
			return runtime.WriteParquet(c.Context(), r, made)
		}
		if err := writeView(made, format, r); err != nil {
			return diag.List{notWritten(f.out, err)}
		}
		return nil
	})
	if err == nil {
		fmt.Fprintf(a.stderr, "Wrote %s to %s\n", count(len(r.Rows), "row"), f.out)
	}
	return err
}

// writeWhole makes a file that is there whole or not at all: fill writes it under
// another name in a folder beside it.
func (a *app) writeWhole(path string, fill func(made string) diag.List) error {
	temp, err := os.MkdirTemp(filepath.Dir(path), ".metrics-*")
	if err != nil {
		return a.report(diag.List{notWritten(path, err)})
	}
	defer os.RemoveAll(temp)
	made := filepath.Join(temp, "answer")
	if diags := fill(made); diags.HasErrors() {
		return a.report(diags)
	}
	if err := os.Rename(made, path); err != nil {
		return a.report(diag.List{notWritten(path, err)})
	}
	return nil
}

func writeView(path, format string, r *metrics.Result) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, outputMode)
	if err != nil {
		return err
	}
	if err := view.Result(file, format, r, view.ResultOptions{}); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

// wouldOverwrite refuses to replace data by what was computed from it.
func wouldOverwrite(path string) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Code: diag.BadRequest, Summary: path + " is data that the project reads",
		Detail: "A source reads this file; the answer in its place would be the data of the next query. Give --output the name of another file."}
}

func notWritten(path string, err error) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Code: diag.BadRequest, Summary: path + " can't be written",
		Detail: fmt.Sprintf("The system says: %s. Name a file in a folder that exists and can be written.", plainError(err))}
}
