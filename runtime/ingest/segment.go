package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Segment is the clean rows of a source as a file that never changes. In an
// engine it stands as the database "seg_" + source with the tables clean,
// rejects, files and meta.
type Segment struct {
	Source     string                `json:"source"`
	Hash       string                `json:"hash"`
	Path       string                `json:"path"`
	Packs      []string              `json:"packs,omitempty"` // names of the files beside it that hold its rows
	Account    metrics.Account       `json:"account"`
	Checks     []metrics.CheckResult `json:"checks,omitempty"`
	Statistics metrics.Statistics    `json:"statistics"`
	maskKey    []byte
	guards     []string // as its rejects were written
}

// sourceFile is one file that clean rows came from; a union's are those of its leaves.
type sourceFile struct {
	Source string
	Path   string
}

// segmentAlias is the quoted name of the schema in which an engine shows a source's
// segment, with the views clean, rejects and files.
func segmentAlias(source string) string { return duckdb.Quote("seg_" + source) }

// manifestAlias is the quoted name of the database of a source's segment.
func manifestAlias(source string) string { return duckdb.Quote("man_" + source) }

// buildAlias is the database of the segment that is being made.
const buildAlias = `"new_segment"`

func (c Context) segmentFolder(home string) string { return filepath.Join(home, "sources") }

// smallRows is how many rows make a segment small.
const smallRows = 100_000

// write makes the database file of the segment.
func (b *builder) write(ctx context.Context, path string) (err error) {
	block := duckdb.SmallBlocks
	steps := []func(context.Context) error{b.writeParts, b.writeOut, b.writeAllRejects, b.writeSummary, b.writeMeta}
	if !b.layered {
		steps = []func(context.Context) error{b.writeClean, b.writeAside, b.writeParts, b.writeAllRejects, b.writeMeta}
		rows, err := b.count(ctx, "SELECT count(*) FROM stage.parsed")
		if err != nil {
			return err
		}
		if rows >= smallRows {
			block = 0
		}
	}
	alias := strings.Trim(buildAlias, `"`)
	if err := b.engine.Create(ctx, alias, path, block); err != nil {
		return err
	}
	err = inTurn(ctx, steps...)
	if err == nil {
		err = b.engine.Exec(ctx, "CHECKPOINT "+b.target)
	}
	return errors.Join(err, b.engine.Detach(context.WithoutCancel(ctx), alias))
}

// writeClean keeps the order in which rows were read.
func (b *builder) writeClean(ctx context.Context) error {
	columns := append(publicColumns(b.source), fileColumn, ordinalColumn)
	return b.engine.Exec(ctx, fmt.Sprintf("CREATE TABLE %s.clean AS SELECT %s FROM %s", b.target, strings.Join(columns, ", "), b.cleanRows()))
}

// publicColumns are those of a source's view: its columns in order, each timestamp
// with its local day behind it.
func publicColumns(s *metrics.Source) []string {
	var columns []string
	for _, c := range s.Columns {
		columns = append(columns, duckdb.Quote(c.Name))
		if c.Type.Kind == metrics.Timestamp {
			columns = append(columns, duckdb.Quote(dayName(c.Name)))
		}
	}
	return columns
}

// writeParts notes the files of the segment, and where their rows lie.
func (b *builder) writeParts(ctx context.Context) error {
	create := "CREATE TABLE " + b.target + ".files (id INTEGER, source VARCHAR, path VARCHAR, hash VARCHAR, pack VARCHAR, part INTEGER, start BIGINT, rows BIGINT, faults BIGINT, aside BIGINT, held BIGINT)"
	if err := b.engine.Exec(ctx, create); err != nil {
		return err
	}
	return b.insertRows(ctx, b.target+".files", len(b.files), func(i int) []string {
		f, p := b.files[i], part{}
		if i < len(b.parts) {
			p = b.parts[i]
		}
		return []string{fmt.Sprint(i), f.Source, f.Path, p.Hash, p.pack, fmt.Sprint(p.id), fmt.Sprint(p.start), fmt.Sprint(p.rows), fmt.Sprint(p.faults), fmt.Sprint(p.aside), fmt.Sprint(b.sizes[p.pack])}
	})
}

// readParts returns the parts that a segment is made of, in the order of its files,
// and how many rows each of their packs holds.
func readParts(ctx context.Context, eng *duckdb.Engine, manifest string) ([]part, map[string]int64, error) {
	t, err := eng.Query(ctx, "SELECT path, hash, pack, part, start, rows, faults, aside, held FROM "+manifest+".files WHERE pack <> '' ORDER BY id")
	if err != nil {
		return nil, nil, err
	}
	parts, sizes := make([]part, len(t.Rows)), map[string]int64{}
	for i, r := range t.Rows {
		parts[i] = part{Path: text(r[0]), Hash: text(r[1]), pack: text(r[2]), id: int(number(r[3])), start: number(r[4]), rows: number(r[5]), faults: number(r[6]), aside: number(r[7])}
		sizes[parts[i].pack] = number(r[8])
	}
	return parts, sizes, nil
}

