package runtime_test

import (
	"cmp"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// The projects over real data, and where the data lies. It may not be shipped
// with the product, so the tests are skipped where it is absent.
const (
	realProjects = "testdata/realdata"
	realData     = "../../shared/data"
	fewestAsked  = 8 // questions about KPIs that each project answers
)

// TestRealData puts the questions of each project to the product and, in the SQL
// that stands below each, to the engine, which reads the files as they arrived. The
// *.sql of a project are lists of
//
//	-- question: how many lines a day
//	-- kpis: lines
//	-- grain: day
//	SELECT ... in the order of the answer's columns, perhaps with its state last
//
// Questions with "show: accounts" or "show: checks" ask where the rows went, and
// what the checks of columns found.
func TestRealData(t *testing.T) {
	if _, err := os.Stat(realData); err != nil {
		t.Skip("the real data is not here:", err)
	}
	entries, err := os.ReadDir(realProjects)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Run(e.Name(), func(t *testing.T) { testRealProject(t, e.Name()) })
	}
}

func testRealProject(t *testing.T, name string) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(realProjects, name))); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "data"), os.DirFS(filepath.Join(realData, name))); err != nil {
		t.Fatal(err)
	}
	questions := readQuestions(t, dir)
	t.Chdir(dir) // the paths in SQL begin with data/
	p, diags := runtime.Open(t.Context(), runtime.Options{Dir: dir})
	none(t, diags)
	eng, err := duckdb.Open(t.Context(), duckdb.Options{TempDir: t.TempDir(), AllowedDirs: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	run := apply(t, p) // so that the queries find clean rows
	for _, q := range questions {
		t.Run(q.name, func(t *testing.T) { q.compare(t, p, run, eng) })
	}
	t.Run("published values", func(t *testing.T) { samePublished(t, p) })
}

// question is a request, and the SQL of a person who answers it from the files.
type question struct {
	name  string
	asked map[string]string
	sql   string
}

// readQuestions reads the *.sql of a project, and demands that they ask for enough KPIs.
func readQuestions(t *testing.T, dir string) []question {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.sql"))
	if err != nil {
		t.Fatal(err)
	}
	var all []question
	ofKPIs := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split("\n"+string(text), "\n-- question: ")[1:] {
			q := readQuestion(part)
			if q.asked["kpis"] != "" {
				ofKPIs++
			}
			all = append(all, q)
		}
	}
	if ofKPIs < fewestAsked {
		t.Errorf("%d questions about KPIs, at least %d are wanted", ofKPIs, fewestAsked)
	}
	return all
}

// header is a line that says what is asked.
var header = regexp.MustCompile(`^-- ([a-z]+): (.+)$`)

func readQuestion(text string) question {
	lines := strings.Split(text, "\n")
	q := question{name: lines[0], asked: map[string]string{}}
	n := 1
	for ; n < len(lines); n++ {
		m := header.FindStringSubmatch(lines[n])
		if m == nil {
			break
		}
		q.asked[m[1]] = m[2]
	}
	q.sql = strings.Join(lines[n:], "\n")
	return q
}

func (q question) compare(t *testing.T, p *runtime.Project, run *plan.Applied, eng *duckdb.Engine) {
	hand, err := eng.Query(t.Context(), q.sql)
	if err != nil {
		t.Fatalf("the SQL by hand: %v", err)
	}
	if len(hand.Rows) == 0 {
		t.Fatal("the SQL by hand has no rows")
	}
	var columns []string
	var rows [][]any
	members := 1
	switch q.asked["show"] {
	case "accounts":
		columns, rows = accounts(t, run)
	case "checks":
		columns, rows = checks(run)
		members = 3
	default:
		columns, members, rows = q.answer(t, p, len(hand.Columns))
	}
	for i, c := range hand.Columns {
		if i >= len(columns) || columns[i] != c.Name {
			t.Fatalf("columns %v, by hand %v", columns, hand.Columns)
		}
	}
	sameRows(t, columns, members, rows, hand.Rows)
}

// answer is what the product says, with the states of rows where the SQL by hand
// has a column more; members is how many columns say what a row is about.
func (q question) answer(t *testing.T, p *runtime.Project, width int) (columns []string, members int, rows [][]any) {
	t.Helper()
	answer, diags := p.Query(t.Context(), q.request(t, p))
	none(t, diags)
	for _, c := range answer.Columns {
		columns = append(columns, c.Name)
		if c.Kind == "period" || c.Kind == "dimension" {
			members++
		}
	}
	states := width > len(columns)
	if states {
		columns = append(columns, "state")
	}
	for _, r := range answer.Rows {
		row := slices.Clone(r.Values)
		if states {
			row = append(row, string(r.State))
		}
		rows = append(rows, row)
	}
	return columns, members, rows
}

