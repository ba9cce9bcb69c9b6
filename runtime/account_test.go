package runtime

import (
	"testing"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/store"
)

// TestBalance has accounts that lose a row, and a union that read another number.
func TestBalance(t *testing.T) {
	m := &metrics.Model{Sources: []*metrics.Source{
		{Name: "a", Reader: &metrics.CSV{}},
		{Name: "b", Reader: &metrics.CSV{}},
		{Name: "u", Reader: &metrics.Union{Sources: []string{"a", "b"}}},
	}}
	account := func(read, clean, filtered, duplicates, rejected int64) metrics.Account {
		return metrics.Account{Read: read, Clean: clean, Filtered: filtered, Duplicates: duplicates, Rejected: rejected}
	}
	tests := []struct {
		a, b, u metrics.Account
		want    string
	}{
		{account(10, 4, 3, 2, 1), account(5, 5, 0, 0, 0), account(9, 9, 0, 0, 0), ""},
		{account(10, 4, 3, 2, 0), account(5, 5, 0, 0, 0), account(9, 9, 0, 0, 0), "source.a"},
		{account(10, 4, 3, 2, 1), account(5, 5, 0, 0, 0), account(8, 8, 0, 0, 0), "source.u"},
	}
	for _, test := range tests {
		w := &work{sources: map[string]store.Source{"a": {Account: test.a}, "b": {Account: test.b}, "u": {Account: test.u}}}
		got := ""
		for _, d := range w.balance(m) {
			got += d.Address
		}
		if got != test.want {
			t.Errorf("%+v: told of %q, want %q", test, got, test.want)
		}
	}
}
