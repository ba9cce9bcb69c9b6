kpi "revenue" {
  value = sum(order_items.price)
  by    = [product]
}
kpi "gross_profit" { value = sum(order_items.price - order_items.cogs) }
kpi "margin" { value = kpi.gross_profit / kpi.revenue }
kpi "items" { value = count(order_items) }
kpi "orders" { value = count(orders) }
kpi "orders_with" { value = count_distinct(order_items.order_id) }
kpi "customers" { value = count_distinct(orders.user_id) }
kpi "aov" { value = kpi.revenue / kpi.orders }
kpi "items_per_order" { value = kpi.items / kpi.orders }
kpi "cross_sold" { value = count(order_items, !order_items.is_primary) / count(order_items) }

kpi "refunded" {
  description = "Refunds by the day they were paid back"
  value       = sum(refunds.amount)
}
kpi "refunded_of_sales" {
  description = "Refunds by the day of the sale that they undo"
  value       = sum(refunds.amount)
  time        = refunds.order_items.created_at
}
kpi "net_revenue" { value = kpi.revenue - kpi.refunded }
kpi "refund_rate" {
  description = "What was paid back of the sales of a period, whenever it was"
  value       = kpi.refunded_of_sales / kpi.revenue
}
kpi "refunds" { value = count(refunds) }
kpi "days_to_refund" { value = avg(date_diff(day, refunds.order_items.created_at, refunds.created_at)) }
kpi "longest_to_refund" { value = max(date_diff(day, refunds.order_items.created_at, refunds.created_at)) }