// request is what is asked, in the words of the command line.
func (q question) request(t *testing.T, p *runtime.Project) query.Request {
	t.Helper()
	grain, _ := metrics.ParseGrain(q.asked["grain"])
	r := query.Request{
		KPIs: words(q.asked["kpis"]), By: words(q.asked["by"]), Grain: grain,
		Periods: periods(t, p, words(q.asked["at"])...),
		Totals:  q.asked["totals"] == "true", PresentOnly: q.asked["rows"] == "present",
	}
	for i, bound := range []string{q.asked["from"], q.asked["to"]} {
		if bound != "" {
			period := periods(t, p, bound)[0]
			*[]**metrics.Period{&r.From, &r.To}[i] = &period
		}
	}
	for _, c := range words(q.asked["compare"]) {
		r.Compare = append(r.Compare, query.Comparison(c))
	}
	if text := q.asked["where"]; text != "" {
		e, diags := p.Condition(text, "--where", true)
		none(t, diags)
		r.Where = append(r.Where, e)
	}
	if text := q.asked["having"]; text != "" {
		e, diags := p.Condition(text, "--having", false)
		none(t, diags)
		r.Having = append(r.Having, e)
	}
	return r
}

func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

func apply(t *testing.T, p *runtime.Project) *plan.Applied {
	t.Helper()
	planned, diags := p.Plan(t.Context())
	none(t, diags)
	applied, diags := p.Apply(t.Context(), planned, "")
	none(t, diags)
	return applied
}

// accounts is where the rows of each source went.
func accounts(t *testing.T, run *plan.Applied) (columns []string, rows [][]any) {
	t.Helper()
	for _, a := range run.Run.Accounts {
		if a.Read != a.Clean+a.Filtered+a.Duplicates+a.Rejected {
			t.Errorf("the account of %s does not add up: %+v", a.Source, a)
		}
		rows = append(rows, []any{a.Source, a.Read, a.Clean, a.Filtered, a.Duplicates, a.Rejected})
	}
	return []string{"source", "read", "clean", "filtered", "duplicates", "rejected"}, rows
}

// checks is what was found wrong with rows that were kept.
func checks(run *plan.Applied) (columns []string, rows [][]any) {
	for _, c := range run.Checks {
		if c.Failed == 0 || c.OnFail == metrics.Quarantine {
			continue // the account has what was moved out
		}
		rows = append(rows, []any{c.Source, c.Column, string(c.Check), c.Failed})
	}
	return []string{"source", "column", "check", "failed"}, rows
}

// sameRows compares cell by cell, row by row in the order of their members.
func sameRows(t *testing.T, columns []string, members int, got, want [][]any) {
	t.Helper()
	byMember := func(a, b []any) int {
		for i := range members {
			if c := cmp.Compare(fmt.Sprint(a[i]), fmt.Sprint(b[i])); c != 0 {
				return c
			}
		}
		return 0
	}
	slices.SortFunc(got, byMember)
	slices.SortFunc(want, byMember)
	if len(got) != len(want) {
		t.Errorf("%d rows, by hand %d", len(got), len(want))
	}
	wrong := 0
	for i := range min(len(got), len(want)) {
		for j := range columns {
			if j < len(want[i]) && !equalCell(got[i][j], want[i][j]) {
				if wrong++; wrong <= 10 {
					t.Errorf("%v, %s: %v, by hand %v", got[i][:members], columns[j], got[i][j], want[i][j])
				}
			}
		}
	}
	if wrong > 10 {
		t.Errorf("and %d cells more", wrong-10)
	}
}

// equalCell compares exactly what is exact, and doubles to twelve digits.
func equalCell(got, want any) bool {
	x, isDouble := got.(float64)
	y, isNumber := want.(float64)
	if !isDouble {
		a, okA := new(big.Rat).SetString(fmt.Sprint(got))
		b, okB := new(big.Rat).SetString(fmt.Sprint(want))
		return fmt.Sprint(got) == fmt.Sprint(want) || !isNumber && okA && okB && a.Cmp(b) == 0
	}
	if !isNumber {
		var err error
		if y, err = strconv.ParseFloat(fmt.Sprint(want), 64); err != nil {
			return false
		}
	}
	difference := x - y
	return max(difference, -difference) <= 1e-12*max(x, -x, y, -y)
}
