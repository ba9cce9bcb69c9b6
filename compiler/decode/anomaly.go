package decode

import (
	"strconv"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics"
)

// The usual factors: quartiles are fenced in by one and a half of their range,
// means by three standard deviations.
const (
	usualIQR    = 1.5
	usualZScore = 3
)

var anomalyGrammar = grammar[metrics.Anomaly]{
	attributes: attributes[metrics.Anomaly]{
		"description": func(d *decoder, n *metrics.Anomaly, a attribute) { n.Description = d.text(a) },
		"measure":     func(d *decoder, n *metrics.Anomaly, a attribute) { n.Measure = d.expression(a) },
		"grain": func(d *decoder, n *metrics.Anomaly, a attribute) {
			n.Grain = metrics.Grain(d.word(a, "hour", "day", "week", "month", "quarter", "year"))
		},
		"method": func(d *decoder, n *metrics.Anomaly, a attribute) {
			n.Method = metrics.AnomalyMethod(d.word(a, string(metrics.IQR), string(metrics.ZScore)))
		},
		"factor":  func(d *decoder, n *metrics.Anomaly, a attribute) { n.Factor = d.factor(a) },
		"on_fail": func(d *decoder, n *metrics.Anomaly, a attribute) { n.OnFail = d.warnOrStop(a, n.OnFail) },
	},
}

// anomaly reads what must stay in proportion from period to period.
func (d *decoder) anomaly(s *sourceDraft, b *hclsyntax.Block) {
	name, ok := d.checkName(b, `anomaly "volume" { measure = count(), grain = day, method = iqr }.`)
	n := &metrics.Anomaly{Name: name, OnFail: metrics.Warn}
	d.counted = s.Name
	anomalyGrammar.body(d, b.Body, "anomaly block", n)
	d.counted = ""
	for _, need := range []struct{ name, example string }{
		{"measure", "measure = count()"}, {"grain", "grain = day"}, {"method", "method = iqr"},
	} {
		if b.Body.Attributes[need.name] == nil {
			d.missing(b, need.name, need.example)
			ok = false
		}
	}
	if !ok || n.Measure == nil {
		return
	}
	if b.Body.Attributes["factor"] == nil {
		n.Factor = usualIQR
		if n.Method == metrics.ZScore {
			n.Factor = usualZScore
		}
	}
	n.KPI = &metrics.KPI{Name: "anomaly." + s.Name + "." + name, Value: n.Measure}
	s.Anomalies = append(s.Anomalies, n)
}

// factor reads a number above 0.
func (d *decoder) factor(a attribute) float64 {
	l := d.literalOf(a.expr)
	if l == nil {
		return 0
	}
	f, err := strconv.ParseFloat(l.Text, 64)
	if err != nil || !l.Type.Numeric() || f <= 0 {
		d.wrong(a, "a number above 0, such as 1.5")
		return 0
	}
	return f
}
