package runtime_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestNothingToDoReadsNoData: a plan with nothing to do tells files that are as they
// were by size, time and inode, and opens none: bytes that were exchanged behind its
// back go unnoticed. With another time, the file is read again.
func TestNothingToDoReadsNoData(t *testing.T) {
	dir := crashFolder(t, 400)
	long := time.Now().Add(-time.Hour).Truncate(time.Second) // a file that has just been written is read again
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil || len(files) != crashFiles {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if err := os.Chtimes(f, long, long); err != nil {
			t.Fatal(err)
		}
	}
	none(t, applyFolder(dir))
	for _, f := range files {
		spoil(t, f, long)
	}
	made, diags := reopened(t, dir).Plan(t.Context())
	none(t, diags)
	if !made.Verdict.Nothing {
		t.Errorf("nothing changed that a plan may see, and it says: %s", made.Verdict.Text)
	}

	if err := os.Chtimes(files[1], long.Add(time.Second), long.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if made, diags = reopened(t, dir).Plan(t.Context()); !diags.HasErrors() && made.Verdict.Nothing {
		t.Error("a file with another time was not read again")
	}
}

// spoil overwrites the bytes of a file where they are, and gives it its time back.
func spoil(t *testing.T, path string, at time.Time) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(make([]byte, info.Size())); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}
