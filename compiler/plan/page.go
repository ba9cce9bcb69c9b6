package plan

import (
	"encoding/json"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// isPage tells whether blocks of a kind show values, and make none.
func isPage(kind string) bool { return kind == "dashboard" || kind == "annotation" }

// pages describes dashboards, annotations and announced changes. What they keep of KPIs stands with those.
func pages(m *metrics.Model) []metrics.Definition {
	var out []metrics.Definition
	add := func(address string, what any) {
		text, _ := json.Marshal(what) // plain data: can't fail
		own := hash(string(text))
		out = append(out, metrics.Definition{Address: address, Fingerprint: own, Own: own})
	}
	for _, d := range m.Dashboards {
		add("dashboard."+d.Name, d)
	}
	for _, a := range m.Annotations {
		add("annotation."+a.Name, a)
	}
	for _, c := range m.Announced {
		add("change."+c.Name, c)
		out[len(out)-1].Settings = map[string]string{"kpis": strings.Join(c.KPIs, ";"), "restate": string(c.Restate),
			"announced": c.Announced, "effective": c.Effective}
	}
	return out
}

// shownNames is the cut sets that pages need of a KPI beside those that it names.
func shownNames(k *metrics.KPI) string {
	names := make([]string, len(k.Shown))
	for i, n := range k.Shown {
		names[i] = string(n.Grain) + ":" + CutName(n.By)
	}
	return strings.Join(names, ";")
}
