package dashboard

import (
	"bytes"
	"html"
	"math/big"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/inert"
)

// markdown reads the text of panels; what it says as HTML is left out, so that text is
// text wherever it comes from.
var markdown = goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough))

// text is Markdown in which {kpi.sales} stands for a value.
func (p *panelBuilder) text() {
	filled := metrics.ValueInText.ReplaceAllStringFunc(p.Markdown, func(found string) string {
		name := metrics.ValueInText.FindStringSubmatch(found)[1]
		k := p.Model.KPI(name)
		if k == nil {
			return found
		}
		return inert.Markdown(formatOf(k).text(p.now(name, nil, nil)))
	})
	p.out.Text = []string{filled}
	var b bytes.Buffer
	if err := markdown.Convert([]byte(filled), &b); err != nil {
		p.out.Prose = []string{"<p>" + html.EscapeString(filled) + "</p>"} // only the buffer could fail
		return
	}
	p.out.Prose = []string{b.String()}
}

// headlines is how many sentences a headline has.
const headlines = 3

// move is how much a KPI moved, and where most.
type move struct {
	kpi      string
	now      Cell
	then     Cell
	relative *big.Rat
}

// headline tells the largest movements in sentences: which KPI, from where, and the
// member behind most of it where the KPI adds up.
func (p *panelBuilder) headline() {
	var moves []move
	for _, kpi := range p.KPIs {
		m := move{kpi: kpi, now: p.now(kpi, nil, nil), then: p.cell(kpi, p.When.Previous, nil, nil)}
		if m.relative = growth(m.now, m.then); m.relative != nil {
			moves = append(moves, m)
		}
	}
	slices.SortStableFunc(moves, func(a, b move) int {
		return new(big.Rat).Abs(b.relative).Cmp(new(big.Rat).Abs(a.relative))
	})
	for _, m := range moves[:min(len(moves), headlines)] {
		sentence, safe := p.sentence(m)
		p.out.Text = append(p.out.Text, sentence)
		p.out.Prose = append(p.out.Prose, "<p>"+safe+"</p>")
	}
	if len(moves) == 0 {
		p.empty()
	}
}

// sentence says how a KPI moved, as text and as HTML.
func (p *panelBuilder) sentence(m move) (text, safe string) {
	k := p.Model.KPI(m.kpi)
	f := formatOf(k)
	change, tone := f.change(m.now, m.then)
	change = strings.TrimLeft(change, "+−") // the verb says which way
	verb := map[int]string{-1: p.words.Fall, 0: p.words.Flat, 1: p.words.Rise}[m.relative.Sign()]
	label := metrics.Display(k.Label, k.Name)
	where, members := p.most(m)
	if p.words.Lang == "zh" {
		text = label + verb + " " + change + "，为 " + f.text(m.now) + "（" + p.words.Previous + " " + f.text(m.then) + "）"
		if where != "" {
			text += "，" + p.words.Most + " " + members + "：" + where
		}
		text += "。"
	} else {
		text = label + " " + verb + " " + change + " to " + f.text(m.now) + " (" + p.words.Previous + " " + f.text(m.then) + ")"
		if where != "" {
			text += ", " + p.words.Most + " in " + members + ": " + where
		}
		text += "."
	}
	safe = html.EscapeString(text)
	if tone != Plain {
		marked := `<strong class="` + string(tone) + `">` + html.EscapeString(change) + "</strong>"
		safe = strings.Replace(safe, html.EscapeString(change), marked, 1)
	}
	return text, safe
}

// most is the member, over all dimensions of the panel, that moved a KPI furthest in
// its direction, and by how much; "" where the KPI doesn't add up.
func (p *panelBuilder) most(m move) (moved, member string) {
	k := p.Model.KPI(m.kpi)
	if !p.Model.AddsUp(k.Value) {
		return "", ""
	}
	var largest *big.Rat
	for _, dim := range p.By {
		dims := []string{dim}
		for _, who := range p.membersOf(m.kpi, dims, false, p.When.This, p.When.Previous) {
			d := new(big.Rat)
			if r := p.now(m.kpi, dims, who).Rat(); r != nil {
				d.Add(d, r)
			}
			if r := p.cell(m.kpi, p.When.Previous, dims, who).Rat(); r != nil {
				d.Sub(d, r)
			}
			if d.Sign() == m.relative.Sign() && (largest == nil || new(big.Rat).Abs(d).Cmp(new(big.Rat).Abs(largest)) > 0) {
				largest, member = d, p.memberText(who)
			}
		}
	}
	if largest == nil {
		return "", ""
	}
	return signed(formatOf(k).Text(number(largest))), member
}
