package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Build makes the segments of the wanted sources, and of all that they are made
// from, where they don't exist yet, and opens them in the engine. Sources without
// identity are passed over: Identify has told why.
func Build(ctx context.Context, eng *duckdb.Engine, c Context, wanted []string, ids map[string]Identity) (map[string]Segment, diag.List) {
	order, problems := sorted(c.Model, wanted)
	segments := map[string]Segment{}
	moved := false // whether an identity changed, and those that rest on it
	if err := os.MkdirAll(c.segmentFolder(c.Home), 0o777); err != nil {
		problem, short := duckdb.Shortage(err)
		if !short {
			problem = diag.Diagnostic{Code: diag.StoreUnwritable, Summary: "Clean rows can't be kept", Detail: fmt.Sprintf("%s. Check the folder and its permissions.", err)}
		}
		problems.Add(problem)
		return segments, problems
	}
	sweep(c.segmentFolder(c.Home), time.Now())
	zones := sync.OnceValues(func() (map[string]zone, error) { return loadZones(c.Model) })
	for _, s := range order {
		id, known := ids[s.Name]
		if !known || !allBuilt(c.Model, s, segments) {
			continue
		}
		if moved || len(timed(c.Model, s)) > 0 {
			settled, err := c.settle(s, id, ids, segments)
			report(&problems, s.Name, err)
			moved = moved || settled.Hash != id.Hash
			id, ids[s.Name] = settled, settled
		}
		b := newBuilder(c, eng, s, id, segments)
		b.loadZones, b.target, b.layered = zones, buildAlias, layered(c.Model, s)
		segment, err := b.segment(ctx)
		report(&problems, s.Name, c.discreet(s, err))
		if err == nil {
			segments[s.Name] = segment
		}
	}
	return segments, problems
}

func allBuilt(m *metrics.Model, s *metrics.Source, segments map[string]Segment) bool {
	for _, d := range dependencies(m, s) {
		if _, ok := segments[d]; !ok {
			return false
		}
	}
	return true
}

// loadZones prepares the project's time zone and those of columns.
func loadZones(m *metrics.Model) (map[string]zone, error) {
	names := map[string]bool{m.Project.Timezone: true}
	for _, s := range m.Sources {
		for _, c := range s.Columns {
			if c.Timezone != "" {
				names[c.Timezone] = true
			}
		}
	}
	zones := map[string]zone{}
	for n := range names {
		z, err := loadZone(n)
		if err != nil {
			return nil, err
		}
		zones[n] = z
	}
	return zones, nil
}

// builder makes one segment.
type builder struct {
	context  Context
	engine   *duckdb.Engine
	source   *metrics.Source
	identity Identity
	segments map[string]Segment
	zones    map[string]zone
	// loadZones is called when something must be built: it takes some milliseconds.
	loadZones func() (map[string]zone, error)

	layered    bool   // whether clean rows are those of packs
	rowsHash   string // of the steps that look at one row alone
	definition string // hash of all steps
	previous   *previous
	parts      []part           // of files, in their order
	sizes      map[string]int64 // rows by pack, in use or not
	places     map[place]found  // what is known of places in files

	scratch   string // folder of temporary files
	target    string // the database or schema in which the segment's tables are made, quoted
	parsed    string // the table into which files are read
	compared  string // the rows among which repeated ones are looked for
	estimated int64  // rows of which different values were counted
	files     []sourceFile
	starts    []int64  // row id in the stage of the first row of each file
	faults    []reject // rows that can't be split into fields
	account   metrics.Account
	checks    []metrics.CheckResult
	key       []byte // of the hashes of guarded values
	keptOut   []reject
	// replaced is set where the view of the source's clean rows was that of its rows
	// at an earlier step.
	replaced bool
}

func newBuilder(c Context, eng *duckdb.Engine, s *metrics.Source, id Identity, segments map[string]Segment) *builder {
	return &builder{
		context: c, engine: eng, source: s, identity: id, segments: segments,
		sizes: map[string]int64{}, places: map[place]found{}, parsed: "stage.parsed", compared: "stage.rows",
	}
}

