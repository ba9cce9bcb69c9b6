package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// A pack holds what was read of some files of a source: their rows brought through
// all steps of cleaning that look at one row alone, in the table parsed, and the
// rejects of these steps. Of each row, "$state" says how far it came. A pack is
// written once and never changed; a segment says which parts of it are in use.

// part is one file's rows in a pack.
type part struct {
	Path string
	Hash string // of the file
	pack string // file name of the pack
	id   int    // "$file" of its rows in the pack
	// start is the row id of its first row, rows how many it has; faults is how many
	// more could not be split into fields, and aside how many did not come through.
	start, rows, faults, aside int64
}

// The states of rows in a pack; those that fail a check have its place among the
// checks, from firstFailed on.
const (
	stateClean    = 0 // as far as a row by itself can tell
	stateFiltered = 1
	firstFailed   = 2
	stateUnread   = 65535
)

// The names in a pack and in the engine.
const (
	packAlias   = `"new_pack"`
	stateColumn = `"$state"`
	fullPack    = 1 << 22 // bytes of files from which a pack is large
)

// maxPacks is how many packs a source may have: more of them make reading slow.
const maxPacks = 16

// layered tells whether clean rows are those of packs, less some: whether nothing
// that a row becomes depends on other rows, sources or the time of the run.
func layered(m *metrics.Model, s *metrics.Source) bool {
	// A row that references nothing is rejected for that, before its check blocks.
	late := len(quarantining(s)) > 0 && slices.ContainsFunc(s.Checks, func(c *metrics.RowCheck) bool { return c.OnFail == metrics.Quarantine })
	return metrics.FilePath(s.Reader) != "" && !late && len(reached(m, s)) == 0 && len(aggregating(m, s)) == 0 && !readsAsOf(s)
}

// rowsHash names the steps that look at one row alone: where they are the same,
// what was read of a file stays good. Rejects of guarded columns are masked with a key.
func (c Context) rowsHash(s *metrics.Source, key []byte) (string, error) {
	alone := *s
	alone.References = nil
	if d := s.Dedupe; d != nil {
		alone.Dedupe = &metrics.Dedupe{All: d.All}
	}
	if !layered(c.Model, s) {
		alone.Key, alone.Where, alone.Checks, alone.Columns = nil, nil, nil, read(s)
	}
	text, err := canonicalSource(c.Model, &alone)
	if err != nil {
		return "", err
	}
	if !s.Guarded() {
		key = nil
	}
	p := c.Model.Project
	return hashOf(key, formatVersion, layered(c.Model, s), text, p.Timezone, p.WeekStart, p.FiscalYearStart)
}

// hashOf is the hash of parts that are JSON.
func hashOf(parts ...any) (string, error) {
	sum, err := json.Marshal(parts)
	digest := sha256.Sum256(sum)
	return hex.EncodeToString(digest[:]), err
}

// packName is the name of a pack with the rows of some files in it, in their order.
func packName(source, rowsHash string, parts []part) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n", rowsHash)
	for _, p := range parts {
		fmt.Fprintf(h, "%q %s\n", p.Path, p.Hash)
	}
	return fmt.Sprintf("%s-rows-%s.duckdb", fileSafe(source), hex.EncodeToString(h.Sum(nil))[:12])
}

// packs brings the rows of all files into packs, reading those alone that no pack
// holds yet, and returns the parts in the order of files.
func (b *builder) packFiles(ctx context.Context) ([]part, error) {
	known := map[[2]string]part{}
	if b.previous != nil {
		for _, p := range b.previous.parts {
			known[[2]string{p.Path, p.Hash}] = p
		}
	}
	var fresh []InputFile
	live := map[string][]part{}
	for _, f := range b.identity.Files {
		if p, ok := known[[2]string{f.Path, f.SHA256}]; ok {
			live[p.pack] = append(live[p.pack], p)
		} else {
			fresh = append(fresh, f)
		}
	}
	absorbed := b.absorbable(live, fresh)
	parts := map[string]part{}
	for _, name := range sortedKeys(live) {
		for _, p := range live[name] {
			parts[p.Path] = p
		}
	}
	if len(fresh)+len(absorbed) > 0 {
		written, err := b.writePack(ctx, fresh, absorbed)
		if err != nil {
			return nil, err
		}
		for _, p := range written {
			parts[p.Path] = p
		}
	}
	out := make([]part, len(b.identity.Files))
	for i, f := range b.identity.Files {
		out[i] = parts[f.Path]
	}
	return out, nil
}

