package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Rows of a layered source are told apart by one number: the position of the file
// and the ordinal within it, so that they sort by file and line.
const (
	ordinalBits = 36
	ordinalMask = 1<<ordinalBits - 1
)

func rowNumber(file int, ordinal int64) int64 { return int64(file)<<ordinalBits + ordinal }

func placeOf(row int64) place { return place{int(row >> ordinalBits), row & ordinalMask} }

// placed is a part with the position of its file among those of the source.
type placed struct {
	part
	at int
}

// byPack divides parts by the pack that holds them.
func byPack(parts []part) map[string][]placed {
	out := map[string][]placed{}
	for i, p := range parts {
		out[p.pack] = append(out[p.pack], placed{p, i})
	}
	return out
}

// packRows are the rows of some parts of one pack, as far as they could be read,
// with their number as "$row".
func (b *builder) packRows(alias string, parts []placed, columns []string) string {
	number := "rowid + " + chosen(parts, func(p placed) int64 { return rowNumber(p.at, 1) - p.start })
	where := fmt.Sprintf("%s <> %d", stateColumn, stateUnread)
	if only := b.only(parts); only != "" {
		where += " AND " + only
	}
	return fmt.Sprintf(`SELECT %s, %s AS "$row" FROM %s.parsed WHERE %s`, strings.Join(columns, ", "), number, alias, where)
}

// chosen is the SQL of a number that each part has.
func chosen(parts []placed, of func(placed) int64) string {
	if len(parts) == 1 {
		return fmt.Sprint(of(parts[0]))
	}
	last := slices.MaxFunc(parts, func(a, b placed) int { return a.id - b.id }).id
	numbers := make([]int64, last+1)
	for _, p := range parts {
		numbers[p.id] = of(p)
	}
	return fmt.Sprintf(`list_extract([%s], "$file" + 1)`, joinInts(numbers))
}

// only is the condition that rows of a pack belong to some parts; "" where all do.
func (b *builder) only(parts []placed) string {
	var rows int64
	for _, p := range parts {
		rows += p.rows
	}
	if rows == b.sizes[parts[0].pack] {
		return ""
	}
	return among(parts)
}

// among is the condition that rows of a pack belong to some parts.
func among(parts []placed) string {
	ids := make([]int64, len(parts))
	for i, p := range parts {
		ids[i] = int64(p.id)
	}
	slices.Sort(ids)
	return fmt.Sprintf(`"$file" IN (%s)`, joinInts(ids))
}

// rowColumns are the columns of stage.rows.
func (b *builder) rowColumns() []string {
	columns := append(publicColumns(b.source), stateColumn)
	if comparesWhole(b.source) {
		columns = append(columns, `"$all"`)
	}
	return columns
}

// rowsOf is the rows of parts as a relation.
func (b *builder) rowsOf(ctx context.Context, parts []placed) (string, error) {
	packs := map[string][]placed{}
	for _, p := range parts {
		packs[p.pack] = append(packs[p.pack], p)
	}
	var all []string
	for _, name := range sortedKeys(packs) {
		alias, err := b.attachPack(ctx, name)
		if err != nil {
			return "", err
		}
		all = append(all, b.packRows(alias, packs[name], b.rowColumns()))
	}
	return strings.Join(all, "\nUNION ALL "), nil
}

// layRows makes the relation stage.rows of the rows in all packs.
func (b *builder) layRows(ctx context.Context) error {
	parts := make([]placed, len(b.parts))
	for i, p := range b.parts {
		parts[i] = placed{p, i}
		b.files = append(b.files, sourceFile{Source: b.source.Name, Path: p.Path})
	}
	all, err := b.rowsOf(ctx, parts)
	if err != nil {
		return err
	}
	return b.engine.Exec(ctx, "DROP SCHEMA IF EXISTS stage CASCADE; CREATE SCHEMA stage; CREATE VIEW stage.rows AS "+all+";\n"+createOut)
}