// segment opens the segment where it exists, and makes it where it doesn't.
func (b *builder) segment(ctx context.Context) (Segment, error) {
	for _, folder := range b.context.folders() {
		if _, err := os.Stat(filepath.Join(folder, b.identity.SegmentName())); err != nil {
			continue
		}
		segment, err := b.openSegment(ctx, folder)
		if err == nil || ctx.Err() != nil {
			return segment, err
		}
		// A damaged file is as good as none: it is made again in its place.
	}
	folder := b.context.segmentFolder(b.context.Home)
	if err := b.build(ctx, filepath.Join(folder, b.identity.SegmentName())); err != nil {
		return Segment{}, err
	}
	return b.openSegment(ctx, folder)
}

// build writes the segment under a temporary name and gives it its own when it is
// whole and on disk: a process that ends at any instant leaves either nothing or
// all of it, and processes that build the same do no harm to each other.
func (b *builder) build(ctx context.Context, path string) (err error) {
	b.account = newAccount(b.source)
	if b.zones, err = b.loadZones(); err != nil {
		return err
	}
	if b.key, err = b.maskKey(); err != nil {
		return err
	}
	if b.scratch, err = os.MkdirTemp(filepath.Dir(path), temporaryPrefix); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.scratch)) }()
	defer func() {
		// Also after a cancel: what the stage holds is no longer needed.
		err = errors.Join(err, b.engine.Exec(context.WithoutCancel(ctx), "DROP SCHEMA IF EXISTS stage CASCADE"))
	}()
	defer b.closePrevious(ctx)
	if err := b.stage(ctx); err != nil {
		return err
	}
	temporary := filepath.Join(b.scratch, "segment.duckdb")
	if err := b.write(ctx, temporary); err != nil {
		return err
	}
	return keep(temporary, path)
}

// newAccount is the account of a source that no row is counted in yet.
func newAccount(s *metrics.Source) metrics.Account {
	a := metrics.Account{Source: s.Name}
	switch s.Reader.(type) {
	case *metrics.Union, *metrics.Entity, *metrics.SQL:
		a.Derived = true
	}
	return a
}

// stage brings the rows through all steps of cleaning up to the quarantine.
func (b *builder) stage(ctx context.Context) error {
	var err error
	if b.definition, err = b.context.definitionHash(b.source); err != nil {
		return err
	}
	if metrics.FilePath(b.source.Reader) == "" {
		return inTurn(ctx, b.createStage, b.load, b.computeColumns, b.judgeRows, b.aggregateColumns)
	}
	if b.rowsHash, err = b.context.rowsHash(b.source, b.key); err != nil {
		return err
	}
	steps := []func(context.Context) error{b.openPrevious, b.pack, b.knowPlaces}
	if b.layered {
		return inTurn(ctx, append(steps, b.layRows, b.compareRows)...)
	}
	return inTurn(ctx, append(steps, b.createStage, b.loadPacks, b.computeColumns, b.judgeRows, b.aggregateColumns)...)
}

// pack brings the files into packs.
func (b *builder) pack(ctx context.Context) (err error) {
	b.parts, err = b.packFiles(ctx)
	return err
}

// judgeRows finds the rows that must go, and counts those that fail a check.
func (b *builder) judgeRows(ctx context.Context) error {
	return inTurn(ctx, b.dedupe, b.quarantine, b.keys, b.overlaps, b.gatherResults)
}

// inTurn does steps up to the first that fails.
func inTurn(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) count(ctx context.Context, query string) (int64, error) {
	t, err := b.engine.Query(ctx, query)
	if err != nil {
		return 0, err
	}
	n, _ := t.Rows[0][0].(int64)
	return n, nil
}

// temporaryPrefix starts the names of folders in which segments are made.
const temporaryPrefix = ".tmp-"

// abandoned is after how long a temporary folder has no living owner.
const abandoned = 24 * time.Hour

// sweep removes what processes that were killed left behind. It is housekeeping:
// what can't be removed stays.
func sweep(folder string, now time.Time) {
	leftover, _ := filepath.Glob(filepath.Join(folder, temporaryPrefix+"*"))
	for _, path := range leftover {
		if info, err := os.Stat(path); err == nil && now.Sub(info.ModTime()) > abandoned {
			_ = os.RemoveAll(path)
		}
	}
}

// syncPath brings a file, or the names in a folder, to the disk.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
