package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/metricsascode/metrics/metrics/diag"
)

// input is a data file of a new project.
type input struct {
	file   string // as it was named
	path   string // in the project, with slashes
	copied bool   // whether it has to be brought there
}

// placeFiles says by which path of the project each data file will be read: its
// own where it lies in the folder, links followed, else that of a copy.
func placeFiles(dir string, files []string) ([]input, diag.List) {
	var inputs []input
	var diags diag.List
	taken := map[string]string{}
	for _, file := range files {
		real, err := filepath.Abs(file)
		if err == nil {
			real, err = filepath.EvalSymlinks(real)
		}
		if err != nil || !regular(os.Stat(real)) {
			diags.Add(diag.Diagnostic{Code: diag.FileMissing, Summary: "Missing file",
				Detail: fmt.Sprintf("There is no file %q. Name a data file that can be read.", file)})
			continue
		}
		in := input{file: file, path: "data/" + plainName(filepath.Base(file)), copied: true}
		if rel, inside := within(dir, real); inside && plainPath(rel) {
			in.path, in.copied = rel, false
		}
		switch other, twice := taken[in.path]; {
		case twice:
			diags.Add(diag.Diagnostic{Code: diag.BadRequest, Summary: "Two files of one name",
				Detail: fmt.Sprintf("%q and %q would both be %s of the project. Rename one of them.", other, file, in.path)})
		case in.copied && exists(filepath.Join(dir, filepath.FromSlash(in.path))):
			diags.Add(diag.Diagnostic{Code: diag.BadRequest, Summary: in.path + " would be overwritten",
				Detail: fmt.Sprintf("%q lies outside the project's folder and would be copied there. Name the file in the folder by --from, or rename one of the two.", file)})
		}
		taken[in.path] = file
		inputs = append(inputs, in)
	}
	return inputs, diags
}

// within is the path of a file in a folder, with slashes.
func within(dir, real string) (string, bool) {
	if followed, err := filepath.EvalSymlinks(dir); err == nil {
		dir = followed
	}
	rel, err := filepath.Rel(dir, real)
	if err != nil || !filepath.IsLocal(rel) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

// patternSigns mean something else in the path of a source.
const patternSigns = `*?[]\`

// plainPath tells whether a source can name a path as it is: no pattern, nothing
// hidden.
func plainPath(rel string) bool {
	for part := range strings.SplitSeq(rel, "/") {
		if strings.HasPrefix(part, ".") {
			return false
		}
	}
	return !strings.ContainsAny(rel, patternSigns)
}

// plainName is a name for a copy that a source can name as it is.
func plainName(name string) string {
	name = strings.TrimLeft(name, ".")
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(patternSigns, r) {
			return '_'
		}
		return r
	}, name)
}

// copy brings a data file into the project.
func (i *initializer) copy(in input) error {
	from, err := os.Open(in.file)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := i.openNew(path.Clean(in.path))
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close())
}
