package decode

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// coverageDraft is a coverage block while it is read.
type coverageDraft struct {
	by      []string
	silence metrics.Silence
}

var coverageGrammar = grammar[coverageDraft]{
	attributes: attributes[coverageDraft]{
		"by":     func(d *decoder, c *coverageDraft, a attribute) { c.by = d.names(a) },
		"within": func(d *decoder, c *coverageDraft, a attribute) { c.silence.Within = d.length(a) },
		"on_fail": func(d *decoder, c *coverageDraft, a attribute) {
			c.silence.OnFail = d.warnOrStop(a, c.silence.OnFail)
		},
	},
}

// coverage reads the columns whose members are judged alone, and how long one of
// them may be silent.
func (d *decoder) coverage(s *sourceDraft, b *hclsyntax.Block) {
	d.noLabels(b)
	c := &coverageDraft{silence: metrics.Silence{OnFail: metrics.Warn}}
	coverageGrammar.body(d, b.Body, "coverage block", c)
	if b.Body.Attributes["by"] == nil {
		d.missing(b, "by", "by = [store]")
	}
	if a := b.Body.Attributes["on_fail"]; a != nil && b.Body.Attributes["within"] == nil {
		d.errorAt(diag.Conflict, a.NameRange, `"on_fail" without within`,
			`Without within, coverage is no check. Say how long a member may be without a row: within = "7d"; or remove on_fail.`)
	}
	s.CoverageBy = c.by
	if !c.silence.Within.IsZero() {
		s.Silence = &c.silence
	}
}

// length reads a length of time that is more than nothing.
func (d *decoder) length(a attribute) metrics.Span {
	span := d.span(a)
	if !span.IsZero() && span.N == 0 {
		d.wrong(a, `a length of time above 0, such as "24h" or "7d"`)
		return metrics.Span{}
	}
	return span
}

// warnOrStop reads what becomes of a failure that is none of a row; otherwise it
// is as before.
func (d *decoder) warnOrStop(a attribute, before metrics.OnFail) metrics.OnFail {
	if w := d.word(a, string(metrics.Warn), string(metrics.Stop)); w != "" {
		return metrics.OnFail(w)
	}
	return before
}
