// Package query compiles a request for numbers, over a checked Model, to a typed
// relational tree: one statement that reads each source alone, once for each
// time column, and lets the sources meet only on periods and cuts.
package query
