package ingest

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// inferred columns of a file that is read row by row.
type inferredColumns struct {
	paths []string // names in the file, in order of first occurrence
	types map[string]metrics.Type
	rows  int64
}

// add takes one more value of a column into account.
func (c *inferredColumns) add(path string, t metrics.Type) {
	if c.types == nil {
		c.types = map[string]metrics.Type{}
	}
	have, known := c.types[path]
	if !known {
		c.paths = append(c.paths, path)
		have = metrics.Type{Kind: metrics.Null}
	}
	c.types[path] = widened(have, t)
}

// widened is the type that holds values of both.
func widened(a, b metrics.Type) metrics.Type {
	if a.Temporal() && b.Temporal() && a.Kind != b.Kind {
		return metrics.Type{Kind: metrics.Timestamp}
	}
	return unified(a, b)
}

func (c *inferredColumns) names() []string { return slices.Clone(c.paths) }

// columns are what a source has that declares none. A path into an object is the
// name of a column with _ in place of its points.
func (c *inferredColumns) columns(nested bool) []*metrics.Column {
	var out []*metrics.Column
	taken := map[string]bool{}
	for _, path := range c.paths {
		column := &metrics.Column{Name: path, Type: c.types[path]}
		if column.Type.Kind == metrics.Null {
			column.Type.Kind = metrics.String
		}
		if nested && strings.Contains(path, ".") {
			column.Name, column.From = strings.ReplaceAll(path, ".", "_"), path
		}
		if !taken[column.Name] {
			taken[column.Name] = true
			out = append(out, column)
		}
	}
	return out
}

var (
	wholeText  = regexp.MustCompile(`^[+-]?(0|[1-9][0-9]{0,17})$`)
	numberText = regexp.MustCompile(`^[+-]?(0|[1-9][0-9]*)?([.][0-9]+)?([eE][+-]?[0-9]{1,3})?$`)
	dateText   = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	momentText = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?( ?(Z|[+-][0-9]{2}:?[0-9]{2}))?$`)
)

// typeOfText is what a text may be without a guess: an ISO date or time.
func typeOfText(text string) metrics.Type {
	switch {
	case dateText.MatchString(text):
		return metrics.Type{Kind: metrics.Date}
	case momentText.MatchString(text):
		return metrics.Type{Kind: metrics.Timestamp}
	}
	return metrics.Type{Kind: metrics.String}
}

// typeOfNumber tells whole numbers from others.
func typeOfNumber(text string) metrics.Type {
	if wholeText.MatchString(text) {
		return metrics.Type{Kind: metrics.Integer}
	}
	return metrics.Type{Kind: metrics.Double}
}

// sampleRows is how many rows of a delimited file its types are told from.
const sampleRows = 20_000

// errEnough ends a scan early.
var errEnough = errors.New("enough rows")

// sampledColumns are the columns of a delimited file with the types that its first
// rows fit.
func sampledColumns(ctx context.Context, s *metrics.Source, f InputFile) ([]*metrics.Column, error) {
	rows, err := openRecords(s, f)
	if err != nil {
		return nil, fileError(s.Name, f, err)
	}
	defer rows.Close()
	found, null, m := &inferredColumns{}, nullWords(s), marksOf(s)
	for _, n := range rows.names() {
		if n != "" {
			found.add(n, metrics.Type{Kind: metrics.Null})
		}
	}
	err = scan(ctx, rows, func(r record, n int64) error {
		for i, text := range r.fields {
			if !null[text] && rows.names()[i] != "" && (r.nulls == nil || !r.nulls[i]) {
				found.add(rows.names()[i], m.typeOf(text))
			}
		}
		if n == sampleRows {
			return errEnough
		}
		return nil
	})
	if err == nil {
		err = rows.verdict()
	}
	if err != nil && !errors.Is(err, errEnough) {
		return nil, fileError(s.Name, f, err)
	}
	return found.columns(false), nil
}

// typeOf is what a text may be where numbers are written with these marks. One
// that starts with a zero is a code.
func (m marks) typeOf(text string) metrics.Type {
	text = strings.TrimSpace(text)
	number, ok := text, true
	if m.thousands != "" {
		groups := strings.Split(strings.SplitN(text, m.point(), 2)[0], m.thousands)
		for _, g := range groups[1:] {
			ok = ok && len(g) == 3
		}
		number = strings.ReplaceAll(number, m.thousands, "")
	}
	if m.point() != "." {
		ok = ok && !strings.Contains(number, ".")
		number = strings.ReplaceAll(number, m.point(), ".")
	}
	percent := strings.TrimSuffix(number, "%")
	switch {
	case ok && wholeText.MatchString(number):
		return metrics.Type{Kind: metrics.Integer}
	case ok && strings.ContainsAny(percent, "0123456789") && numberText.MatchString(strings.TrimSpace(percent)):
		return metrics.Type{Kind: metrics.Double}
	case text == "true" || text == "false":
		return metrics.Type{Kind: metrics.Boolean}
	}
	return typeOfText(text)
}
