package oracle_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/metrics/diag"
)

// functionsOver are the functions over KPIs and aggregates that choose rows, by name:
// each as it is written around a value, or by itself where there is none in it.
var functionsOver = []struct{ name, around string }{
	{"previous", "previous(%s, 1, day)"},
	{"delta", "delta(%s, 1, day)"},
	{"growth", "growth(%s, 1, day)"},
	{"year_ago", "year_ago(%s)"},
	{"rolling", "rolling(%s, 3, day)"},
	{"to_date", "to_date(%s, month)"},
	{"total", "total(%s, [channel])"},
	{"rank", "rank(%s)"},
	{"like_for_like", "like_for_like(%s, [channel], 1, day)"},
	{"top_share", "top_share(%s, [shop], 0.5)"},
	{"per", "sum(per([shop], %s))"},
	{"per_day", "avg(per([day], %s))"},
	{"first", "first(sales.amount)"},
	{"last", "last(sales.amount)"},
	{"count_distinct", "count_distinct(sales.buyer)"},
	{"median", "median(sales.amount)"},
	{"sum", "sum(sales.amount)"},
}

// without is the words by which a function within another is refused; "" where it
// has meaning.
func without(outer, inner string) string {
	window := []string{"rolling", "to_date"}
	members := []string{"total", "like_for_like", "top_share", "per", "per_day", "rank", "rolling", "to_date"}
	switch {
	case slices.Contains(window, outer) && slices.Contains(window, inner):
		return "a window within a window"
	case slices.Contains(members, outer) && inner == "rank":
		return "A place among members is no quantity"
	case outer == "top_share" && slices.Contains([]string{"growth", "top_share", "per_day", "count_distinct", "median"}, inner):
		return "one of a sum that no total shows"
	case outer == "like_for_like" && (inner == "like_for_like" || inner == "per_day"):
		return "would be judged twice"
	}
	return ""
}

const nestingHead = `project "p" {}
source "sales" {
  csv {
    path = "data/sales.csv"
  }
  key  = [id, day]
  time = day
  columns {
    day     = date
    id      = integer
    channel = string
    shop    = string
    buyer   = string
    amount  = decimal(18, 2)
  }
}
dimension "channel" {
  from "sales" { value = channel }
}
dimension "shop" {
  from "sales" { value = shop }
}
`

const nestingRows = `day,id,channel,shop,buyer,amount
2024-03-01,1,web,a,x,10
2024-03-03,1,web,a,y,20.50
2024-03-04,2,,b,x,5
2025-02-27,1,web,a,x,7
2025-03-01,1,web,a,x,11
2025-03-01,2,pos,b,y,3.25
2025-03-02,1,web,c,x,-4
2025-03-02,3,pos,b,z,8
2025-03-03,2,web,b,y,
2025-03-03,4,,a,z,9
2025-03-05,1,web,a,x,6
2025-03-05,2,pos,c,x,6
2025-03-06,5,pos,b,,2
`

func pairName(outer, inner string) string { return "k_" + outer + "_of_" + inner }

// TestFunctionsWithinFunctions holds every function within every other to the oracle,
// or to the words by which it is refused.
func TestFunctionsWithinFunctions(t *testing.T) {
	head, all := nestingHead, nestingHead
	asked := map[string][]string{}
	refused := map[string]string{}
	for _, outer := range functionsOver {
		if !strings.Contains(outer.around, "%s") {
			continue
		}
		for _, inner := range functionsOver {
			value := inner.around
			if strings.Contains(value, "%s") {
				value = fmt.Sprintf(value, "sum(sales.amount)")
			}
			name := pairName(outer.name, inner.name)
			block := fmt.Sprintf("kpi %q {\n  value  = %s\n  grains = []\n}\n", name, fmt.Sprintf(outer.around, value))
			all += block
			if words := without(outer.name, inner.name); words != "" {
				refused["kpi."+name] = words
				continue
			}
			head += block
			asked[outer.name] = append(asked[outer.name], name)
		}
	}
	_, diags := compiler.Compile(fstest.MapFS{
		"project.hcl": &fstest.MapFile{Data: []byte(all)}, "data/sales.csv": &fstest.MapFile{Data: []byte(nestingRows)},
	}, compiler.Options{})
	for _, d := range diags {
		words, expected := refused[d.Address]
		if !expected || d.Code != diag.NoMeaning || !strings.Contains(d.Detail, words) && !strings.Contains(d.Detail, strings.ToUpper(words[:1])+words[1:]) {
			t.Errorf("%s %s: %s %s", d.Code, d.Address, d.Summary, d.Detail)
		}
		delete(refused, d.Address)
	}
	for address := range refused {
		t.Errorf("%s is not refused", address)
	}
	p, err := open(map[string]string{"project.hcl": head, "data/sales.csv": nestingRows}, "2025-03-08T00:00:00Z", inMemory)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	for outer, names := range asked {
		asks := []ask{
			{kpis: names, by: []string{"channel"}, grain: "day", from: "2025-03-01", to: "2025-03-06", totals: true},
			{kpis: names, grain: "month", from: "2025-03-01", to: "2025-03-01"},
		}
		if outer == "like_for_like" { // each alone too: the members are those of what it reads
			for _, name := range names {
				asks = append(asks, ask{kpis: []string{name}, grain: "day", from: "2025-03-01", to: "2025-03-06"})
			}
		}
		for _, a := range asks {
			a.asOf = "2025-03-08T00:00:00Z"
			found, err := p.judge(a)
			switch {
			case err != nil:
				t.Errorf("%s: %v", outer, err)
			case found.difference != "":
				t.Errorf("%s %s: %s", outer, a.grain, found.difference)
			case found.refused:
				t.Errorf("%s by %s is refused", outer, a.grain)
			case found.known == 0:
				t.Errorf("%s by %s: nothing is known", outer, a.grain)
			}
		}
	}
}
