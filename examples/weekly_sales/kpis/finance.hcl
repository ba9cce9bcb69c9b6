kpi "refunds" {
  label       = "退款额"
  description = "Refunds by the day they were booked, tax included"
  tier        = health
  owner       = "finance"
  tags        = ["finance"]
  value       = sum(refunds.amount)
  time        = refunds.refunded_at
  lag         = "2d"
  by          = [channel, region, store, category]
  direction   = down
  format      = "¥#,##0.00"
}

kpi "net_gmv" {
  label       = "净销售额"
  description = "Sales less the refunds booked in the same period, tax included"
  tier        = north_star
  owner       = "finance"
  tags        = ["finance", "sales"]
  value       = kpi.gmv - kpi.refunds
  by          = [channel, region, store, category]
  direction   = up
  format      = "¥#,##0.00"
}

kpi "refund_rate" {
  label       = "退款率"
  description = "Refunds booked by sales of the same period"
  tier        = health
  owner       = "finance"
  tags        = ["finance"]
  value       = kpi.refunds / kpi.gmv
  by          = [channel, region, category]
  direction   = down
  target      = 0.08
  format      = "0.0%"
}

kpi "roi" {
  label       = "投产比"
  description = "Sales per yuan of ad spend, both tax included"
  tier        = process
  owner       = "growth"
  tags        = ["finance"]
  value       = kpi.gmv / kpi.ad_spend
  by          = [channel]
  direction   = up
  format      = "0.00"
}

kpi "revenue" {
  label       = "不含税收入"
  description = "Sales without tax; cancelled and refunded lines out"
  tier        = process
  owner       = "finance"
  tags        = ["finance"]
  value       = net_of_tax(sum(all_orders.amount), var.vat)
  where       = all_orders.status != "cancelled" && all_orders.status != "refunded"
  lag         = "2d"
  by          = [channel, category, brand]
  direction   = up
  format      = "¥#,##0.00"
}

kpi "cost" {
  label       = "商品成本"
  description = "Cost of the goods sold, without tax; cancelled and refunded lines out. A product that nobody knows costs nothing here"
  tier        = process
  owner       = "finance"
  tags        = ["finance"]
  value       = sum(all_orders.quantity * all_orders.products.unit_cost)
  where       = all_orders.status != "cancelled" && all_orders.status != "refunded"
  lag         = "2d"
  by          = [channel, category, brand]
  direction   = down
  format      = "¥#,##0.00"
}

kpi "gross_profit" {
  label       = "毛利"
  description = "Revenue less the cost of the goods, without tax"
  tier        = process
  owner       = "finance"
  tags        = ["finance"]
  value       = kpi.revenue - kpi.cost
  by          = [channel, category, brand]
  direction   = up
  format      = "¥#,##0.00"
}

kpi "gross_margin" {
  label       = "毛利率"
  description = "Gross profit by revenue, both without tax"
  tier        = north_star
  owner       = "finance"
  tags        = ["finance"]
  value       = kpi.gross_profit / kpi.revenue
  by          = [channel, category, brand]
  direction   = up
  format      = "0.0%"
}
