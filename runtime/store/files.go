package store

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// The folders of a store.
const (
	catalogFolder = "catalog"
	valuesFolder  = "values"
	sourcesFolder = "sources"
)

// temporary starts the names of files that are not finished.
const temporary = "tmp-"

// step is called at every named moment of writing. Tests replace it to stop a
// writer there.
var step = func(string) {}

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// hashFile is hashOf a file's contents; it also returns their size.
func hashFile(f *os.File) (string, int64, error) {
	h := sha256.New()
	size, err := io.Copy(h, f)
	if err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), size, nil
}

// temporaryPath is where a file of a folder is written before it gets its name.
// Only the holder of the lock writes, so the name needs to be unique in this
// process alone.
func (w *Writer) temporaryPath(folder, what string) string {
	return filepath.Join(w.store.dir, folder, fmt.Sprintf("%s%d-%s", temporary, os.Getpid(), what))
}

// adopt makes a finished temporary file one of the store: on the disk first,
// then under the name <stem>-<hash><extension>. A file of that name has the
// same contents; replacing it makes it young, so that it is not cleared.
func (w *Writer) adopt(temp, folder, stem, extension string) (Segment, error) {
	f, err := os.OpenFile(temp, os.O_RDWR, 0)
	if err != nil {
		return Segment{}, err
	}
	hash, size, err := hashFile(f)
	if err := cmp.Or(err, f.Sync(), f.Close()); err != nil {
		return Segment{}, err
	}
	step(stem + " written")
	name := folder + "/" + stem + "-" + hash + extension
	if err := os.Rename(temp, filepath.Join(w.store.dir, filepath.FromSlash(name))); err != nil {
		return Segment{}, err
	}
	step(stem + " named")
	return Segment{File: name, Size: size}, nil
}

// write makes text a file of the store.
func (w *Writer) write(text []byte, folder, stem, extension string) (Segment, error) {
	temp := w.temporaryPath(folder, stem)
	if err := os.WriteFile(temp, text, 0o644); err != nil {
		return Segment{}, err
	}
	return w.adopt(temp, folder, stem, extension)
}

// syncFolder makes the names in a folder last.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return cmp.Or(f.Sync(), f.Close())
}

// makeFolders makes what is missing of a store's folders.
func makeFolders(dir string) error {
	for _, folder := range []string{catalogFolder, valuesFolder, sourcesFolder} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			return err
		}
	}
	return cmp.Or(syncFolder(dir), syncFolder(filepath.Dir(dir)))
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
