package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
)

// knownGrain refuses a --grain that the project doesn't have, and reads the periods
// of a calendar, by whose labels the range may be given.
func (a *app) knownGrain(ctx context.Context, p *runtime.Project, f *queryFlags) error {
	if f.grain == "" {
		return nil
	}
	if _, known := p.Model.Grain(f.grain); !known {
		return fmt.Errorf("--grain is one of %s, not %q", strings.Join(p.Model.GrainNames(), ", "), f.grain)
	}
	return a.report(p.UseCalendars(ctx, f.grain))
}

// period reads a bound of the range.
func (f *queryFlags) period(p *runtime.Project, text string) (metrics.Period, error) {
	return p.Calendar.ParseIn(metrics.Grain(f.grain), text)
}
