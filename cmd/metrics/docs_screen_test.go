package main

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
)

// screens are the pictures of docs/images: what the terminal shows after commands,
// the last of which are seen.
var screens = []struct {
	file   string
	before []string
	seen   []string
}{
	{file: "query.svg", seen: []string{
		"metrics -C examples/weekly_sales query gmv orders cvr \\\n    --by channel --grain week --at 2026-W46 --compare previous",
	}},
}

// TestScreens checks that the pictures show what the program prints.
func TestScreens(t *testing.T) {
	images, err := filepath.Abs("../../docs/images")
	if err != nil {
		t.Fatal(err)
	}
	for _, screen := range screens {
		t.Run(screen.file, func(t *testing.T) {
			s := newSession(t)
			for _, command := range screen.before {
				s.mustRun(command)
			}
			var lines []string
			for _, command := range screen.seen {
				lines = append(lines, strings.Split("$ "+command, "\n")...)
				lines = append(lines, settled(s.mustRun(strings.ReplaceAll(command, "\\\n", " ")))...)
			}
			compareFile(t, filepath.Join(images, screen.file), drawScreen(lines))
		})
	}
}

func (s *session) mustRun(command string) string {
	s.t.Helper()
	out, err := s.run(command)
	if err != nil || s.status != 0 {
		s.t.Fatalf("%s: exit code %d, %v:\n%s", command, s.status, err, out)
	}
	return out
}

// compareFile compares a file with what it should hold, or writes it.
func compareFile(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the program prints (-update writes it anew); it should be:\n%s", path, want)
	}
}

// The measures of a picture, in pixels.
const (
	cellWidth  = 8.4 // of a monospaced character of the font size
	fontSize   = 14
	lineHeight = 20
	margin     = 18
	titleBar   = 34
)

// cell widths are those of the program's tables: what is ambiguous is narrow.
var cellWidths = runewidth.Condition{}

const screenStyle = `text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"Noto Sans Mono CJK SC","PingFang SC","Microsoft YaHei",monospace;fill:#d7dae0;white-space:pre}
.command{fill:#fff;font-weight:600}.prompt{fill:#7fb4ff}.up{fill:#6fd08c}.down{fill:#ff8585}.faint{fill:#8b93a1}`

// drawScreen draws lines as a terminal shows them, as SVG. Every run of characters
// of one width is put at its place and stretched to its cells, so that columns stand
// straight in whatever fonts the reader has.
func drawScreen(lines []string) string {
	widest := 0
	for _, line := range lines {
		widest = max(widest, cellWidths.StringWidth(line))
	}
	width := float64(widest)*cellWidth + 2*margin
	height := titleBar + len(lines)*lineHeight + margin
	var b strings.Builder
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %d\" width=\"%.0f\" height=\"%d\" role=\"img\">\n", width, height, width, height)
	fmt.Fprintf(&b, "<title>%s</title>\n<style>%s</style>\n", html.EscapeString(lines[0]), screenStyle)
	fmt.Fprintf(&b, "<rect width=\"%.0f\" height=\"%d\" rx=\"9\" fill=\"#1d2027\"/>\n", width, height)
	for i, colour := range []string{"#ff5f57", "#febc2e", "#28c840"} {
		fmt.Fprintf(&b, "<circle cx=\"%d\" cy=\"17\" r=\"5.5\" fill=\"%s\"/>\n", margin+4+i*19, colour)
	}
	command := false
	for i, line := range lines {
		command = strings.HasPrefix(line, "$ ") || command && strings.HasSuffix(lines[i-1], "\\")
		y := titleBar + i*lineHeight + fontSize
		for _, r := range lineRuns(line, command) {
			fmt.Fprintf(&b, "<text x=\"%.1f\" y=\"%d\" textLength=\"%.1f\"%s>%s</text>\n",
				margin+float64(r.at)*cellWidth, y, float64(r.width)*cellWidth, r.class, html.EscapeString(r.text))
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// textRun is characters of one width and colour that stand side by side.
type textRun struct {
	text      string
	class     string // an attribute, or ""
	at, width int    // in cells
}

var (
	// piece parts a line at gaps, and where wide characters begin and end.
	piece   = regexp.MustCompile(`[^\s\p{Han}]+(?: [^\s\p{Han}]+)*|\p{Han}+`)
	changed = regexp.MustCompile(`^[+−]\d[\d.,]*(?:%|pp)$`)
)

// lineRuns parts a line into runs.
func lineRuns(line string, command bool) []textRun {
	var all []textRun
	for _, at := range piece.FindAllStringIndex(line, -1) {
		text := line[at[0]:at[1]]
		r := textRun{text: text, at: cellWidths.StringWidth(line[:at[0]]), width: cellWidths.StringWidth(text)}
		switch {
		case command && text == "$":
			r.class = ` class="prompt"`
		case command:
			r.class = ` class="command"`
		case changed.MatchString(text) && strings.HasPrefix(text, "+"):
			r.class = ` class="up"`
		case changed.MatchString(text):
			r.class = ` class="down"`
		case strings.Contains(text, "as of "):
			r.class = ` class="faint"`
		}
		all = append(all, r)
	}
	return all
}

func TestLineRuns(t *testing.T) {
	got := fmt.Sprint(lineRuns("渠道 GMV 销售额  +7.9%  −0.27pp  −5", false))
	want := `[{渠道  0 4} {GMV  5 3} {销售额  9 6} {+7.9%  class="up" 17 5} {−0.27pp  class="down" 24 7} {−5  33 2}]`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
