package ingest

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// located is one file of a source.
type located struct {
	shown string // relative to the project folder, with slashes
	real  string // absolute, links followed
}

// locate finds the files of a source, sorted by path. Nothing outside the project
// folder and the allowed folders is looked at, links followed.
func (c Context) locate(s *metrics.Source) ([]located, error) {
	pattern := metrics.FilePath(s.Reader)
	l := &locator{roots: c.roots(), dir: c.Dir, source: s.Name, pattern: pattern, folders: map[string]string{}}
	full := pattern
	if !filepath.IsAbs(full) {
		full = filepath.Join(c.Dir, filepath.FromSlash(pattern))
	}
	full = filepath.Clean(full)
	if named := (&locator{roots: append(c.roots(), append(c.AllowPaths, c.Dir)...)}); !named.inside(full) {
		return nil, l.outside(pattern) // whether or not a file is there is not ours to tell
	}
	volume := filepath.VolumeName(full) + string(filepath.Separator)
	segments := strings.Split(filepath.ToSlash(full[len(volume):]), "/")
	for _, segment := range segments {
		if _, err := path.Match(segment, ""); err != nil {
			return nil, failf(diag.WrongValue, s.Name, "Unusable path pattern", "%q is no pattern of file names: a [ has no ] that closes it. Close it, or write [[] for the character itself.", pattern)
		}
	}
	if err := l.expand(volume, segments); err != nil {
		return nil, err
	}
	if len(l.found) == 0 {
		return nil, l.missing(full)
	}
	slices.Sort(l.found)
	files := make([]located, 0, len(l.found))
	for _, f := range slices.Compact(l.found) {
		file, err := l.resolve(f)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// Reads tells whether a file is one that a source reads.
func (c Context) Reads(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false // a file that is still to be made
	}
	return slices.ContainsFunc(c.Model.Sources, func(s *metrics.Source) bool {
		if metrics.FilePath(s.Reader) == "" {
			return false
		}
		files, err := c.locate(s)
		return err == nil && slices.ContainsFunc(files, func(f located) bool {
			read, err := os.Stat(f.real)
			return err == nil && os.SameFile(info, read)
		})
	})
}

// roots are the folders that sources may read, links followed.
func (c Context) roots() []string {
	var roots []string
	for _, dir := range append([]string{c.Dir}, c.AllowPaths...) {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			roots = append(roots, real)
		}
	}
	return roots
}

// locator expands one pattern.
type locator struct {
	roots   []string
	dir     string // of the project
	source  string
	pattern string
	found   []string
	folders map[string]string // by path: where they are, links followed
}

func hasMeta(segment string) bool { return strings.ContainsAny(segment, "*?[") }

// expand matches the segments of a pattern below base. "**" is any number of folders.
func (l *locator) expand(base string, segments []string) error {
	for len(segments) > 0 && !hasMeta(segments[0]) {
		base = filepath.Join(base, segments[0])
		segments = segments[1:]
	}
	if len(segments) == 0 {
		_, err := os.Lstat(base)
		if err == nil {
			l.found = append(l.found, base)
		}
		return l.forbidden(base, err)
	}
	real, err := filepath.EvalSymlinks(base)
	if err != nil {
		return l.forbidden(base, err)
	}
	if !l.inside(real) {
		return l.outside(base)
	}
	entries, err := os.ReadDir(base)
	if err != nil {
		return l.forbidden(base, err)
	}
	if segments[0] == "**" {
		if err := l.expand(base, segments[1:]); err != nil {
			return err
		}
	}
	return l.descend(base, entries, segments)
}

// forbidden tells of a path that the user may not look at: files may be there, and
// the source without them would be another. Other errors mean that nothing is there.
func (l *locator) forbidden(path string, err error) error {
	if errors.Is(err, os.ErrPermission) {
		return unreadable(l.source, shown(path, l.dir), err)
	}
	return nil
}

func (l *locator) descend(base string, entries []os.DirEntry, segments []string) error {
	for _, e := range entries {
		below := filepath.Join(base, e.Name())
		hidden := strings.HasPrefix(e.Name(), ".")
		if segments[0] == "**" {
			if e.IsDir() && !hidden {
				if err := l.expand(below, segments); err != nil {
					return err
				}
			}
			continue
		}
		matched, _ := path.Match(segments[0], e.Name()) // the pattern was checked
		if matched && (!hidden || strings.HasPrefix(segments[0], ".")) {
			if err := l.expand(below, segments[1:]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *locator) inside(real string) bool {
	return slices.ContainsFunc(l.roots, func(root string) bool {
		return real == root || strings.HasPrefix(real, strings.TrimSuffix(root, string(filepath.Separator))+string(filepath.Separator))
	})
}

// follow is where a file is, links followed. The links to a folder are followed once.
func (l *locator) follow(file string) (string, error) {
	info, err := os.Lstat(file)
	if err != nil || info.Mode()&os.ModeSymlink != 0 {
		return filepath.EvalSymlinks(file)
	}
	dir, name := filepath.Split(file)
	real, known := l.folders[dir]
	if !known {
		if real, err = filepath.EvalSymlinks(dir); err != nil {
			return "", err
		}
		l.folders[dir] = real
	}
	return filepath.Join(real, name), nil
}

// resolve follows links and refuses what lies outside.
func (l *locator) resolve(file string) (located, error) {
	real, err := l.follow(file)
	if forbidden := l.forbidden(file, err); forbidden != nil {
		return located{}, forbidden
	}
	if err != nil {
		return located{}, failf(diag.FileMissing, l.source, "Broken link", "%q is a link whose target does not exist. Restore the target, or change the path of the source.", shown(file, l.dir))
	}
	if !l.inside(real) {
		return located{}, l.outside(shown(file, l.dir))
	}
	info, err := os.Stat(real)
	if err == nil && info.IsDir() {
		return located{}, failf(diag.UnreadableFile, l.source, "Folder instead of a file", "%q is a folder. Name the files in it, with a pattern such as %q.", shown(file, l.dir), l.pattern+"/*.csv")
	}
	if err == nil && !info.Mode().IsRegular() {
		return located{}, failf(diag.UnreadableFile, l.source, "Not a regular file", "%q is neither a file nor a link to one. A source reads regular files only.", shown(file, l.dir))
	}
	return located{shown: shown(file, l.dir), real: real}, nil
}

func (l *locator) outside(what string) error {
	return failf(diag.OutsideProject, l.source, "Path outside the project", "%q lies outside the project folder, links followed. Move the data into the folder, or allow its folder with --allow-path.", what)
}

// missing says that nothing matched. What a path outside would have named isn't
// told: it is outside, whether or not something is there.
func (l *locator) missing(full string) error {
	for hasMeta(full) {
		full = filepath.Dir(full)
	}
	for {
		real, err := filepath.EvalSymlinks(full)
		if err == nil && !l.inside(real) {
			return l.outside(l.pattern)
		}
		if err == nil || full == filepath.Dir(full) {
			break
		}
		full = filepath.Dir(full)
	}
	if hasMeta(l.pattern) {
		return failf(diag.FileMissing, l.source, "No file matches", "No file matches %q. Put the files there, or change the path of the source.", l.pattern)
	}
	return failf(diag.FileMissing, l.source, "Missing file", "%q does not exist. Put the file there, or change the path of the source.", l.pattern)
}

func shown(file, dir string) string {
	if rel, err := filepath.Rel(dir, file); err == nil {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(file)
}

// literalGlob spells a path so that the engine, which expands patterns in paths,
// takes every character as it is.
func literalGlob(path string) string {
	return strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]").Replace(path)
}
