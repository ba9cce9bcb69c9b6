package cli

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/compiler/scaffold"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

func (a *app) initialize() *cobra.Command {
	var from []string
	c := &cobra.Command{
		Use:   "init [DIR] [--from FILE...]",
		Short: "Write the first files of a project, from data files where there are any",
		Long: "init writes a project to start from into DIR (default: here). With --from, each CSV, parquet,\n" +
			"JSON or XLSX file becomes a source with columns, types, key and time guessed, and a first KPI or two.\n" +
			"Files outside DIR are copied into DIR/data. Nothing that exists is overwritten.",
		RunE: func(c *cobra.Command, args []string) error {
			dir, files, err := initArguments(args, from)
			if err != nil {
				return err
			}
			i := &initializer{app: a, dir: filepath.Join(a.dir, dir)}
			diags := i.run(c, files)
			if i.done {
				fmt.Fprintf(a.stderr, "\nNext: look at the files, then\n  %s\n  %s\n", i.command("plan"), i.command("apply"))
			}
			return a.report(diags)
		},
	}
	c.Flags().StringArrayVar(&from, "from", nil, "data file to make a source of: CSV, parquet, JSON or XLSX (several may follow)")
	return c
}

// initArguments parts the folder from data files: what stands behind --from FILE
// may be more files.
func initArguments(args, from []string) (dir string, files []string, err error) {
	files = slices.Clone(from)
	var dirs []string
	for _, arg := range args {
		if _, data := runtime.DataFormat(arg); data && len(from) > 0 {
			files = append(files, arg)
		} else {
			dirs = append(dirs, arg)
		}
	}
	if len(dirs) > 1 {
		return "", nil, fmt.Errorf("init makes one project, not %d: %s", len(dirs), strings.Join(dirs, ", "))
	}
	for _, file := range files {
		if _, data := runtime.DataFormat(file); !data {
			return "", nil, fmt.Errorf("--from %q is no data file: its name ends in none of .csv, .tsv, .parquet, .json, .xlsx (.gz or .zst may follow)", file)
		}
	}
	return strings.Join(dirs, ""), files, nil
}

// initializer writes one project.
type initializer struct {
	*app
	dir     string
	written []string // paths that did not exist before, folders included
	done    bool
}

func (i *initializer) run(c *cobra.Command, files []string) diag.List {
	if i.dir == "" {
		i.dir = "."
	}
	abs, err := filepath.Abs(i.dir)
	if err != nil {
		return diag.List{i.unwritable(i.dir, err)}
	}
	if hasProject(abs) {
		return diag.List{{Severity: diag.Error, Code: diag.BadRequest, Summary: "There is a project already",
			Detail: fmt.Sprintf("%q has a project block. Name a new folder: metrics init DIR.", i.dir)}}
	}
	inputs, diags := placeFiles(abs, files)
	if diags.HasErrors() {
		return diags
	}
	var tables []scaffold.Table
	for _, in := range inputs {
		table, more := runtime.Measure(c.Context(), in.file, in.path)
		diags = append(diags, more...)
		tables = append(tables, table)
	}
	if diags.HasErrors() {
		return diags
	}
	if more := i.write(scaffold.Project(filepath.Base(abs), tables), inputs); more.HasErrors() {
		i.undo()
		return append(diags, more...)
	}
	i.done = true
	p, more := runtime.Open(c.Context(), runtime.Options{Dir: i.dir})
	i.project = p
	if diags = append(diags, more...); !more.HasErrors() {
		diags = append(diags, p.Validate(c.Context())...)
	}
	return diags
}

// write writes the project's files, and copies of data files, where nothing is.
func (i *initializer) write(files map[string]string, inputs []input) diag.List {
	var taken []string
	for path := range files {
		if path != gitIgnore && exists(i.in(path)) {
			taken = append(taken, path)
		}
	}
	if len(taken) > 0 {
		slices.Sort(taken)
		return diag.List{{Severity: diag.Error, Code: diag.BadRequest, Summary: strings.Join(taken, ", ") + " would be overwritten",
			Detail: fmt.Sprintf("init never overwrites files, and wrote nothing. Move them away, or name another folder than %q.", i.dir)}}
	}
	var copied []string
	for _, in := range inputs {
		if !in.copied {
			continue
		}
		if err := i.copy(in); err != nil {
			return diag.List{i.unwritable(in.path, err)}
		}
		copied = append(copied, in.file)
	}
	if len(copied) > 0 {
		fmt.Fprintf(i.stderr, "Copied %s into %s, because sources read files of the project's folder.\n", strings.Join(copied, ", "), i.in("data"))
	}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if path == gitIgnore && exists(i.in(path)) {
			fmt.Fprintf(i.stderr, "There is a %s: see that it has the line %s", gitIgnore, files[path])
			continue
		}
		if err := i.create(path, []byte(files[path])); err != nil {
			return diag.List{i.unwritable(path, err)}
		}
		fmt.Fprintln(i.stdout, filepath.ToSlash(filepath.Join(i.dir, path)))
	}
	return nil
}

const gitIgnore = ".gitignore"

func (i *initializer) in(path string) string { return filepath.Join(i.dir, filepath.FromSlash(path)) }

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// create writes a file that must not exist.
func (i *initializer) create(path string, text []byte) error {
	file, err := i.openNew(path)
	if err != nil {
		return err
	}
	if _, err := file.Write(text); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

// openNew makes a new file and the folders above it, and remembers all that it makes.
func (i *initializer) openNew(path string) (*os.File, error) {
	full := i.in(path)
	for dir := filepath.Dir(full); !exists(dir); dir = filepath.Dir(dir) {
		i.written = append(i.written, dir)
	}
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err == nil {
		i.written = append(i.written, full)
	}
	return file, err
}

// undo removes what was made before something failed: files first, then folders
// that are empty again.
func (i *initializer) undo() {
	slices.SortFunc(i.written, func(a, b string) int { return strings.Compare(b, a) })
	for _, path := range i.written {
		os.Remove(path)
	}
}

func (i *initializer) unwritable(path string, err error) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Code: diag.BadRequest, Summary: path + " can't be written",
		Detail: fmt.Sprintf("The system says: %s. Name a folder that can be written.", plainError(err))}
}

// command is how one goes on with the project.
func (i *initializer) command(name string) string {
	if i.dir == "." {
		return "metrics " + name
	}
	return "metrics -C " + i.dir + " " + name
}

// regular tells whether a file can be read as one.
func regular(info fs.FileInfo, err error) bool { return err == nil && info.Mode().IsRegular() }
