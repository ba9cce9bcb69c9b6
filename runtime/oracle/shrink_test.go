package oracle_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// difference opens the project of a trial and compares both answers. What is left of
// a project that shrinks may be more than either side bears.
func (t trial) difference() (found string) {
	defer func() {
		if p := recover(); p != nil {
			found = fmt.Sprintf("panic: %v", p)
		}
	}()
	return t.compared(inMemory)
}

// compared cleans in one way and compares both answers.
func (t trial) compared(way cleaning) string {
	p, err := open(t.files, t.ask.asOf, way)
	if err != nil {
		return "impossible project: " + err.Error()
	}
	defer p.close()
	found, err := p.judge(t.ask)
	if err != nil {
		return "impossible request: " + err.Error()
	}
	return found.difference
}

// kind is what sort of difference it is: its first word.
func kind(difference string) string {
	first, _, _ := strings.Cut(difference, " ")
	return first
}

// shrink takes away what a difference does not need, until nothing more can go. The
// sort of difference stays, so that it doesn't slip into another.
func shrink(t trial) trial {
	want := kind(t.difference())
	fails := func(t trial) bool { return kind(t.difference()) == want }
	for size := -1; size != t.size(); {
		size = t.size()
		t = shrinkAsk(t, fails)
		names := slices.Sorted(maps.Keys(t.files))
		slices.Reverse(names) // the definitions first
		for _, name := range names {
			t = shrinkFile(t, name, fails)
		}
	}
	return t
}

func (t trial) size() int {
	n := len(t.ask.String())
	for _, text := range t.files {
		n += len(text)
	}
	return n
}

// shrinkAsk leaves out flags, and items of those that are lists.
func shrinkAsk(t trial, fails func(trial) bool) trial {
	lines := strings.Split(strings.TrimSpace(t.ask.String()), "\n")
	for i := 0; i < len(lines); i++ {
		for _, smaller := range smallerLines(lines[i]) {
			changed := slices.Replace(slices.Clone(lines), i, i+1, smaller)
			a, err := readAsk(strings.Join(changed, "\n"))
			if err != nil || len(a.kpis) == 0 {
				continue
			}
			if next := (trial{t.files, a}); fails(next) {
				t, lines = next, changed
				break
			}
		}
	}
	return t
}

// smallerLines are a flag without one of its items, or no flag.
func smallerLines(line string) []string {
	if line == "" {
		return nil
	}
	name, value, _ := strings.Cut(line, " ")
	if name == "--as-of" {
		return nil
	}
	out := []string{""}
	separator := ","
	if name == "query" {
		separator = " "
	}
	if items := strings.Split(value, separator); len(items) > 1 && name != "--where" && name != "--having" {
		for i := range items {
			out = append(out, name+" "+strings.Join(slices.Delete(slices.Clone(items), i, i+1), separator))
		}
	}
	return out
}

// shrinkFile leaves out whole blocks of definitions, then lines: half of them, then
// quarters, down to one.
func shrinkFile(t trial, name string, fails func(trial) bool) trial {
	parts := blocksOf(t.files[name])
	if !strings.HasSuffix(name, ".hcl") {
		parts = strings.SplitAfter(t.files[name], "\n")
	}
	t = shrinkParts(t, name, parts, fails)
	return shrinkParts(t, name, strings.SplitAfter(t.files[name], "\n"), fails)
}

func shrinkParts(t trial, name string, parts []string, fails func(trial) bool) trial {
	for n := max(1, len(parts)/2); ; n /= 2 {
		for at := 0; at < len(parts); {
			end := min(at+n, len(parts))
			left := slices.Concat(parts[:at], parts[end:])
			files := maps.Clone(t.files)
			files[name] = strings.Join(left, "")
			if next := (trial{files, t.ask}); fails(next) {
				t, parts = next, left
				continue
			}
			at = end
		}
		if n == 1 {
			return t
		}
	}
}

// blocksOf parts a text of definitions behind lines that close a block.
func blocksOf(text string) []string {
	var blocks []string
	block := ""
	for line := range strings.Lines(text) {
		block += line
		if strings.TrimRight(line, "\n") == "}" {
			blocks = append(blocks, block)
			block = ""
		}
	}
	return append(blocks, block)
}
