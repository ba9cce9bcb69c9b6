package store

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// How long files stay after they stopped being the present: both must be over.
// Readers that began before finish within that, or start again.
const (
	keptGenerations = 2
	keptFor         = time.Hour
	// keptUnfinished is for temporary files that ingest writes; a reading of
	// large files may take hours.
	keptUnfinished = 24 * time.Hour
)

// ownName is how names of finished files look in each folder. Other files are
// not the store's, and stay.
var ownName = map[string]*regexp.Regexp{
	catalogFolder: regexp.MustCompile(`^(\d{6,}|definitions|snapshot|alerts|(runs|editions)-\d+)-[0-9a-f]{16}\.jsonl?$`),
	valuesFolder:  regexp.MustCompile(`^(run|current)-\d+-[0-9a-f]{16}\.parquet$`),
	sourcesFolder: regexp.MustCompile(`^.+-[0-9a-f]{8,64}\.duckdb(\.wal)?$`),
}

// catalogFile is a catalog as it lies in the folder.
type catalogFile struct {
	path       string // relative to the store, with slashes
	generation int
	written    time.Time
}

// catalogsOnDisk lists all catalogs in order of generation; those of writers
// that died before they replaced the pointer too.
func catalogsOnDisk(dir string) []catalogFile {
	entries, err := os.ReadDir(filepath.Join(dir, catalogFolder))
	if err != nil {
		return nil // no folder, no catalogs
	}
	var all []catalogFile
	for _, e := range entries {
		name := catalogFolder + "/" + e.Name()
		m := catalogName.FindStringSubmatch(name)
		info, err := e.Info()
		if m == nil || err != nil {
			continue
		}
		if generation, err := strconv.Atoi(m[1]); err == nil {
			all = append(all, catalogFile{name, generation, info.ModTime()})
		}
	}
	slices.SortStableFunc(all, func(a, b catalogFile) int { return cmp.Compare(a.generation, b.generation) })
	return all
}

// clear removes files that no reader can need any more. What can't be removed
// now goes another time: a commit that was made doesn't fail over it.
func (w *Writer) clear(now time.Time) {
	needed := w.needed(now)
	for folder, own := range ownName {
		entries, err := os.ReadDir(filepath.Join(w.store.dir, folder))
		if err != nil {
			continue
		}
		for _, e := range entries {
			info, err := e.Info()
			if err != nil || !info.Mode().IsRegular() {
				continue
			}
			name := folder + "/" + e.Name()
			age := now.Sub(info.ModTime())
			unfinished := strings.HasPrefix(e.Name(), temporary) && (folder != sourcesFolder || age > keptUnfinished)
			if unfinished || own.MatchString(e.Name()) && !needed[name] && age > keptFor {
				os.Remove(w.store.path(name))
			}
		}
	}
	w.clearPointers()
}

// clearPointers removes pointers that writers before this one did not finish.
func (w *Writer) clearPointers() {
	left, err := filepath.Glob(filepath.Join(globEscape.Replace(w.store.dir), temporary+"*-"+pointerName))
	if err != nil {
		return
	}
	for _, name := range left {
		os.Remove(name)
	}
}

// needed returns the files of all generations that a reader may be reading:
// the present, the two before, and those that were the present within the hour.
// A catalog that can't be read serves no reader, so what it names is not needed.
func (w *Writer) needed(now time.Time) map[string]bool {
	needed := make(map[string]bool)
	all := catalogsOnDisk(w.store.dir)
	for i, c := range all {
		// A catalog is the present until the next generation's is written.
		superseded := now
		for _, later := range all[i+1:] {
			if later.generation > c.generation {
				superseded = later.written
				break
			}
		}
		if c.generation < w.store.pointer.Generation-keptGenerations && now.Sub(superseded) > keptFor {
			continue
		}
		text, err := os.ReadFile(w.store.path(c.path))
		if err != nil {
			continue
		}
		catalog, err := decodeCatalog(pointer{Generation: c.generation, Catalog: c.path}, text)
		if err != nil {
			continue
		}
		needed[c.path] = true
		for _, f := range catalog.files() {
			needed[f.path] = true
		}
	}
	return needed
}
