package syntax

import (
	"bytes"
	"regexp"
	"unicode/utf8"
)

// A lexeme is a stretch of text as far as its layout goes: enough to find where
// a line, a bracket or a string ends, at a fraction of the price of a token and,
// unlike with tokens, also where a string lacks its end.
type lexeme struct {
	kind       lexemeKind
	start, end int
	depth      int  // how deeply templates nest in a string
	open       bool // a string or comment that lacks its end
}

type lexemeKind byte

// The kinds of lexemes. A bracket and a line feed are their own kind.
const (
	lexEnd      lexemeKind = 0
	lexLine     lexemeKind = '\n'
	lexWord     lexemeKind = 'w'
	lexNumber   lexemeKind = 'n'
	lexDate     lexemeKind = 'd' // an unquoted date
	lexString   lexemeKind = 's' // also a heredoc, and strings in other quotes
	lexComment  lexemeKind = '#' // with its line feed
	lexOperator lexemeKind = 'o' // HCL's or that of another language
	lexEqual    lexemeKind = '='
	lexComma    lexemeKind = ','
	lexOther    lexemeKind = 'x'
)

// next returns the lexeme at or after an offset, spaces skipped.
func next(src []byte, i int) lexeme {
	for i < len(src) && (src[i] == ' ' || src[i] == '\t' || src[i] == '\r' && i+1 < len(src) && src[i+1] == '\n') {
		i++
	}
	if i >= len(src) {
		return lexeme{kind: lexEnd, start: len(src), end: len(src)}
	}
	c := src[i]
	one := lexeme{kind: lexemeKind(c), start: i, end: i + 1}
	switch {
	case wordByte[c] && !isDigit(c):
		return word(src, i)
	case c == '\n' || c == ',' || c == '(' || c == ')' || c == '[' || c == ']' || c == '{' || c == '}':
		return one
	case isDigit(c):
		return number(src, i)
	case c == '"':
		end, depth, open := quoted(src, i)
		return lexeme{kind: lexString, start: i, end: end, depth: depth, open: open}
	case c == '\'':
		return otherQuotes(src, i, "'", "'")
	case c == '#', bytes.HasPrefix(src[i:], []byte("//")), bytes.HasPrefix(src[i:], []byte("/*")):
		return comment(src, i)
	case c == '<' && bytes.HasPrefix(src[i:], []byte("<<")):
		if end, depth := heredoc(src, i); end > 0 {
			return lexeme{kind: lexString, start: i, end: end, depth: depth}
		}
	}
	if n := operator(src[i:]); n > 0 {
		one.kind, one.end = lexOperator, i+n
		return one
	}
	if c == '=' {
		return one
	}
	one.kind = lexOther
	return one
}

// longOperators are those of more than one character, the longest first.
var longOperators = []string{"===", "!==", "...", "==", "!=", "<=", ">=", "=>", "<>", "&&", "||", "**", "::"}

// operator returns the length of the operator that a text starts with, or 0.
func operator(b []byte) int {
	if bytes.IndexByte([]byte("=!.<>&|*:"), b[0]) >= 0 {
		for _, op := range longOperators {
			if bytes.HasPrefix(b, []byte(op)) {
				return len(op)
			}
		}
	}
	if bytes.IndexByte([]byte("+-*/%<>!?:&|.^~"), b[0]) >= 0 {
		return 1
	}
	return 0
}

// wordByte marks the bytes that a name can hold.
var wordByte = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= 0x80 || c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || isDigit(byte(c))
	}
	return t
}()

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// word reads a name; HCL's may hold hyphens. Punctuation of other scripts ends it.
func word(src []byte, i int) lexeme {
	start := i
	for i < len(src) && (wordByte[src[i]] || src[i] == '-' && i > start) {
		if src[i] < 0x80 {
			i++
			continue
		}
		r, size := utf8.DecodeRune(src[i:])
		if ascii(r) == "" {
			i += size
			continue
		}
		if i > start {
			break
		}
		switch r {
		case '“', '”', '＂':
			return otherQuotes(src, i, "“”＂", "“”＂\"")
		case '‘', '’', '＇':
			return otherQuotes(src, i, "‘’＇", "‘’＇'")
		}
		return lexeme{kind: lexOther, start: i, end: i + size}
	}
	return lexeme{kind: lexWord, start: start, end: i}
}

// otherQuotes reads a string in quotes that HCL does not know, which ends with
// any of the closers on its line. Without one it is only a sign.
func otherQuotes(src []byte, i int, openers, closers string) lexeme {
	_, size := utf8.DecodeRune(src[i:])
	rest := src[i+size:]
	if line := bytes.IndexByte(rest, '\n'); line >= 0 {
		rest = rest[:line]
	}
	if at := bytes.IndexAny(rest, closers); at >= 0 {
		_, closer := utf8.DecodeRune(rest[at:])
		return lexeme{kind: lexString, start: i, end: i + size + at + closer}
	}
	return lexeme{kind: lexOther, start: i, end: i + size}
}

