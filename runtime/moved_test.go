package runtime_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/runtime"
)

// Sources whose clean rows are kept with their files, and as a table since they hang on
// rows of another source; one is read as part of a union.
const movedProject = `project "moved" {
  timezone = "Asia/Shanghai"
  as_of    = "2026-03-01"
  grains   = [day, month]
}
source "plain" {
  csv {
    path = "f*.csv"
  }
  time = at
  columns {
    id = string
    at = timestamp
    n  = integer
  }
}
source "every" {
  union = [plain]
  time  = at
}
source "tied" {
  csv {
    path = "f*.csv"
  }
  time  = at
  where = marks.good == "yes"
  columns {
    id = string
    at = timestamp
    n  = { type = integer, references = marks }
  }
}
source "marks" {
  csv {
    path = "marks.csv"
  }
  key = [mark]
  columns {
    mark = integer
    good = string
  }
}
kpi "n" { value = sum(every.n) }
kpi "tied_n" { value = sum(tied.n) }
`

// movedRow is a line of a file on a day of January.
type movedRow struct {
	day  int
	line string
}

func randomRows(r *rand.Rand, file int) []movedRow {
	var rows []movedRow
	for range r.IntN(8) {
		// Midnight to 8 of Shanghai is the day before in UTC.
		day, hour, n := 1+r.IntN(20), r.IntN(24), r.IntN(3)
		id := fmt.Sprintf("f%d_%d", file, r.IntN(3)) // equal rows come
		if n == 2 {
			id = "" // nulls are equal
		}
		rows = append(rows, movedRow{day, fmt.Sprintf("%s,2026-01-%02d %02d:00:00,%d%d", id, day, hour, file+1, n)})
	}
	return rows
}

// TestMovedRows edits files at random: for every day the plan tells exactly the lines
// of each file that came and went.
func TestMovedRows(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(2, seed))
	marks := "mark,good\n"
	for file := range 6 {
		for n := range 3 {
			marks += fmt.Sprintf("%d%d,yes\n", file+1, n)
		}
	}
	dir := write(t, map[string]string{"p.hcl": movedProject, "marks.csv": marks})
	now := map[string][]movedRow{}
	place := func(file int) {
		name := fmt.Sprintf("f%d.csv", file)
		now[name] = randomRows(r, file)
		var text strings.Builder
		text.WriteString("id,at,n\n")
		for _, row := range now[name] {
			text.WriteString(row.line + "\n")
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for file := range 4 {
		place(file)
	}
	// History begins with a row that stays: days before it are published no more.
	if err := os.WriteFile(filepath.Join(dir, "first.csv"), []byte("id,at,n\nfirst,2026-01-01 12:00:00,10\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := map[string][]movedRow{}
	seen := 0
	for step := range 8 {
		p, diags := runtime.Open(t.Context(), runtime.Options{Dir: dir})
		none(t, diags)
		done := applied(t, p)
		want := movedLines(before, now)
		if step == 0 {
			want = nil // nothing moved: all is new
		}
		for _, source := range []string{"plain", "tied"} {
			var got []string
			for _, periods := range done.Plan.Periods {
				for _, m := range periods.Moved {
					if m.Source == source && periods.Grain == "day" {
						got = append(got, fmt.Sprint(m.Period, " ", m.File, " new ", m.New, " late ", m.Late, " gone ", m.Gone))
					}
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("seed %d, step %d, %s: moved\n%s\nwant\n%s", seed, step, source, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
		seen += len(want)
		before = maps.Clone(now)
		for range 1 + r.IntN(2) {
			if file := r.IntN(6); r.IntN(4) == 0 && now[fmt.Sprintf("f%d.csv", file)] != nil && len(now) > 2 {
				name := fmt.Sprintf("f%d.csv", file)
				delete(now, name)
				if err := os.Remove(filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
			} else {
				place(file)
			}
		}
	}
	if seen == 0 {
		t.Errorf("seed %d: nothing ever moved", seed)
	}
}

// movedLines compares two states of files line by line.
func movedLines(before, now map[string][]movedRow) []string {
	last := 0
	for _, rows := range before {
		for _, row := range rows {
			last = max(last, row.day)
		}
	}
	type key struct {
		day  int
		file string
	}
	counts := map[key][3]int{}
	balance := map[movedRow]int{}
	files := map[movedRow]string{}
	for _, side := range []struct {
		files map[string][]movedRow
		sign  int
	}{{before, -1}, {now, 1}} {
		for file, rows := range side.files {
			for _, row := range rows {
				balance[row] += side.sign
				files[row] = file // n begins with the file's number: no other file has it
			}
		}
	}
	for row, n := range balance {
		c := counts[key{row.day, files[row]}]
		switch {
		case n < 0:
			c[2] -= n
		case n > 0 && row.day <= last:
			c[1] += n
		case n > 0:
			c[0] += n
		}
		if n != 0 {
			counts[key{row.day, files[row]}] = c
		}
	}
	var out []string
	for k, c := range counts {
		out = append(out, fmt.Sprintf("2026-01-%02d %s new %d late %d gone %d", k.day, k.file, c[0], c[1], c[2]))
	}
	slices.Sort(out)
	return out
}
