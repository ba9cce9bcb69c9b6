package dashboard

import (
	"bytes"
	"encoding/csv"
	"strconv"

	"github.com/metricsascode/metrics/metrics/inert"
)

// CSV writes all values of a page, one a row: section, panel, row, column, value.
func CSV(p *Page) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write([]string{"section", "panel", "kind", "row", "level", "column", "value", "text"}); err != nil {
		return nil, err
	}
	for _, s := range p.Sections {
		for _, panel := range s.Panels {
			if panel.Table == nil {
				continue
			}
			for _, r := range panel.Table.Rows {
				for i, e := range r.Entries {
					if i == 0 || e.Spark != nil || e.Text == "" && e.Number == "" {
						continue
					}
					record := []string{s.Name, panel.Title, string(panel.Kind), r.Entries[0].Text, strconv.Itoa(r.Level), panel.Table.Columns[i].Title, string(e.Number), e.Text}
					for j, field := range record {
						if j != 6 { // numbers are made here, and may begin with a minus
							record[j] = inert.Cell(field)
						}
					}
					if err := w.Write(record); err != nil {
						return nil, err
					}
				}
			}
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
