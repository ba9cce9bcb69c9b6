package ingest

import (
	"math/rand"
	"testing"
)

// TestExtrapolated draws samples of rows whose different values are known.
func TestExtrapolated(t *testing.T) {
	const all, some = 4_000_000, 1 << 16
	random := rand.New(rand.NewSource(1))
	for _, want := range []int64{1, 3, 500, 20_000, 100_000, 400_000} {
		seen := map[int64]bool{}
		for range some {
			seen[random.Int63n(want)] = true
		}
		if got := extrapolated(int64(len(seen)), some, all); float64(got) < 0.8*float64(want) || float64(got) > 1.25*float64(want)+1 {
			t.Errorf("%d different values are taken for %d", want, got)
		}
	}
	if got := extrapolated(some-10, some, all); got != all {
		t.Errorf("unique values are taken for %d, of %d rows", got, all)
	}
	if got := extrapolated(0, 0, 0); got != 0 {
		t.Errorf("no values are taken for %d", got)
	}
}
