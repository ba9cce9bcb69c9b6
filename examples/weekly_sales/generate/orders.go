package main

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"time"
)

type order struct {
	id, shop, channel string
	store             string // of tills
	customer          string // none at a till for those who show no card
	cameFrom          string // of the own web shop, as its tracking spells it
	at                time.Time
	cancelled         bool
	late              bool // reached the head office days after the sale
	lines             []line
}

type line struct {
	id, sku    string
	quantity   int64
	cents      int64
	refund     int64 // cents, 0 for none
	refundedAt time.Time
	reason     string
}

// refunds that give back all of a line, in hundredths.
const fullRefunds = 85

var (
	refundRate   = map[string]int64{shopTmall: 70, shopJD: 55, shopWeb: 65, shopPOS: 20} // thousandths of the lines
	cancelRate   = map[string]int64{shopTmall: 30, shopJD: 35, shopWeb: 30, shopPOS: 10} // thousandths of the orders
	refundReason = []string{"质量问题", "不喜欢", "错发", "运输破损"}
	hourWeights  = []int64{4, 2, 1, 1, 1, 1, 2, 3, 5, 6, 7, 6, 6, 5, 5, 5, 5, 5, 6, 8, 10, 10, 8, 5}
	storeHours   = []int64{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 6, 6, 6, 7, 8, 8, 7, 7, 7, 6, 4, 0, 0}
	referrers    = map[string][]string{
		douyin:  {"抖音", "douyin", "Douyin", "dy"},
		rednote: {"小红书", "rednote", "XHS"},
		web:     {"", "", "direct"},
		other:   {unmappedReferrer},
	}
)

func (c *company) simulateOrders() {
	s := &sales{
		pools:   c.pools(),
		carries: map[string]*carry{},
		seq:     map[string]int{},
	}
	c.sessions = map[string][]int64{}
	c.expected = map[string][]int64{}
	for day := range horizon {
		byShop := map[string][]order{}
		for _, ch := range channels {
			if ch.name == store {
				byShop[shopPOS] = c.storeDay(s, day)
				continue
			}
			byShop[ch.shop] = append(byShop[ch.shop], c.onlineDay(s, ch, day)...)
		}
		byShop[shopWeb] = append(byShop[shopWeb], c.unmappedDay(s, day)...)
		for _, name := range []string{shopTmall, shopJD, shopWeb, shopPOS} {
			c.orders = append(c.orders, s.number(name, byShop[name])...)
		}
	}
}

// sales is what the simulation of orders carries from day to day.
type sales struct {
	pools   map[string]*pool
	carries map[string]*carry
	seq     map[string]int
}

func (s *sales) take(key string, thousandths int64) int {
	if s.carries[key] == nil {
		s.carries[key] = &carry{}
	}
	return s.carries[key].take(thousandths)
}

// onlineDay makes one day's orders of an online channel, and the sessions that go
// with them: sessions follow from orders and conversion, not the other way round,
// because sessions are many enough to give the rate exactly.
func (c *company) onlineDay(s *sales, ch channel, day int) []order {
	expected := permille(ch.ordersDaily, season(day, true))
	planted := plantedConversion(ch.name, day)
	n := s.take(ch.name, permille(expected, planted))
	c.addExpected(ch.name, day, expected)

	r := stream("orders "+ch.name, day)
	rate := conversion(r, ch, day, planted)
	count := int64(n) * 1000
	if n == 0 {
		count = expected
	}
	c.addSessions(ch.name, day, (count*1000+rate/2)/rate)
	return s.draw(r, ch.shop, ch.name, "", day, n)
}

// conversion is a day's orders by sessions, in millionths.
func conversion(r *rand.Rand, ch channel, day int, planted int64) int64 {
	event, ok := cvrEvents[timeOf(day).Format("01-02")]
	if !ok {
		event = 1000
	}
	if springFestival(day) == 2 {
		event = 960
	}
	return permille(ch.cvr, cvrWeekday[day%7], wave(day/7, 96, 25), event, planted, jitter(r, 4))
}

func (c *company) storeDay(s *sales, day int) []order {
	var out []order
	for _, sh := range shops {
		expected := permille(sh.ordersDaily, season(day, false))
		c.addExpected(store, day, expected)
		if storeClosed(sh.code, day) {
			continue
		}
		n := s.take(sh.code, expected)
		out = append(out, s.draw(stream("orders "+sh.code, day), shopPOS, store, sh.code, day, n)...)
	}
	for i := range out {
		out[i].late = lateUpload(out[i].store, day)
	}
	return out
}

// unmappedDay makes the orders that come from a platform nobody has mapped yet.
func (c *company) unmappedDay(s *sales, day int) []order {
	if day < unmappedFrom {
		return nil
	}
	c.addSessions(other, day, permille(45, cvrWeekday[(day+1)%7]))
	return s.draw(stream("orders other", day), shopWeb, other, "", day, s.take(other, 714))
}

func (c *company) addSessions(channel string, day int, n int64) {
	if c.sessions[channel] == nil {
		c.sessions[channel] = make([]int64, horizon)
	}
	c.sessions[channel][day] = n
}

