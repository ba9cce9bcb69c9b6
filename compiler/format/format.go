// Package format lays HCL text out in the one canonical way.
package format

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/metricsascode/metrics/compiler/syntax"
)

// Format returns a file's text in canonical layout. Only space, line ends and a
// byte order mark differ from the text it is given, and formatting the result
// changes nothing. Text that HCL can't read is returned as it is: there the
// layout may be all that tells what was meant.
func Format(src []byte) []byte {
	if !syntax.Readable(src) {
		return src
	}
	clean := trim(src)
	before := tokens(clean)
	out := clean
	// hclwrite decides what to align by the layout it finds, so that one pass can
	// leave work for the next.
	for range 4 {
		laidOut := trim(hclwrite.Format(out))
		if bytes.Equal(laidOut, out) {
			return out
		}
		if !slices.Equal(before, tokens(laidOut)) {
			break
		}
		out = laidOut
	}
	return clean
}

// Block returns the canonical text of one block, given its source wherever in a
// file it stands: without the indentation of its surroundings, and without a
// line feed at its end.
func Block(src []byte) string {
	return strings.TrimSpace(string(Format(src)))
}

// trim returns a text with plain line ends, without a byte order mark, without
// blanks after comments and without empty lines at its start and end, where it
// has one line feed. Within a heredoc space is text and stays.
func trim(src []byte) []byte {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	var out bytes.Buffer
	copied := 0
	for _, t := range lex(src) {
		if t.Type != hclsyntax.TokenComment || bytes.HasPrefix(t.Bytes, []byte("/*")) {
			continue
		}
		text := bytes.TrimSuffix(t.Bytes, []byte("\n"))
		out.Write(src[copied:t.Range.Start.Byte])
		out.Write(bytes.TrimRight(text, " \t\r"))
		copied = t.Range.Start.Byte + len(text)
	}
	out.Write(src[copied:])
	trimmed := bytes.TrimRight(out.Bytes(), " \t\r\n")
	for {
		line, rest, more := bytes.Cut(trimmed, []byte("\n"))
		if !more || len(bytes.TrimSpace(line)) > 0 {
			break
		}
		trimmed = rest
	}
	if len(trimmed) == 0 {
		return nil
	}
	return append(trimmed, '\n')
}

// token is what must not change in a text: all but the space between tokens.
type token struct {
	kind hclsyntax.TokenType
	text string
}

func tokens(src []byte) []token {
	var out []token
	for _, t := range lex(src) {
		out = append(out, token{t.Type, string(t.Bytes)})
	}
	return out
}

func lex(src []byte) hclsyntax.Tokens {
	// The text is known to be readable; that is more than what lexing checks.
	all, _ := hclsyntax.LexConfig(src, "", hcl.InitialPos)
	return all
}
