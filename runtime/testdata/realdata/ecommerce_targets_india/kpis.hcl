kpi "sales" {
  value  = sum(lines.amount)
  time   = lines.order_list.ordered_on
  by     = [category]
  target = kpi.target
}
kpi "profit" {
  value = sum(lines.profit)
  time  = lines.order_list.ordered_on
}
kpi "quantity" {
  value = sum(lines.quantity)
  time  = lines.order_list.ordered_on
}
kpi "target" { value = sum(targets.target) }
kpi "attainment" { value = kpi.sales / kpi.target }
kpi "margin" { value = kpi.profit / kpi.sales }
kpi "orders" { value = count(order_list) }
kpi "orders_with" {
  description = "Orders that have a line"
  value       = count_distinct(lines.order_id)
  time        = lines.order_list.ordered_on
}
kpi "lines_per_order" { value = kpi.line_count / kpi.orders }
kpi "line_count" {
  value = count(lines)
  time  = lines.order_list.ordered_on
}
kpi "customers" { value = count_distinct(order_list.customer) }
kpi "aov" { value = kpi.sales / kpi.orders }
kpi "lossy_share" {
  description = "Share of sales made at a loss"
  value       = sum(lines.amount, lines.profit < 0) / sum(lines.amount)
  time        = lines.order_list.ordered_on
}
kpi "median_line" {
  value = median(lines.amount)
  time  = lines.order_list.ordered_on
}
