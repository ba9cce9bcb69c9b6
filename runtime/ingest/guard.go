package ingest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// guard shows values of a source's rows to people: those of guarded columns masked.
type guard struct {
	source *metrics.Source
	key    []byte // of hashes
}

// What goes into the key of hashes: so much of each of the first files.
const (
	keyedFiles = 8
	keyedBytes = 1 << 16
)

// maskKey makes the key of the hashes in rejects and samples of a source from what
// its files contain: the same for the same files, and not to be known by who has
// only seen the hashes, who could else try out all telephone numbers.
func (b *builder) maskKey() ([]byte, error) {
	h := sha256.New()
	for _, f := range b.identity.Files[:min(len(b.identity.Files), keyedFiles)] {
		in, err := os.Open(f.real)
		if err == nil {
			_, err = io.CopyN(h, in, keyedBytes)
			err = errors.Join(ignoreEnd(err), in.Close())
		}
		if err != nil {
			return nil, unreadable(b.source.Name, f.Path, err)
		}
	}
	if inline, ok := b.source.Reader.(*metrics.Inline); ok {
		for n := range inline.Rows {
			h.Write([]byte(inlineRaw(inline, n)))
		}
	}
	for _, name := range dependencies(b.context.Model, b.source) {
		h.Write(b.segments[name].maskKey)
	}
	return h.Sum(nil), nil
}

func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// shownValues is the SQL of the values of columns of s as one text, as guard.value
// takes it: as a JSON list where some of several have to be masked.
func shownValues(s *metrics.Source, names []string) string {
	cast := make([]string, len(names))
	for i, n := range names {
		cast[i] = "CAST(" + duckdb.Quote(n) + " AS VARCHAR)"
	}
	all := strings.Join(cast, ", ")
	if len(names) > 1 && anyGuarded(s, names) {
		return "CAST(to_json([" + all + "]) AS VARCHAR)"
	}
	return "concat_ws(', ', " + all + ")"
}

func anyGuarded(s *metrics.Source, names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		c := s.Column(n)
		return c != nil && c.Classification.Guarded()
	})
}

// columnList is how columns that are shown together are named.
func columnList(names []string) string { return strings.Join(names, ", ") }

// value is what shownValues made of the columns, fit to be seen.
func (g guard) value(columns, shown string) string {
	names := strings.Split(columns, ", ")
	if shown == "" || !anyGuarded(g.source, names) {
		return shown
	}
	if len(names) == 1 {
		return g.source.Column(names[0]).Masked(shown, g.key)
	}
	var values []*string
	if err := json.Unmarshal([]byte(shown), &values); err != nil || len(values) != len(names) {
		return metrics.Hidden
	}
	var out []string
	for i, v := range values {
		if v != nil {
			out = append(out, g.source.Column(names[i]).Masked(*v, g.key))
		}
	}
	return strings.Join(out, ", ")
}

// rawGuard masks rows as they stand in the files of a source at the bottom.
type rawGuard struct {
	guarded map[string]*metrics.Column // by name in the files
	key     []byte
}

// guardRaw is the guard of rows of a source at the bottom, whose columns may be
// guarded there or in a union above it: the highest level counts.
func (b *builder) guardRaw(bottom *metrics.Source) rawGuard {
	g := rawGuard{guarded: map[string]*metrics.Column{}, key: b.key}
	b.guardColumns(g, b.source, bottom)
	return g
}

// guardColumns gathers the guarded columns of s, and returns which of its columns
// hold which field of the bottom's files.
func (b *builder) guardColumns(g rawGuard, s, bottom *metrics.Source) map[string]string {
	below := map[string]string{}
	union, ok := s.Reader.(*metrics.Union)
	if ok {
		for _, name := range union.Sources {
			for column, field := range b.guardColumns(g, b.context.Model.Source(name), bottom) {
				below[column] = field
			}
		}
	} else if s.Name != bottom.Name {
		return nil
	}
	fields := map[string]string{}
	for _, c := range read(s) {
		field := fileName(c)
		if ok {
			if field = below[fileName(c)]; field == "" {
				continue
			}
		}
		fields[c.Name] = field
		if have := g.guarded[field]; c.Classification.Guarded() && (have == nil || c.Classification.Above(have.Classification)) {
			g.guarded[field] = c
		}
	}
	return fields
}

func (g rawGuard) none() bool { return len(g.guarded) == 0 }

// whole is a row that can't be told apart into columns.
func (g rawGuard) whole(raw string) string {
	if g.none() {
		return raw
	}
	return metrics.Hidden + " (a row that can't be split into columns, some of which are confidential)"
}

// row is a row of a file that is read row by row, rebuilt from its fields.
func (g rawGuard) row(s *metrics.Source, names []string, r record) string {
	if g.none() {
		return cutRaw(r.raw)
	}
	csv, delimited := s.Reader.(*metrics.CSV)
	if !delimited {
		return cutRaw(g.inFile(s, names).object(r.raw))
	}
	fields := slices.Clone(r.fields)
	columns := read(s)
	for i, at := range positions(s, names, !csv.Header) {
		if column := g.guarded[fileName(columns[i])]; column != nil && at >= 0 && at < len(fields) {
			fields[at] = column.Masked(fields[at], g.key)
		}
	}
	delimiter, quote := cmp.Or(csv.Delimiter, ","), csv.Quote
	for i, f := range fields {
		if quote != "" && strings.ContainsAny(f, delimiter+quote+"\r\n") {
			fields[i] = quote + strings.ReplaceAll(f, quote, quote+quote) + quote
		}
	}
	return cutRaw(strings.Join(fields, delimiter))
}

