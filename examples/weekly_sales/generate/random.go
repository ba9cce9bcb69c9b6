package main

import (
	"hash/fnv"
	"math/rand/v2"
)

const seed = 20261116

// stream is a source of randomness of its own for one topic and day, so that a
// change in one place leaves the rest of the data as it was.
func stream(topic string, day int) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(topic))
	return rand.New(rand.NewPCG(seed^h.Sum64(), uint64(day+1000)))
}

// permille multiplies n by factors in thousandths, rounding after each.
func permille(n int64, factors ...int64) int64 {
	for _, f := range factors {
		n = (n*f + 500) / 1000
	}
	return n
}

// jitter is a factor in thousandths, even between 1000-width and 1000+width.
func jitter(r *rand.Rand, width int64) int64 {
	return 1000 - width + r.Int64N(2*width+1)
}

// pick is an index, with chances in proportion to weights.
func pick(r *rand.Rand, weights []int64) int {
	var sum int64
	for _, w := range weights {
		sum += w
	}
	n := r.Int64N(sum)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// carry turns expected counts into whole ones and keeps what is left over for
// the next day. Counts are so as even as whole numbers can be: chance would hide
// the planted events behind noise.
type carry struct{ rest int64 }

func (c *carry) take(thousandths int64) int {
	c.rest += thousandths
	n := c.rest / 1000
	c.rest -= n * 1000
	return int(n)
}
