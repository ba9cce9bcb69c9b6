package syntax

import (
	"bytes"
	"sort"

	"github.com/hashicorp/hcl/v2"
)

// places turns offsets of one text into places.
type places struct {
	path  string
	src   []byte
	lines []int   // where each line starts
	last  hcl.Pos // the place asked for last; most are asked for in order
}

func newPlaces(path string, src []byte) *places {
	p := &places{path: path, src: src, lines: []int{0}}
	for i, c := range src {
		if c == '\n' {
			p.lines = append(p.lines, i+1)
		}
	}
	return p
}

// at returns the place of an offset, its column counted in characters.
func (p *places) at(offset int) hcl.Pos {
	line := sort.SearchInts(p.lines, offset+1) - 1
	start := hcl.Pos{Line: line + 1, Column: 1, Byte: p.lines[line]}
	if p.last.Line == start.Line && p.last.Byte <= offset {
		start = p.last
	}
	p.last = advance(start, p.src[start.Byte:offset])
	return p.last
}

// between returns the range from one offset to another.
func (p *places) between(start, end int) hcl.Range {
	return hcl.Range{Filename: p.path, Start: p.at(start), End: p.at(end)}
}

// advance returns the place after some text of one line that stands at pos.
func advance(pos hcl.Pos, b []byte) hcl.Pos {
	// To the scanner a carriage return is a line's end, to HCL only before a line feed.
	line := bytes.ReplaceAll(b, []byte("\r"), []byte(" "))
	all := func(data []byte, _ bool) (int, []byte, error) { return len(data), data, nil }
	sc := hcl.NewRangeScannerFragment(line, "", hcl.Pos{Line: pos.Line, Column: pos.Column}, all)
	if !sc.Scan() {
		return pos
	}
	return hcl.Pos{Line: pos.Line, Column: sc.Range().End.Column, Byte: pos.Byte + len(b)}
}

// lineOf returns the start and the end of the line around an offset.
func (p *places) lineOf(offset int) (start, end int) {
	start = bytes.LastIndexByte(p.src[:offset], '\n') + 1
	end = bytes.IndexByte(p.src[offset:], '\n')
	if end < 0 {
		return start, len(p.src)
	}
	return start, offset + end
}
