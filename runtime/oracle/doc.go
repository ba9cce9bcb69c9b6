// Package oracle answers requests the slow and obvious way: in plain Go, over
// plain rows, one cell at a time. It shares no code with the statements that
// compute numbers otherwise: it has its own reader of rows, its own calendar, which
// walks from day to day, and exact fractions for numbers. It reads only the Model
// and its expressions, so that what it says is what the definitions mean. Tests
// hold both against each other.
package oracle
