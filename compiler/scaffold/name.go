package scaffold

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// reserved are words that mean something else where a name may stand.
var reserved = []string{"all", "dimension", "false", "for", "health", "kpi", "local", "null", "period", "source", "true", "var"}

// identifier makes a name of a text: the text itself if it is one, else its
// letters and digits in lower case, joined by _ and behind prefix where they are no
// name alone; fallback where there are none.
func identifier(text, prefix, fallback string) string {
	if isName(text) {
		return text
	}
	parts := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	name := strings.Join(parts, "_")
	for _, candidate := range []string{name, prefix + "_" + name} {
		if name != "" && isName(candidate) {
			return candidate
		}
	}
	return fallback
}

func isName(s string) bool {
	return hclsyntax.ValidIdentifier(s) && !strings.Contains(s, "-") && !strings.HasPrefix(s, "_") && !slices.Contains(reserved, strings.ToLower(s))
}

// names gives each thing a name of its own. The engine doesn't tell upper from
// lower case, so neither do names.
type names map[string]bool

// take returns name, with a number behind it if it is taken.
func (n names) take(name string) string {
	unique := name
	for i := 2; n[strings.ToLower(unique)]; i++ {
		unique = name + "_" + strconv.Itoa(i)
	}
	n[strings.ToLower(unique)] = true
	return unique
}

// tableName is what a file is called without folder and endings.
func tableName(file string) string {
	base := path.Base(file)
	for _, ending := range []string{".gz", ".zst", ".csv", ".tsv", ".txt", ".parquet", ".json", ".jsonl", ".ndjson"} {
		if len(base) > len(ending) && strings.EqualFold(base[len(base)-len(ending):], ending) {
			base = base[:len(base)-len(ending)]
		}
	}
	return strings.ToLower(base)
}

// words splits a name at its signs and where lower case turns into upper case:
// orderId and order_id are both order, id.
func words(name string) []string {
	var all []string
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			all = append(all, strings.ToLower(word.String()))
			word.Reset()
		}
	}
	previous := rune(0)
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			end()
		} else {
			if unicode.IsUpper(r) && unicode.IsLower(previous) {
				end()
			}
			word.WriteRune(r)
		}
		previous = r
	}
	end()
	return all
}

// vocabulary is words that a column's name may speak in: whole words of European
// languages, and parts of Chinese names, which have no spaces.
type vocabulary struct {
	words []string
	parts []string
}

// rank is the place of the first word or part that is in the name, -1 for none.
func (v vocabulary) rank(name string) int {
	in := words(name)
	for i, w := range v.words {
		if slices.Contains(in, w) {
			return i
		}
	}
	for i, p := range v.parts {
		if strings.Contains(name, p) {
			return i
		}
	}
	return -1
}

func (v vocabulary) has(name string) bool { return v.rank(name) >= 0 }
