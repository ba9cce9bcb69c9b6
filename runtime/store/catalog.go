package store

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// Catalog says what one generation of the store is made of. It is small and
// read by every command; what is long (definitions, runs) stands in files that
// are read when they are asked for.
type Catalog struct {
	Format          int      `json:"format"`
	Generation      int      `json:"generation"`
	Project         string   `json:"project"`
	LastRun         RunStamp `json:"last_run"`
	Definitions     Segment  `json:"definitions"`
	DefinitionsHash string   `json:"definitions_hash"` // of all that they say
	Fingerprints    string   `json:"fingerprints"`     // version of the fingerprints in Definitions
	Snapshot        Segment  `json:"snapshot"`         // the files that the definitions were read from
	// Earlier is the files from which definitions were read that change blocks keep, by
	// the name of the block.
	Earlier  map[string]Segment `json:"earlier,omitempty"`
	Editions []Segment          `json:"editions"` // what definitions said since when, oldest first
	Runs     []Segment          `json:"runs"`
	Alerts   Segment            `json:"alerts,omitzero"` // what thresholds said at the last run
	Values   []Segment          `json:"values"`          // what runs appended, oldest first
	Current  Segment            `json:"current"`         // all current values; no file where nothing was published
	// OldestRun is the first run whose report can be derived; what was superseded
	// before it was dropped. 0: all can.
	OldestRun int               `json:"oldest_run,omitempty"`
	Sources   map[string]Source `json:"sources"`
	// Inputs is what the caller remembers of input files (their hashes), Bases
	// what it remembers of how values were computed; the store looks into neither.
	Inputs json.RawMessage `json:"inputs,omitempty"`
	Bases  json.RawMessage `json:"bases,omitempty"`
}

// RunStamp is when a run was and what it saw.
type RunStamp struct {
	ID   int       `json:"run"`
	At   time.Time `json:"at"`
	AsOf time.Time `json:"as_of"`
}

// Segment is one write-once file with the rows of some runs.
type Segment struct {
	File     string `json:"file"` // relative to the store, with slashes
	Size     int64  `json:"size"` // bytes
	Rows     int64  `json:"rows"`
	FirstRun int    `json:"first_run"`
	LastRun  int    `json:"last_run"`
}

// Source is the present of one source: which segment holds its cleaned rows,
// and what is known of them.
type Source struct {
	Segment    string                `json:"segment"` // name of the file in the folder of sources
	Size       int64                 `json:"size"`    // bytes, filled in by Commit
	Packs      []Pack                `json:"packs,omitempty"`
	Hash       string                `json:"hash"`
	Account    metrics.Account       `json:"account"`
	Checks     []metrics.CheckResult `json:"checks,omitempty"`
	Statistics metrics.Statistics    `json:"statistics"`
}

// Pack is a file beside the segment of a source, which holds rows of it.
type Pack struct {
	File string `json:"file"`
	Size int64  `json:"size"` // bytes, filled in by Commit
}

// file is a path relative to the store and the size it must have.
type file struct {
	path string
	size int64
}

// files lists all files that the catalog is made of, in a fixed order.
func (c *Catalog) files() []file {
	var all []file
	for _, s := range slices.Concat([]Segment{c.Definitions, c.Snapshot, c.Current, c.Alerts}, c.Editions, c.Runs, c.Values) {
		if s.File != "" {
			all = append(all, file{s.File, s.Size})
		}
	}
	for _, name := range sortedKeys(c.Earlier) {
		all = append(all, file{c.Earlier[name].File, c.Earlier[name].Size})
	}
	for _, name := range sortedKeys(c.Sources) {
		s := c.Sources[name]
		all = append(all, file{sourcesFolder + "/" + s.Segment, s.Size})
		for _, p := range s.Packs {
			all = append(all, file{sourcesFolder + "/" + p.File, p.Size})
		}
	}
	return all
}

// decodeCatalog reads the catalog that p names and checks that it is the one
// that was written: its name holds its hash.
func decodeCatalog(p pointer, text []byte) (*Catalog, error) {
	if hash := catalogName.FindStringSubmatch(p.Catalog)[2]; hash != hashOf(text) {
		return nil, fmt.Errorf("%s does not have the contents it was written with", p.Catalog)
	}
	c := new(Catalog)
	if err := json.Unmarshal(text, c); err != nil {
		return nil, fmt.Errorf("%s is not the JSON object it should be", p.Catalog)
	}
	if c.Generation != p.Generation {
		return nil, fmt.Errorf("%s is of generation %d, %s says %d", p.Catalog, c.Generation, pointerName, p.Generation)
	}
	for _, f := range c.files() {
		if !filepath.IsLocal(filepath.FromSlash(f.path)) {
			return nil, fmt.Errorf("%s names a file outside the store", p.Catalog)
		}
	}
	return c, nil
}
