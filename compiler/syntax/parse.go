package syntax

import (
	"bytes"
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

// Parse reads and parses every HCL file of a project.
func Parse(fsys fs.FS) (*Files, diag.List) {
	paths, diags := find(fsys)
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

// find lists the files that define a project, in the order of their paths.
func find(fsys fs.FS) ([]string, diag.List) {
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
		case !d.IsDir() && defines(d.Name()) && regular(fsys, path, d):
			paths = append(paths, path)
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

func defines(name string) bool {
	return strings.HasSuffix(name, ".hcl") && !strings.HasSuffix(name, ".test.hcl")
}

// regular tells whether a path is a file or a link to one, or is a link that
// leads nowhere: reading that reports why. Pipes and devices would block.
func regular(fsys fs.FS, path string, d fs.DirEntry) bool {
	if d.Type().IsRegular() {
		return true
	}
	if d.Type()&fs.ModeSymlink == 0 {
		return false
	}
	info, err := fs.Stat(fsys, path)
	return err != nil || info.Mode().IsRegular()
}

func unreadable(path string, err error) diag.Diagnostic {
	d := diag.Diagnostic{
		Severity: diag.Error,
		Code:     diag.UnreadableFile,
		Summary:  fmt.Sprintf("Can't read %s", path),
		Detail:   fmt.Sprintf("The system says: %v. Give the program the right to read it, or take it out of the project folder.", err),
	}
	if path != "." {
		start := diag.Pos{Line: 1, Column: 1}
		d.Range = &diag.Range{File: path, Start: start, End: start}
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
