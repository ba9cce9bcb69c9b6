package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"syscall"
)

// format is the version of the layout of the folder and its files.
const format = 1

const pointerName = "CURRENT"

// begunName is an empty file that says that a commit was made: without it, a folder that
// has no pointer any more looks like one in which the first commit was cut short.
const begunName = "BEGUN"

// pointer says which catalog is the present. The zero pointer is a store in
// which nothing was committed yet.
type pointer struct {
	Format     int    `json:"format"`
	Generation int    `json:"generation"`
	Catalog    string `json:"catalog"` // "catalog/000012-<hash>.json"
}

// catalogName is how the path of a catalog looks; anything else in a pointer is
// damage, or an attempt to have a file elsewhere read.
var catalogName = regexp.MustCompile(`^catalog/(\d{6,})-([0-9a-f]{16})\.json$`)

// errNewer reports a store that a newer version of the program wrote.
var errNewer = errors.New("newer format")

// readPointer reads the pointer of a store. A folder without one is the zero
// pointer.
func readPointer(dir string) (pointer, error) {
	var p pointer
	text, err := os.ReadFile(filepath.Join(dir, pointerName))
	if errors.Is(err, fs.ErrNotExist) {
		return pointer{}, nil
	}
	if errors.Is(err, syscall.ENOTDIR) {
		return pointer{}, fmt.Errorf("%s is a file, not a folder", shown(dir))
	}
	if err != nil {
		return pointer{}, err
	}
	// A newer format may mean anything by the other fields, so it comes first.
	var version struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &version); err != nil {
		return pointer{}, fmt.Errorf("%s is not the JSON object it should be", pointerName)
	}
	if version.Format > format {
		return pointer{Format: version.Format}, errNewer
	}
	if err := json.Unmarshal(text, &p); err != nil || p.Format < 1 || p.Generation < 1 || !catalogName.MatchString(p.Catalog) {
		return pointer{}, fmt.Errorf("%s names no catalog", pointerName)
	}
	return p, nil
}

func (p pointer) encode() []byte {
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // numbers and a string
	}
	return append(text, '\n')
}