// compares tells whether any step looks at more than one row.
func (b *builder) compares() bool {
	s := b.source
	return s.Dedupe != nil || len(s.Key) > 0 || len(quarantining(s)) > 0 || s.Valid != nil
}

// compareRows takes out the rows that don't hold against others.
func (b *builder) compareRows(ctx context.Context) error {
	if !b.compares() {
		return nil
	}
	if b.continues() {
		return b.compareChanged(ctx)
	}
	return inTurn(ctx, b.dedupe, b.quarantine, b.keys, b.overlaps)
}

// loadPacks stages the parsed rows of all packs in the order of files and lines, for
// sources whose rows are made from those of others.
func (b *builder) loadPacks(ctx context.Context) error {
	var columns []string
	for _, c := range b.parsedTable() {
		if name, _, _ := strings.Cut(c, " "); !strings.HasPrefix(c, fileColumn+" ") {
			if strings.HasPrefix(c, `"`) {
				name = c[:strings.Index(c[1:], `" `)+2]
			}
			columns = append(columns, name)
		}
	}
	b.starts = make([]int64, len(b.parts))
	var row int64
	for i, p := range b.parts {
		alias, err := b.attachPack(ctx, p.pack)
		if err != nil {
			return err
		}
		b.files = append(b.files, sourceFile{Source: b.source.Name, Path: p.Path})
		b.starts[i] = row
		row += p.rows
		err = b.engine.Exec(ctx, fmt.Sprintf(`INSERT INTO stage.parsed BY NAME SELECT %d AS "$file", %s FROM %s.parsed WHERE "$file" = %d ORDER BY rowid`,
			i, strings.Join(columns, ", "), alias, p.id))
		if err != nil {
			return err
		}
	}
	return b.readPackRejects(ctx, func(r reject, faulty bool) {
		if faulty {
			b.faults = append(b.faults, r)
		}
	})
}

// readPackRejects visits the rejects of all parts, with their place in the files,
// and remembers their text. Rows that could not be split have no ordinal.
func (b *builder) readPackRejects(ctx context.Context, visit func(r reject, faulty bool)) error {
	packs := byPack(b.parts)
	for _, name := range sortedKeys(packs) {
		alias, err := b.attachPack(ctx, name)
		if err != nil {
			return err
		}
		at := map[int]int{}
		for _, p := range packs[name] {
			at[p.id] = p.at
		}
		t, err := b.engine.Query(ctx, fmt.Sprintf(`SELECT "$file", "$ordinal", line, "column", value, reason, raw FROM %s.rejects ORDER BY rowid`, alias))
		if err != nil {
			return err
		}
		for _, row := range t.Rows {
			file, live := at[int(number(row[0]))]
			if !live {
				continue
			}
			r := reject{file: file, ordinal: number(row[1]), line: number(row[2]), column: text(row[3]), shown: text(row[4]), reason: text(row[5]), raw: text(row[6])}
			if r.ordinal > 0 {
				b.places[place{r.file, r.ordinal}] = found{r.line, r.raw, true}
			}
			visit(r, r.ordinal == 0)
		}
	}
	return nil
}

// layeredRejects returns the rejects of a layered source: those of the packs, but
// for rows that are duplicates, and those that a comparison took out.
func (b *builder) layeredRejects(ctx context.Context) ([]reject, error) {
	t, err := b.engine.Query(ctx, fmt.Sprintf(`SELECT "$row", duplicate, "column", shown, reason, again FROM stage.out WHERE NOT duplicate OR state >= %d`, firstFailed))
	if err != nil {
		return nil, err
	}
	duplicate := map[place]bool{}
	var compared, all []reject
	for _, row := range t.Rows {
		at := placeOf(number(row[0]))
		if gone, _ := row[1].(bool); gone {
			duplicate[at] = true
			continue
		}
		compared = append(compared, reject{file: at.file, ordinal: at.ordinal, column: text(row[2]), shown: text(row[3]), reason: text(row[4]), again: placeOf(number(row[5]))})
	}
	err = b.readPackRejects(ctx, func(r reject, faulty bool) {
		if faulty || !duplicate[place{r.file, r.ordinal}] {
			all = append(all, r)
		}
	})
	if err == nil && len(compared) > 0 {
		compared, err = b.located(ctx, compared)
	}
	return append(all, compared...), err
}

