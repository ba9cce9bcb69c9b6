package diag

import "strings"

// A is a word with the article that it takes: a week, an integer.
func A(noun string) string {
	if strings.HasPrefix(noun, "hour") || noun != "" && strings.ContainsRune("aeio", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

// CapitalA is A at the begin of a sentence.
func CapitalA(noun string) string { return "A" + A(noun)[1:] }
