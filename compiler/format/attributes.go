package format

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Attribute is one thing that a block says: an attribute and its value, or a
// nested block and its whole text.
type Attribute struct{ Name, Text string }

// columnsBlock is the nested block whose attributes are told one by one: each is
// a definition of its own to those who read a source.
const columnsBlock = "columns"

// Attributes takes the text of one block apart, in the order in which it is
// written: attributes by name, those of a columns block as "columns.amount", and
// other nested blocks by type and labels. Texts are in canonical layout and
// without comments, so that they differ only where what is said differs. Text
// that HCL can't read has no attributes.
func Attributes(block string) []Attribute {
	src := Format(withoutComments([]byte(block)))
	file, problems := hclsyntax.ParseConfig(src, "", hcl.InitialPos)
	if problems.HasErrors() {
		return nil
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok || len(body.Blocks) == 0 {
		return nil
	}
	b := body.Blocks[0].Body
	found := attributesOf(src, b.Attributes, "")
	for _, n := range b.Blocks {
		if n.Type == columnsBlock {
			found = append(found, attributesOf(src, n.Body.Attributes, columnsBlock+".")...)
			continue
		}
		name := strings.Join(append([]string{n.Type}, n.Labels...), " ")
		r := n.Range()
		found = append(found, placedAttribute{r.Start.Byte, Attribute{name, Block(src[r.Start.Byte:r.End.Byte])}})
	}
	slices.SortFunc(found, func(a, b placedAttribute) int { return cmp.Compare(a.at, b.at) })
	out := make([]Attribute, len(found))
	for i, f := range found {
		out[i] = f.Attribute
	}
	return out
}

// placedAttribute is an attribute and where it stands.
type placedAttribute struct {
	at int
	Attribute
}

func attributesOf(src []byte, all hclsyntax.Attributes, prefix string) []placedAttribute {
	var out []placedAttribute
	for name, a := range all {
		r := a.SrcRange
		text := src[r.Start.Byte:r.End.Byte]
		_, value, _ := strings.Cut(string(text), "=")
		if bytes.ContainsRune(text, '\n') { // what goes on over lines is indented by where it stands
			_, value, _ = strings.Cut(Block(text), "=")
		}
		out = append(out, placedAttribute{r.Start.Byte, Attribute{prefix + name, strings.TrimSpace(value)}})
	}
	return out
}

// withoutComments drops all comments, and the lines that held nothing else.
func withoutComments(src []byte) []byte {
	var out bytes.Buffer
	copied := 0
	for _, t := range lex(src) {
		if t.Type != hclsyntax.TokenComment {
			continue
		}
		out.Write(src[copied:t.Range.Start.Byte])
		copied = t.Range.End.Byte
		trimmed := bytes.TrimRight(out.Bytes(), " \t")
		alone := len(trimmed) == 0 || trimmed[len(trimmed)-1] == '\n'
		ends := bytes.HasSuffix(t.Bytes, []byte("\n"))
		switch rest, _, more := bytes.Cut(src[copied:], []byte("\n")); {
		case !ends && alone && more && len(bytes.TrimSpace(rest)) == 0:
			copied += len(rest) + 1
			out.Truncate(len(trimmed))
		case ends:
			out.Truncate(len(trimmed))
			if !alone {
				out.WriteByte('\n')
			}
		}
	}
	out.Write(src[copied:])
	return out.Bytes()
}
