package compiler_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// longestFile is where a file is taken apart.
const longestFile = 600

// TestFileSizes checks that every file that is no test can be read in one sitting.
func TestFileSizes(t *testing.T) {
	for _, p := range goPackages(t) {
		for _, name := range append(p.GoFiles, p.CgoFiles...) {
			text, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if lines := bytes.Count(text, []byte("\n")); lines > longestFile {
				t.Errorf("%s/%s has %d lines: take it apart, %d are the most", p.name(), name, lines, longestFile)
			}
		}
	}
}
