package main

import "time"

// export is the company's files as they stand at the start of the day until.
type export struct {
	company *company
	until   int
	end     time.Time
	facts   facts
}

func newExport(c *company, until int) *export {
	return &export{company: c, until: until, end: timeOf(until)}
}

func (x *export) files() []*file {
	var out []*file
	for _, f := range fronts {
		out = append(out, x.frontFiles(f)...)
	}
	out = append(out,
		x.refundsFile(), x.customersFile(), x.productsFile(), x.storesFile(),
		x.adsFile(), x.trafficFile(), x.leadsFile(), x.dealsFile(),
		x.budgetFile(), x.forecastFile(), x.stockFile(),
	)
	for _, f := range out {
		f.sort()
	}
	return out
}

// The states of an order line, in the words of the project.
const (
	paid      = "paid"
	shipped   = "shipped"
	completed = "completed"
	cancelled = "cancelled"
	refunded  = "refunded"
	test      = "test"
)

// state is where a line stands at the export, and since which nightly run.
func (x *export) state(o *order, l *line) (string, time.Time) {
	shippedAt, completedAt := nightly(o.at.AddDate(0, 0, 2)), nightly(o.at.AddDate(0, 0, 8))
	switch {
	case o.cancelled:
		return cancelled, nightly(o.at)
	case l.refund == l.cents && l.refundedAt.Before(x.end):
		return refunded, nightly(l.refundedAt)
	case o.shop == shopPOS:
		return completed, nightly(o.at)
	case completedAt.Before(x.end):
		return completed, completedAt
	case shippedAt.Before(x.end):
		return shipped, shippedAt
	}
	return paid, nightly(o.at)
}

// frontFiles are a front's exports: one a year, and what came late.
func (x *export) frontFiles(front front) []*file {
	year := map[int]*file{}
	for _, y := range []string{"2025", "2026"} {
		f := &file{name: front.shop + "_" + y + ".csv.gz", header: front.header}
		year[len(year)] = f
	}
	late := &file{name: lateFile, header: front.header}
	newYear := timeOf(mustDay("2026-01-01"))
	put := func(o *order, r row) {
		f := year[0]
		if !o.at.Before(newYear) {
			f = year[1]
		} else if front.shop == shopTmall && int(o.at.Sub(firstDay).Hours())/24 == overlapDay {
			year[1].rows = append(year[1].rows, r)
			x.facts.overlap++
		}
		f.rows = append(f.rows, r)
	}
	for i := range x.company.orders {
		o := &x.company.orders[i]
		if o.shop != front.shop || !o.at.Before(x.end) {
			continue
		}
		for j := range o.lines {
			x.putLine(front, o, &o.lines[j], put, late)
		}
	}
	x.plantTests(front, put)
	x.plantBad(front, put)
	if front.shop != shopPOS {
		return []*file{year[0], year[1]}
	}
	x.resend(year[1], late, front)
	return []*file{year[0], year[1], late}
}

func (x *export) putLine(front front, o *order, l *line, put func(*order, row), late *file) {
	state, updated := x.state(o, l)
	if o.late {
		at, _ := time.Parse(time.DateTime, lateAt)
		if at.After(updated) {
			updated = at
		}
		late.add(o.at, front.render(o, l, state, updated)...)
		x.facts.lateLines++
		x.facts.lateCents += l.cents
		return
	}
	if front.shop == shopJD && o.cancelled {
		put(o, row{at: o.at, fields: front.render(o, l, paid, o.at.Add(20*time.Second))})
		put(o, row{at: updated, fields: front.render(o, l, state, updated)})
		x.facts.changes++
		return
	}
	put(o, row{at: o.at, fields: front.render(o, l, state, updated)})
}

// resend puts the last receipts that gz-01 had sent before its tills went offline
// into the late file once more.
func (x *export) resend(sent, late *file, front front) {
	n := 0
	for i := len(x.company.orders) - 1; i >= 0 && n < lateResend; i-- {
		o := &x.company.orders[i]
		if o.store != lateStore || !o.at.Before(timeOf(lateDays[0])) || len(o.lines) != 1 {
			continue
		}
		state, updated := x.state(o, &o.lines[0])
		at, _ := time.Parse(time.DateTime, lateAt)
		if at.After(updated) {
			updated = at
		}
		late.add(o.at, front.render(o, &o.lines[0], state, updated)...)
		n++
	}
}

// plantTests adds orders that the shop's staff placed to try things out.
func (x *export) plantTests(front front, put func(*order, row)) {
	n := 0
	for _, p := range plantedTests {
		if p.shop != front.shop {
			continue
		}
		for i := range p.n {
			n++
			o := order{
				id: orderID(front.shop, 9_000_000+n), shop: front.shop, cameFrom: "direct", store: "sh-01",
				at: timeOf(mustDay(p.day)).Add(time.Duration(14*3600+i*61) * time.Second),
			}
			l := line{id: lineID(front.shop, o.id, 1), sku: products[0].sku, quantity: 1, cents: 999900}
			put(&o, row{at: o.at, fields: front.render(&o, &l, test, nightly(o.at))})
		}
	}
}

// plantBad adds rows that can't be read.
func (x *export) plantBad(front front, put func(*order, row)) {
	for n, p := range plantedBads {
		if p.shop != front.shop {
			continue
		}
		o := order{
			id: orderID(front.shop, 8_000_000+n), shop: front.shop, cameFrom: "direct", store: "cd-01",
			customer: "C000100", at: timeOf(mustDay(p.day)).Add(11 * time.Hour),
		}
		l := line{id: lineID(front.shop, o.id, 1), sku: products[1].sku, quantity: 1, cents: 56900}
		fields := front.render(&o, &l, paid, nightly(o.at))
		for i, h := range front.header {
			if h == p.column {
				fields[i] = p.value
			}
		}
		put(&o, row{o.at, fields, p.column})
	}
}
