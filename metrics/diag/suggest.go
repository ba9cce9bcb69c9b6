package diag

import (
	"fmt"
	"strings"

	"github.com/agext/levenshtein"
)

// Suggest returns the candidate nearest to name, or "" when none is near
// enough to be what was meant.
func Suggest(name string, candidates []string) string {
	best, bestDistance := "", 0
	params := levenshtein.NewParams()
	lower := strings.ToLower(name)
	for _, c := range candidates {
		d := levenshtein.Distance(lower, strings.ToLower(c), params)
		if best == "" || d < bestDistance || d == bestDistance && c < best {
			best, bestDistance = c, d
		}
	}
	limit := max(1, len([]rune(name))/3)
	if best == "" || bestDistance > limit || best == name {
		return ""
	}
	return best
}

// DidYouMean is Suggest as a sentence with a leading space, or "".
func DidYouMean(name string, candidates []string) string {
	if s := Suggest(name, candidates); s != "" {
		return fmt.Sprintf(" Did you mean %q?", s)
	}
	return ""
}