// inFile guards the columns of a workbook by the names that they have in its rows,
// also where it has no header.
func (g rawGuard) inFile(s *metrics.Source, names []string) rawGuard {
	book, ok := s.Reader.(*metrics.XLSX)
	if !ok {
		return g
	}
	out := rawGuard{guarded: maps.Clone(g.guarded), key: g.key}
	for i, at := range positions(s, names, !book.Header) {
		if column := g.guarded[fileName(read(s)[i])]; column != nil && at >= 0 {
			out.guarded[names[at]] = column
		}
	}
	return out
}

// object is a row that is a JSON object.
func (g rawGuard) object(raw string) string {
	if g.none() {
		return raw
	}
	masked, err := g.maskObject(raw)
	if err != nil {
		return g.whole(raw)
	}
	return masked
}

func (g rawGuard) maskObject(raw string) (string, error) {
	in := json.NewDecoder(strings.NewReader(raw))
	if start, err := in.Token(); err != nil || start != json.Delim('{') {
		return "", errors.Join(err, fmt.Errorf("no object"))
	}
	var out bytes.Buffer
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return "", err
		}
		var value json.RawMessage
		if err := in.Decode(&value); err != nil {
			return "", err
		}
		key := name.(string)
		if c := g.column(key); c != nil {
			value = maskJSON(c, value, g.key)
		} else if g.within(key) {
			value, _ = json.Marshal(metrics.Hidden) // a text: can't fail
		}
		quoted, _ := json.Marshal(key) // a text: can't fail
		if out.Len() > 0 {
			out.WriteByte(',')
		}
		out.Write(append(append(quoted, ':'), value...))
	}
	return "{" + out.String() + "}", nil
}

// column is the guarded column of a field. The engine doesn't tell upper from
// lower case.
func (g rawGuard) column(field string) *metrics.Column {
	for name, c := range g.guarded {
		if strings.EqualFold(name, field) {
			return c
		}
	}
	return nil
}

// within tells whether a guarded column stands somewhere in the value of a key.
func (g rawGuard) within(key string) bool {
	for name := range g.guarded {
		if end := strings.IndexAny(name, ".["); end > 0 && name[:end] == key {
			return true
		}
	}
	return false
}

// maskJSON masks a value as the text that it is; null stays.
func maskJSON(c *metrics.Column, value json.RawMessage, key []byte) json.RawMessage {
	if string(value) == "null" {
		return value
	}
	var text string
	if json.Unmarshal(value, &text) != nil {
		text = string(value)
	}
	masked, _ := json.Marshal(c.Masked(text, key)) // a text: can't fail
	return masked
}

// guardsOf says how each guarded column of a source is shown.
func guardsOf(s *metrics.Source) []string {
	var out []string
	for _, c := range s.Columns {
		if c.Classification.Guarded() {
			out = append(out, fmt.Sprint(c.Name, " ", c.Classification, " ", c.Mask))
		}
	}
	return out
}

// hideSince hides what was not yet guarded, or shown otherwise, when the rejects
// were written.
func (segment Segment) hideSince(s *metrics.Source, all []metrics.Rejected) {
	if s == nil || !slices.ContainsFunc(guardsOf(s), func(g string) bool { return !slices.Contains(segment.guards, g) }) {
		return
	}
	for i := range all {
		if r := &all[i]; r.Value != "" && anyGuarded(s, strings.Split(r.Column, ", ")) {
			r.Value = metrics.Hidden
		}
		all[i].Raw = metrics.Hidden + " (classified since this row was kept out: apply writes it anew)"
	}
}

// discreet takes the engine's own words out of an error of a source that has guarded
// columns or reads some: they may quote values.
func (c Context) discreet(s *metrics.Source, err error) error {
	var engine *duckdb.Error
	if !errors.As(err, &engine) || !c.readsGuarded(s) {
		return err
	}
	return &duckdb.Error{Kind: engine.Kind, Message: withheld, Position: -1}
}

const withheld = "its words are not shown, as they may quote confidential values"

func (c Context) readsGuarded(s *metrics.Source) bool {
	return s.Guarded() || slices.ContainsFunc(dependencies(c.Model, s), func(name string) bool {
		from := c.Model.Source(name)
		return from != nil && from.Guarded()
	})
}

// headerShown tells whether the names of a file's columns may be seen. Where none
// is a declared one, what stands there may be the values of a row.
func headerShown(s *metrics.Source, names []string) bool {
	return !s.Guarded() || slices.ContainsFunc(read(s), func(c *metrics.Column) bool { return slices.Contains(names, fileName(c)) })
}

// Masked is a text of a column of the segment's source as it may be seen; equal ones
// look alike as they do in its rejects.
func (segment Segment) Masked(c *metrics.Column, text string) string {
	return c.Masked(text, segment.maskKey)
}
