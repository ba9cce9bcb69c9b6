package runtime_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/big"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// side is one of the two things that a benchmark compares. Each runs in a process of
// its own, begun anew, so that neither finds what the other has read or allocated,
// and the system tells the processor time and the memory of each.
type side struct {
	Request   *query.Request `json:",omitempty"` // of the product; From and To by name:
	From      string         `json:",omitempty"`
	To        string         `json:",omitempty"`
	Published bool           `json:",omitempty"` // the request is for what was published
	// Effect asks for what an edit of the KPIs does to their totals, over so many periods.
	Effect int `json:",omitempty"`
	// Statements are by hand, in turn: their answers stand side by side. The clean
	// rows are hand.clean.
	Statements  []string `json:",omitempty"`
	MemoryLimit string   `json:",omitempty"` // of the engine

	Dir   string
	Table string // the database with the rows for statements
	Temp  string
}

// outcome is what a side's process says of itself.
type outcome struct {
	Cells  [][]string // the values of the answer, row by row
	Wall   time.Duration
	CPU    time.Duration
	Memory int64 // at its peak, in bytes; 0 where the system doesn't tell
	Read   int64 // bytes, from files; 0 where the system doesn't tell
}

// sideVariable holds the side that a process of this test binary is to run.
const sideVariable = "METRICS_BENCH_SIDE"

// childTasks are what a process of this test binary does instead of tests, by the
// variable that asks for it and tells it of what.
var childTasks = map[string]func(what string) error{
	sideVariable:  runSide,
	readVariable:  runReading,
	applyVariable: func(dir string) error { return failure(applyFolder(dir)) },
}

func TestMain(m *testing.M) {
	for variable, task := range childTasks {
		if what := os.Getenv(variable); what != "" {
			if err := task(what); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			return
		}
	}
	os.Exit(m.Run())
}

func runSide(text string) error {
	var s side
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return err
	}
	cells, err := s.cells(context.Background())
	if err != nil {
		return err
	}
	out := outcome{Cells: cells, Memory: 1024 * procNumber("/proc/self/status", "VmHWM:"), Read: procNumber("/proc/self/io", "rchar:")}
	return json.NewEncoder(os.Stdout).Encode(out)
}

// procNumber is a number that Linux tells of this process; 0 elsewhere.
func procNumber(file, name string) int64 {
	text, _ := os.ReadFile(file)
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == name {
			n, _ := strconv.ParseInt(fields[1], 10, 64)
			return n
		}
	}
	return 0
}

func (s side) cells(ctx context.Context) ([][]string, error) {
	if s.Request == nil && s.Effect == 0 {
		return s.byHand(ctx, s.Statements)
	}
	p, diags := runtime.Open(ctx, runtime.Options{Dir: s.Dir, EffectPeriods: s.Effect})
	if diags.HasErrors() {
		return nil, failure(diags)
	}
	if s.Effect > 0 {
		return s.effect(ctx, p)
	}
	r := *s.Request
	for name, bound := range map[string]**metrics.Period{s.From: &r.From, s.To: &r.To} {
		if name != "" {
			period, err := p.Calendar.Parse(name)
			if err != nil {
				return nil, err
			}
			*bound = &period
		}
	}
	if s.Published {
		published, diags := p.Published(ctx, r, runtime.Moment{})
		if diags.HasErrors() {
			return nil, failure(diags)
		}
		return wholeRows(published), nil
	}
	if s.MemoryLimit == "" {
		answer, diags := p.Query(ctx, r)
		if diags.HasErrors() {
			return nil, failure(diags)
		}
		return valuesOf(answer.Result), nil
	}
	statement, diags := p.SQL(ctx, r)
	if diags.HasErrors() {
		return nil, failure(diags)
	}
	return s.byHand(ctx, []string{fmt.Sprintf("SELECT columns(c -> c IN ('%s')) FROM (%s)", strings.Join(r.KPIs, "', '"), statement)})
}

// effect is the old and the new total of each KPI that the plan finds edited, period by
// period.
func (s side) effect(ctx context.Context, p *runtime.Project) ([][]string, error) {
	made, diags := p.Plan(ctx)
	if diags.HasErrors() {
		return nil, failure(diags)
	}
	var out [][]string
	for _, c := range made.Changes {
		if c.Effect == nil || c.Effect.Example == nil {
			return nil, fmt.Errorf("%s: nothing was measured, or no row shows it: %+v", c.Address, c.Effect)
		}
		for _, total := range c.Effect.Grains[0].Totals {
			out = append(out, []string{shown(total.Then), shown(total.Now)})
		}
	}
	return out, nil
}

