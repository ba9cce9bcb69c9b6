// Package sqlgen prints typed expressions and relational trees as SQL. What an
// engine spells its own way stands in its Dialect.
package sqlgen