// layeredAccount counts where the rows of a layered source went, and demands that
// none is missing and none counted twice.
func (b *builder) layeredAccount(ctx context.Context) error {
	a := &b.account
	a.Read, a.Filtered = 0, 0
	for _, p := range b.parts {
		a.Read += p.rows + p.faults
		a.Filtered += p.aside
	}
	t, err := b.engine.Query(ctx, fmt.Sprintf(`SELECT count(*) FILTER (duplicate), count(*) FILTER (duplicate AND state = %d),
(SELECT coalesce(sum(clean), 0)::BIGINT FROM %s.summary) FROM stage.out`, stateFiltered, b.target))
	if err != nil {
		return err
	}
	row := t.Rows[0]
	a.Duplicates, a.Clean = number(row[0]), number(row[2])
	a.Filtered -= number(row[1])
	return b.balanced()
}

// balanced demands that rows add up.
func (b *builder) balanced() error {
	a := b.account
	if a.Balanced() {
		return nil
	}
	return failf(diag.RowsLost, b.source.Name, "Rows don't add up",
		"Of the %d rows of source.%s, %d are clean, %d filtered, %d duplicates and %d rejected, which is not all of them. This is a fault of the program: please report it with the definition of the source.",
		a.Read, b.source.Name, a.Clean, a.Filtered, a.Duplicates, a.Rejected)
}

// cleanView is the clean rows of a layered segment: those of its packs that no
// comparison took out.
func (b *builder) cleanView(ctx context.Context, manifest string) (string, error) {
	packs := byPack(b.parts)
	taken, err := b.takenFrom(ctx, manifest)
	if err != nil {
		return "", err
	}
	var all []string
	for _, name := range sortedKeys(packs) {
		alias, err := b.attachPack(ctx, name)
		if err != nil {
			return "", err
		}
		parts := packs[name]
		columns := append(publicColumns(b.source), chosen(parts, func(p placed) int64 { return int64(p.at) })+" AS "+fileColumn,
			"rowid + "+chosen(parts, func(p placed) int64 { return 1 - p.start })+" AS "+ordinalColumn)
		all = append(all, fmt.Sprintf("SELECT %s FROM %s", strings.Join(columns, ", "), b.cleanOf(alias, manifest, parts, taken[name])))
	}
	return strings.Join(all, "\nUNION ALL "), nil
}

// cleanOf is the clean rows of parts of a pack, as what follows FROM.
func (b *builder) cleanOf(alias, manifest string, parts []placed, taken bool) string {
	where := fmt.Sprintf("%s = %d", stateColumn, stateClean)
	if only := b.only(parts); only != "" {
		where += " AND " + only
	}
	if taken {
		where += fmt.Sprintf(" AND rowid NOT IN (SELECT o.ordinal + f.start - 1 FROM %[1]s.out AS o JOIN %[1]s.files AS f ON f.id = o.file WHERE f.pack = %[2]s)", manifest, duckdb.Literal(parts[0].pack))
	}
	return alias + ".parsed WHERE " + where
}

// takenFrom tells from which packs a comparison took rows.
func (b *builder) takenFrom(ctx context.Context, manifest string) (map[string]bool, error) {
	t, err := b.engine.Query(ctx, fmt.Sprintf("SELECT DISTINCT f.pack FROM %[1]s.out AS o JOIN %[1]s.files AS f ON f.id = o.file", manifest))
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for _, row := range t.Rows {
		taken[text(row[0])] = true
	}
	return taken, nil
}
