package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

func locked(dir string, by holder) diag.Diagnostic {
	return diag.Diagnostic{
		Severity: diag.Error,
		Code:     diag.StoreLocked,
		Summary:  fmt.Sprintf("The store %s is locked", shown(dir)),
		Detail: fmt.Sprintf("It is being written by: %s. Only one command can write at a time; nothing was changed. "+
			"Wait until that one ends, then run this one again.", by),
	}
}

func newer(dir string, found int) diag.Diagnostic {
	return diag.Diagnostic{
		Severity: diag.Error,
		Code:     diag.StoreNewer,
		Summary:  fmt.Sprintf("The store %s was written by a newer version", shown(dir)),
		Detail: fmt.Sprintf("Its format is %d; this program reads and writes format %d. "+
			"Use the version of the program that wrote it, or a newer one.", found, format),
	}
}

// damaged says what is wrong with a store, and the way back that its files
// still allow.
func damaged(dir string, what error) diag.Diagnostic {
	return diag.Diagnostic{
		Severity: diag.Error,
		Code:     diag.StoreDamaged,
		Summary:  fmt.Sprintf("The store %s is damaged", shown(dir)),
		Detail:   sentence(plain(what)) + " " + wayBack(dir),
	}
}

// wayBack is the mend for a damaged store: the newest generation that is still
// whole, or else a new start.
func wayBack(dir string) string {
	const restore = "Restore the folder from a backup."
	present, _ := readPointer(dir)
	for _, old := range slices.Backward(catalogsOnDisk(dir)) {
		p := pointer{Format: format, Generation: old.generation, Catalog: old.path}
		if p == present {
			continue
		}
		if s := (&Store{dir: dir, pointer: p}); s.load() == nil && s.wholeValues() == nil {
			return fmt.Sprintf("%s Without one, generation %d is still whole: write the line %s into %s to go back to it.",
				restore, p.Generation, strings.TrimSpace(string(p.encode())), filepath.Join(shown(dir), pointerName))
		}
	}
	return restore + " Without one, move the folder away and run apply: values are computed anew, but what was reported before is lost."
}

func unwritable(dir string, err error) diag.Diagnostic {
	if short, is := duckdb.Shortage(err); is {
		return short
	}
	return diag.Diagnostic{
		Severity: diag.Error,
		Code:     diag.StoreUnwritable,
		Summary:  fmt.Sprintf("The store %s can't be written", shown(dir)),
		Detail:   sentence(plain(err)) + " What the store held before is unchanged. Check that you may write there.",
	}
}

// engineFailed speaks of a statement that the engine refused while values were
// published.
func engineFailed(doing string, err error) diag.Diagnostic {
	if short, is := duckdb.Shortage(err); is {
		return short
	}
	return diag.Diagnostic{
		Severity: diag.Error,
		Code:     diag.EngineFailed,
		Summary:  "Values could not be published",
		Detail: fmt.Sprintf("The engine failed while %s: %s What was published before is unchanged. "+
			"Run the command again; if it fails again, report the message.", doing, sentence(err.Error())),
	}
}

// unconfirmed speaks of a commit that was made, and that the disk did not
// promise to keep.
func unconfirmed(dir string, err error) diag.Diagnostic {
	return diag.Diagnostic{
		Severity: diag.Error,
		Code:     diag.StoreUnwritable,
		Summary:  fmt.Sprintf("The store %s may not last", shown(dir)),
		Detail: sentence(plain(err)) + " The run was committed, but the disk did not confirm that it keeps it. " +
			"Check the disk, then run the command again to see whether anything is left to do.",
	}
}

// orInterrupted replaces problems that come from the caller's wish to stop.
func orInterrupted(ctx context.Context, problems diag.List) diag.List {
	if ctx.Err() == nil {
		return problems
	}
	return diag.List{{
		Severity: diag.Error,
		Code:     diag.EngineFailed,
		Summary:  "Interrupted",
		Detail:   "The store is unchanged. Run the command again to do it whole.",
	}}
}

func nothingApplied() diag.Diagnostic {
	return diag.Diagnostic{
		Severity: diag.Error,
		Code:     diag.NoStore,
		Summary:  "Nothing has been applied yet",
		Detail:   "Published values exist once they are computed and kept. Run apply first, or query without --published.",
	}
}

// shown is the store's folder as a user knows it: its last element, the way it
// stands in the project.
func shown(dir string) string { return filepath.Base(dir) }

// plain says a file error in words, without the name of the system call.
func plain(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return fmt.Sprintf("%s: %v", filepath.Base(path.Path), path.Err)
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return fmt.Sprintf("%s: %v", filepath.Base(link.New), link.Err)
	}
	return err.Error()
}

// sentence ends s with a full stop.
func sentence(s string) string { return strings.TrimRight(s, ". \n") + "." }
