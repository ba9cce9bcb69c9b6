package store

import (
	"os"
	"path/filepath"
)

// files lists what lies in the folders of the store, by path relative to it.
func (w *Writer) files() map[string]bool {
	all := map[string]bool{}
	for folder := range ownName {
		entries, err := os.ReadDir(filepath.Join(w.store.dir, folder))
		if err != nil {
			continue
		}
		for _, e := range entries {
			all[folder+"/"+e.Name()] = true
		}
	}
	return all
}

// Discard removes what was written since the lock was taken or the last commit, for an
// apply that ends without one: the store is then as it was. What can't be removed now
// is cleared by a later commit.
func (w *Writer) Discard() {
	for name := range w.files() {
		if !w.found[name] {
			os.RemoveAll(w.store.path(name))
		}
	}
}
