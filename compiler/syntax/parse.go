package syntax

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics/diag"
)

// Parse reads and parses every HCL file that defines a project.
func Parse(fsys fs.FS) (*Files, diag.List) {
	tests := false
	parsed, diags := parseWhere(fsys, func(name string) bool {
		tests = tests || HoldsTests(name)
		return strings.HasSuffix(name, ".hcl") && !HoldsTests(name)
	})
	parsed.TestsLeft = tests
	return parsed, diags
}

// ParseWithTests is Parse that also reads the files that hold tests only.
func ParseWithTests(fsys fs.FS) (*Files, diag.List) {
	return parseWhere(fsys, func(name string) bool { return strings.HasSuffix(name, ".hcl") })
}

func parseWhere(fsys fs.FS, wanted func(name string) bool) (*Files, diag.List) {
	paths, diags := find(fsys, wanted)
	files := make([]*File, len(paths))
	problems := make([]diag.List, len(paths))

	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(paths)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(paths); i = int(next.Add(1)) - 1 {
				files[i], problems[i] = read(fsys, paths[i])
			}
		})
	}
	workers.Wait()

	out := &Files{}
	for i, f := range files {
		diags = append(diags, problems[i]...)
		if f != nil {
			out.Files = append(out.Files, f)
		}
	}
	return out, diags.Sort()
}

// find lists the wanted files of a project, in the order of their paths.
func find(fsys fs.FS, wanted func(name string) bool) ([]string, diag.List) {
	var paths []string
	var diags diag.List
	err := fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			diags.Add(unreadable(path, err))
			return nil
		case path != "." && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !d.IsDir() && wanted(d.Name()):
			if mode := target(fsys, path, d); mode.IsRegular() {
				paths = append(paths, path)
			} else if !mode.IsDir() {
				diags.Add(notAFile(path))
			}
		}
		return nil
	})
	if err != nil {
		diags.Add(unreadable(".", err))
	}
	// WalkDir orders by folder: "a/x.hcl" before "a.hcl", unlike the paths themselves.
	slices.Sort(paths)
	return paths, diags
}

// HoldsTests tells whether a file, by its name, holds tests only.
func HoldsTests(name string) bool { return strings.HasSuffix(name, ".test.hcl") }

// target is what a path is, or what it leads to as a link. A link that leads
// nowhere counts as a file: reading that reports why.
func target(fsys fs.FS, path string, d fs.DirEntry) fs.FileMode {
	if d.Type()&fs.ModeSymlink == 0 {
		return d.Type()
	}
	info, err := fs.Stat(fsys, path)
	if err != nil {
		return 0
	}
	return info.Mode()
}

// notAFile reports a pipe, socket or device, which reading might wait for without end.
func notAFile(path string) diag.Diagnostic {
	return diag.Diagnostic{
		Severity: diag.Error,
		Code:     diag.UnreadableFile,
		Summary:  fmt.Sprintf("%s is not a regular file", path),
		Detail:   "It is a pipe, a socket or a device. Definitions are read from regular files: replace it by one, or take it out of the project folder.",
		Range:    startOfFile(path),
	}
}

// ErrOutside is the error of a file system that refuses a link out of the project folder.
var ErrOutside = errors.New("the path leads out of the project folder")

func startOfFile(path string) *diag.Range {
	start := diag.Pos{Line: 1, Column: 1}
	return &diag.Range{File: path, Start: start, End: start}
}

func unreadable(path string, err error) diag.Diagnostic {
	if errors.Is(err, ErrOutside) {
		return diag.Diagnostic{
			Severity: diag.Error,
			Code:     diag.OutsideProject,
			Summary:  fmt.Sprintf("%s leads out of the project", path),
			Detail:   "It is a link to a file outside the project folder, which is not read. Replace it by the file, or remove it.",
			Range:    startOfFile(path),
		}
	}
	d := diag.Diagnostic{
		Severity: diag.Error,
		Code:     diag.UnreadableFile,
		Summary:  fmt.Sprintf("Can't read %s", path),
		Detail:   fmt.Sprintf("The system says: %v. Give the program the right to read it, or take it out of the project folder.", err),
	}
	if path != "." {
		d.Range = startOfFile(path)
	}
	return d
}

func read(fsys fs.FS, path string) (*File, diag.List) {
	raw, err := fs.ReadFile(fsys, path)
	if err != nil {
		return nil, diag.List{unreadable(path, err)}
	}
	return parse(path, raw)
}

// parse reads one file. What parses is parsed once, as a whole; only a file
// with a mistake is taken apart, so that the rest of it stays usable.
func parse(path string, raw []byte) (*File, diag.List) {
	src, bad := text(path, raw)
	f := &File{Path: path, Bytes: src}
	if bad != nil && bytes.IndexByte(raw, 0) >= 0 {
		f.Body = emptyBody(path)
		return f, diag.List{*bad}
	}

	sk := skim(src)
	body, problems := whole(path, src, sk)
	var diags diag.List
	if problems.HasErrors() {
		body, diags = salvage(f, sk)
		if sk.tooDeep >= 0 && !slices.ContainsFunc(diags, func(d diag.Diagnostic) bool { return d.Code == diag.TooDeep }) {
			// No part alone is too deep, but all of them in each other are.
			diags.Add(tooDeep(newPlaces(path, src).between(sk.tooDeep, sk.tooDeep+1)))
		}
		if !diags.HasErrors() {
			// Nothing may be dropped in silence.
			diags = newPiece(newPlaces(path, src), 0, len(src)).explain(problems)
		}
	}
	f.Body = body
	diags = append(diags, inspect(f, sk)...)
	if bad != nil {
		// What else is wrong in a file of another encoding is mostly the encoding.
		return f, diag.List{*bad}
	}
	return f, diags
}

// whole parses a text in one go. A text that nests too deeply for that is
// refused like one with a mistake.
func whole(path string, src []byte, sk skimmed) (*hclsyntax.Body, hcl.Diagnostics) {
	refused := hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Nested too deeply"}}
	if sk.tooDeep >= 0 {
		return nil, refused
	}
	file, problems := hclsyntax.ParseConfig(src, path, hcl.InitialPos)
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return nil, refused
	}
	return body, problems
}

func emptyBody(path string) *hclsyntax.Body {
	at := hcl.Range{Filename: path, Start: hcl.InitialPos, End: hcl.InitialPos}
	return &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, SrcRange: at, EndRange: at}
}
