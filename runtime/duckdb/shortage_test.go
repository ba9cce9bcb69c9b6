package duckdb

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"
)

func TestShortage(t *testing.T) {
	_, memory := open(t, Options{MemoryLimit: "20MB"}).Query(context.Background(), "SELECT list(i || 'text that is long enough not to be inlined') FROM range(5000000) t(i)")
	if memory == nil {
		t.Fatal("20 MB sufficed")
	}
	for err, want := range map[error]string{
		memory: "Out of memory",
		fmt.Errorf("write x: %w", syscall.ENOSPC):                               "The disk is full",
		&Error{Kind: "IO", Message: "Could not write: No space left on device"}: "The disk is full",
		errors.New("no such table"):                                             "",
	} {
		if got, short := Shortage(err); got.Summary != want || short != (want != "") {
			t.Errorf("%v: %q, %v, want %q", err, got.Summary, short, want)
		}
	}
}
