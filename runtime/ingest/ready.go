package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// A statement over few rows takes its time for planning, so rows that are written by
// hand for many models are cleaned together: each model's are a lot.

// readySchema holds the tables of lots.
const readySchema = "ready"

// lotColumn tells the lots of a table apart.
const lotColumn = `"$lot"`

// lot is clean rows of a source that Build finds ready.
type lot struct {
	segment Segment
	table   string
	number  int // of the lot in its table; one that isn't there has no rows
}

// inlineRows is a source whose rows are written by hand, in the context of a model.
type inlineRows struct {
	context  Context
	source   *metrics.Source
	identity Identity
}

func (r inlineRows) rows() [][]*metrics.Literal { return r.source.Reader.(*metrics.Inline).Rows }

// Prepare cleans rows that are written by hand ahead of Build, those of sources that
// differ in rows alone together. It leaves to Build what rows of other sources have
// a say in, and lots from which any row would have to go, or that can't be cleaned:
// Build tells why.
func (m *Memory) Prepare(ctx context.Context, contexts []Context) {
	for name, held := range m.held {
		if held.ready {
			delete(m.held, name)
		}
	}
	m.ready = map[string]lot{}
	if m.engine.Exec(ctx, "DROP SCHEMA IF EXISTS "+readySchema+" CASCADE; CREATE SCHEMA "+readySchema) != nil {
		return
	}
	tables := map[string]string{} // any, by source
	alike, order, empty := inlineLots(contexts)
	for i, shape := range order {
		lots := alike[shape]
		table := fmt.Sprintf("%s.t%d", readySchema, i)
		if m.together(ctx, lots, table) == nil {
			tables[lots[0].source.Name] = table
		}
	}
	for _, r := range empty {
		if table, ok := tables[r.source.Name]; ok {
			none := metrics.Statistics{Columns: map[string]metrics.ColumnStatistics{}}
			m.ready[r.identity.Hash] = lot{segment: r.segment(none), table: table, number: -1}
		}
	}
}

// inlineLots finds the sources to clean ahead: by shape, which is all but the rows,
// and those without rows. Equal rows are one lot.
func inlineLots(contexts []Context) (alike map[string][]inlineRows, order []string, empty []inlineRows) {
	alike = map[string][]inlineRows{}
	seen := map[string]bool{}
	for _, c := range contexts {
		for _, s := range c.Model.Sources {
			shape, ok := c.shape(s)
			if !ok {
				continue
			}
			id, err := c.identify(s, nil, nil)
			if err != nil || seen[id.Hash] {
				continue
			}
			seen[id.Hash] = true
			r := inlineRows{c, s, id}
			switch {
			case len(r.rows()) == 0:
				empty = append(empty, r)
				continue
			case alike[shape] == nil:
				order = append(order, shape)
			}
			alike[shape] = append(alike[shape], r)
		}
	}
	return alike, order, empty
}

// shape is all of a source but its rows, where these are written by hand and no
// other source's rows are made from them, or they from those.
func (c Context) shape(s *metrics.Source) (string, bool) {
	inline, ok := s.Reader.(*metrics.Inline)
	if !ok || s.Valid != nil || s.Dedupe != nil && s.Dedupe.All || len(dependencies(c.Model, s)) > 0 {
		return "", false
	}
	for _, other := range c.Model.Sources {
		if slices.Contains(dependencies(c.Model, other), s.Name) {
			return "", false
		}
	}
	bare := *s
	bare.Reader = &metrics.Inline{Names: inline.Names}
	text, err := canonicalSource(c.Model, &bare)
	if readsAsOf(s) {
		text += c.AsOf.String()
	}
	return s.Name + strings.Join(inline.Names, "\x00") + "\x00" + text, err == nil
}

// together cleans the rows of several lots into a table, and keeps those lots from
// which nothing has to go.
func (m *Memory) together(ctx context.Context, lots []inlineRows, table string) error {
	all := *lots[0].source
	rows := &metrics.Inline{Names: all.Reader.(*metrics.Inline).Names}
	var numbers []int64
	for i, r := range lots {
		for range r.rows() {
			numbers = append(numbers, int64(i))
		}
		rows.Rows = append(rows.Rows, r.rows()...)
	}
	all.Reader = rows
	b := m.builder(lots[0].context, &all, Identity{Source: all.Name}, nil)
	var err error
	if b.zones, err = b.loadZones(); err != nil {
		return err
	}
	if err := inTurn(ctx, b.createStage, b.load, b.computeColumns); err != nil {
		return err
	}
	ofRow := func(row string) string { return fmt.Sprintf("list_extract([%s], %s + 1)", joinInts(numbers), row) }
	spotted, err := b.spotted(ctx, ofRow)
	if err != nil {
		return err
	}
	columns := append(publicColumns(&all), ofRow(`"$row"`)+" AS "+lotColumn)
	if err := b.engine.Exec(ctx, fmt.Sprintf("CREATE TABLE %s AS SELECT %s FROM %s", table, strings.Join(columns, ", "), b.cleanRows())); err != nil {
		return err
	}
	t, err := b.engine.Query(ctx, fmt.Sprintf("SELECT %s, %s FROM %s GROUP BY 1", lotColumn, b.statisticsList(), table))
	if err != nil {
		return err
	}
	for _, row := range t.Rows {
		if i := number(row[0]); !spotted[i] {
			r := lots[i]
			m.ready[r.identity.Hash] = lot{r.segment(b.statisticsOf(row[1:])), table, int(i)}
		}
	}
	return nil
}

func (r inlineRows) segment(s metrics.Statistics) Segment {
	return Segment{Source: r.source.Name, Hash: r.identity.Hash, Statistics: s, Account: metrics.Account{Source: r.source.Name, Clean: s.Rows}}
}

// show lets the view of a source read a lot.
func (m *Memory) show(ctx context.Context, s *metrics.Source, l lot) error {
	err := m.engine.Exec(ctx, fmt.Sprintf("CREATE SCHEMA IF NOT EXISTS sources; CREATE OR REPLACE VIEW sources.%s AS SELECT %s FROM %s WHERE %s = %d",
		duckdb.Quote(s.Name), strings.Join(publicColumns(s), ", "), l.table, lotColumn, l.number))
	if err == nil {
		m.held[s.Name] = inMemory{segment: l.segment, ready: true}
	}
	return err
}

func (m *Memory) builder(c Context, s *metrics.Source, id Identity, segments map[string]Segment) *builder {
	b := newBuilder(c, m.engine, s, id, segments)
	b.loadZones = sync.OnceValues(func() (map[string]zone, error) { return m.loadZones(c.Model) })
	b.scratch, b.target = m.folder, segmentAlias(s.Name)
	return b
}
