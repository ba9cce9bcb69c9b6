package dashboard

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"strconv"
	"strings"
)

//go:embed html
var files embed.FS

// HTML draws a page as one file that needs nothing else.
func HTML(p *Page) ([]byte, error) {
	var b bytes.Buffer
	if err := pageTemplate.ExecuteTemplate(&b, "page", p); err != nil {
		return nil, fmt.Errorf("drawing the page: %w", err)
	}
	return b.Bytes(), nil
}

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"style":  func() template.CSS { return template.CSS(embedded("page.css")) },
	"script": func() template.JS { return template.JS(embedded("page.js")) },
	"safe":   func(s string) template.HTML { return template.HTML(s) }, // made by this package, which escapes data
	"pct":    func(v float64) template.CSS { return template.CSS(percent(v)) },
	"pctBetween": func(a, b float64) template.CSS {
		return template.CSS(percent(abs(a - b)))
	},
	"reach": func(r Reach) template.CSS {
		if r.Left == 0 {
			return template.CSS("width:" + percent(r.Width))
		}
		return template.CSS("left:" + percent(r.Left) + ";width:" + percent(r.Width))
	},
	"least":     func(a, b float64) float64 { return min(a, b) },
	"indent":    func(level int) template.CSS { return template.CSS(strconv.Itoa(16*max(0, level-1)) + "px") },
	"step":      func(shade float64) int { return min(4, int(shade*5)) },
	"list":      func(s []string) string { return strings.Join(s, ", ") },
	"sized":     func(h *Heat) bool { return len(h.Rows) > 0 && h.Rows[0].Size != "" },
	"arrow":     arrow,
	"strokes":   strokes,
	"lastPoint": lastPoint,
	"slots":     slots,
	"behind": func(p Panel) bool {
		return p.Table != nil && (p.Line != nil || p.Bars != nil || p.Funnel != nil || p.Bridge != nil || p.Heat != nil)
	},
	"within": func(page *Page, p Panel) any {
		return struct {
			Page  *Page
			Panel Panel
		}{page, p}
	},
	"labelled": func(w words, of any) any {
		return struct {
			Words words
			Of    any
		}{w, of}
	},
	"tabled": func(w words, title string, of *Table) any {
		return struct {
			Words words
			Title string
			Of    *Table
		}{w, title, of}
	},
}).ParseFS(files, "html/*.html"))

func embedded(name string) string {
	text, err := files.ReadFile("html/" + name)
	if err != nil {
		panic(err) // it is linked in
	}
	return string(text)
}

// percent writes a part of a whole in two digits: enough for a pixel, and the same
// everywhere.
func percent(v float64) string { return decimal(100*v, 2) + "%" }

func decimal(v float64, digits int) string {
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		return "0"
	}
	return s
}

// arrow shows which way a value moved.
func arrow(d Delta) string {
	switch {
	case d.Distance:
	case strings.HasPrefix(d.Text, "+"):
		return "▲ "
	case strings.HasPrefix(d.Text, "−"):
		return "▼ "
	}
	return ""
}

// Stroke is a part of a line: what may still change is drawn softly.
type stroke struct {
	Path string
	Soft bool
	Dot  bool // a lone point
}

// strokes joins points that are known and follow each other. A lone point is a dot.
func strokes(points []Point, width, height, top float64) []stroke {
	var out []stroke
	var path strings.Builder
	soft, n := false, 0
	flush := func() {
		if n > 0 {
			if n == 1 {
				path.WriteString("h0")
			}
			out = append(out, stroke{Path: path.String(), Soft: soft, Dot: n == 1})
		}
		path.Reset()
		n = 0
	}
	for i, p := range points {
		if !p.Known {
			flush()
			continue
		}
		if n > 0 && p.Soft != soft { // the way to a value that may change is soft
			last := points[i-1]
			if p.Soft {
				flush()
				path.WriteString("M" + spot(last, width, height, top))
				n = 1
			}
		}
		if n == 0 {
			path.WriteString("M")
		} else {
			path.WriteString("L")
		}
		path.WriteString(spot(p, width, height, top))
		soft = p.Soft
		n++
	}
	flush()
	return out
}

func spot(p Point, width, height, top float64) string {
	return decimal(p.X*width, 1) + " " + decimal(top+p.Y*height, 1)
}

// lastPoint is a dot on the last known point.
func lastPoint(points []Point, width, height, top float64) string {
	for i := len(points) - 1; i >= 0; i-- {
		if points[i].Known {
			return "M" + spot(points[i], width, height, top) + "h0"
		}
	}
	return ""
}

// slot is the strip of a chart that belongs to a period.
type slot struct {
	At    float64
	Width template.CSS
	Tip   string
}

func slots(l *Line) []slot {
	if len(l.Series) == 0 {
		return nil
	}
	n := len(l.Series[0].Points)
	width := 1.0
	if n > 1 {
		width = 1 / float64(n-1)
	}
	out := make([]slot, n)
	for i := range n {
		at := l.Series[0].Points[i]
		lines := []string{at.Label}
		for _, s := range l.Series {
			lines = append(lines, s.Name+" "+s.Points[i].Text)
		}
		for _, m := range l.Marks {
			if m.At == at.X {
				lines = append(lines, "✎ "+m.Text)
			}
		}
		out[i] = slot{At: at.X, Width: template.CSS(percent(width)), Tip: strings.Join(lines, "\n")}
	}
	return out
}
