package dashboard

import (
	"github.com/metricsascode/metrics/metrics"
)

// Spark is a line without axes.
type Spark struct {
	Points []Point
	Words  string // what it shows, for those who can't see it
}

// Point is a value in time, in parts of the drawing from the left and from the top.
// Known is false where the line has a gap; Soft where the value may still change.
type Point struct {
	X, Y        float64
	Known, Soft bool
	Label, Text string
}

// spark draws the last periods of a KPI.
func (p *panelBuilder) spark(kpi string, dims []string, members Members, periods int) *Spark {
	trail := tail(p.ended(), periods)
	if len(trail) < 2 {
		return nil
	}
	f := formatOf(p.Model.KPI(kpi))
	cells := make([]Cell, len(trail))
	for i, at := range trail {
		cells[i] = p.cell(kpi, at, dims, members)
	}
	low, high, some := extent(cells)
	if !some {
		return nil
	}
	if low == high {
		low, high = low-1, high+1
	}
	s := &Spark{}
	for i, c := range cells {
		s.Points = append(s.Points, Point{
			X: float64(i) / float64(len(cells)-1), Y: 1 - (c.Float()-low)/(high-low), Known: c.Known(), Soft: soft(c.State),
			Label: p.Calendar.Name(trail[i]), Text: f.text(c),
		})
	}
	first, last := s.Points[0], s.Points[len(s.Points)-1]
	s.Words = first.Label + " " + first.Text + " → " + last.Label + " " + last.Text
	return s
}

// ended are the periods of the trail up to the page's own.
func (b *builder) ended() []metrics.Period {
	for i, at := range b.When.Trail {
		if at.Start.After(b.When.This.Start) {
			return b.When.Trail[:i]
		}
	}
	return b.When.Trail
}

func tail(all []metrics.Period, n int) []metrics.Period { return all[max(0, len(all)-n):] }

// extent is the least and the largest of cells, if any is known.
func extent(cells []Cell) (low, high float64, some bool) {
	for _, c := range cells {
		if !c.Known() {
			continue
		}
		if v := c.Float(); !some {
			low, high, some = v, v, true
		} else {
			low, high = min(low, v), max(high, v)
		}
	}
	return low, high, some
}

// soft tells whether a value may still change.
func soft(s metrics.State) bool {
	return s == metrics.Open || s == metrics.Provisional || s == metrics.Incomplete
}
