package oracle_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

var (
	seeds = flag.Int("seeds", 60, "how many random projects are compared")
	first = flag.Uint64("first", 1, "the first seed")
	keep  = flag.Bool("keep", false, "shrink each difference and keep it in testdata/cases")
)

// summary is the last line of a run: what was compared.
var summary string

func TestMain(m *testing.M) {
	code := m.Run()
	if summary != "" {
		fmt.Println(summary)
	}
	os.Exit(code)
}

// asksPerProject is how many requests each project answers.
const asksPerProject = 12

// tally counts what was compared.
type tally struct {
	asks, refused, cells, known atomic.Int64
	functions                   sync.Map // names of those in KPIs and members that were answered
}

// TestAgreement compares the engine with the oracle on random projects.
func TestAgreement(t *testing.T) {
	var sum tally
	var next atomic.Uint64
	next.Store(*first)
	start := time.Now()
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for seed := next.Add(1) - 1; seed < *first+uint64(*seeds); seed = next.Add(1) - 1 {
				sum.compare(t, seed)
			}
		})
	}
	workers.Wait()
	sum.judge(t)
	summary = fmt.Sprintf("oracle: %d seeds, %d requests (%.0f%% answered, the others refused by both), %d cells (%.0f%% not null) compared in %.0f s",
		*seeds, sum.asks.Load(), 100*sum.answered(), sum.cells.Load(), 100*sum.numbers(), time.Since(start).Seconds())
}

// answered is the share of requests that were answered, numbers that of cells that
// were not null.
func (s *tally) answered() float64 { return 1 - float64(s.refused.Load())/float64(s.asks.Load()) }

func (s *tally) numbers() float64 { return float64(s.known.Load()) / float64(s.cells.Load()) }

// judge demands that much was compared: agreement on refusals and nulls says little.
func (s *tally) judge(t *testing.T) {
	const fewest = 60 // seeds that say something of all
	if *seeds < fewest {
		return
	}
	if share := s.answered(); share < 0.7 {
		t.Errorf("only %.0f%% of requests were answered: the generator asks for too much that can't be had", 100*share)
	}
	if share := s.numbers(); share < 0.33 {
		t.Errorf("only %.0f%% of cells are not null: the generator asks for too much that is not there", 100*share)
	}
	for _, f := range metrics.Functions() {
		if f.Kind == metrics.ConditionFunction {
			continue // over published values, not over rows
		}
		_, met := s.functions.Load(f.Name)
		if why, left := leftOut[f.Name]; met == left {
			t.Errorf("%s: compared %t, left out %t (%s)", f.Name, met, left, why)
		}
	}
}

// leftOut are functions that are not compared, and why.
var leftOut = map[string]string{
	metrics.NativeSQL: "what the engine makes of its own SQL is nothing that could be evaluated without it; held against SQL by hand",
}

// keep writes the smallest case that differs as the one of the seed does.
func (s *tally) keep(t *testing.T, seed uint64, c trial) {
	if !*keep {
		return
	}
	small := shrink(c)
	path := filepath.Join("testdata", "cases", fmt.Sprintf("seed_%d.txtar", seed))
	comment := "Found by a random project. Say here what it shows.\n\n"
	if err := os.WriteFile(path, small.archive(comment), 0o666); err != nil {
		t.Error(err)
	}
	t.Errorf("seed %d: kept as %s\n%s\n%s", seed, path, small.archive(""), small.difference())
}

// compare asks the project of a seed, and shrinks what differs.
func (s *tally) compare(t *testing.T, seed uint64) {
	g := generate(seed)
	asks := g.requests(asksPerProject)
	p, err := open(g.files, g.instant, way(seed))
	if err != nil {
		t.Errorf("seed %d makes a project with errors: %v\n%s", seed, err, numbered(g.files["project.hcl"]))
		return
	}
	defer p.close()
	for _, a := range asks {
		found, err := p.judge(a)
		if err != nil {
			t.Errorf("seed %d makes a request with errors: %v\n%s", seed, err, a)
			continue
		}
		s.asks.Add(1)
		s.cells.Add(int64(found.cells))
		s.known.Add(int64(found.known))
		if found.refused {
			s.refused.Add(1)
		} else {
			p.eachFunction(a, func(name string) { s.functions.Store(name, true) })
		}
		if found.difference != "" && !(found.doubles && agreesWithout(huge, g, seed, a)) {
			t.Errorf("seed %d: %s\n%s", seed, found.difference, a)
			s.keep(t, seed, trial{g.files, a})
			return
		}
	}
}

// huge is an amount of which doubles have no neighbours: where two of them all but cancel
// out, what is left of a double depends on the order of the steps.
const huge = "9007199254740993"

// agreesWithout tells whether a request is answered alike where such amounts are small.
func agreesWithout(amount string, g *generator, seed uint64, a ask) bool {
	files := maps.Clone(g.files)
	for name, text := range files {
		files[name] = strings.ReplaceAll(text, amount, "907")
	}
	p, err := open(files, g.instant, way(seed))
	if err != nil {
		return false
	}
	defer p.close()
	found, err := p.judge(a)
	return err == nil && found.difference == ""
}

// way is how the rows of a seed's project become clean ones: of some through a store.
func way(seed uint64) cleaning {
	if seed%16 == 0 {
		return inStore
	}
	return inMemory
}

func numbered(text string) string {
	var b strings.Builder
	n := 0
	for line := range strings.Lines(text) {
		n++
		fmt.Fprintf(&b, "%3d %s", n, line)
	}
	return b.String()
}

// TestCases compares both on what they once differed in.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c, err := readTrial(text)
			if err != nil {
				t.Fatal(err)
			}
			for _, way := range []cleaning{inMemory, inStore} {
				if difference := c.compared(way); difference != "" {
					t.Error(difference)
				}
			}
		})
	}
}
