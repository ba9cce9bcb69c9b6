package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// openManifest attaches the file of a segment and reads what it says of itself.
func openManifest(ctx context.Context, eng *duckdb.Engine, alias, folder, name string) (meta, error) {
	var m meta
	path := filepath.Join(folder, name)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return m, errGone
	} else if err != nil {
		return m, err
	}
	if err := attach(ctx, eng, alias, path); err != nil {
		return m, err
	}
	t, err := eng.Query(ctx, "SELECT json FROM "+duckdb.Quote(alias)+".meta")
	if err == nil && len(t.Rows) == 1 {
		err = json.Unmarshal([]byte(text(t.Rows[0][0])), &m)
	}
	if err == nil && m.Format != formatVersion {
		err = fmt.Errorf("it is of format %d", m.Format)
	}
	if err != nil {
		// So that what is made in its place isn't taken for attached already.
		err = errors.Join(err, eng.Detach(context.WithoutCancel(ctx), alias))
	}
	return m, err
}

// attach opens a database file, in place of another of the same alias.
func attach(ctx context.Context, eng *duckdb.Engine, alias, path string) error {
	t, err := eng.Query(ctx, "SELECT path FROM duckdb_databases() WHERE database_name = "+duckdb.Literal(alias))
	if err != nil {
		return err
	}
	if len(t.Rows) > 0 {
		if text(t.Rows[0][0]) == path {
			return nil
		}
		if err := eng.Detach(ctx, alias); err != nil {
			return err
		}
	}
	return eng.Attach(ctx, alias, path, true)
}

// openSegment opens a segment and shows its tables.
func (b *builder) openSegment(ctx context.Context, folder string) (Segment, error) {
	segment := Segment{Source: b.source.Name, Hash: b.identity.Hash, Path: filepath.Join(folder, b.identity.SegmentName())}
	m, err := openManifest(ctx, b.engine, "man_"+b.source.Name, folder, b.identity.SegmentName())
	if err == nil && m.Hash != segment.Hash {
		err = errors.Join(errOther, b.engine.Detach(context.WithoutCancel(ctx), "man_"+b.source.Name))
	}
	if err == nil {
		err = b.showSegment(ctx, m)
	}
	if err != nil {
		return segment, damaged(segment.Source, segment.Path, err)
	}
	segment.maskKey, segment.guards = m.MaskKey, m.Guards
	segment.Account, segment.Checks, segment.Statistics, segment.Packs = m.Account, m.Checks, m.Statistics, m.Packs
	return segment, nil
}

// showSegment makes the views of a segment.
func (b *builder) showSegment(ctx context.Context, m meta) error {
	manifest := manifestAlias(b.source.Name)
	clean, account := "SELECT * FROM "+manifest+".clean", b.accountOfTables(manifest)
	if m.Layered {
		var err error
		if b.parts, b.sizes, err = readParts(ctx, b.engine, manifest); err == nil {
			clean, err = b.cleanView(ctx, manifest)
		}
		if err == nil {
			account, err = b.accountOfPacks(ctx, manifest)
		}
		if err != nil {
			return err
		}
	}
	return b.engine.Exec(ctx, fmt.Sprintf(`CREATE SCHEMA IF NOT EXISTS %[1]s; CREATE OR REPLACE VIEW %[1]s.clean AS %[2]s; CREATE OR REPLACE VIEW %[1]s.account AS %[4]s;
CREATE OR REPLACE VIEW %[1]s.rejects AS SELECT * FROM %[3]s.rejects; CREATE OR REPLACE VIEW %[1]s.files AS SELECT id, source, path FROM %[3]s.files`,
		segmentAlias(b.source.Name), clean, manifest, account))
}

// Why a segment can't be used.
var (
	errOther = errors.New("it holds the rows of something else")
	errGone  = errors.New("it is no longer there")
)

func damaged(source, path string, err error) error {
	return failf(diag.StoreDamaged, source, "Clean rows can't be opened", "%s can't be opened: %s. Remove the file if it is there, and run metrics plan: it makes it again from the source.", path, err)
}

// Load opens the rejects of a segment that exists, by its path.
func Load(ctx context.Context, eng *duckdb.Engine, id Identity, path string) (Segment, diag.List) {
	var problems diag.List
	m, err := openManifest(ctx, eng, "man_"+id.Source, filepath.Dir(path), filepath.Base(path))
	if err == nil && m.Hash != id.Hash {
		err = errors.Join(errOther, eng.Detach(context.WithoutCancel(ctx), "man_"+id.Source))
	}
	if err == nil {
		err = eng.Exec(ctx, fmt.Sprintf("CREATE SCHEMA IF NOT EXISTS %[1]s; CREATE OR REPLACE VIEW %[1]s.rejects AS SELECT * FROM %[2]s.rejects", segmentAlias(id.Source), manifestAlias(id.Source)))
	}
	if err != nil {
		report(&problems, id.Source, damaged(id.Source, path, err))
	}
	return Segment{Source: id.Source, Hash: m.Hash, Path: path, maskKey: m.MaskKey, guards: m.Guards}, problems
}

// Attach makes the views sources.<source> of clean rows, sources.<account> of all rows
// that were read and rejects.<source> of segments that Build opened.
func Attach(ctx context.Context, eng *duckdb.Engine, m *metrics.Model, segments map[string]Segment) error {
	views := []string{"CREATE SCHEMA IF NOT EXISTS sources", "CREATE SCHEMA IF NOT EXISTS rejects"}
	for _, name := range sortedKeys(segments) {
		if s := m.Source(name); s != nil {
			views = append(views, fmt.Sprintf("CREATE OR REPLACE VIEW sources.%[1]s AS SELECT %[2]s FROM %[3]s.clean", duckdb.Quote(name), strings.Join(publicColumns(s), ", "), segmentAlias(name)),
				fmt.Sprintf("CREATE OR REPLACE VIEW sources.%s AS SELECT * FROM %s.account", duckdb.Quote(metrics.HealthPrefix+name), segmentAlias(name)),
				fmt.Sprintf("CREATE OR REPLACE VIEW rejects.%[1]s AS SELECT * FROM %[2]s.rejects", duckdb.Quote(name), segmentAlias(name)))
		}
	}
	return eng.Exec(ctx, strings.Join(views, ";\n"))
}
