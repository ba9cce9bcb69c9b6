package view

// style is a way to set off text on a terminal: the parameters of an SGR
// sequence. The few that we use are written out here; a library would bring
// more code than this, and its own idea of when colour is on.
type style string

const (
	plain  style = ""
	bold   style = "1"
	faint  style = "2"
	red    style = "31"
	green  style = "32"
	blue   style = "34"
	alert  style = "1;31"
	notice style = "1;33"
)

// painter applies styles, or nothing where colour is off.
type painter bool

func (p painter) paint(st style, s string) string {
	if !p || st == plain || s == "" {
		return s
	}
	return "\x1b[" + string(st) + "m" + s + "\x1b[0m"
}
