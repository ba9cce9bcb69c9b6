package syntax

import (
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/metrics/diag"
)

// punctuation maps the signs of Chinese and other input methods, which HCL does
// not know, to those it does.
var punctuation = map[rune]string{
	'“': `"`, '”': `"`, '„': `"`, '«': `"`, '»': `"`, '「': `"`, '」': `"`, '『': `"`, '』': `"`,
	'‘': `'`, '’': `'`,
	'、': ",", '。': ".", '【': "[", '】': "]", '〔': "[", '〕': "]", '《': "<", '》': ">",
	'×': "*", '÷': "/", '−': "-", '–': "-", '—': "-", '≠': "!=", '≤': "<=", '≥': ">=",
	'\u3000': " ", '\u00a0': " ", '\u200b': " ", '\ufeff': " ", '\u2003': " ", '\u2002': " ", '\u202f': " ",
}

// ascii returns what a sign of another script stands for, "" for any other
// character.
func ascii(r rune) string {
	if r < 0x80 {
		return ""
	}
	if s, ok := punctuation[r]; ok {
		return s
	}
	// The full-width forms stand in the order of ASCII. Their letters and digits
	// are part of names.
	if r > 0xff00 && r <= 0xff5e {
		c := r - 0xff00 + 0x20
		if !wordByte[c] || c == '_' {
			return string(c)
		}
	}
	return ""
}

// fullWidth reports all foreign signs of a piece at once, at the first of them:
// they come from one state of the keyboard.
func (p *piece) fullWidth() *diag.Diagnostic {
	var found []int
	for i := range p.lexemes {
		if r := p.rune(i); ascii(r) != "" && (p.kind(i) == lexOther || p.kind(i) == lexString) {
			found = append(found, i)
		}
	}
	if len(found) == 0 {
		return nil
	}

	var mends []string
	seen := map[string]bool{}
	for _, i := range found {
		sign, mend := p.foreign(i)
		if !seen[sign] {
			seen[sign] = true
			mends = append(mends, fmt.Sprintf("%s for %s", mend, sign))
		}
	}
	sign, _ := p.foreign(found[0])
	d := report(diag.FullWidth, p.rangeOf(found[0], found[0]), fmt.Sprintf("%s is not a sign of HCL", sign),
		fmt.Sprintf("Outside of strings and comments HCL knows the signs of ASCII alone. Write %s.", strings.Join(mends, ", ")))
	for _, i := range found[1:] {
		d.Labels = append(d.Labels, diag.Label{Range: Range(p.rangeOf(i, i)), Text: "here too"})
	}
	return &d
}

// foreign is the sign or the quoted string at i, and what to write for it.
func (p *piece) foreign(i int) (sign, mend string) {
	if p.kind(i) == lexString {
		return p.text(i), `"` + strings.Trim(p.text(i), "\"'“”‘’＂＇") + `"`
	}
	switch mend := ascii(p.rune(i)); mend {
	case " ":
		return fmt.Sprintf("the space U+%04X", p.rune(i)), "a plain space"
	case "'":
		return p.text(i), `"`
	default:
		return p.text(i), mend
	}
}
