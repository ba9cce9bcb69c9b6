package ingest

import (
	"bytes"
	"errors"
	"io"
)

// lookahead shows the text that comes next in a reader, as far as it is asked
// for, and grows no larger than that.
type lookahead struct {
	in         io.Reader
	buffer     []byte
	start, end int
	failure    error // of the reader, behind what is in the buffer
}

// chunk is how much is read at once.
const chunk = 64 << 10

// peek returns the next n bytes, or with io.EOF or the reader's error, those that
// are left before it.
func (l *lookahead) peek(n int) ([]byte, error) {
	for l.end-l.start < n && l.failure == nil {
		l.room(n)
		var read int
		read, l.failure = l.in.Read(l.buffer[l.end:])
		l.end += read
	}
	if have := l.end - l.start; have < n {
		return l.buffer[l.start:l.end], l.failure
	}
	return l.buffer[l.start : l.start+n], nil
}

// room makes place behind the buffered text.
func (l *lookahead) room(n int) {
	if l.start > 0 && (l.start == l.end || len(l.buffer)-l.start < n) {
		l.end = copy(l.buffer, l.buffer[l.start:l.end])
		l.start = 0
	}
	if len(l.buffer)-l.start < n || l.end == len(l.buffer) {
		grown := make([]byte, max(2*len(l.buffer), n, chunk))
		l.end = copy(grown, l.buffer[l.start:l.end])
		l.buffer, l.start = grown, 0
	}
}

func (l *lookahead) buffered() int { return l.end - l.start }

// seen is the text that is buffered already.
func (l *lookahead) seen() []byte { return l.buffer[l.start:l.end] }

// discard goes on behind the next n bytes, which must have been seen.
func (l *lookahead) discard(n int) { l.start += n }

// ended tells whether an error of peek only says that no more text comes.
func ended(err error) bool { return errors.Is(err, io.EOF) }

// rest is what was not discarded yet, as a reader.
func (l *lookahead) rest() io.Reader {
	return io.MultiReader(bytes.NewReader(l.buffer[l.start:l.end]), l.in)
}
