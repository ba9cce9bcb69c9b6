// Package revision gives the files of a project as they were: at a revision of the
// Git repository that it lies in, or as something else has kept them.
package revision

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// Files is a file system of texts by path, with slashes. Folders are those that the
// paths have.
type Files map[string]string

// Open opens a file or a folder.
func (f Files) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if text, found := f[name]; found {
		return &file{entry: entry{name: path.Base(name), size: int64(len(text))}, Reader: strings.NewReader(text)}, nil
	}
	entries := f.below(name)
	if len(entries) == 0 && name != "." {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &folder{entry: entry{name: path.Base(name), folder: true}, entries: entries}, nil
}

// below lists what is in a folder, in order of name.
func (f Files) below(name string) []fs.DirEntry {
	prefix := name + "/"
	if name == "." {
		prefix = ""
	}
	found := map[string]fs.DirEntry{}
	for p, text := range f {
		rest, inside := strings.CutPrefix(p, prefix)
		if !inside {
			continue
		}
		first, _, deeper := strings.Cut(rest, "/")
		found[first] = entry{name: first, folder: deeper, size: int64(len(text))}
	}
	out := make([]fs.DirEntry, 0, len(found))
	for _, n := range slices.Sorted(maps.Keys(found)) {
		out = append(out, found[n])
	}
	return out
}

// entry is what is known of a file or folder without its contents.
type entry struct {
	name   string
	folder bool
	size   int64
}

func (e entry) Name() string               { return e.name }
func (e entry) IsDir() bool                { return e.folder }
func (e entry) Info() (fs.FileInfo, error) { return e, nil }
func (e entry) Type() fs.FileMode          { return e.Mode().Type() }
func (e entry) Stat() (fs.FileInfo, error) { return e, nil }
func (e entry) Close() error               { return nil }
func (e entry) ModTime() time.Time         { return time.Time{} }
func (e entry) Sys() any                   { return nil }

func (e entry) Size() int64 {
	if e.folder {
		return 0
	}
	return e.size
}

func (e entry) Mode() fs.FileMode {
	if e.folder {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

type file struct {
	entry
	*strings.Reader
}

// Size is that of the file; the reader has a method of this name as well.
func (f *file) Size() int64 { return f.entry.Size() }

type folder struct {
	entry
	entries []fs.DirEntry
	read    int
}

func (f *folder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.name, Err: errors.New("is a folder")}
}

// ReadDir returns the next n entries, or all that are left where n is not positive.
func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	left := f.entries[f.read:]
	if n > 0 && len(left) == 0 {
		return nil, io.EOF
	}
	if n > 0 {
		left = left[:min(n, len(left))]
	}
	f.read += len(left)
	return slices.Clone(left), nil
}
