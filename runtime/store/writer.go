package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// Writer is the one that may write to a store, until it is closed.
type Writer struct {
	lock  *os.File
	store *Store

	// What Publish prepared; what the store has, where nothing was published.
	values  []Segment
	current Segment

	found map[string]bool // files that were there when it began
}

// Present is what a commit makes the present, beside the values that were
// published.
type Present struct {
	Project     string
	Definitions []metrics.Definition
	// Fingerprints is the version of the definitions' fingerprints.
	Fingerprints string
	Snapshot     Snapshot
	// Earlier is files of the store with snapshots that change blocks keep, Beside the
	// definitions by which values are computed beside those of today.
	Earlier map[string]Segment
	Beside  []metrics.Definition
	Sources map[string]Source // each with its segment in SourcesDir
	Alerts  []metrics.Alert   // what thresholds say
	Inputs  json.RawMessage
	Bases   json.RawMessage
}

// Lock makes the caller the writer of the store, and waits for that as long as
// wait if there is another. It makes the folder where there is none. The writer
// starts from the present generation, which may be newer than s.
func (s *Store) Lock(ctx context.Context, wait time.Duration, command string) (*Writer, diag.List) {
	if err := makeFolders(s.dir); err != nil {
		return nil, diag.List{unwritable(s.dir, err)}
	}
	lock, problems := acquire(ctx, s.dir, wait, command)
	if problems.HasErrors() {
		return nil, problems
	}
	present, problems := Open(s.dir)
	if problems.HasErrors() {
		return nil, append(problems, closing(s.dir, release(lock))...)
	}
	w := &Writer{lock: lock}
	w.build(present)
	return w, nil
}

// build makes s what the next commit builds on.
func (w *Writer) build(s *Store) {
	w.store, w.values, w.current = s, s.catalog.Values, s.catalog.Current
	w.found = w.files()
}

// Store returns the generation that the writer builds on; after a commit, the
// one that it made.
func (w *Writer) Store() *Store { return w.store }

// Close gives the lock back. What was published and not committed is as if it
// had never been.
func (w *Writer) Close() diag.List {
	if w.lock == nil {
		return nil
	}
	err := release(w.lock)
	w.lock = nil
	return closing(w.store.dir, err)
}

func closing(dir string, err error) diag.List {
	if err != nil {
		return diag.List{unwritable(dir, err)}
	}
	return nil
}

// nextRun is the number of the run that the next commit records.
func (w *Writer) nextRun() int { return w.store.catalog.LastRun.ID + 1 }

// Commit records run, makes what was published and next the present, all or
// nothing, and clears what no reader can need any more. It gives run its number
// and its time: At, or now where that is not set, but never earlier than the run
// before, whatever the clock says.
func (w *Writer) Commit(ctx context.Context, run *metrics.Run, next Present) diag.List {
	run.ID = w.nextRun()
	if run.At.IsZero() {
		run.At = time.Now()
	}
	run.At = run.At.UTC().Truncate(time.Millisecond)
	if last := w.store.catalog.LastRun.At; run.At.Before(last) {
		run.At = last
	}
	c, err := w.assemble(run, next)
	if err != nil {
		return orInterrupted(ctx, diag.List{notCommitted(w.store.dir, err)})
	}
	return w.makePresent(ctx, c)
}

// makePresent makes a catalog, whose files are written, the present.
func (w *Writer) makePresent(ctx context.Context, c *Catalog) diag.List {
	if err := w.publishCatalog(ctx, c); err != nil {
		return orInterrupted(ctx, diag.List{notCommitted(w.store.dir, err)})
	}
	step("pointer replaced")
	w.markBegun()
	if err := syncFolder(w.store.dir); err != nil {
		return diag.List{unconfirmed(w.store.dir, err)}
	}
	committed, problems := Open(w.store.dir)
	if problems.HasErrors() {
		return problems
	}
	w.build(committed)
	w.clear(time.Now())
	step("cleared")
	return nil
}

// markBegun notes that a commit was made. Where that can't be written now, the next commit
// does it: this one was made.
func (w *Writer) markBegun() {
	if f, err := os.OpenFile(w.store.path(begunName), os.O_CREATE|os.O_WRONLY, 0o666); err == nil {
		f.Close()
	}
}

