package dashboard

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/metricsascode/metrics/metrics"
)

// Workbook writes a page as a spreadsheet: a sheet for each section, numbers as
// numbers in their formats, text as text.
func Workbook(p *Page) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	w := &workbook{File: f, styles: map[string]int{}}
	for i, s := range p.Sections {
		name := sheetName(s.Title, i)
		if _, err := f.NewSheet(name); err != nil {
			return nil, fmt.Errorf("sheet %q: %w", name, err)
		}
		if err := w.section(name, p, s); err != nil {
			return nil, err
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		return nil, err
	}
	f.SetActiveSheet(0)
	// A moment of its own would make another file each time.
	if err := f.SetDocProps(&excelize.DocProperties{Title: p.Title, Creator: "metrics", Created: p.At.UTC().Format(time.RFC3339), Modified: p.At.UTC().Format(time.RFC3339)}); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

type workbook struct {
	*excelize.File
	styles map[string]int
	row    int
}

// sheetName is a section's title as a sheet may have it, told apart by its number.
func sheetName(title string, i int) string {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) || r < ' ' {
			return ' '
		}
		return r
	}, title)
	runes := []rune(strconv.Itoa(i+1) + " " + strings.TrimSpace(clean))
	return string(runes[:min(len(runes), 31)])
}

func (w *workbook) section(sheet string, p *Page, s Section) error {
	w.row = 1
	if err := w.put(sheet, 1, Entry{Text: p.Title + " " + p.Period}, "", true); err != nil {
		return err
	}
	w.row += 2
	for _, panel := range s.Panels {
		if err := w.panel(sheet, panel); err != nil {
			return err
		}
	}
	return w.SetColWidth(sheet, "A", "A", 28)
}

func (w *workbook) panel(sheet string, panel Panel) error {
	if err := w.put(sheet, 1, Entry{Text: panel.Title}, "", true); err != nil {
		return err
	}
	w.row++
	if panel.Table == nil {
		for _, t := range panel.Text {
			if err := w.put(sheet, 1, Entry{Text: t}, "", false); err != nil {
				return err
			}
			w.row++
		}
		w.row++
		return nil
	}
	for i, c := range panel.Table.Columns {
		if err := w.put(sheet, i+1, Entry{Text: c.Title}, "", true); err != nil {
			return err
		}
	}
	w.row++
	for _, r := range panel.Table.Rows {
		for i, e := range r.Entries {
			if i == 0 && r.Level > 1 {
				e.Text = strings.Repeat("  ", r.Level-1) + e.Text
			}
			if err := w.put(sheet, i+1, e, panel.Table.Columns[i].Format, r.Level == 0 && panel.Table.Levels > 1); err != nil {
				return err
			}
		}
		w.row++
	}
	w.row++
	return nil
}

// put writes one cell: a number in its format, else a text, which is never a formula.
func (w *workbook) put(sheet string, column int, e Entry, format string, bold bool) error {
	at, err := excelize.CoordinatesToCellName(column, w.row)
	if err != nil {
		return err
	}
	if v, err := strconv.ParseFloat(string(e.Number), 64); err == nil {
		if err := w.SetCellFloat(sheet, at, v, -1, 64); err != nil {
			return err
		}
		if format == "" && strings.HasSuffix(e.Text, "%") {
			format = "0.0%"
			if strings.HasPrefix(e.Text, "+") || strings.HasPrefix(e.Text, "−") {
				format = "+0.0%;-0.0%"
			}
		}
	} else if e.Text != "" {
		if err := w.SetCellStr(sheet, at, e.Text); err != nil {
			return err
		}
	}
	style, err := w.style(format, bold)
	if err != nil || style == 0 {
		return err
	}
	return w.SetCellStyle(sheet, at, at, style)
}

func (w *workbook) style(format string, bold bool) (int, error) {
	if format == "" && !bold {
		return 0, nil
	}
	key := fmt.Sprint(format, "\x00", bold)
	if id, known := w.styles[key]; known {
		return id, nil
	}
	s := &excelize.Style{}
	if bold {
		s.Font = &excelize.Font{Bold: true}
	}
	if _, err := metrics.ParseNumberFormat(format); format != "" && (err == nil || strings.HasPrefix(format, "+0")) {
		s.CustomNumFmt = &format
	}
	id, err := w.NewStyle(s)
	w.styles[key] = id
	return id, err
}
