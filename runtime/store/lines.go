package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"runtime"
	"sync"
)

// nameHash is the hash in the name of a file of the store.
var nameHash = regexp.MustCompile(`-([0-9a-f]{16})\.\w+$`)

// hashInName tells whether the name of a file holds that hash.
func hashInName(name, hash string) bool {
	m := nameHash.FindStringSubmatch(name)
	return m != nil && m[1] == hash
}

// encodeLines writes each item as JSON on a line of its own. Files of lines
// merge by putting one behind the other.
func encodeLines[T any](items []T) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	for _, item := range items {
		if err := e.Encode(item); err != nil {
			return nil, err
		}
	}
	return text.Bytes(), nil
}

// decodeLines reads what encodeLines wrote, on all processors: with 10,000
// definitions it is what a plan waits for.
func decodeLines[T any](text []byte) ([]T, error) {
	lines := bytes.SplitAfter(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	if len(text) == 0 {
		return nil, nil
	}
	items := make([]T, len(lines))
	errs := make([]error, len(lines))
	chunk := len(lines)/runtime.GOMAXPROCS(0) + 1
	var all sync.WaitGroup
	for from := 0; from < len(lines); from += chunk {
		all.Go(func() {
			for i := from; i < min(from+chunk, len(lines)); i++ {
				errs[i] = json.Unmarshal(lines[i], &items[i])
			}
		})
	}
	all.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("line %d is not the JSON object it should be", i+1)
		}
	}
	return items, nil
}
