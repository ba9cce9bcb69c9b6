package store

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/metricsascode/metrics/metrics/diag"
)

// Store is one generation of a store, as it was when it was opened. It never
// changes; a later generation is another Store.
type Store struct {
	dir     string
	pointer pointer
	catalog *Catalog
}

// rereads is how often a reader starts again from the pointer. Files stay for
// an hour after they stopped being the present, so once is the rule.
const rereads = 5

// Open reads the present generation of the store in dir. A folder that isn't
// there, or in which nothing was committed, is a store that doesn't exist yet.
func Open(dir string) (*Store, diag.List) {
	s, problems := open(dir)
	for try := 0; problems.HasErrors() && try < rereads && s.Moved(); try++ {
		s, problems = open(dir)
	}
	return s, problems
}

func open(dir string) (*Store, diag.List) {
	dir, err := filepath.Abs(dir)
	s := &Store{dir: dir, catalog: &Catalog{Format: format}}
	if err != nil {
		return s, diag.List{damaged(dir, err)}
	}
	p, err := readPointer(dir)
	switch {
	case errors.Is(err, errNewer):
		return s, diag.List{newer(dir, p.Format)}
	case err != nil:
		return s, diag.List{damaged(dir, err)}
	case p == (pointer{}):
		return s, lost(dir)
	}
	s.pointer = p
	if err := s.load(); err != nil {
		return s, diag.List{damaged(dir, err)}
	}
	return s, nil
}

// lost reports a folder that held a store whose pointer is gone. A first commit that was
// cut short leaves files, but not the one that says that a store was begun.
func lost(dir string) diag.List {
	all := catalogsOnDisk(dir)
	_, err := os.Lstat(filepath.Join(dir, begunName))
	if err != nil && (len(all) == 0 || all[len(all)-1].generation == 1) {
		return nil
	}
	return diag.List{damaged(dir, fmt.Errorf("%s is missing", pointerName))}
}

// load reads the catalog that the pointer names and checks that its files are
// there.
func (s *Store) load() error {
	text, err := os.ReadFile(s.path(s.pointer.Catalog))
	if err != nil {
		return err
	}
	c, err := decodeCatalog(s.pointer, text)
	if err != nil {
		return err
	}
	for _, f := range c.files() {
		if path.Dir(f.path) == sourcesFolder {
			continue // clean rows are made again where they are missing or damaged
		}
		info, err := os.Stat(s.path(f.path))
		if err != nil {
			return err
		}
		if info.Size() != f.size {
			return fmt.Errorf("%s has %d bytes, not the %d it was written with", f.path, info.Size(), f.size)
		}
	}
	s.catalog = c
	return nil
}

// Moved tells whether a newer generation was committed since the store was
// opened.
func (s *Store) Moved() bool {
	p, err := readPointer(s.dir)
	return err == nil && p != s.pointer
}

// Read opens the store in dir and hands it to use. When use fails and a newer
// generation has come meanwhile, whose writer may have cleared files that use
// was about to read, it opens the store anew and starts again: use must start
// from nothing each time.
func Read(dir string, use func(*Store) diag.List) diag.List {
	for try := 0; ; try++ {
		s, problems := Open(dir)
		if problems.HasErrors() {
			return problems
		}
		if problems = use(s); !problems.HasErrors() || try == rereads || !s.Moved() {
			return problems
		}
	}
}

// Dir returns the folder of the store, absolute.
func (s *Store) Dir() string { return s.dir }

// SourcesDir returns the folder in which segments of cleaned rows live.
func (s *Store) SourcesDir() string { return filepath.Join(s.dir, sourcesFolder) }

// Holds tells whether all files with the rows of a source are there.
func (s *Store) Holds(source Source) bool {
	names := []string{source.Segment}
	for _, p := range source.Packs {
		names = append(names, p.File)
	}
	return !slices.ContainsFunc(names, func(name string) bool {
		_, err := os.Stat(filepath.Join(s.SourcesDir(), name))
		return err != nil
	})
}

// Exists tells whether anything was ever committed.
func (s *Store) Exists() bool { return s.pointer.Generation > 0 }

// Catalog returns what the generation is made of; it must not be changed. The
// catalog of a store that doesn't exist has nothing in it.
func (s *Store) Catalog() *Catalog { return s.catalog }

// Version identifies the generation among all that any store ever had; "none"
// where nothing was committed. A saved plan keeps it to know whether the store
// has moved.
func (s *Store) Version() string {
	return cmp.Or(s.pointer.Catalog, "none")
}

func (s *Store) path(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

// readWhole reads a file of the store whose name holds its hash.
func (s *Store) readWhole(segment Segment) ([]byte, error) {
	text, err := os.ReadFile(s.path(segment.File))
	if err != nil {
		return nil, err
	}
	if !hashInName(segment.File, hashOf(text)) {
		return nil, fmt.Errorf("%s does not have the contents it was written with", segment.File)
	}
	return text, nil
}
