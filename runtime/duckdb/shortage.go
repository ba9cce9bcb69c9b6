package duckdb

import (
	"errors"
	"strings"
	"syscall"

	"github.com/metricsascode/metrics/metrics/diag"
)

// Shortage explains an error that the machine is to blame for, as its disk or its
// memory is too small; ok is false for any other.
func Shortage(err error) (problem diag.Diagnostic, ok bool) {
	text := err.Error()
	has := func(words string) bool { return strings.Contains(text, words) }
	problem = diag.Diagnostic{Severity: diag.Error, Code: diag.Shortage}
	const unchanged = " What the store held before is unchanged."
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), has("No space left on device"), has("Disk quota exceeded"),
		has("max_temp_directory_size"):
		problem.Summary = "The disk is full"
		problem.Detail = text + "." + unchanged +
			" Make space and run the command again. Work that doesn't fit into memory goes to the folder that TMPDIR names, which may be on another disk."
	case has("Out of Memory"), has("could not allocate"), has("failed to allocate"), errors.Is(err, syscall.ENOMEM):
		problem.Summary = "Out of memory"
		problem.Detail = "The work needs more memory than this machine has free or METRICS_MEMORY allows, and can't be parted further." + unchanged +
			" End other programs, raise METRICS_MEMORY where it is set, ask for fewer KPIs or a narrower range at once, or run it on a larger machine."
	default:
		return diag.Diagnostic{}, false
	}
	return problem, true
}
