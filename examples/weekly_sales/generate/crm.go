package main

import (
	"fmt"
	"time"
)

// lead is someone who asked for a quotation: hotels, offices, landlords.
type lead struct {
	id, company, region, source string
	at                          time.Time
	deal                        *deal
}

// deal is what becomes of about a third of the leads.
type deal struct {
	id, leadID string
	opened     time.Time
	cents      int64
	won        bool
	closed     time.Time
}

var (
	leadWeekday = [7]int64{3800, 3900, 3900, 3800, 3600, 1500, 1500} // thousandths a day
	leadSources = []string{"官网", "展会", "转介绍", "抖音"}
	leadNames   = []string{"佳宁", "云栖", "锦程", "海棠", "信和", "青禾", "瑞安", "长风"}
	leadTrades  = []string{"酒店", "民宿", "公寓", "办公", "餐饮"}
)

const (
	dealRate = 350 // thousandths of the leads
	winRate  = 320 // thousandths of the deals
)

func (c *company) simulateLeads() {
	leads := &carry{}
	for day := range horizon {
		r := stream("leads", day)
		for range leads.take(permille(leadWeekday[day%7], growth(day), monthFactor[timeOf(day).Month()])) {
			n := len(c.leads) + 1
			region := regions[pick(r, regionWeights)]
			l := lead{
				id:      fmt.Sprintf("L%05d", n),
				company: region + leadNames[r.IntN(len(leadNames))] + leadTrades[r.IntN(len(leadTrades))],
				region:  region,
				source:  leadSources[pick(r, []int64{45, 20, 20, 15})],
				at:      timeOf(day).Add(time.Duration(9*3600+r.IntN(9*3600)) * time.Second),
			}
			if r.Int64N(1000) < dealRate {
				opened := l.at.AddDate(0, 0, 2+r.IntN(11))
				l.deal = &deal{
					id:     fmt.Sprintf("D%05d", n),
					leadID: l.id,
					opened: opened,
					cents:  (8000 + r.Int64N(52000)) * 100,
					won:    r.Int64N(1000) < winRate,
					closed: opened.AddDate(0, 0, 15+r.IntN(46)).Add(time.Duration(r.IntN(7200)) * time.Second),
				}
			}
			c.leads = append(c.leads, l)
		}
	}
}

// The stages as three generations of sales staff have typed them.
var stageNames = map[string][]string{
	"won":         {"赢单", "Won", "won "},
	"lost":        {"输单", "Lost", "LOST"},
	"quote":       {"报价", "Quote"},
	"negotiation": {"谈判", "Negotiation"},
}

func (x *export) leadsFile() *file {
	f := &file{name: "leads.csv", header: []string{"lead_id", "created_at", "company", "region", "source"}}
	for _, l := range x.company.leads {
		if l.at.Before(x.end) {
			f.add(l.at, l.id, l.at.Format(time.DateTime), l.company, l.region, l.source)
		}
	}
	return f
}

func (x *export) dealsFile() *file {
	f := &file{
		name:   "opportunities.csv",
		header: []string{"opportunity_id", "lead_id", "opened_at", "stage", "amount", "closed_at"},
	}
	for i, l := range x.company.leads {
		d := l.deal
		if d == nil || !d.opened.Before(x.end) {
			continue
		}
		stage, closed := x.stage(d)
		f.add(d.opened, d.id, d.leadID, d.opened.Format(time.DateTime), spelled(stageNames[stage], i), money(d.cents), closed)
	}
	at := timeOf(mustDay(badDealDay)).Add(15 * time.Hour)
	f.addUnreadable("amount", at,
		"D90001", "L00001", at.Format(time.DateTime), "报价", badDealValue, "")
	return f
}

// stage is where a deal stands at the export.
func (x *export) stage(d *deal) (stage, closed string) {
	switch {
	case !d.closed.Before(x.end):
		if d.opened.AddDate(0, 0, 10).Before(x.end) {
			return "negotiation", ""
		}
		return "quote", ""
	case d.won:
		return "won", d.closed.Format(time.DateTime)
	}
	return "lost", d.closed.Format(time.DateTime)
}
