package metrics

import "time"

// The layouts of instants: with an offset, and local ones.
var (
	zonedLayouts = []string{time.RFC3339, "2006-01-02T15:04Z07:00"}
	localLayouts = []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"}
)

// Instant reads a date (its start), a time, or a period (its end).
func (c *Calendar) Instant(text string) (time.Time, bool) {
	for _, layout := range zonedLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.In(c.zone), true
		}
	}
	for _, layout := range localLayouts {
		if t, err := time.ParseInLocation(layout, text, c.zone); err == nil {
			return t, true
		}
	}
	period, err := c.Parse(text)
	switch {
	case err != nil:
		return time.Time{}, false
	case period.Grain == Day:
		return period.Start, true
	}
	return period.End, true
}
