package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/store"
)

// large makes a store of 10,000 definitions and opens it.
func large(b *testing.B) (*store.Store, []metrics.Definition) {
	b.Helper()
	definitions := make([]metrics.Definition, 10_000)
	bases := make(map[string]string)
	for i := range definitions {
		name := fmt.Sprintf("kpi.number_%05d", i)
		definitions[i] = metrics.Definition{
			Address: name, Fingerprint: fmt.Sprintf("%064d", i), Own: fmt.Sprintf("%064d", -i),
			Text: fmt.Sprintf("kpi \"number_%05d\" {\n  label       = \"Number %d\"\n  value       = sum(orders.amount)\n"+
				"  where       = orders.status != \"cancelled\" && orders.channel == %d\n  description = \"Order value, tax included\"\n}\n", i, i, i),
			Settings: map[string]string{"by": "[channel, region]", "grains": "[week, month]", "lag": "2d"},
		}
		bases[name] = "2026-W46 final, fingerprint 0123456789abcdef"
	}
	text, err := json.Marshal(bases)
	if err != nil {
		b.Fatal(err)
	}
	w := lock(b, b.TempDir())
	mustDo(b, w.Commit(context.Background(), &metrics.Run{}, store.Present{Definitions: definitions, Bases: text}))
	return w.Store(), definitions
}

func BenchmarkOpen(b *testing.B) {
	s, _ := large(b)
	for b.Loop() {
		open(b, s.Dir())
	}
}

func BenchmarkDefinitions(b *testing.B) {
	s, _ := large(b)
	for b.Loop() {
		if _, problems := s.Definitions(); problems.HasErrors() {
			b.Fatal(problems)
		}
	}
}

func BenchmarkSameDefinitions(b *testing.B) {
	s, definitions := large(b)
	for b.Loop() {
		if !s.SameDefinitions(definitions) {
			b.Fatal("they differ")
		}
	}
}

// BenchmarkPublish compares 50,000 computed values with as many current ones:
// all equal, and all different.
func BenchmarkPublish(b *testing.B) {
	for name, version := range map[string]int{"unchanged": 1, "changed": 2} {
		b.Run(name, func(b *testing.B) {
			ctx := context.Background()
			dir := b.TempDir()
			mustDo(b, applyMany(dir, 1))
			eng := engine(b, dir)
			if err := prepareMany(ctx, eng, version); err != nil {
				b.Fatal(err)
			}
			w := lock(b, dir)
			for b.Loop() {
				if _, problems := w.Publish(ctx, eng, &metrics.Run{}, "fresh", "scope"); problems.HasErrors() {
					b.Fatal(problems)
				}
			}
		})
	}
}
