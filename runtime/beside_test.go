package runtime_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
)

// TestReadBesideApply asks for published values while
// other processes apply, over and over: every answer is whole, of the old state or
// the new one, and none waits for the lock or fails.
func TestReadBesideApply(t *testing.T) {
	dir := crashFolder(t, 2_000)
	none(t, applyFolder(dir))
	want := map[string]bool{spendOf(t, dir): true}
	for more := range 3 {
		writeOrders(t, dir, 2, 25, 100*more+1)
		ended := make(chan error, 1)
		go func() {
			c := exec.Command(os.Args[0])
			c.Env = append(os.Environ(), applyVariable+"="+dir)
			ended <- c.Run()
		}()
		var seen []string
		for running := true; running; {
			select {
			case err := <-ended:
				if err != nil {
					t.Fatal(err)
				}
				running = false
			default:
				seen = append(seen, spendOf(t, dir))
			}
		}
		last := spendOf(t, dir)
		if want[last] || len(seen) == 0 {
			t.Fatalf("the apply changed nothing, or nobody read while it ran: %q, %d reads", last, len(seen))
		}
		want[last] = true
		for _, answer := range seen {
			if !want[answer] {
				t.Errorf("%q is neither the old state nor the new one, of %v", answer, want)
			}
		}
	}
}

// spendOf adds up what the store says of a KPI's customers: an apply changes them all,
// so an answer that mixes two states has a sum of its own.
func spendOf(t *testing.T, dir string) string {
	t.Helper()
	p := reopened(t, dir)
	days := periods(t, p, "2026-01-13", "2026-01-16")
	got, diags := p.Published(context.Background(),
		query.Request{KPIs: []string{"spend"}, By: []string{"customer"}, Grain: metrics.Day, From: &days[0], To: &days[1]}, runtime.Moment{})
	none(t, diags)
	var sum float64
	for _, row := range got.Rows {
		value, err := strconv.ParseFloat(fmt.Sprint(row.Values[len(row.Values)-1]), 64)
		if err != nil {
			t.Fatal(err, row)
		}
		sum += value
	}
	return fmt.Sprint(len(got.Rows), " customers spent ", sum)
}
