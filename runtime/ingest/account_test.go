package ingest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// mutations are what happens to files on their way.
var mutations = []string{`"`, `""`, ",", "\n", "\r\n", "\x00", "\xff", "é", "\t", "1", "x,", "\"a\nb\"", "#N/A", ";", "\n\n", "\"\n"}

// mutated is a text with some places replaced, dropped or repeated.
func mutated(random *rand.Rand, text string) string {
	for range 1 + random.IntN(4) {
		at := random.IntN(len(text) + 1)
		end := min(len(text), at+random.IntN(6))
		switch random.IntN(4) {
		case 0:
			text = text[:at] + text[end:]
		case 1:
			text = text[:at] + text[at:end] + text[at:]
		default:
			text = text[:at] + mutations[random.IntN(len(mutations))] + text[end:]
		}
	}
	return text
}

// sound counts the records behind the header that an independent reader makes of
// a delimited text; false where it can't read it to the end, or has another view
// of what a record is.
func sound(text string) (int64, bool) {
	if strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") {
		return 0, false // a line end for us, a character for it
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	n := int64(-1)
	for {
		_, err := r.Read()
		if errors.Is(err, io.EOF) {
			return n, n >= 0
		}
		if err != nil {
			return 0, false
		}
		n++
	}
}

// TestAccountOfMutatedFiles feeds delimited files that were damaged at random: each
// row is clean, a duplicate, filtered or rejected, as many as an independent reader
// finds, and each reject stands where it says.
func TestAccountOfMutatedFiles(t *testing.T) {
	random := rand.New(rand.NewPCG(7, uint64(len(mutations))))
	for seed := range 3 {
		sources, files := []*metrics.Source{}, map[string]string{}
		for n := range 25 {
			name := fmt.Sprintf("f%02d.csv", n)
			var b strings.Builder
			b.WriteString("id,amount,note,other\n")
			for i := range 1 + random.IntN(8) {
				fmt.Fprintf(&b, "%d,%d.%02d,%s,\"q %d\"\n", random.IntN(6), i, random.IntN(100), []string{"a", "", "\"b,\"\"c\"", "test"}[random.IntN(4)], i)
			}
			files[name] = mutated(random, b.String())
			s := csvSource(fmt.Sprintf("s%02d", n), name, column("id", metrics.Integer), column("amount", metrics.Decimal), column("note", metrics.String))
			s.Key = []string{"id"}
			s.Where = binary(metrics.OpNe, ref(s.Name, "note", metrics.String), str("test"), metrics.Boolean)
			sources = append(sources, s)
		}
		p := newProject(t, "UTC", files, sources...)
		segments, problems := p.build()
		if err := Attach(t.Context(), p.engine, p.context.Model, segments); err != nil {
			t.Fatal(err)
		}
		for _, s := range sources {
			path := s.Reader.(*metrics.CSV).Path
			segment, built := segments[s.Name]
			if !built {
				p.explained(problems, s.Name)
				continue
			}
			p.accounted(segment, files[path])
		}
		if t.Failed() {
			t.Fatalf("round %d", seed)
		}
	}
}

// explained demands that a source without rows has one diagnostic in words.
func (p *project) explained(problems diag.List, source string) {
	p.t.Helper()
	for _, d := range problems {
		if d.Address == "source."+source || strings.HasPrefix(d.Address, "source."+source+".") {
			if d.Code == "" || d.Detail == "" || strings.Contains(d.Detail, "Invalid Input") || strings.Contains(d.Detail, p.context.Dir) {
				p.t.Errorf("%s: %+v", source, d)
			}
			return
		}
	}
	p.t.Errorf("%s has neither rows nor a diagnostic", source)
}

// accounted compares the account of rows, and the places of rejects, with the file.
func (p *project) accounted(segment Segment, text string) {
	p.t.Helper()
	a := segment.Account
	if a.Read != a.Clean+a.Filtered+a.Duplicates+a.Rejected {
		p.t.Errorf("%q: account %+v", text, a)
	}
	if n, ok := sound(text); ok && n != a.Read {
		p.t.Errorf("%q: %d rows, account %+v", text, n, a)
	}
	rejects, err := Rejects(p.t.Context(), p.engine, segment, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n")
	for _, r := range rejects {
		first, _, _ := strings.Cut(strings.ReplaceAll(strings.ReplaceAll(r.Raw, "\r\n", "\n"), "\r", "\n"), "\n")
		if r.Line < 1 || int(r.Line) > len(lines) || strings.ToValidUTF8(lines[r.Line-1], "�") != first {
			p.t.Errorf("%q: reject %+v is not at its line", text, r)
		}
	}
	if int64(len(rejects)) != a.Rejected || !slices.IsSortedFunc(rejects, func(a, b metrics.Rejected) int { return int(a.Line - b.Line) }) {
		p.t.Errorf("%q: rejects %+v, account %+v", text, rejects, a)
	}
}
