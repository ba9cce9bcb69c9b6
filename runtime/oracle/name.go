package oracle

import (
	"fmt"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// grainOf tells the grain by the form of a period's name.
func grainOf(name string) metrics.Grain {
	switch {
	case strings.Contains(name, "T"):
		return metrics.Hour
	case strings.Contains(name, "W"):
		return metrics.Week
	case strings.Contains(name, "Q"):
		return metrics.Quarter
	case len(name) == len("2006"):
		return metrics.Year
	case len(name) == len("2006-01"):
		return metrics.Month
	}
	return metrics.Day
}

// periodNamed reads the name of a period that is asked for by a grain: a label of its
// block, or any period.
func (c *calendar) periodNamed(g metrics.Grain, name string) (period, error) {
	for _, p := range c.periods(g) {
		if c.name(p) == name {
			return p, nil
		}
	}
	if name[0] < '0' || name[0] > '9' {
		return period{}, fmt.Errorf("no period has the label %q", name)
	}
	return c.named(name)
}

// named looks for the period of a name among those around its year or day.
func (c *calendar) named(name string) (period, error) {
	g := grainOf(name)
	from, til := name[:4]+"-01-01", 3*366
	if g == metrics.Hour || g == metrics.Day {
		from, til = name[:len(time.DateOnly)], 3
	}
	t, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return period{}, err
	}
	first := dayOf(t.Year(), t.Month(), t.Day()) - day(til/3)
	for _, p := range c.between(g, c.startOf(first), c.startOf(first+day(til))) {
		if c.name(p) == name {
			return p, nil
		}
	}
	return period{}, fmt.Errorf("no period has the name %q", name)
}
