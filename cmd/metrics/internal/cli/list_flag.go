package cli

import "strings"

// listFlag is a flag with a list of names: given again, or with commas between.
type listFlag []string

func (l *listFlag) Set(text string) error {
	for name := range strings.SplitSeq(text, ",") {
		*l = append(*l, strings.TrimSpace(name))
	}
	return nil
}

func (l *listFlag) Type() string { return "names" }

func (l *listFlag) String() string { return strings.Join(*l, ",") }
