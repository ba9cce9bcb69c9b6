package ingest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// candidate is one reading of a text as a time: a local TIMESTAMP, or where the
// text says its offset, an instant.
type candidate struct {
	sql   string
	zoned bool
}

// candidates are the readings of a text by the column's formats, ISO where it has none.
func (p *parser) candidates() []candidate {
	t := p.text()
	if len(p.column.Formats) == 0 {
		return []candidate{
			{sql: p.elseSlow(fmt.Sprintf("CASE WHEN regexp_full_match(%[1]s, '%[2]s') THEN TRY_CAST(%[1]s AS TIMESTAMP) END", t, localPattern))},
			{sql: p.unlessQuick("NULL", fmt.Sprintf(`CASE WHEN regexp_full_match(%[1]s, '%[2]s') THEN TRY_CAST(regexp_replace(upper(%[1]s), ' ?([+-][0-9]{2}):?([0-9]{2})$', '\1:\2') AS TIMESTAMP WITH TIME ZONE) END`, t, zonedPattern)), zoned: true},
		}
	}
	var all []candidate
	for _, f := range append(slices.Clone(p.column.Formats), p.formats...) {
		zoned := strings.Contains(f, "%z") || strings.Contains(f, "%Z")
		all = append(all, candidate{fmt.Sprintf("try_strptime(%s, %s)", t, duckdb.Literal(f)), zoned})
	}
	return all
}

// dateFromText reads a date; a time of day is fine at midnight.
func (p *parser) dateFromText() {
	t := p.text()
	if len(p.column.Formats) == 0 {
		p.set(2, p.value(), p.elseSlow(fmt.Sprintf("CASE WHEN regexp_full_match(%[1]s, '%[2]s') THEN CAST(TRY_CAST(%[1]s AS TIMESTAMP) AS DATE) END", t, midnightPattern)))
		p.reason = "'not a date such as 2026-01-31'"
		return
	}
	var all []string
	for k, c := range p.candidates() {
		name := p.name(fmt.Sprintf("c%d_", k))
		p.set(2, name, "CAST("+c.sql+" AS DATE)")
		all = append(all, name)
	}
	p.set(3, p.value(), p.pick(all, all))
	p.reason = p.formatReason(all, "")
}

// timestampFromText reads an instant: with its offset, or as the local time of
// the column's zone.
func (p *parser) timestampFromText() {
	var instants, days, locals []string
	for k, c := range p.candidates() {
		read, instant := p.name(fmt.Sprintf("c%d_", k)), p.name(fmt.Sprintf("u%d_", k))
		p.set(2, read, c.sql)
		if c.zoned {
			p.set(3, instant, "epoch_us("+read+")")
		} else {
			local := p.name(fmt.Sprintf("e%d_", k))
			p.set(3, local, "epoch_us("+read+")")
			p.set(4, instant, p.zone.instant(local))
			locals = append(locals, read)
		}
		instants = append(instants, instant)
		days = append(days, "CAST("+read+" AS DATE)")
	}
	p.reason = p.formatReason(instants, coalesce(locals))
	us := p.pick(instants, days)
	if len(p.column.Formats) == 0 { // a text in ISO has an offset or none
		us = coalesce(instants)
		p.reason = fmt.Sprintf("CASE WHEN %s IS NOT NULL THEN %s ELSE 'not a time such as 2026-01-31 08:30:00' END", coalesce(locals), p.neverOccurred())
	}
	p.set(5, p.name("us"), us)
	p.finishTimestamp()
}

// finishTimestamp makes value and local day from the microseconds.
func (p *parser) finishTimestamp() {
	us := p.name("us")
	p.set(6, p.value(), "make_timestamptz("+us+")")
	p.set(6, p.name("day"), p.day.day(us))
}

func (p *parser) neverOccurred() string {
	return duckdb.Literal("this local time never occurred in " + p.zoneIn)
}

func coalesce(names []string) string {
	if len(names) == 0 {
		return "NULL"
	}
	return "coalesce(" + strings.Join(names, ", ") + ")"
}

// pick is the one reading that all formats that fit agree on. Where they differ,
// the column's range decides by the days of the readings; where it doesn't: null.
func (p *parser) pick(readings, days []string) string {
	if len(readings) == 1 {
		return readings[0]
	}
	same := agreedOf(readings)
	inRange := p.within(days)
	if inRange == nil {
		return same
	}
	kept := make([]string, len(readings))
	for i, r := range readings {
		kept[i] = "CASE WHEN " + inRange[i] + " THEN " + r + " END"
	}
	return "coalesce(" + same + ", " + agreedOf(kept) + ")"
}

// agreedOf relies on least and greatest passing over nulls.
func agreedOf(readings []string) string {
	all := strings.Join(readings, ", ")
	return fmt.Sprintf("CASE WHEN least(%[1]s) = greatest(%[1]s) THEN least(%[1]s) END", all)
}

// within is the condition, for each day, to lie in the column's range; nil where
// there is none.
func (p *parser) within(days []string) []string {
	if p.column.Range == nil {
		return nil
	}
	out := make([]string, len(days))
	for i, d := range days {
		out[i] = rangeOfDays(d, p.column.Range)
	}
	return out
}

func rangeOfDays(day string, r *[2]*metrics.Literal) string {
	var parts []string
	for i, op := range []string{">=", "<="} {
		if r[i] != nil {
			parts = append(parts, fmt.Sprintf("%s %s CAST(CAST(%s AS TIMESTAMP) AS DATE)", day, op, duckdb.Literal(r[i].Text)))
		}
	}
	if len(parts) == 0 {
		return "true"
	}
	return strings.Join(parts, " AND ")
}

// formatReason says why no single reading was found.
func (p *parser) formatReason(readings []string, local string) string {
	formats := make([]string, len(p.column.Formats))
	for i, f := range p.column.Formats {
		formats[i] = `"` + f + `"`
	}
	none := duckdb.Literal("fits none of the formats " + strings.Join(formats, ", "))
	if len(formats) == 1 {
		none = duckdb.Literal("not like the format " + formats[0])
	}
	cases := "CASE WHEN " + coalesce(readings) + " IS NOT NULL THEN 'fits several formats that mean different times'"
	if local != "" && local != "NULL" {
		cases += " WHEN " + local + " IS NOT NULL THEN " + p.neverOccurred()
	}
	return cases + " ELSE " + none + " END"
}
