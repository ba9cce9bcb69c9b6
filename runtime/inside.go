package runtime

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/metricsascode/metrics/metrics/diag"
)

// storeInside demands that the store and its folders lie in the project folder,
// links followed, before anything is made there or read.
func (p *Project) storeInside() diag.List {
	paths := []string{p.StoreDir()}
	if entries, err := os.ReadDir(p.StoreDir()); err == nil {
		for _, e := range entries {
			paths = append(paths, filepath.Join(p.StoreDir(), e.Name()))
		}
	}
	for _, path := range paths {
		if !p.inside(path) {
			return diag.List{{Severity: diag.Error, Code: diag.OutsideProject, Summary: "The store lies outside the project",
				Detail: fmt.Sprintf("%s is, or lies below, a link that leads out of the project folder. Replace the link by a folder, or name another by store = \"...\" in the project block.", p.shown(path))}}
		}
	}
	return nil
}

// inside tells whether a path, or where it doesn't exist yet, the nearest folder
// above that does, lies in the project folder, links followed. A link without a
// target leads anywhere.
func (p *Project) inside(path string) bool {
	for {
		if _, err := os.Lstat(path); err == nil || path == filepath.Dir(path) {
			break
		}
		path = filepath.Dir(path)
	}
	real, err := filepath.EvalSymlinks(path)
	return err == nil && (real == p.Dir || strings.HasPrefix(real, strings.TrimSuffix(p.Dir, string(filepath.Separator))+string(filepath.Separator)))
}

// shown is a path as it stands in the project.
func (p *Project) shown(path string) string {
	if rel, err := filepath.Rel(p.Dir, path); err == nil {
		return filepath.ToSlash(rel)
	}
	return path
}
