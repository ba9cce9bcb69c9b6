package metrics

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Mask is how a guarded value is shown.
type Mask string

// The masks. A column without one is masked by the kind of each value: texts that
// are telephone numbers and mail addresses as such, all else hidden; secrets are
// always hidden.
const (
	MaskPhone Mask = "phone" // 138****5678
	MaskEmail Mask = "email" // a***@x.com
	MaskHash  Mask = "hash"  // #5f0c91d2: equal values look alike
	MaskHide  Mask = "hide"  // ***
)

// Masks is the masks by name.
var Masks = []string{string(MaskPhone), string(MaskEmail), string(MaskHash), string(MaskHide)}

// Sample is a value that a check showed when it ran, fit to be seen now: hidden where
// the columns, all of them for a check that names none, are guarded and it isn't
// masked yet.
func (s *Source) Sample(columns, shown string) string {
	if shown == "" || maskedForm.MatchString(shown) {
		return shown
	}
	named := strings.Split(columns, ", ")
	for _, c := range s.Columns {
		if c.Classification.Guarded() && (columns == "" || slices.Contains(named, c.Name)) {
			return Hidden
		}
	}
	return shown
}

var maskedForm = regexp.MustCompile(`\*\*\*|#[0-9a-f]{12}`)

// Hidden stands for a value that is not shown at all.
const Hidden = "***"

// Masked is a text as the column lets it be seen: itself where the column is not
// guarded, and where there is nothing to see. key makes hashes that nobody without
// it can try out.
func (c *Column) Masked(text string, key []byte) string {
	if !c.Classification.Guarded() || text == "" {
		return text
	}
	switch c.Mask {
	case MaskPhone:
		return maskPhone(text)
	case MaskEmail:
		return maskEmail(text)
	case MaskHash:
		return hashed(text, key)
	case "":
		if c.Classification != Secret && c.Type.Kind == String {
			return maskByKind(text)
		}
	}
	return Hidden
}

var (
	phoneLike = regexp.MustCompile(`^\+?[\d( ][\d ()./-]+\d$`)
	emailLike = regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@]+$`)
)

// maskByKind masks what looks like a mail address or telephone number as such.
func maskByKind(text string) string {
	switch {
	case emailLike.MatchString(text):
		return maskEmail(text)
	case phoneLike.MatchString(text):
		return maskPhone(text)
	}
	return Hidden
}

// What has fewer digits than a telephone number or more is hidden: of a short one
// too little would be left out.
const (
	shortestPhone = 10
	longestPhone  = 13
	phoneHead     = 3
	phoneTail     = 4
)

// maskPhone keeps the first three and the last four digits of a number.
func maskPhone(text string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
	if len(digits) < shortestPhone || len(digits) > longestPhone {
		return Hidden
	}
	hidden := len(digits) - phoneHead - phoneTail
	return digits[:phoneHead] + strings.Repeat("*", hidden) + digits[len(digits)-phoneTail:]
}

// maskEmail keeps the first letter and the domain.
func maskEmail(text string) string {
	if !emailLike.MatchString(text) {
		return Hidden
	}
	first, _ := utf8.DecodeRuneInString(text)
	return string(first) + "***" + text[strings.LastIndexByte(text, '@'):]
}

// hashDigits is how much of a hash is shown: enough to tell millions of values apart.
const hashDigits = 12

func hashed(text string, key []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return "#" + hex.EncodeToString(h.Sum(nil))[:hashDigits]
}