// absorbable chooses the parts that go into the new pack with what is read. Packs
// that are no larger than what the new one holds are absorbed by it, so that a row
// is written anew as often as the rows double, and no more packs are left than may be.
// A pack most of whose rows are no longer in use is given up.
func (b *builder) absorbable(live map[string][]part, fresh []InputFile) []part {
	size := func(name string) (n int64) {
		for _, p := range live[name] {
			n += p.rows
		}
		return n
	}
	names := sortedKeys(live)
	slices.SortStableFunc(names, func(a, b string) int { return int(min(1, max(-1, size(a)-size(b)))) })
	var out []part
	var rows, bytes int64
	for _, f := range fresh {
		bytes += f.Size
	}
	rows = bytes / rowBytes
	for i, name := range names {
		grown := len(fresh) > 0 && (size(name) <= rows || len(names)-i >= maxPacks)
		if grown || 2*size(name) < b.sizes[name] {
			rows += size(name)
			out = append(out, live[name]...)
		}
	}
	slices.SortFunc(out, func(a, b part) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// rowBytes is about how long a row is in a file, where rows aren't counted yet.
const rowBytes = 64

// writePack reads fresh files and writes them with absorbed parts as a new pack.
func (b *builder) writePack(ctx context.Context, fresh []InputFile, absorbed []part) (parts []part, err error) {
	var size int64
	for i, f := range fresh {
		size += f.Size
		parts = append(parts, part{Path: f.Path, Hash: f.SHA256, id: i})
	}
	for _, p := range absorbed {
		size += p.rows * rowBytes
		p.id = len(parts)
		parts = append(parts, p)
	}
	name := packName(b.source.Name, b.rowsHash, parts)
	block := 0
	if size < fullPack {
		block = duckdb.SmallBlocks
	}
	temporary := filepath.Join(b.scratch, "pack.duckdb")
	alias := strings.Trim(packAlias, `"`)
	if err := b.engine.Create(ctx, alias, temporary, block); err != nil {
		return nil, err
	}
	p := &packer{builder: *b, absorbed: absorbed, parts: parts}
	p.identity.Files, p.parsed = fresh, packAlias+".parsed"
	p.places = map[place]found{}
	err = inTurn(ctx, p.createTables, p.load, p.absorb, p.measure, p.writeRejects)
	if err == nil {
		err = b.engine.Exec(ctx, "CHECKPOINT "+packAlias)
	}
	if err = errors.Join(err, b.engine.Detach(context.WithoutCancel(ctx), alias)); err != nil {
		return nil, err
	}
	b.sizes[name] = 0
	for i := range p.parts {
		p.parts[i].pack = name
		b.sizes[name] += p.parts[i].rows
	}
	return p.parts, keep(temporary, filepath.Join(b.context.segmentFolder(b.context.Home), name))
}

// keep gives a file that is whole its name, once it is on disk.
func keep(temporary, path string) error {
	if err := syncPath(temporary); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	return syncPath(filepath.Dir(path))
}

// packer fills one pack: a builder of the files that are read, and what it absorbs.
type packer struct {
	builder
	absorbed []part
	parts    []part
}

func (p *packer) createTables(ctx context.Context) error {
	return p.engine.Exec(ctx, fmt.Sprintf(`CREATE TABLE %s (%s);
CREATE TABLE %s.rejects ("$file" INTEGER, "$ordinal" BIGINT, line BIGINT, "column" VARCHAR, value VARCHAR, reason VARCHAR, raw VARCHAR)`,
		p.parsed, strings.Join(p.parsedTable(), ", "), packAlias))
}

// absorb copies the rows of parts that other packs hold, those of one pack at once: a
// pack may hold hundreds of parts. The rows of each stay together, in their order.
func (p *packer) absorb(ctx context.Context) error {
	first := len(p.parts) - len(p.absorbed)
	packs := byPack(p.absorbed)
	for _, name := range sortedKeys(packs) {
		from, err := p.attachPack(ctx, name)
		if err != nil {
			return err
		}
		number := chosen(packs[name], func(old placed) int64 { return int64(first + old.at) })
		copied := fmt.Sprintf(`SELECT * REPLACE (CAST(%s AS INTEGER) AS "$file") FROM %s.%%s WHERE %s ORDER BY "$file", rowid`, number, from, among(packs[name]))
		err = p.engine.Exec(ctx, fmt.Sprintf("INSERT INTO %s "+copied+"; INSERT INTO %s.rejects "+copied, p.parsed, "parsed", packAlias, "rejects"))
		if err != nil {
			return err
		}
	}
	return nil
}

// measure finds where parts start and what they hold.
func (p *packer) measure(ctx context.Context) error {
	aside := "0"
	if p.layered {
		aside = "count(*) FILTER (" + stateColumn + " = 1)"
	}
	t, err := p.engine.Query(ctx, fmt.Sprintf(`SELECT "$file", min(rowid), count(*), %s FROM %s GROUP BY 1`, aside, p.parsed))
	if err != nil {
		return err
	}
	for i := range p.parts {
		q := &p.parts[i]
		q.start, q.rows, q.aside = 0, 0, 0
	}
	for _, row := range t.Rows {
		q := &p.parts[number(row[0])]
		q.start, q.rows, q.aside = number(row[1]), number(row[2]), number(row[3])
	}
	for _, f := range p.faults {
		p.parts[f.file].faults++
	}
	return nil
}

// writeRejects notes the rows of fresh files that did not come through, with their
// text as it stands in the file, so that the file need not be read again for it.
func (p *packer) writeRejects(ctx context.Context) error {
	t, err := p.engine.Query(ctx, fmt.Sprintf(`SELECT "$file", rowid, %s, %s, %s FROM %s WHERE %s IS NOT NULL AND "$file" < %d`,
		whyWhere, whyShown, whyReason, p.parsed, whyColumn, len(p.parts)-len(p.absorbed)))
	if err != nil {
		return err
	}
	all := make([]reject, len(t.Rows))
	for i, row := range t.Rows {
		file := int(number(row[0]))
		all[i] = reject{file: file, ordinal: number(row[1]) - p.parts[file].start + 1, column: text(row[2]), shown: text(row[3]), reason: text(row[4])}
	}
	if all, err = p.located(ctx, all); err != nil || len(all) == 0 {
		return err
	}
	return p.insertRows(ctx, packAlias+".rejects", len(all), func(i int) []string {
		r := all[i]
		return []string{fmt.Sprint(r.file), fmt.Sprint(r.ordinal), fmt.Sprint(r.line), r.column, r.shown, r.reason, r.raw}
	})
}

// attachPack opens a pack in the engine and returns its alias, quoted.
func (b *builder) attachPack(ctx context.Context, name string) (string, error) {
	return attachPack(ctx, b.engine, b.context.folders(), name)
}

func attachPack(ctx context.Context, eng *duckdb.Engine, folders []string, name string) (string, error) {
	alias := "pack_" + strings.TrimSuffix(name[strings.LastIndex(name, "-")+1:], ".duckdb")
	t, err := eng.Query(ctx, "SELECT 1 FROM duckdb_databases() WHERE database_name = "+duckdb.Literal(alias))
	if err != nil || len(t.Rows) > 0 {
		return duckdb.Quote(alias), err
	}
	for _, folder := range folders {
		path := filepath.Join(folder, name)
		if _, err = os.Stat(path); err == nil {
			err = eng.Attach(ctx, alias, path, true)
		}
		if err == nil {
			return duckdb.Quote(alias), nil
		}
	}
	return "", err
}

// folders are where segments and packs may lie.
func (c Context) folders() []string {
	var out []string
	for _, home := range []string{c.Fallback, c.Home} {
		if home != "" {
			out = append(out, c.segmentFolder(home))
		}
	}
	return out
}