// byHand runs statements on the clean rows in turn; their columns stand side by side.
func (s side) byHand(ctx context.Context, statements []string) ([][]string, error) {
	eng, err := duckdb.Open(ctx, duckdb.Options{TempDir: s.Temp, MemoryLimit: s.MemoryLimit})
	if err != nil {
		return nil, err
	}
	defer eng.Close()
	if s.Table != "" {
		err = eng.Attach(ctx, "hand", s.Table, true)
		if err == nil {
			err = eng.Exec(ctx, "CREATE SCHEMA sources; CREATE VIEW sources.lines AS FROM hand.clean")
		}
		if err != nil {
			return nil, err
		}
	}
	var out [][]string
	for i, statement := range statements {
		t, err := eng.Query(ctx, statement)
		if err != nil {
			return nil, err
		}
		for n, row := range t.Rows {
			if i == 0 {
				out = append(out, nil)
			}
			for _, v := range row {
				out[n] = append(out[n], shown(v))
			}
		}
	}
	return out, nil
}

func failure(diags diag.List) error {
	if !diags.HasErrors() {
		return nil
	}
	return fmt.Errorf("%s: %s %s", diags[0].Code, diags[0].Summary, diags[0].Detail)
}

// valuesOf are the values of KPIs, row by row, in order of columns.
func valuesOf(r *metrics.Result) [][]string {
	out := make([][]string, len(r.Rows))
	for n, row := range r.Rows {
		for i, c := range r.Columns {
			if c.Kind == "kpi" {
				out[n] = append(out[n], shown(row.Values[i]))
			}
		}
	}
	return out
}

// wholeRows are rows with their periods and members.
func wholeRows(r *metrics.Result) [][]string {
	out := make([][]string, len(r.Rows))
	for n, row := range r.Rows {
		for _, v := range row.Values {
			out[n] = append(out[n], shown(v))
		}
	}
	return out
}

// shown is a value as text, the same for equal numbers of any type.
func shown(v any) string {
	text := fmt.Sprint(v)
	if n, ok := new(big.Rat).SetString(text); ok {
		return n.RatString()
	}
	return text
}

// run runs the side in a process of its own.
func (s side) run(b *testing.B) outcome {
	b.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		b.Fatal(err)
	}
	binary, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(binary)
	cmd.Env = append(os.Environ(), sideVariable+"="+string(text))
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		b.Fatalf("%v\n%s", err, stderr.String())
	}
	var out outcome
	if err := json.Unmarshal(stdout.Bytes(), &out); err != nil {
		b.Fatal(err)
	}
	out.Wall, out.CPU = time.Since(start), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()
	return out
}

// bound is how large a ratio may be; 0: any.
type bound struct{ cpu, memory, read float64 }

// compare runs both sides in turn, demands the same values of them, and reports the
// ratios of the least that each took. The order of rows is no matter of the answer's
// values: by hand, statements leave it open.
func compare(b *testing.B, data benchData, ours, hand side, atMost bound) {
	b.Helper()
	best := map[string][2]float64{}
	for b.Loop() {
		var both [2]outcome
		for i, s := range []side{hand, ours} {
			s.Dir, s.Table, s.Temp = data.dir, data.table, b.TempDir()
			both[i] = s.run(b)
			for name, v := range map[string]float64{"cpu": both[i].CPU.Seconds(), "wall": both[i].Wall.Seconds(), "memory": float64(both[i].Memory) / 1e6, "read": float64(both[i].Read) / 1e6} {
				pair, found := best[name]
				if !found {
					pair = [2]float64{math.Inf(1), math.Inf(1)}
				}
				pair[i] = min(pair[i], v)
				best[name] = pair
			}
		}
		sameCells(b, both[0].Cells, both[1].Cells)
	}
	limits := map[string]float64{"cpu": atMost.cpu, "memory": atMost.memory, "read": atMost.read}
	for _, name := range slices.Sorted(maps.Keys(best)) {
		pair := best[name]
		if pair[0] == 0 {
			continue // not told
		}
		ratio := pair[1] / pair[0]
		b.ReportMetric(pair[1], name)
		b.ReportMetric(ratio, name+"-x-by-hand")
		if limit := limits[name]; limit > 0 && ratio > limit {
			b.Errorf("%s is %.2f times that by hand, and may be %.2f times", name, ratio, limit)
		}
	}
}

func sameCells(b *testing.B, hand, ours [][]string) {
	b.Helper()
	if len(hand) == 0 || len(hand) != len(ours) {
		b.Fatalf("by hand there are %d rows, in the answer %d", len(hand), len(ours))
	}
	slices.SortFunc(hand, slices.Compare)
	slices.SortFunc(ours, slices.Compare)
	for i := range hand {
		if !slices.Equal(hand[i], ours[i]) {
			b.Fatalf("the values differ:\nby hand %v\nanswer  %v", hand[i], ours[i])
		}
	}
}
