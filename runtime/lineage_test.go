package runtime_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/lineage"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
)

// TestLineageKnowsWhatMoves changes the values of each column of each file, and
// sees which KPIs change: lineage must lead from the column to all of them.
func TestLineageKnowsWhatMoves(t *testing.T) {
	const folder = "../compiler/lineage/testdata/shop"
	base, _ := shopValues(t, folder)
	g := lineage.Of(open(t, folder).Model)
	moved := 0
	for _, n := range g.Nodes {
		if n.Kind != lineage.FileColumn {
			continue
		}
		down := g.Reached([]string{n.ID}, lineage.Downstream)
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(folder)); err != nil {
			t.Fatal(err)
		}
		changeColumn(t, dir, n)
		values, usable := shopValues(t, dir)
		if !usable {
			continue // without a rate, say, nothing is computed
		}
		for kpi, value := range values {
			if value == base[kpi] {
				continue
			}
			moved++
			if !slices.ContainsFunc(down, func(d lineage.Node) bool { return d.ID == "kpi."+kpi }) {
				t.Errorf("%s moves kpi.%s, which lineage doesn't know", n.Address, kpi)
			}
		}
	}
	if moved < 20 {
		t.Errorf("only %d changes of KPIs were seen", moved)
	}
}

// shopValues computes each KPI by week; false where the data can't be used.
func shopValues(t *testing.T, dir string) (map[string]string, bool) {
	t.Helper()
	p, diags := runtime.Open(context.Background(), runtime.Options{Dir: dir, AsOf: "2026-12-01"})
	none(t, diags)
	request := query.Request{Grain: metrics.Week}
	for _, k := range p.Model.KPIs {
		request.KPIs = append(request.KPIs, k.Name)
	}
	answer, diags := p.Query(context.Background(), request)
	out := map[string]string{}
	if diags.HasErrors() {
		return nil, false
	}
	for _, row := range answer.Result.Rows {
		for i, v := range row.Values[1:] { // behind the period
			out[answer.Result.Columns[i+1].Name] += fmt.Sprint(row.Values[0], "=", v, " ")
		}
	}
	return out, true
}

// changeColumn writes the files that a node stands for anew, with other values.
func changeColumn(t *testing.T, dir string, n lineage.Node) {
	t.Helper()
	pattern, column, _ := strings.Cut(n.Address, "#")
	paths, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(paths) != 1 {
		t.Fatalf("%s stands for %v: %v", pattern, paths, err)
	}
	text, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(rows[0], column)
	var values []string
	for _, row := range rows[1:] {
		values = append(values, row[at])
	}
	for i, v := range altered(values) {
		rows[i+1][at] = v
	}
	var b strings.Builder
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(paths[0], []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}

// altered gives each row a value that none had.
func altered(values []string) []string {
	out := slices.Clone(values)
	for i, v := range values {
		if n, err := strconv.ParseFloat(v, 64); err == nil {
			out[i] = strconv.FormatFloat(3*n+1, 'f', -1, 64)
		} else if day, err := time.Parse(time.DateOnly, v); err == nil {
			out[i] = day.AddDate(0, 0, 9).Format(time.DateOnly)
		} else if at, err := time.Parse(time.DateTime, v); err == nil {
			out[i] = at.Add(-20 * time.Hour * time.Duration(i)).Format(time.DateTime)
		} else {
			out[i] = "x" + v
		}
	}
	return out
}
