package ingest

import (
	"strconv"
	"strings"
)

// valueAt is the value of an object at a path such as customer.address.city or
// items[0].sku; a key that is spelled like the whole path comes first.
func valueAt(object map[string]any, path string) (any, bool) {
	if v, found := object[path]; found {
		return v, true
	}
	var at any = object
	for _, step := range strings.Split(path, ".") {
		key, positions, _ := strings.Cut(step, "[")
		inner, ok := at.(map[string]any)
		if !ok {
			return nil, false
		}
		found := false
		if at, found = inner[key]; !found {
			return nil, false
		}
		for positions != "" {
			var position string
			position, positions, _ = strings.Cut(positions, "]")
			positions = strings.TrimPrefix(positions, "[")
			n, err := strconv.Atoi(position)
			list, ok := at.([]any)
			if !ok || err != nil || n < 0 {
				return nil, false
			}
			if n >= len(list) {
				return nil, true // a shorter list has no such value, which is no mistake
			}
			at = list[n]
		}
	}
	return at, true
}