// assemble writes the files of the next generation, all but its catalog, which
// it returns.
func (w *Writer) assemble(run *metrics.Run, next Present) (*Catalog, error) {
	sources, err := w.measure(next.Sources)
	if err != nil {
		return nil, err
	}
	definitions, hash, err := w.writeDefinitions(next.Definitions)
	if err != nil {
		return nil, err
	}
	snapshot, err := w.writeSnapshot(next.Snapshot)
	if err != nil {
		return nil, err
	}
	editions, err := w.writeEditions(definitions, next)
	if err != nil {
		return nil, err
	}
	runs, err := w.writeRun(run)
	if err != nil {
		return nil, err
	}
	alerts, err := w.writeAlerts(next.Alerts)
	if err != nil {
		return nil, err
	}
	return &Catalog{
		Format:          format,
		Generation:      w.store.pointer.Generation + 1,
		Project:         next.Project,
		LastRun:         RunStamp{ID: run.ID, At: run.At, AsOf: run.AsOf},
		Definitions:     definitions,
		DefinitionsHash: hash,
		Fingerprints:    next.Fingerprints,
		Snapshot:        snapshot,
		Earlier:         next.Earlier,
		Editions:        editions,
		Runs:            runs,
		Alerts:          alerts,
		Values:          w.values,
		Current:         w.current,
		OldestRun:       w.store.catalog.OldestRun,
		Sources:         sources,
		Inputs:          next.Inputs,
		Bases:           next.Bases,
	}, nil
}

// vanishedError reports a segment of cleaned rows that isn't there.
type vanishedError struct{ source, file string }

func (e *vanishedError) Error() string { return e.file + " is missing" }

// notCommitted says why a commit was not made.
func notCommitted(dir string, err error) diag.Diagnostic {
	var e *vanishedError
	if !errors.As(err, &e) {
		return unwritable(dir, err)
	}
	return diag.Diagnostic{
		Severity: diag.Error,
		Code:     diag.StoreDamaged,
		Summary:  fmt.Sprintf("The cleaned rows of source.%s are missing", e.source),
		Detail: fmt.Sprintf("%s was there when the command began, and isn't any more; %s is unchanged. "+
			"Run the command again to read the source anew.", e.file, shown(dir)),
		Address: "source." + e.source,
	}
}

// measure completes the sources with the sizes of their segments.
func (w *Writer) measure(sources map[string]Source) (map[string]Source, error) {
	measured := maps.Clone(sources)
	for _, name := range sortedKeys(sources) {
		s := sources[name]
		info, err := os.Stat(filepath.Join(w.store.SourcesDir(), s.Segment))
		if err != nil {
			return nil, &vanishedError{name, s.Segment}
		}
		s.Size, s.Packs = info.Size(), slices.Clone(s.Packs)
		for i, p := range s.Packs {
			if info, err = os.Stat(filepath.Join(w.store.SourcesDir(), p.File)); err != nil {
				return nil, &vanishedError{name, p.File}
			}
			s.Packs[i].Size = info.Size()
		}
		measured[name] = s
	}
	return measured, nil
}

func (w *Writer) writeRun(run *metrics.Run) ([]Segment, error) {
	text, err := encodeLines([]*metrics.Run{run})
	if err != nil {
		return nil, err
	}
	segment, err := w.write(text, catalogFolder, fmt.Sprintf("runs-%d", run.ID), ".jsonl")
	if err != nil {
		return nil, err
	}
	segment.Rows, segment.FirstRun, segment.LastRun = 1, run.ID, run.ID
	return w.mergeLines(append(slices.Clone(w.store.catalog.Runs), segment), "runs")
}

// publishCatalog writes the catalog, makes everything it names last, and only
// then replaces the pointer: the one moment at which the present changes.
func (w *Writer) publishCatalog(ctx context.Context, c *Catalog) error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	written, err := w.write(text, catalogFolder, fmt.Sprintf("%06d", c.Generation), ".json")
	if err != nil {
		return err
	}
	for _, folder := range []string{valuesFolder, sourcesFolder, catalogFolder} {
		if err := syncFolder(filepath.Join(w.store.dir, folder)); err != nil {
			return err
		}
	}
	step("folders synced")
	if err := ctx.Err(); err != nil {
		return err
	}
	return w.replacePointer(pointer{Format: format, Generation: c.Generation, Catalog: written.File})
}

func (w *Writer) replacePointer(p pointer) error {
	temp := w.temporaryPath("", pointerName)
	f, err := os.Create(temp)
	if err != nil {
		return err
	}
	_, err = f.Write(p.encode())
	if err := cmp.Or(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	step("pointer written")
	return os.Rename(temp, filepath.Join(w.store.dir, pointerName))
}
