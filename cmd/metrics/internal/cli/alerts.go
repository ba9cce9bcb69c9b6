package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

func (a *app) alerts() *cobra.Command {
	var format, failOn string
	var states []string
	c := &cobra.Command{
		Use:   "alerts",
		Short: "Show what thresholds said at the last apply, the worst first",
		Long: "alerts lists the thresholds that are red or amber, or recover, and what can't be judged. Alerts of\n" +
			"members are left out where that of the member above them stands. With --state, it lists those of\n" +
			"these states alone, pending and single members without data too.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := oneOf("format", format, view.AlertFormats); err != nil {
				return err
			}
			for _, s := range states {
				if err := oneOf("state", s, alertStates); err != nil {
					return err
				}
			}
			if failOn != "" {
				if err := oneOf("fail-on", failOn, failStates); err != nil {
					return err
				}
			}
			p, err := a.open(c.Context(), runtime.Options{NoData: true})
			if err != nil {
				return err
			}
			said, diags := p.Alerts()
			if err := a.report(append(diags, noThresholds(p, diags)...)); err != nil {
				return err
			}
			shown := view.Alerts{Model: p.Model, Run: said.Run, Alerts: listed(said.Alerts, states), Filtered: len(states) > 0, Color: a.color(a.stdout)}
			if err := shown.Write(a.stdout, format); err != nil {
				return err
			}
			if failOn != "" && slices.ContainsFunc(said.Alerts, func(x metrics.Alert) bool { return fails(x, failOn) }) {
				return exitStatus(exitError)
			}
			return nil
		},
	}
	c.Flags().StringSliceVar(&states, "state", nil, "only those of a state: "+strings.Join(alertStates, ", ")+" (may be given again)")
	c.Flags().StringVar(&failOn, "fail-on", "", "exit 1 where an alert is red, amber or worse, or without data: "+strings.Join(failStates, ", "))
	c.Flags().StringVar(&format, "format", "text", "text, markdown or json")
	return c
}

// alertStates are those that can be asked for.
var alertStates = []string{string(metrics.AlertRed), string(metrics.AlertAmber), string(metrics.AlertRecovering), string(metrics.AlertPending), string(metrics.AlertNoData), string(metrics.AlertError)}

// failStates are the states on which a pipeline can be told to fail.
var failStates = []string{string(metrics.AlertRed), string(metrics.AlertAmber), string(metrics.AlertNoData)}

// fails tells whether an alert is as bad as asked: what can't be judged for a fault of
// the condition always is.
func fails(x metrics.Alert, failOn string) bool {
	if !x.Listed() {
		return false
	}
	switch x.State {
	case metrics.AlertError, metrics.AlertRed:
		return failOn != string(metrics.AlertNoData) || x.State == metrics.AlertError
	case metrics.AlertAmber:
		return failOn == string(metrics.AlertAmber)
	case metrics.AlertNoData:
		return failOn == string(metrics.AlertNoData)
	}
	return false
}

// listed are the alerts to act on, or those of the states asked for.
func listed(all []metrics.Alert, states []string) []metrics.Alert {
	return slices.DeleteFunc(slices.Clone(all), func(x metrics.Alert) bool {
		if len(states) > 0 {
			return !slices.Contains(states, string(x.State))
		}
		return !x.Listed()
	})
}

// noThresholds says that nobody looked, lest calm be taken for health.
func noThresholds(p *runtime.Project, found diag.List) diag.List {
	if len(p.Model.Thresholds) > 0 || found.HasErrors() {
		return nil
	}
	return diag.List{{Severity: diag.Warning, Code: diag.BadRequest, Summary: "No thresholds are defined",
		Detail: fmt.Sprintf("Nothing is judged in project %q. Say what is red by a threshold block: docs/thresholds.md.", p.Model.Project.Name)}}
}
