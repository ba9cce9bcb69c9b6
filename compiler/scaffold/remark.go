package scaffold

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/metricsascode/metrics/metrics"
)

// The most that is said of one column.
const (
	mostAccepted = 12 // values that are listed as accepted
	mostVariants = 3  // pairs of spellings that are named
)

// remark notes what people have to decide about a source's columns. Values of
// columns that few people may see are not quoted.
func (s *source) remark(all []*source) {
	for i := range s.columns {
		c := &s.columns[i]
		if c.level.Guarded() {
			c.remarks = append(c.remarks, "looks "+string(c.level)+": its values are masked and stay out of results; remove classification if all may see them")
			if c.reading.remark != "" {
				c.reading.remark = "some values can't be read: their rows become rejects"
			}
			continue
		}
		if c.references != "" {
			c.remarkOrphans(all)
		}
		if c.references != "" || c.kind.Kind != metrics.String {
			continue
		}
		if f := s.table.Format; f == CSV || f == XLSX {
			c.remarkNulls(f)
		}
		if !c.remarkVariants() {
			c.remarkAccepted(s)
		}
	}
}

// remarkAccepted lists the values of a column that has few, as a check to take over.
func (c *column) remarkAccepted(s *source) {
	few := len(c.Values) >= 2 && len(c.Values) <= mostAccepted && int64(len(c.Values))*rowsPerMember <= s.table.Rows
	if !few || c == s.key || c.reading.remark != "" {
		return
	}
	var values []string
	for _, v := range c.Values {
		if !slices.Contains(nullSpellings, v.Text) {
			values = append(values, v.Text)
		}
	}
	c.remarks = append(c.remarks, "to check for new values: values = "+quoteAll(values))
}

// remarkNulls names texts that stand for null in other columns.
func (c *column) remarkNulls(f Format) {
	for _, v := range c.Values {
		if slices.Contains(nullSpellings, v.Text) {
			c.remarks = append(c.remarks, fmt.Sprintf("%s (%s) may mean that there is no value: null = [\"\", %s] in the %s block", quote(v.Text), rows(v.Rows), quote(v.Text), f))
		}
	}
}

// remarkVariants names values that differ only in blanks, signs and case: perhaps
// spellings of one.
func (c *column) remarkVariants() bool {
	spellings := map[string][]Value{}
	var order []string
	for _, v := range c.Values {
		key := spelling(v.Text)
		if spellings[key] == nil {
			order = append(order, key)
		}
		spellings[key] = append(spellings[key], v)
	}
	var pairs []variant
	for _, key := range order {
		same := spellings[key]
		if key == "" || len(same) < 2 {
			continue
		}
		slices.SortStableFunc(same, func(a, b Value) int { return cmp.Compare(b.Rows, a.Rows) })
		for _, rare := range same[1:] {
			pairs = append(pairs, variant{rare, same[0].Text, fmt.Sprintf(" (%s)", rows(same[0].Rows))})
		}
	}
	c.remarkPairs(pairs)
	return len(pairs) > 0
}

// variant is a spelling that may be meant to be another.
type variant struct {
	Value
	meant string
	where string // it stands
}

func (c *column) remarkPairs(pairs []variant) {
	if len(pairs) == 0 {
		return
	}
	var said, entries []string
	for _, p := range pairs[:min(len(pairs), mostVariants)] {
		said = append(said, fmt.Sprintf("%s (%s) may be %s%s", quote(p.Text), rows(p.Rows), quote(p.meant), p.where))
		entries = append(entries, quote(p.Text)+" = "+quote(p.meant))
	}
	more := ""
	if n := len(pairs) - mostVariants; n > 0 {
		more = fmt.Sprintf("; and %d more", n)
	}
	c.remarks = append(c.remarks, strings.Join(said, ", ")+more+": map = { "+strings.Join(entries, ", ")+" }")
}

// remarkOrphans counts the rows that reference nothing, and looks for what they may mean.
func (c *column) remarkOrphans(all []*source) {
	at := slices.IndexFunc(all, func(s *source) bool { return s.name == c.references })
	if at < 0 || len(c.Values) == 0 || len(all[at].key.Values) == 0 {
		return
	}
	known, spelled := map[string]bool{}, map[string]string{}
	for _, v := range all[at].key.Values {
		known[v.Text] = true
		spelled[spelling(v.Text)] = v.Text
	}
	var orphans []Value
	var pairs []variant
	lost := int64(0)
	for _, v := range c.Values {
		if known[v.Text] || slices.Contains(c.null, v.Text) {
			continue
		}
		orphans, lost = append(orphans, v), lost+v.Rows
		if meant, ok := spelled[spelling(v.Text)]; ok {
			pairs = append(pairs, variant{v, meant, " of " + c.references})
		}
	}
	if len(orphans) == 0 {
		return
	}
	such := orphans[0].Text
	if all[at].key.level.Guarded() {
		such = metrics.Hidden
	}
	c.remarks = append(c.remarks, fmt.Sprintf("%s without counterpart in %s, such as %s", rows(lost), c.references, quote(such)))
	c.remarkPairs(pairs)
}

// spelling is what spellings of one value have in common: its letters and digits, in
// lower case and half width.
func spelling(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(text))
}

// suspicions are what people have to decide about the rows of a source.
func (s *source) suspicions() []string {
	var out []string
	t := s.table
	if len(t.Sheets) > 0 {
		out = append(out, "other sheets of the workbook: "+strings.Trim(quoteAll(t.Sheets), "[]"))
	}
	if t.Unread > 0 {
		out = append(out, fmt.Sprintf("%s can't be read, the first in line %d: %s", rows(t.Unread), t.FirstUnread, t.WhyUnread))
	}
	if t.Blank > 0 {
		out = append(out, rows(t.Blank)+" without any value: rejects, where one is required")
	}
	if t.Copies > 0 && s.key == nil {
		out = append(out, rows(t.Copies)+" like another in all columns; to drop such rows: dedupe { by = all }")
	}
	if c := s.nearlyKey(); c != nil && s.key == nil {
		out = append(out, fmt.Sprintf("key = [%s] would make references possible; in its way: %s with a value that another has", c.name, rows(t.Rows-c.Nulls-c.Distinct)))
	}
	return out
}

// nearlyUnique is how many values must be different for each that repeats.
const nearlyUnique = 20

// nearlyKey is the first column that is named like an identifier and tells nearly
// all rows apart.
func (s *source) nearlyKey() *column {
	for i := range s.columns {
		c := &s.columns[i]
		repeated := s.table.Rows - c.Nulls - c.Distinct
		if identifies.has(c.Name) && c.Distinct > 0 && repeated > 0 && repeated*nearlyUnique <= c.Distinct {
			return c
		}
	}
	return nil
}

func rows(n int64) string {
	if n == 1 {
		return "1 row"
	}
	return group(n) + " rows"
}

// group puts commas between thousands.
func group(n int64) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
