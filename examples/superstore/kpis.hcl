kpi "sales" {
  label       = "Sales"
  description = "What customers paid, discounts taken off"
  tier        = north_star
  owner       = "sales-ops"
  value       = sum(lines.sales)
  by          = [region, category, segment, [region, category]]
  direction   = up
  format      = "#,##0.00"
}

kpi "profit" {
  label       = "Profit"
  description = "What was left of sales after costs; negative on lines sold at a loss"
  owner       = "finance"
  value       = sum(lines.profit)
  by          = [region, category, segment, [region, category]]
  direction   = up
  format      = "#,##0.00"
}

kpi "margin" {
  label       = "Margin"
  description = "Profit as a share of sales"
  tier        = north_star
  owner       = "finance"
  value       = kpi.profit / kpi.sales
  by          = [region, category, segment]
  direction   = up
  target      = [0.1, 0.2]
  format      = "0.0%"
}

kpi "orders" {
  label       = "Orders"
  description = "Different orders; one may have several lines"
  owner       = "sales-ops"
  value       = count_distinct(lines.order_id)
  by          = [region, category, segment]
  direction   = up
  format      = "#,##0"
}

kpi "customers" {
  label       = "Customers"
  description = "Different customers who ordered in the period"
  owner       = "crm"
  value       = count_distinct(lines.customer_id)
  by          = [region, segment]
  direction   = up
  format      = "#,##0"
}

kpi "aov" {
  label       = "Order value"
  description = "Sales per order"
  owner       = "sales-ops"
  value       = kpi.sales / kpi.orders
  by          = [region, segment]
  direction   = up
  format      = "#,##0.00"
}

kpi "quantity" {
  label       = "Pieces"
  description = "Pieces sold"
  owner       = "sales-ops"
  value       = sum(lines.quantity)
  by          = [region, category]
  direction   = up
  format      = "#,##0"
}

kpi "discount_rate" {
  label       = "Discount"
  description = "Discount given, as a share of list value"
  tier        = health
  owner       = "finance"
  value       = sum(lines.list_value - lines.sales) / sum(lines.list_value)
  by          = [region, category]
  direction   = down
  format      = "0.0%"
}
