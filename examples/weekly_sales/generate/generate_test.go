package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCommittedData compares the committed files with what the generator makes
// now. Packed files are compared by what is in them: another release of Go may
// pack them otherwise.
func TestCommittedData(t *testing.T) {
	dir := t.TempDir()
	var facts bytes.Buffer
	if err := run(dir, "2026-11-16", true, &facts); err != nil {
		t.Fatal(err)
	}
	made, committed := fileNames(t, dir), fileNames(t, dataDir)
	if strings.Join(made, " ") != strings.Join(committed, " ") {
		t.Fatalf("files %v, committed %v", made, committed)
	}
	for _, name := range made {
		if !bytes.Equal(plain(t, filepath.Join(dir, name)), plain(t, filepath.Join(dataDir, name))) {
			t.Errorf("%s is not what the generator makes: run go run ./generate in examples/weekly_sales", name)
		}
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), facts.String()) {
		t.Errorf("README.md does not hold the table that go run ./generate -facts prints:\n%s", facts.String())
	}
}

func fileNames(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestPackedFilesCarryNoTime(t *testing.T) {
	first, err := compress([]byte("a,b\n1,2\n"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := compress([]byte("a,b\n1,2\n"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) || !bytes.Equal(first[4:8], []byte{0, 0, 0, 0}) {
		t.Errorf("two runs give %x and %x", first, second)
	}
}

func TestUntilIsADayThatTheStoryReaches(t *testing.T) {
	for _, until := range []string{"2026-11-15", "2027-01-05", "tomorrow"} {
		if err := run(t.TempDir(), until, false, nil); err == nil {
			t.Errorf("-until %s is accepted", until)
		}
	}
}

// TestREADMETellsTheWeek finds each sum of the golden file in the README.
func TestREADMETellsTheWeek(t *testing.T) {
	text, err := os.ReadFile("../testdata/week46.json")
	if err != nil {
		t.Fatal(err)
	}
	var week week46
	if err := json.Unmarshal(text, &week); err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range append(week.Rows, week.Totals...) {
		if c.Period != "2026-W46" {
			continue
		}
		cents, err := parseCents(c.GMV.String())
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("| %s | ", grouped(cents)); !strings.Contains(string(readme), want) {
			t.Errorf("README.md does not say %q for channel %q", want, c.Channel)
		}
	}
}