// comment reads a comment; one that lacks its end is taken to end with its line.
func comment(src []byte, i int) lexeme {
	lx := lexeme{kind: lexComment, start: i, end: len(src)}
	feed := bytes.IndexByte(src[i:], '\n')
	if src[i] == '/' && src[i+1] == '*' {
		at := bytes.Index(src[i+2:], []byte("*/"))
		switch {
		case at >= 0:
			lx.end = i + 2 + at + 2
		case feed >= 0:
			lx.end, lx.open = i+feed, true
		default:
			lx.open = true
		}
	} else if feed >= 0 {
		lx.end = i + feed + 1
	}
	return lx
}

var exponent = regexp.MustCompile(`^[eE](?:\d|[+-]\d)`)

// number reads a number, or a date that lacks its quotes.
func number(src []byte, i int) lexeme {
	if end := dateEnd(src, i); end > 0 {
		return lexeme{kind: lexDate, start: i, end: end}
	}
	start := i
	for i < len(src) {
		c := src[i]
		fraction := c == '.' && i+1 < len(src) && isDigit(src[i+1])
		switch {
		case isDigit(c) || fraction:
			i++
		case exponent.Match(src[i:min(len(src), i+3)]):
			i += 2
		default:
			return lexeme{kind: lexNumber, start: start, end: i}
		}
	}
	return lexeme{kind: lexNumber, start: start, end: i}
}

// quoted reads a string with its templates, in which strings may stand again.
// A line feed ends it outside of a template, as it does for a reader.
func quoted(src []byte, i int) (end, depth int, open bool) {
	t := template{inside: []byte{'"'}}
	for i++; i < len(src); i++ {
		if t.top() == '"' {
			plain := bytes.IndexAny(src[i:], "\"\\$%\n")
			if plain < 0 {
				break
			}
			if i += plain; src[i] == '\n' {
				return i, t.depth, true
			}
		}
		i = t.step(src, i)
		if len(t.inside) == 0 {
			return i + 1, t.depth, false
		}
	}
	return len(src), t.depth, true
}

// template follows what a place in a string or heredoc is enclosed by.
type template struct {
	inside    []byte // strings, heredocs and brackets, outermost first
	operators int
	depth     int
}

const heredocText = '<'

func (t *template) top() byte { return t.inside[len(t.inside)-1] }

// step goes past the character at i and returns its last byte.
func (t *template) step(src []byte, i int) int {
	c, top := src[i], t.top()
	text := top == '"' || top == heredocText
	switch {
	case top == '"' && c == '\\':
		return i + 1
	case text && (c == '$' || c == '%') && i+1 < len(src) && src[i+1] == '{':
		if src[i-1] == c && src[i-2] != c {
			return i // $${ stands for ${ itself
		}
		t.inside = append(t.inside, '{')
		i++
	case top == '"' && c == '"', !text && c == closer(top):
		t.inside = t.inside[:len(t.inside)-1]
	case !text && (c == '"' || closer(c) != 0):
		t.inside = append(t.inside, c)
	case !text && (c == '!' || c == '-' || c == '?'):
		t.operators++
	}
	t.depth = max(t.depth, len(t.inside)+t.operators*maxBrackets/maxOperators)
	return i
}

// heredoc reads <<NAME up to the line that holds NAME alone; 0 when it is none.
func heredoc(src []byte, i int) (end, depth int) {
	from := i + 2
	if from < len(src) && src[from] == '-' {
		from++
	}
	to := from
	for to < len(src) && (wordByte[src[to]] || src[to] == '-') {
		to++
	}
	name := src[from:to]
	line := bytes.TrimPrefix(src[to:], []byte("\r"))
	if len(name) == 0 || isDigit(name[0]) || len(line) == 0 || line[0] != '\n' {
		return 0, 0
	}
	for at := to; ; {
		feed := bytes.IndexByte(src[at:], '\n')
		if feed < 0 {
			return len(src), templateDepth(src[i:])
		}
		at += feed + 1
		line, _, _ := bytes.Cut(src[at:], []byte("\n"))
		if bytes.Equal(bytes.TrimSpace(line), name) {
			end := at + len(bytes.TrimRight(line, "\r"))
			return end, templateDepth(src[i:end])
		}
	}
}

// templateDepth is how deeply the templates in the text of a heredoc nest.
func templateDepth(b []byte) int {
	t := template{inside: []byte{heredocText}}
	for i := 2; i < len(b); i++ {
		i = t.step(b, i)
	}
	return t.depth
}
