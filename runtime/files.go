package runtime

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/ingest"
)

// definitions is the files of a project folder. Links are followed within the
// folder only, so that a project from elsewhere can't show files of the machine.
type definitions struct {
	dir  string // absolute, links followed
	root *os.Root
}

func openDefinitions(dir string) (*definitions, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &definitions{dir, root}, nil
}

func (d *definitions) close() { d.root.Close() } // opened for reading: nothing can be lost

func (d *definitions) Open(name string) (fs.File, error) {
	real, err := d.real("open", name)
	if err != nil {
		return nil, err
	}
	return d.root.Open(real)
}

// Stat is there because a pipe can be looked at, but not opened, without waiting.
func (d *definitions) Stat(name string) (fs.FileInfo, error) {
	real, err := d.real("stat", name)
	if err != nil {
		return nil, err
	}
	return d.root.Stat(real)
}

// real is a path below the folder without links: os.Root refuses absolute links
// even where they lead into the folder.
func (d *definitions) real(op, name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	full, err := filepath.EvalSymlinks(filepath.Join(d.dir, filepath.FromSlash(name)))
	if err != nil {
		return "", err
	}
	below, err := filepath.Rel(d.dir, full)
	if err != nil || !filepath.IsLocal(below) {
		return "", &fs.PathError{Op: op, Path: name, Err: syntax.ErrOutside}
	}
	return below, nil
}

// OneProject refuses a folder with several projects in it.
func OneProject(dir string) diag.List {
	_, files, diags := openFolder(dir)
	if diags.HasErrors() {
		return diags
	}
	defer files.close()
	return compiler.OneProject(files)
}

// Reads tells whether a file is one that a source of the project reads.
func (p *Project) Reads(path string) bool {
	c := ingest.Context{Model: p.Model, Dir: p.Dir, AllowPaths: p.options.AllowPaths}
	return c.Reads(path)
}
