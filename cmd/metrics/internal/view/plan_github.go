package view

import (
	"fmt"
	"io"
	"strings"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// planGitHub writes a plan as workflow commands: what is in the way as errors,
// changes that move values as warnings, each beside the definition, and the verdict.
func planGitHub(w io.Writer, p *plan.Plan, opt PlanOptions) error {
	var b strings.Builder
	for _, block := range p.Blocking {
		b.WriteString(annotation("error", opt.Base, block.Range, string(block.Code)+" "+diag.Titles[block.Code], strings.TrimSpace(block.Address+" "+block.Text+"\n"+block.Mend)))
	}
	edited, follow := effectsOf(p.Changes)
	for _, e := range edited {
		if e.change.Class == metrics.Additive || e.change.Class == metrics.AlertOnly {
			continue
		}
		b.WriteString(annotation("warning", opt.Base, e.change.Range, e.change.Address+" "+string(e.change.Class), effectSentence(e)))
	}
	verdict := p.Verdict.Text
	if len(follow) > 0 {
		var names []string
		for _, e := range follow[:min(len(follow), shownFollow)] {
			names = append(names, e.change.Address)
		}
		verdict += "\nThese follow: " + strings.Join(names, ", ")
		if n := len(follow) - len(names); n > 0 {
			verdict += fmt.Sprintf(" and %d more", n)
		}
	}
	b.WriteString(annotation("notice", opt.Base, nil, "metrics plan", verdict))
	_, err := io.WriteString(w, b.String())
	return err
}

// effectSentence is an effect in words.
func effectSentence(e effectView) string {
	text := e.change.Reason
	g, last := e.first(), e.last()
	switch {
	case g == nil:
		return text + "\nNot measured: " + e.Skipped
	case e.change.Action != metrics.Update || last == nil:
		return text
	}
	text += fmt.Sprintf("\n%s: %s → %s (%s), %s cells", last.Period, e.number(last.Then), e.number(last.Now), changeText(*last), cellsText(g.EffectCells))
	if cut, cells := e.movers(); len(cells) > 0 {
		text += "\nMost by " + cut + ": " + strings.Join(cells, ", ")
	}
	return text
}
