package store

// OnStep has f called at every named moment of writing.
func OnStep(f func(name string)) { step = f }

// MaxSegments is how many segments a table of the store may have.
const MaxSegments = maxSegments

// HashOf is the hash in the name of a file with a text.
var HashOf = hashOf
