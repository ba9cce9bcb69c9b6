kpi "buyers" {
  label       = "购买客户数"
  description = "Different members with an order; receipts without a member card count nobody"
  tier        = process
  owner       = "growth"
  tags        = ["customers"]
  value       = count_distinct(all_orders.customer_id)
  where       = all_orders.status != "cancelled"
  lag         = "2d"
  by          = [channel, region, segment]
  direction   = up
  format      = "#,##0"
}

kpi "new_customers" {
  label       = "新客数"
  description = "Members who joined"
  tier        = process
  owner       = "growth"
  tags        = ["customers"]
  value       = count(customers)
  by          = [channel, campaign, region, segment]
  direction   = up
  format      = "#,##0"
}

kpi "cac" {
  label       = "获客成本"
  description = "Ad spend per new member; in total also over those who came by themselves"
  tier        = process
  owner       = "growth"
  tags        = ["customers", "finance"]
  value       = kpi.ad_spend / kpi.new_customers
  by          = [channel, campaign]
  direction   = down
  target      = 190
  format      = "¥#,##0.00"
}

kpi "ltv" {
  label       = "客户终身价值"
  description = "Mean value over 12 months of the members who joined, as the CRM reports it"
  tier        = health
  owner       = "growth"
  tags        = ["customers"]
  value       = avg(customers.value_12m)
  grains      = [week, month]
  by          = [channel, region, segment]
  direction   = up
  target      = [500, 700]
  format      = "¥#,##0.00"
}

kpi "repeat_rate" {
  label       = "复购率"
  description = "Buyers who ordered again by now, of those whose first order fell into the period; cancelled orders out"
  tier        = process
  owner       = "growth"
  tags        = ["customers"]
  value       = count(buyer, buyer.orders >= 2) / count(buyer)
  lag         = "2d"
  grains      = [week, month]
  by          = [region, segment]
  direction   = up
  format      = "0.0%"
}
