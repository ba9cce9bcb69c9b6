// Package xlsx reads the cells of workbooks as a stream, in bounded memory: texts,
// numbers, dates and errors as they were saved. It fails where a workbook is
// damaged, and never takes a part of a sheet for the whole.
package xlsx

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// Error is what is wrong with a workbook, in words that follow its name.
type Error struct{ Words string }

func (e *Error) Error() string { return e.Words }

func fail(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// Bounds of what a workbook may unpack to. Sheets are streamed, so that they may be
// larger than what is held in memory, but not by the ratio of a file that is made
// to exhaust who reads it.
const (
	maxHeld   = 512 << 20 // of a part that is held in memory
	maxSparse = 64 << 20  // from which size on a part must not be packed beyond maxRatio
	maxRatio  = 250
)

// Book is an open workbook.
type Book struct {
	zip       *zip.ReadCloser
	parts     map[string]*zip.File
	sheets    []sheet
	shared    []string // texts that cells name by number
	styles    []look   // how the values of cells of a style are to be taken
	since1904 bool
}

type sheet struct{ name, part string }

// Open opens a workbook and reads all but its sheets.
func Open(name string) (*Book, error) {
	z, err := zip.OpenReader(name)
	if err != nil {
		if errors.Is(err, zip.ErrFormat) {
			return nil, notWorkbook(name)
		}
		return nil, err
	}
	b := &Book{zip: z, parts: map[string]*zip.File{}}
	for _, f := range z.File {
		b.parts[strings.ToLower(f.Name)] = f
	}
	for _, read := range []func() error{b.readSheets, b.readShared, b.readStyles} {
		if err := read(); err != nil {
			z.Close() // it was only read
			return nil, err
		}
	}
	return b, nil
}

// notWorkbook says what a file is that is no workbook of this format.
func notWorkbook(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	head := make([]byte, 4)
	n, err := file.ReadAt(head, 0)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return err
	case string(head[:n]) == "\xD0\xCF\x11\xE0":
		return fail("it is a workbook of the old .xls format, or one with a password")
	case string(head[:n]) == "PK\x03\x04":
		return fail("it is cut off")
	}
	return fail("it is no .xlsx workbook")
}

// Close closes the file.
func (b *Book) Close() error { return b.zip.Close() }

// Sheets are the names of the sheets, in the order of their tabs.
func (b *Book) Sheets() []string {
	names := make([]string, len(b.sheets))
	for i, s := range b.sheets {
		names[i] = s.name
	}
	return names
}

// open opens a part; nil where the workbook has none of that name.
func (b *Book) open(name string) (io.ReadCloser, error) {
	f := b.parts[strings.ToLower(strings.TrimPrefix(name, "/"))]
	if f == nil {
		return nil, nil
	}
	if f.UncompressedSize64 > maxSparse && f.UncompressedSize64/max(f.CompressedSize64, 1) > maxRatio {
		return nil, tooLarge(f)
	}
	in, err := f.Open()
	if err != nil {
		return nil, damaged(err)
	}
	return &part{in, f, 0}, nil
}

func tooLarge(f *zip.File) error {
	return fail("its part %s would unpack to %d MiB, %d times its size, which no workbook needs", f.Name, f.UncompressedSize64>>20, f.UncompressedSize64/max(f.CompressedSize64, 1))
}

// part ends where the directory of the file says, whatever is packed.
type part struct {
	io.ReadCloser
	file *zip.File
	read uint64
}

func (p *part) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	if p.read += uint64(n); p.read > p.file.UncompressedSize64 {
		return 0, fail("its part %s is larger than it says", p.file.Name)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = damaged(err)
	}
	return n, err
}

// damaged puts an error of unpacking or of XML into words.
func damaged(err error) error {
	var known *Error
	if errors.As(err, &known) || errors.Is(err, os.ErrClosed) {
		return err
	}
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return fail("its XML is broken: %s", syntax.Msg)
	}
	return fail("what is packed in it is damaged or cut off")
}

// decode reads a part that is held in memory; absent parts leave into as it is.
func (b *Book) decode(name string, into any) error {
	in, err := b.open(name)
	if in == nil || err != nil {
		return err
	}
	defer in.Close()
	if b.parts[strings.ToLower(strings.TrimPrefix(name, "/"))].UncompressedSize64 > maxHeld {
		return fail("its part %s is larger than %d MiB", name, maxHeld>>20)
	}
	if err := xml.NewDecoder(in).Decode(into); err != nil {
		return damaged(err)
	}
	return nil
}

// relation is an entry of a part that says where others are.
type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

type relations struct {
	All []relation `xml:"Relationship"`
}

func (r relations) find(match func(relation) bool, folder string) string {
	for _, one := range r.All {
		if match(one) {
			if strings.HasPrefix(one.Target, "/") {
				return strings.TrimPrefix(one.Target, "/")
			}
			return path.Join(folder, one.Target)
		}
	}
	return ""
}

func (b *Book) readSheets() error {
	var root, own relations
	if err := b.decode("_rels/.rels", &root); err != nil {
		return err
	}
	main := root.find(func(r relation) bool { return strings.HasSuffix(r.Type, "/officeDocument") }, "")
	if b.parts[strings.ToLower(main)] == nil {
		return fail("it is no .xlsx workbook")
	}
	folder := path.Dir(main)
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := errors.Join(b.decode(main, &book), b.decode(path.Join(folder, "_rels", path.Base(main)+".rels"), &own)); err != nil {
		return damaged(err)
	}
	b.since1904 = book.Properties.Date1904 == "1" || book.Properties.Date1904 == "true"
	for _, s := range book.Sheets {
		for _, a := range s.Attrs {
			if a.Name.Local != "id" {
				continue
			}
			part := own.find(func(r relation) bool { return r.ID == a.Value && strings.HasSuffix(r.Type, "/worksheet") }, folder)
			if part != "" { // else a sheet that holds a chart
				b.sheets = append(b.sheets, sheet{s.Name, part})
			}
		}
	}
	if len(b.sheets) == 0 {
		return fail("it has no sheet with cells")
	}
	return b.partsOf(own, folder)
}

// partsOf remembers where the shared texts and the styles are.
func (b *Book) partsOf(own relations, folder string) error {
	for name, kind := range map[string]string{sharedPart: "/sharedStrings", stylesPart: "/styles"} {
		at := own.find(func(r relation) bool { return strings.HasSuffix(r.Type, kind) }, folder)
		if f := b.parts[strings.ToLower(at)]; f != nil {
			b.parts[name] = f
		}
	}
	return nil
}

// The names under which parts are known whose place the workbook chooses.
const (
	sharedPart = "\x00shared"
	stylesPart = "\x00styles"
)

// rich is a text, whole or in runs of several looks. Readings of characters
// (furigana) are no part of it.
type rich struct {
	Text string `xml:"t"`
	Runs []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (r rich) String() string {
	text := r.Text
	for _, run := range r.Runs {
		text += run.Text
	}
	return unescape(text)
}

func (b *Book) readShared() error {
	var table struct {
		Items []rich `xml:"si"`
	}
	if err := b.decode(sharedPart, &table); err != nil {
		return err
	}
	b.shared = make([]string, len(table.Items))
	for i, item := range table.Items {
		b.shared[i] = item.String()
	}
	return nil
}
