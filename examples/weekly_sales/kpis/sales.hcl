kpi "gmv" {
  label       = "销售额"
  description = "Value of the order lines, tax included; cancelled orders out, refunded ones in"
  tier        = north_star
  owner       = "sales-ops"
  tags        = ["sales", "finance"]
  value       = sum(all_orders.amount)
  where       = all_orders.status != "cancelled"
  time        = all_orders.ordered_at
  lag         = "2d"
  by          = [channel, region, store, category, segment, [channel, region]]
  direction   = up
  target      = kpi.gmv_budget
  format      = "¥#,##0.00"
}

kpi "orders" {
  label       = "订单数"
  description = "Orders with at least one line; cancelled orders out"
  tier        = process
  owner       = "sales-ops"
  tags        = ["sales"]
  value       = count_distinct(all_orders.order_id)
  where       = all_orders.status != "cancelled"
  lag         = "2d"
  by          = [channel, region, store, category, segment, [channel, region]]
  direction   = up
  format      = "#,##0"
}

kpi "online_orders" {
  label       = "线上订单数"
  description = "Orders that were not placed at a till; cancelled orders out"
  tier        = process
  owner       = "sales-ops"
  tags        = ["sales"]
  value       = count_distinct(all_orders.order_id, all_orders.shop != "pos_orders")
  where       = all_orders.status != "cancelled"
  lag         = "2d"
  by          = [channel, region]
  direction   = up
  format      = "#,##0"
}

kpi "units" {
  label       = "销售件数"
  description = "Pieces sold; cancelled orders out"
  tier        = process
  owner       = "merchandising"
  tags        = ["sales"]
  value       = sum(all_orders.quantity)
  where       = all_orders.status != "cancelled"
  lag         = "2d"
  by          = [channel, store, category, brand]
  direction   = up
  format      = "#,##0"
}

kpi "aov" {
  label       = "客单价"
  description = "Sales per order"
  tier        = process
  owner       = "sales-ops"
  tags        = ["sales"]
  value       = kpi.gmv / kpi.orders
  by          = [channel, region, store, segment]
  direction   = up
  format      = "¥#,##0.00"
}

kpi "discount_rate" {
  label       = "折扣率"
  description = "What the sales lack to list prices, both tax included"
  tier        = health
  owner       = "merchandising"
  tags        = ["sales"]
  value       = 1 - ratio(all_orders.amount, all_orders.quantity * all_orders.products.list_price)
  where       = all_orders.status != "cancelled"
  lag         = "2d"
  by          = [channel, category, brand]
  direction   = down
  format      = "0.0%"
}
