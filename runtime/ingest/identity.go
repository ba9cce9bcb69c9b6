package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// formatVersion is raised whenever the same inputs would become other rows, or
// the tables of a segment change.
const formatVersion = 6

// InputFile is one file that a source reads.
type InputFile struct {
	Path    string    `json:"path"` // relative to the project folder, with slashes
	Size    int64     `json:"size"`
	ModTime time.Time `json:"mod_time"`
	Inode   uint64    `json:"inode"`
	SHA256  string    `json:"sha256"`

	real string // absolute, links followed
}

// Identity names the clean rows of a source by all that goes into them.
type Identity struct {
	Source string      `json:"source"`
	Hash   string      `json:"hash"`
	Files  []InputFile `json:"files,omitempty"`
}

// HashCache holds the hashes of files by path, so that a file that didn't change
// isn't read again. It can be kept as JSON.
type HashCache map[string]InputFile

// lookup returns the hash of a file that is still the same by size, time and inode.
// A file changed within the last seconds before it was hashed may change again
// within the resolution of its time, and is not trusted.
func (h HashCache) lookup(f InputFile) (string, bool) {
	known, found := h[f.Path]
	same := found && known.Size == f.Size && known.ModTime.Equal(f.ModTime) && known.Inode == f.Inode
	return known.SHA256, same && known.SHA256 != ""
}

// racy is how long after its last change the hash of a file is not kept.
const racy = 2 * time.Second

// Identify names the clean rows of all sources of the model, without reading
// rows. Sources whose files can't be found or read are left out of the map, and
// so is what is made from them; each fault is told once.
func Identify(ctx context.Context, c Context, cache HashCache) (map[string]Identity, diag.List) {
	names := make([]string, 0, len(c.Model.Sources))
	for _, s := range c.Model.Sources {
		names = append(names, s.Name)
	}
	order, problems := sorted(c.Model, names)
	known := map[string]Identity{}
	for _, s := range order {
		if err := ctx.Err(); err != nil {
			report(&problems, s.Name, err)
			return known, problems
		}
		complete := true
		for _, d := range dependencies(c.Model, s) {
			_, ok := known[d]
			complete = complete && ok
		}
		id, err := c.identify(s, known, cache)
		report(&problems, s.Name, err)
		if err == nil && complete {
			known[s.Name] = id
		}
	}
	return known, problems
}

func (c Context) identify(s *metrics.Source, known map[string]Identity, cache HashCache) (Identity, error) {
	id := Identity{Source: s.Name}
	if metrics.FilePath(s.Reader) != "" {
		files, err := c.locate(s)
		if err != nil {
			return id, err
		}
		for _, f := range files {
			input, err := hashed(f, s.Name, cache)
			if err != nil {
				return id, err
			}
			id.Files = append(id.Files, input)
		}
	}
	text, err := canonicalSource(c.Model, s)
	if err != nil {
		return id, err
	}
	id.Hash, err = c.hash(s, text, id.Files, known)
	return id, err
}

// hash combines a source's definition with all that it is made from.
func (c Context) hash(s *metrics.Source, text string, files []InputFile, known map[string]Identity) (string, error) {
	parts := []any{formatVersion, s.Name, text, c.Model.Project.Timezone, c.Model.Project.WeekStart, c.Model.Project.FiscalYearStart}
	for _, f := range files {
		parts = append(parts, f.Path, f.SHA256)
	}
	for _, d := range dependencies(c.Model, s) {
		parts = append(parts, d, known[d].Hash)
	}
	if readsAsOf(s) {
		parts = append(parts, c.AsOf.UTC().Format(time.RFC3339Nano))
	}
	if hidden := c.hiddenBy(s, known); hidden != "" {
		parts = append(parts, "hidden", hidden)
	}
	return hashOf(parts...)
}

// hashed stats a file and finds the hash of its content.
func hashed(f located, source string, cache HashCache) (InputFile, error) {
	input, err := stat(f)
	if err != nil {
		return input, unreadable(source, f.shown, err)
	}
	if sum, ok := cache.lookup(input); ok {
		input.SHA256 = sum
		return input, nil
	}
	file, err := os.Open(f.real)
	if err != nil {
		return input, unreadable(source, f.shown, err)
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return input, unreadable(source, f.shown, err)
	}
	input.SHA256 = hex.EncodeToString(h.Sum(nil))
	if cache != nil && time.Since(input.ModTime) > racy {
		cache[input.Path] = input
	}
	return input, nil
}

func stat(f located) (InputFile, error) {
	info, err := os.Stat(f.real)
	if err != nil {
		return InputFile{}, err
	}
	input := InputFile{Path: f.shown, Size: info.Size(), ModTime: info.ModTime().UTC(), real: f.real}
	if system, ok := info.Sys().(*syscall.Stat_t); ok {
		input.Inode = uint64(system.Ino)
	}
	return input, nil
}

// unchanged fails when a file is no longer what was hashed: the rows would not be
// those that the hash names.
func unchanged(source string, f InputFile) error {
	now, err := stat(located{shown: f.Path, real: f.real})
	if err != nil {
		return unreadable(source, f.Path, err)
	}
	if now.Size != f.Size || !now.ModTime.Equal(f.ModTime) || now.Inode != f.Inode {
		return failf(diag.UnreadableFile, source, "File changed while it was read", "%q was written while it was read, so its rows may be a mix of old and new. Run the command again once the file is complete.", f.Path)
	}
	return nil
}

func unreadable(source, file string, err error) error {
	reason := err.Error()
	var pathError *os.PathError
	if errors.Is(err, os.ErrPermission) {
		reason = "this user may not read it"
	} else if errors.As(err, &pathError) {
		reason = pathError.Err.Error()
	}
	return failf(diag.UnreadableFile, source, "Unreadable file", "%q can't be read: %s. %s", file, reason, mendFile)
}

const mendFile = "Check the file and its permissions, or get it again from where it came."

// SegmentName is the file name of the segment of an identity.
func (id Identity) SegmentName() string {
	return fmt.Sprintf("%s-%s.duckdb", fileSafe(id.Source), id.Hash[:12])
}

// fileSafe keeps a source's name readable in a file name; the hash tells apart
// what becomes alike.
func fileSafe(name string) string {
	out := []rune(name)
	for i, r := range out {
		if r < ' ' || r == '/' || r == '\\' || r == ':' || r == '.' {
			out[i] = '_'
		}
	}
	return string(out[:min(len(out), 60)])
}
