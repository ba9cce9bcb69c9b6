package decode

import "github.com/hashicorp/hcl/v2/hclsyntax"

// coverage reads the columns whose members are judged alone.
func (d *decoder) coverage(b *hclsyntax.Block) []string {
	d.noLabels(b)
	var by []string
	g := grammar[[]string]{attributes: attributes[[]string]{
		"by": func(d *decoder, by *[]string, a attribute) { *by = d.names(a) },
	}}
	g.body(d, b.Body, "coverage block", &by)
	if b.Body.Attributes["by"] == nil {
		d.missing(b, "by", "by = [store]")
	}
	return by
}
