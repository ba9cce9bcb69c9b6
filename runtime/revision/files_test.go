package revision_test

import (
	"testing"
	"testing/fstest"

	"github.com/metricsascode/metrics/runtime/revision"
)

// TestFiles checks the file system by the rules of the standard library.
func TestFiles(t *testing.T) {
	files := revision.Files{"project.hcl": "project \"p\" {}\n", "kpis/a.hcl": "", "kpis/deep/b.hcl": "x", "指标.hcl": "y"}
	if err := fstest.TestFS(files, "project.hcl", "kpis/a.hcl", "kpis/deep/b.hcl", "指标.hcl"); err != nil {
		t.Error(err)
	}
	if err := fstest.TestFS(revision.Files{}); err != nil {
		t.Error(err)
	}
}
