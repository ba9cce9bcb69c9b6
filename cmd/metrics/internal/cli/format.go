package cli

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	"github.com/metricsascode/metrics/compiler/format"
	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

func (a *app) format() *cobra.Command {
	f := &formatter{app: a, sources: map[string][]byte{}}
	c := &cobra.Command{
		Use:   "fmt [PATH...]",
		Short: "Bring HCL files into the canonical layout",
		Long: "fmt brings all .hcl files of the project, or of the given files and folders, into the canonical\n" +
			"layout, and prints the names of those that it changed. Files with syntax errors are left alone.",
		RunE: func(c *cobra.Command, paths []string) error {
			if len(paths) == 0 {
				if err := a.report(runtime.OneProject(a.folder())); err != nil {
					return err
				}
				paths = []string{fromHere(a.folder())}
			}
			return f.run(paths)
		},
	}
	c.Flags().BoolVar(&f.check, "check", false, "write nothing; exit 3 where a file would change")
	c.Flags().BoolVar(&f.diff, "diff", false, "show what changes as a unified diff, instead of names")
	return c
}

// fromHere is a path as one would type it here, where that is shorter.
func fromHere(path string) string {
	here, err := os.Getwd()
	if err != nil || !filepath.IsAbs(path) {
		return path
	}
	if rel, err := filepath.Rel(here, path); err == nil && !strings.HasPrefix(rel, "..") {
		return rel
	}
	return path
}

// formatter lays files out.
type formatter struct {
	*app
	check, diff bool
	changed     int
	sources     map[string][]byte // of files with errors, for snippets
	diags       diag.List
}

func (f *formatter) run(paths []string) error {
	var files []string
	for _, path := range paths {
		found, err := f.definitionFiles(path)
		if err != nil {
			return err
		}
		files = append(files, found...)
	}
	slices.Sort(files)
	for _, file := range slices.Compact(files) {
		if err := f.file(file); err != nil {
			return err
		}
	}
	if len(f.diags) > 0 {
		err := view.Diagnostics(f.stderr, "text", f.diags, view.DiagnosticOptions{
			Source: func(file string) []byte { return f.sources[file] }, Color: f.color(f.stderr), Version: runtime.Version,
		})
		if err != nil {
			return err
		}
	}
	switch {
	case f.diags.HasErrors():
		return exitStatus(exitError)
	case f.check && f.changed > 0:
		return exitStatus(exitUnformatted)
	}
	return nil
}

// definitionFiles are the .hcl files at or below a path. What is hidden counts only
// where it is named.
func (f *formatter) definitionFiles(root string) ([]string, error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, fmt.Errorf("there is no file or folder %q", root)
	}
	if !info.IsDir() {
		if filepath.Ext(root) != ".hcl" || !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%q is no .hcl file", root)
		}
		return []string{filepath.Clean(root)}, nil
	}
	project, err := realPath(root)
	if err != nil {
		return nil, fmt.Errorf("the folder %q can't be resolved: %w", root, err)
	}
	project = projectAround(project)
	var files []string
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != root && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case filepath.Ext(path) == ".hcl" && isFile(path):
			if leadsOut(path, project) {
				f.diags.Add(diag.Diagnostic{Code: diag.OutsideProject, Summary: filepath.ToSlash(path) + " leads out of the project",
					Detail: "It is a link to a file outside the project folder, which is neither read nor written. Replace it by the file, or remove it."})
				return nil
			}
			files = append(files, filepath.Clean(path))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("the files below %q can't be listed: %w", root, err)
	}
	return files, nil
}

// realPath is an absolute path, links followed.
func realPath(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

// leadsOut tells whether a path lies outside a folder, links followed.
func leadsOut(path, folder string) bool {
	real, err := realPath(path)
	if err != nil {
		return true
	}
	below, err := filepath.Rel(folder, real)
	return err != nil || !filepath.IsLocal(below)
}

// isFile tells whether a path is a file or leads to one.
func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// file lays one file out. What goes wrong with it doesn't keep others from being laid out.
func (f *formatter) file(path string) error {
	shown := filepath.ToSlash(path)
	src, err := os.ReadFile(path)
	if err != nil {
		f.unusable(shown, "can't be read", err)
		return nil
	}
	if !syntax.Readable(src) {
		parsed, diags := syntax.ParseFile(shown, src)
		f.sources[shown] = parsed.Bytes
		f.diags = append(f.diags, diags...)
		return nil
	}
	laidOut := format.Format(src)
	if bytes.Equal(src, laidOut) {
		return nil
	}
	if !f.check {
		if err := replaceFile(path, laidOut); err != nil {
			f.unusable(shown, "can't be written", err)
			return nil
		}
	}
	f.changed++
	if f.diff {
		_, err = f.stdout.Write(diff.Diff(shown+".orig", src, shown, laidOut))
	} else {
		_, err = fmt.Fprintln(f.stdout, shown)
	}
	return err
}

func (f *formatter) unusable(path, what string, err error) {
	f.diags.Add(diag.Diagnostic{Code: diag.UnreadableFile, Summary: path + " " + what,
		Detail: fmt.Sprintf("The system says: %s. Check the file and its permissions.", plainError(err))})
}
