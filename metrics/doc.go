// Package metrics is the vocabulary of the product, a leaf that every other
// package may import: the compiled Model with its sources, dimensions and KPIs,
// the typed expression tree, types and units, the function table, periods, and
// what the runtime returns (results, rejects, runs, changes).
package metrics
