package resolve

import (
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// renames checks that what renamed blocks speak of is there under its new name, and
// not under the old one.
func (r *resolver) renames() {
	from, to := map[string]*decode.Decl[metrics.Renamed]{}, map[string]*decode.Decl[metrics.Renamed]{}
	for _, d := range r.Renamed {
		v := d.Value
		if known, all := r.defined(v.To); !known {
			kind, name, _ := strings.Cut(v.To, ".")
			r.report(unknownCodes[kind], d.Address, d.At("to"), "Unknown "+kind+" "+strconv.Quote(name),
				"Nothing has this name, so nothing was renamed to it."+diag.DidYouMean(name, all))
		}
		if known, _ := r.defined(v.From); known {
			r.report(diag.NotRenamed, d.Address, d.At("from"), v.From+" is still there",
				"A definition that was renamed is there under its new name alone. Remove "+v.From+", or this block.")
		}
		r.renamedOnce(d, from, v.From, "from", "It can have one new name. Remove one of the two blocks.")
		r.renamedOnce(d, to, v.To, "to", "It can have had one name before. Remove one of the two blocks, or let the earlier name lead to the later one.")
	}
}

func (r *resolver) renamedOnce(d *decode.Decl[metrics.Renamed], seen map[string]*decode.Decl[metrics.Renamed], address, attribute, mend string) {
	first := seen[address]
	if first == nil {
		seen[address] = d
		return
	}
	at := d.At(attribute)
	r.diags.Add(diag.Diagnostic{Code: diag.Duplicate, Address: d.Address, Range: &at, Summary: address + " is renamed twice", Detail: mend,
		Labels: []diag.Label{{Range: first.At(attribute), Text: "here too"}}})
}

var unknownCodes = map[string]diag.Code{"kpi": diag.UnknownKPI, "source": diag.UnknownSource, "dimension": diag.UnknownDimension}

// defined tells whether an address is that of a definition, and the names there are.
func (r *resolver) defined(address string) (known bool, all []string) {
	kind, name, _ := strings.Cut(address, ".")
	switch kind {
	case "source":
		_, known = r.sources[name]
		return known, names(r.sources)
	case "dimension":
		_, known = r.dimensions[name]
		return known, names(r.dimensions)
	}
	_, known = r.kpis[name]
	return known, names(r.kpis)
}