// writeOut notes the rows that a comparison took out, by file and ordinal, and the
// places of files whose text is known.
func (b *builder) writeOut(ctx context.Context) error {
	err := b.engine.Exec(ctx, fmt.Sprintf(`CREATE TABLE %[1]s.out AS SELECT CAST("$row" >> %[2]d AS INTEGER) AS file, "$row" & %[3]d AS ordinal, duplicate, "column", shown, reason,
CAST(again >> %[2]d AS INTEGER) AS again_file, again & %[3]d AS again_ordinal, state FROM stage.out ORDER BY "$row"`, b.target, ordinalBits, ordinalMask))
	return err
}

// readFiles returns the files of an attached segment by their position.
func readFiles(ctx context.Context, eng *duckdb.Engine, source string) ([]sourceFile, error) {
	t, err := eng.Query(ctx, "SELECT source, path FROM "+segmentAlias(source)+".files ORDER BY id")
	if err != nil {
		return nil, err
	}
	files := make([]sourceFile, len(t.Rows))
	for i, r := range t.Rows {
		files[i] = sourceFile{Source: text(r[0]), Path: text(r[1])}
	}
	return files, nil
}

func (b *builder) writeAllRejects(ctx context.Context) error {
	err := b.engine.Exec(ctx, "CREATE TABLE "+b.target+`.rejects (file VARCHAR, line BIGINT, "column" VARCHAR, value VARCHAR, reason VARCHAR, raw VARCHAR)`)
	if err != nil {
		return err
	}
	all, err := b.rejects(ctx)
	if err != nil {
		return err
	}
	b.keptOut = all
	b.account.Rejected = int64(len(all))
	return errors.Join(b.writeRejects(ctx, all), b.writePlaces(ctx))
}

// meta is what a segment says of itself.
type meta struct {
	Format     int                   `json:"format"`
	Hash       string                `json:"hash"`
	Definition string                `json:"definition"`          // hash of all steps of cleaning
	RowsHash   string                `json:"rows_hash,omitempty"` // of those that look at one row alone
	Upstream   map[string]string     `json:"upstream,omitempty"`
	Layered    bool                  `json:"layered,omitempty"`
	Packs      []string              `json:"packs,omitempty"`
	Account    metrics.Account       `json:"account"`
	Checks     []metrics.CheckResult `json:"checks,omitempty"`
	Statistics metrics.Statistics    `json:"statistics"`
	Estimated  int64                 `json:"estimated,omitempty"` // rows of which different values were counted
	MaskKey    []byte                `json:"mask_key"`
	Guards     []string              `json:"guards,omitempty"`
}

func (b *builder) writeMeta(ctx context.Context) error {
	var statistics metrics.Statistics
	var err error
	if b.layered {
		if err = b.layeredAccount(ctx); err == nil {
			statistics, err = b.summarise(ctx)
		}
	} else if err = b.balance(ctx); err == nil {
		statistics, err = b.statistics(ctx)
	}
	if err != nil {
		return err
	}
	m := meta{
		Format: formatVersion, Hash: b.identity.Hash, Definition: b.definition, RowsHash: b.rowsHash, Layered: b.layered,
		Account: b.account, Checks: b.checks, Statistics: statistics, Estimated: b.estimated, Packs: sortedKeys(byPack(b.parts)), MaskKey: b.key, Guards: guardsOf(b.source),
	}
	if b.layered {
		m.Upstream = b.upstream()
	}
	line, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return b.engine.Exec(ctx, fmt.Sprintf("CREATE TABLE %[1]s.meta (json VARCHAR); INSERT INTO %[1]s.meta VALUES (%[2]s)", b.target, duckdb.Literal(string(line))))
}

// balance counts where the rows went, each by itself, and demands that none is
// missing and none counted twice.
func (b *builder) balance(ctx context.Context) error {
	filtered := "false"
	if b.source.Where != nil {
		filtered = "(" + b.expr(b.source.Where) + ") IS NOT TRUE"
	}
	t, err := b.engine.Query(ctx, fmt.Sprintf(`SELECT (SELECT count(*) FROM stage.parsed), (SELECT count(*) FROM %s.clean),
(SELECT count(*) FROM stage.rows WHERE %s AND "$row" NOT IN (SELECT "$row" FROM stage.out)), (SELECT count(*) FROM stage.out WHERE duplicate)`, b.target, filtered))
	if err != nil {
		return err
	}
	row := t.Rows[0]
	a := &b.account
	read := number(row[0]) + int64(len(b.faults))
	a.Clean, a.Filtered, a.Duplicates = number(row[1]), number(row[2]), number(row[3])
	if _, union := b.source.Reader.(*metrics.Union); !union {
		a.Read = read
	}
	if a.Read != read {
		return failf(diag.RowsLost, b.source.Name, "Rows are missing", "source.%s has %d rows, of which %d were read. This is a fault of the program: please report it with the definition of the source.", b.source.Name, a.Read, read)
	}
	return b.balanced()
}
