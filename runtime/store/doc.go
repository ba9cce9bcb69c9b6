// Package store keeps what apply knows: definitions, runs, published values and
// which cleaned rows are the present.
//
// A store is a folder of files that are written once and never changed, and
// one pointer, CURRENT, that is replaced by a rename and names the catalog of
// the present generation; the catalog names all other files. A file gets its
// final name only when it is whole and on the disk, so the folder holds either
// the old generation or the new one, whatever instant a writer dies at.
//
//	CURRENT                              the pointer
//	lock                                 held by the one writer, names it
//	catalog/<generation>-<hash>.json     the catalog of one generation
//	catalog/definitions-<hash>.jsonl     definitions, one a line
//	catalog/editions-<last run>-<hash>.jsonl definitions as they were since a run
//	catalog/alerts-<hash>.jsonl          what thresholds said at the last run, one a line
//	catalog/runs-<last run>-<hash>.jsonl runs with their changes, one a line
//	values/run-<run>-<hash>.parquet      values appended by one run, or by
//	                                     several that were merged
//	values/current-<run>-<hash>.parquet  all current values
//	sources/<name>-<hash>.duckdb         cleaned rows, written by ingest
//
// Readers take no lock. One that misses a file, because it was cleared in the
// meantime, starts again from the pointer: see Read.
package store
