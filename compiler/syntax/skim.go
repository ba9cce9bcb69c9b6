package syntax

import "bytes"

// HCL's parser, and every walk over its trees, goes as deep as the text nests,
// and a stack that overflows can't be recovered from. No text a person writes
// comes near these limits.
const (
	maxBrackets  = 200
	maxOperators = 500 // of one attribute, outside of a comma: the engine's time grows with their square
)

// skimmed is what one cheap pass over a text finds that HCL's parser would not
// say, or would not survive.
type skimmed struct {
	tooDeep  int      // where the text nests too deeply, -1 if nowhere
	dates    [][2]int // dates without quotes, which are subtractions to HCL
	slashes  []int    // comments by // that follow something on their line
	balanced bool     // every bracket has its partner
}

func skim(src []byte) skimmed {
	sk := skimmed{tooDeep: -1, balanced: true}
	var nest nesting
	lineEmpty := true
	for i := 0; ; {
		lx := next(src, i)
		i = lx.end
		switch lx.kind {
		case lexEnd:
			sk.balanced = sk.balanced && len(nest.open) == 0
			return sk
		case lexDate:
			sk.dates = append(sk.dates, [2]int{lx.start, lx.end})
		case lexComment:
			if src[lx.start] == '/' && src[lx.start+1] == '/' && !lineEmpty {
				sk.slashes = append(sk.slashes, lx.start)
			}
		}
		if !nest.step(lx) {
			sk.balanced = false
		}
		if sk.tooDeep < 0 && (nest.depth()+lx.depth > maxBrackets || nest.operators > maxOperators) {
			sk.tooDeep = lx.start
		}
		lineEmpty = lx.kind == lexLine || lx.kind == lexComment && src[lx.end-1] == '\n'
	}
}

// nesting follows brackets, and how many operators they stand among.
type nesting struct {
	open      []level
	top       int // operators outside of all brackets
	operators int // in all open levels
}

type level struct {
	bracket   byte
	operators int
}

func (n *nesting) depth() int { return len(n.open) }

// inner is the innermost open bracket, 0 outside of all.
func (n *nesting) inner() byte {
	if len(n.open) == 0 {
		return 0
	}
	return n.open[len(n.open)-1].bracket
}

// step goes past one lexeme; false means a closing bracket that closes nothing
// or another kind.
func (n *nesting) step(lx lexeme) bool {
	switch lx.kind {
	case '(', '[', '{':
		n.open = append(n.open, level{bracket: byte(lx.kind)})
	case ')', ']', '}':
		if len(n.open) == 0 {
			return false
		}
		last := n.open[len(n.open)-1]
		n.open = n.open[:len(n.open)-1]
		n.operators -= last.operators
		return closer(last.bracket) == byte(lx.kind)
	case lexOperator:
		n.operators++
		*n.count()++
	case lexComma:
		n.reset()
	case lexLine, lexComment:
		if n.inner() == 0 || n.inner() == '{' {
			n.reset()
		}
	}
	return true
}

func (n *nesting) count() *int {
	if len(n.open) == 0 {
		return &n.top
	}
	return &n.open[len(n.open)-1].operators
}

func (n *nesting) reset() {
	n.operators -= *n.count()
	*n.count() = 0
}

func closer(bracket byte) byte {
	at := bytes.IndexByte([]byte("([{"), bracket)
	if at < 0 {
		return 0
	}
	return ")]}"[at]
}
