package main

import (
	"fmt"
	"sort"
	"time"
)

// refundsFile has the refunds booked by then, each by its own date.
func (x *export) refundsFile() *file {
	f := &file{
		name:   "refunds.csv.gz",
		header: []string{"refund_id", "line_id", "order_id", "refunded_at", "amount", "reason"},
	}
	type booked struct {
		o *order
		l *line
	}
	var all []booked
	for i := range x.company.orders {
		o := &x.company.orders[i]
		for j := range o.lines {
			if o.lines[j].refund > 0 {
				all = append(all, booked{o, &o.lines[j]})
			}
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].l.refundedAt.Before(all[j].l.refundedAt) })
	for i, b := range all {
		if !b.l.refundedAt.Before(x.end) {
			break
		}
		f.add(b.l.refundedAt, fmt.Sprintf("R%06d", i+1), b.l.id, b.o.id,
			b.l.refundedAt.Format(time.DateTime), money(b.l.refund), b.l.reason)
	}
	return f
}

var acquiredNames = map[string][]string{
	tmall: {"天猫", "Tmall"}, jd: {"京东", "JD"}, douyin: {"抖音", "Douyin"},
	rednote: {"小红书", "RedNote"}, web: {"官网"}, store: {"门店"},
}

func (x *export) customersFile() *file {
	f := &file{
		name:   "customers.csv.gz",
		header: []string{"customer_id", "acquired_on", "channel", "campaign", "region", "segment", "value_12m"},
	}
	planted := false
	for i, k := range x.company.customers {
		if k.day >= x.until {
			break
		}
		fields := []string{
			k.id, dateOf(k.day), spelled(acquiredNames[k.channel], i/3), spelled(campaignNames[k.campaign], i/5),
			k.region, k.segment, money(k.value),
		}
		f.add(timeOf(k.day), fields...)
		if dateOf(k.day) == badCustomerDay && !planted {
			planted = true
			f.addUnreadable("acquired_on", timeOf(k.day),
				"C990001", badCustomerValue, "门店", "", "华东", "household", "500.00")
		}
	}
	return f
}

func (x *export) productsFile() *file {
	f := &file{name: "products.csv", header: []string{"sku", "name", "brand", "category", "unit_cost", "list_price"}}
	for _, p := range products {
		f.add(firstDay, p.sku, p.name, p.brand, p.category, money(p.cost), money(p.price))
	}
	return f
}

func (x *export) storesFile() *file {
	f := &file{name: "stores.csv", header: []string{"code", "name", "city", "region", "opened"}}
	for _, s := range shops {
		f.add(firstDay, s.code, s.name, s.city, s.region, s.opened)
	}
	return f
}

var sessionNames = map[string][2]string{
	tmall: {"天猫", "Tmall"}, jd: {"京东", "JD"}, douyin: {"抖音", "Douyin"},
	rednote: {"小红书", "RedNote"}, web: {"官网", "web"}, other: {unmappedReferrer, unmappedReferrer},
}

// trafficFile has the sessions of each day; since mid-2025 by a tool that writes
// the names of channels in English.
func (x *export) trafficFile() *file {
	f := &file{name: "traffic.csv", header: []string{"day", "channel", "sessions"}}
	tool := mustDay("2025-07-01")
	for _, name := range []string{tmall, jd, douyin, rednote, web, other} {
		for day := range x.until {
			if name == other && day < unmappedFrom {
				continue
			}
			spelling := sessionNames[name][0]
			if day >= tool {
				spelling = sessionNames[name][1]
			}
			f.add(timeOf(day), dateOf(day), spelling, itoa(x.company.sessions[name][day]))
		}
	}
	return f
}
