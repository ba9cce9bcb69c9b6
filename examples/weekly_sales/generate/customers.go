package main

import (
	"fmt"
	"sort"
)

type customer struct {
	id       string
	day      int // may lie before the first day
	channel  string
	campaign string // none for those that came by themselves
	region   string
	segment  string
	value    int64
}

type acquisition struct {
	channel, campaign string
	week              int
}

// olderMembers joined in the year before the first day: the first orders need
// customers, too.
const olderMembers = 2400

// share is the part of a week's ads that a campaign has, in thousandths.
type share struct {
	campaign string
	part     int64
}

const (
	alwaysOn  = "always_on"
	double11  = "double11"
	sale618   = "618"
	newYear   = "spring_festival"
	newSeason = "new_season"
)

// shares gives each week its campaigns: one that is always on, and a seasonal one
// that grows towards its day.
func shares(week int) []share {
	_, n := isoWeek(week * 7)
	seasonal := share{}
	switch {
	case n >= 43 && n <= 46:
		seasonal = share{double11, 200 + int64(n-43)*50}
	case n >= 22 && n <= 25:
		seasonal = share{sale618, 220 + int64(n-22)*30}
	case n >= 2 && n <= 5:
		seasonal = share{newYear, 200}
	case n >= 10 && n <= 13, n >= 36 && n <= 39:
		seasonal = share{newSeason, 200}
	default:
		return []share{{alwaysOn, 1000}}
	}
	return []share{{alwaysOn, 1000 - seasonal.part}, seasonal}
}

func (c *company) simulateCustomers() {
	r := stream("older members", 0)
	for range olderMembers {
		ch := channels[pick(r, []int64{30, 22, 10, 8, 10, 20})]
		c.customers = append(c.customers, customer{day: -1 - r.IntN(310), channel: ch.name})
	}
	c.acquired = map[acquisition]int64{}
	carries := map[string]*carry{}
	for week := range horizon / 7 {
		for _, ch := range channels {
			parts := []share{{"", 1000}}
			if ch.paid {
				parts = shares(week)
			}
			for _, s := range parts {
				key := ch.name + s.campaign
				if carries[key] == nil {
					carries[key] = &carry{}
				}
				n := carries[key].take(permille(ch.newWeekly, growth(week*7), s.part))
				c.acquired[acquisition{ch.name, s.campaign, week}] = int64(n)
				c.acquire(ch.name, s.campaign, week, n)
			}
		}
	}
	sort.SliceStable(c.customers, func(i, j int) bool { return c.customers[i].day < c.customers[j].day })
	c.describeCustomers()
}

// acquire spreads n new customers over the days of a week.
func (c *company) acquire(channel, campaign string, week, n int) {
	for i := range 7 {
		for range n*(i+1)/7 - n*i/7 {
			c.customers = append(c.customers, customer{day: week*7 + i, channel: channel, campaign: campaign})
		}
	}
}

// strata are the steps that customers' values go through by turns: the mean of a
// few of them is already near that of all.
var strata = []int64{1000, 760, 1240, 880, 1120}

func (c *company) describeCustomers() {
	turn := map[string]int{}
	for i := range c.customers {
		k := &c.customers[i]
		r := stream("customer", i)
		k.id = fmt.Sprintf("C%06d", i+1)
		k.region = regions[pick(r, regionWeights)]
		s := pick(r, segmentWeights)
		k.segment = segments[s]
		step := strata[turn[k.channel]%len(strata)]
		turn[k.channel]++
		k.value = permille(channelNamed(k.channel).value, step, segmentValue[s], jitter(r, 15))
	}
}

// pool hands out customers of one channel that have joined by a day.
type pool struct {
	ids  []string
	days []int
	upto int
}

func (c *company) pools() map[string]*pool {
	pools := map[string]*pool{}
	for _, k := range c.customers {
		p := pools[k.channel]
		if p == nil {
			p = &pool{}
			pools[k.channel] = p
		}
		p.ids = append(p.ids, k.id)
		p.days = append(p.days, k.day)
	}
	return pools
}

// at moves the pool on to a day and returns who may order on it, newest last.
func (p *pool) at(day int) []string {
	for p.upto < len(p.days) && p.days[p.upto] <= day {
		p.upto++
	}
	return p.ids[:p.upto]
}
