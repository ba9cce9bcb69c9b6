package main

import (
	"strings"
	"time"
)

// front is how one shop front exports its order lines: no two agree on the names
// of columns, on times, amounts or states.
type front struct {
	shop   string
	header []string
	render func(o *order, l *line, state string, updated time.Time) []string
}

var fronts = []front{
	{
		shopTmall,
		[]string{"订单编号", "子订单编号", "付款时间", "商家编码", "购买数量", "实付金额", "订单状态", "会员编号", "更新时间"},
		renderTmall,
	},
	{
		shopJD,
		[]string{"orderId", "lineId", "orderTime", "skuId", "num", "payAmount", "orderState", "memberId", "modified"},
		renderJD,
	},
	{
		shopWeb,
		[]string{"Order No", "Line ID", "Placed", "SKU", "Qty", "Total", "State", "Member", "UTM Source", "Updated"},
		renderWeb,
	},
	{
		shopPOS,
		[]string{"Receipt", "Line ID", "Sold At", "Store Code", "SKU", "Qty", "Amount", "Status", "Member", "Uploaded At"},
		renderPOS,
	},
}

var tmallStates = map[string]string{
	paid: "买家已付款", shipped: "卖家已发货", completed: "交易成功",
	cancelled: "交易关闭", refunded: "退款成功", test: "测试",
}

// renderTmall writes amounts such as ¥1,299.00.
func renderTmall(o *order, l *line, state string, updated time.Time) []string {
	return []string{
		o.id, l.id, o.at.Format(time.DateTime), l.sku, itoa(l.quantity), "¥" + grouped(l.cents),
		tmallStates[state], o.customer, updated.Format(time.DateTime),
	}
}

var jdStates = map[string]string{
	paid: "PAID", shipped: "SHIPPED", completed: "FINISHED",
	cancelled: "CANCELED", refunded: "REFUNDED", test: "TEST",
}

// renderJD writes times in UTC: a sale before eight in the morning is one of the
// day before.
func renderJD(o *order, l *line, state string, updated time.Time) []string {
	return []string{
		o.id, l.id, utc(o.at), l.sku, itoa(l.quantity), money(l.cents),
		jdStates[state], o.customer, utc(updated),
	}
}

func utc(t time.Time) string { return t.Add(-8 * time.Hour).Format("2006-01-02T15:04:05Z") }

// renderWeb changed its way to write times with the year 2026.
func renderWeb(o *order, l *line, state string, updated time.Time) []string {
	layout := "02/01/2006 15:04"
	if o.at.Year() < 2026 {
		layout = "2006-01-02 15:04"
	}
	word := strings.ToUpper(state[:1]) + state[1:]
	return []string{
		o.id, l.id, o.at.Format(layout), strings.ToLower(l.sku), itoa(l.quantity), money(l.cents),
		word, o.customer, o.cameFrom, updated.Format(layout),
	}
}

var posStates = map[string]string{completed: "OK", cancelled: "VOID", refunded: "RETURNED", test: "TRAINING", paid: "OK"}

func renderPOS(o *order, l *line, state string, updated time.Time) []string {
	code := o.store
	for _, s := range shops {
		if s.code == o.store {
			code = spelled(s.spelling, int(o.at.Sub(firstDay).Hours())/24/120)
		}
	}
	return []string{
		o.id, l.id, o.at.Format(time.DateTime), code, l.sku, itoa(l.quantity), money(l.cents),
		posStates[state], o.customer, updated.Format(time.DateTime),
	}
}
