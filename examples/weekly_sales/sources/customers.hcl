source "customers" {
  label       = "客户"
  description = "Members as the CRM knows them, by the day they joined"
  owner       = "growth"
  csv {
    path = "data/customers.csv.gz"
  }
  key     = [customer_id]
  time    = acquired_on
  covered = ["2024-11-11", var.last_day] # of earlier members only those still active are here

  columns {
    customer_id = string
    acquired_on = { type = date, required = true }
    channel     = { type = string, fold = [trim, lower] }
    campaign    = { type = string, fold = [trim, lower] } # empty for those who came by themselves
    region      = { type = string, values = ["华东", "华南", "华北", "华中", "西南"] }
    segment     = { type = string, values = ["household", "young", "business"] }
    value_12m   = { type = decimal(12, 2), unit = "CNY", tax = included }
  }
}

entity "buyer" {
  label       = "购买客户"
  description = "Every member with an order, over their whole life"
  owner       = "growth"
  from "all_orders" { key = customer_id }

  columns {
    first_at = min(all_orders.ordered_at, all_orders.status != "cancelled")
    orders   = count_distinct(all_orders.order_id, all_orders.status != "cancelled")
    region   = max(all_orders.customers.region) # one and the same in all rows of a member
    segment  = max(all_orders.customers.segment)
  }
  time = first_at
}