func (c *company) addExpected(channel string, day int, thousandths int64) {
	if c.expected[channel] == nil {
		c.expected[channel] = make([]int64, horizon/7)
	}
	c.expected[channel][day/7] += thousandths
}

// draw makes n orders that count, and the few cancelled ones beside them.
func (s *sales) draw(r *rand.Rand, shop, channel, store string, day, n int) []order {
	cancelled := s.take("cancelled "+channel+store, int64(n)*cancelRate[shop])
	var out []order
	for i := range n + cancelled {
		o := order{shop: shop, channel: channel, store: store, cancelled: i >= n}
		o.at = orderTime(r, shop, day)
		o.customer = s.customer(r, channel, shop, day)
		if names := referrers[channel]; shop == shopWeb {
			o.cameFrom = names[r.IntN(len(names))]
		}
		o.lines = drawLines(r, &o, day)
		out = append(out, o)
	}
	return out
}

// customer is one who has joined by then: one of the newest in five orders.
func (s *sales) customer(r *rand.Rand, channel, shop string, day int) string {
	if shop == shopPOS && r.IntN(100) < 35 {
		return ""
	}
	if channel == other {
		channel = web
	}
	ids := s.pools[channel].at(day)
	if len(ids) > 40 && r.IntN(5) == 0 {
		return ids[len(ids)-1-r.IntN(40)]
	}
	return ids[r.IntN(len(ids))]
}

// orderTime ends before the nightly export. On Double 11 many wait for midnight.
func orderTime(r *rand.Rand, shop string, day int) time.Time {
	weights := hourWeights
	if shop == shopPOS {
		weights = storeHours
	}
	hour := pick(r, weights)
	d := timeOf(day)
	if shop != shopPOS && d.Month() == 11 && d.Day() == 11 && r.IntN(4) == 0 {
		hour = 0
	}
	return d.Add(time.Duration(hour*3600+r.IntN(3540)) * time.Second)
}

func drawLines(r *rand.Rand, o *order, day int) []line {
	n := 1 + pick(r, []int64{72, 21, 7})
	used := map[int]bool{}
	var out []line
	for range n {
		p := pick(r, productWeights)
		if used[p] {
			continue
		}
		used[p] = true
		quantity := int64(1 + pick(r, []int64{80, 15, 5}))
		cents := permille(products[p].price*quantity, discount(day), jitter(r, 30))
		l := line{sku: products[p].sku, quantity: quantity, cents: cents - cents%10}
		if !o.cancelled && r.Int64N(1000) < refundRate[o.shop] {
			drawRefund(r, &l, day)
		}
		out = append(out, l)
	}
	return out
}

var productWeights = weightsOf(products)

func weightsOf(products []product) []int64 {
	out := make([]int64, len(products))
	for i, p := range products {
		out[i] = p.weight
	}
	return out
}

// discount is what is left of the list price.
func discount(day int) int64 {
	switch timeOf(day).Format("01-02") {
	case "11-10", "11-11":
		return 820
	case "06-17", "06-18":
		return 850
	}
	return 950
}

func drawRefund(r *rand.Rand, l *line, day int) {
	l.refund = l.cents
	if r.IntN(100) >= fullRefunds {
		l.refund = permille(l.cents, 300+r.Int64N(300))
		l.refund -= l.refund % 10
	}
	l.refundedAt = timeOf(day + 2 + r.IntN(19)).Add(time.Duration(36000+r.IntN(30000)) * time.Second)
	l.reason = refundReason[r.IntN(len(refundReason))]
}

// number sorts a shop's orders of one day by time and gives them their ids.
func (s *sales) number(shop string, orders []order) []order {
	sort.SliceStable(orders, func(i, j int) bool { return orders[i].at.Before(orders[j].at) })
	for i := range orders {
		o := &orders[i]
		s.seq[shop]++
		o.id = orderID(shop, s.seq[shop])
		for j := range o.lines {
			o.lines[j].id = lineID(shop, o.id, j+1)
		}
	}
	return orders
}

func orderID(shop string, n int) string {
	switch shop {
	case shopTmall:
		return fmt.Sprintf("4100%07d", n)
	case shopJD:
		return fmt.Sprintf("JD%07d", n)
	case shopWeb:
		return fmt.Sprintf("W%07d", n)
	}
	return fmt.Sprintf("P%07d", n)
}

func lineID(shop, order string, n int) string {
	if shop == shopTmall {
		return fmt.Sprintf("%s%02d", order, n) // Tmall's sub-orders are numbers as well
	}
	return fmt.Sprintf("%s-%d", order, n)
}

// addUp sums the weeks that the plan is made of.
func (c *company) addUp() {
	c.gmv, c.counted = map[string][]int64{}, map[string][]int64{}
	for _, o := range c.orders {
		if c.gmv[o.channel] == nil {
			c.gmv[o.channel] = make([]int64, horizon/7)
			c.counted[o.channel] = make([]int64, horizon/7)
		}
		if o.cancelled {
			continue
		}
		week := int(o.at.Sub(firstDay).Hours()) / 24 / 7
		c.counted[o.channel][week]++
		for _, l := range o.lines {
			c.gmv[o.channel][week] += l.cents
		}
	}
}
