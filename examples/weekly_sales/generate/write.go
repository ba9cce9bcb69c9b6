package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"
)

// file is a CSV file before it is written.
type file struct {
	name   string
	header []string
	rows   []row
}

// row has a time to be sorted by and, where it is planted as a reject, the column
// whose value can't be read, so that the README's table can say where it stands.
type row struct {
	at         time.Time
	fields     []string
	unreadable string
}

func (f *file) add(at time.Time, fields ...string) { f.addUnreadable("", at, fields...) }

func (f *file) addUnreadable(column string, at time.Time, fields ...string) {
	f.rows = append(f.rows, row{at, fields, column})
}

func (f *file) sort() {
	sort.SliceStable(f.rows, func(i, j int) bool { return f.rows[i].at.Before(f.rows[j].at) })
}

// write makes the file; one whose name ends in .gz without a time or a name in
// its header, so that the same rows give the same bytes.
func (f *file) write(dir string) error {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	if err := w.Write(f.header); err != nil {
		return err
	}
	for _, r := range f.rows {
		if err := w.Write(r.fields); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	w.Flush()
	out := text.Bytes()
	if strings.HasSuffix(f.name, ".gz") {
		var err error
		if out, err = compress(out); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, f.name), out, 0o644)
}

func compress(text []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.DefaultCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// money writes cents with two decimals.
func money(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100)
}

// grouped is money with commas between the thousands.
func grouped(cents int64) string {
	whole, part, _ := strings.Cut(money(cents), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + "." + part
}
