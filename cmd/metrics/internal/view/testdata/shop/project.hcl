project "shop" {
  timezone = "Asia/Shanghai"
  grains   = [day, week, month]
}

source "web_orders" {
  csv {
    path = "data/web_*.csv"
  }
  key  = [order_id]
  time = ordered_at
  columns {
    order_id   = string
    ordered_at = { type = timestamp, format = ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M"], timezone = "UTC" }
    amount     = { type = decimal(18, 2), unit = "CNY", tax = included, strip = ["¥", ","] }
    discount   = { type = decimal(18, 2), unit = "CNY", tax = included }
    status     = { type = string, values = ["paid", "shipped", "refunded", "cancelled"], fold = [trim, lower] }
    age        = { type = integer, range = [18, 65], on_fail = quarantine }
    store      = { type = string, from = "Store Code", references = stores, map = { "sh-01" = "shanghai-01" } }
    net        = { value = amount - coalesce(discount, 0) }
  }
  where = status != "test"
  dedupe {
    by    = [order_id]
    order = ordered_at
    keep  = last
  }
}

source "pos_orders" {
  parquet {
    path = "data/pos.parquet"
  }
  key  = [order_id]
  time = ordered_at
  columns {
    order_id   = string
    ordered_at = timestamp
    amount     = { type = decimal(18, 2), unit = "CNY", tax = included }
  }
}

source "all_orders" {
  description = "One row per order, from every shop front"
  label       = "订单"
  owner       = "sales-ops"
  tags        = ["core"]
  union       = [web_orders, pos_orders]
  tag         = "shop"
}

source "stores" {
  rows = [
    { store = "shanghai-01", region = "East" },
    { store = "beijing-01", region = "North" },
  ]
  key = [store]
  columns {
    store  = { type = string, label = "门店" }
    region = string
  }
}

source "budget" {
  json {
    path = "data/budget.json"
  }
  key   = [week]
  time  = week
  grain = week
  ahead = true
  covered = ["2026-01-01", "2026-12-31"]
  columns {
    week   = date
    amount = { type = decimal(18, 2), unit = "CNY", tax = included }
  }
}

dimension "shop" {
  label = "渠道"
  from "all_orders" {
    value = map(shop, { web_orders = "web" }, "store")
  }
  from "web_orders" { value = "web" }
  values = ["web", "store"]
  parent = region
}

dimension "region" {
  description = "Where the store is"
  from "stores" { value = region }
}

kpi "gmv" {
  label       = "销售额"
  description = "Order value, tax included; without | cancelled orders"
  tier        = north_star
  owner       = "sales-ops"
  tags        = ["finance", "weekly"]
  value       = sum(web_orders.amount)
  where       = web_orders.status != "cancelled"
  lag         = "2d"
  by          = [region, shop, [region, shop]]
  direction   = up
  target      = kpi.gmv_budget
  format      = "#,##0"
}

kpi "gmv_budget" {
  value = sum(budget.amount)
}

kpi "orders" { value = count(all_orders) }

kpi "aov" {
  value  = kpi.gmv / kpi.orders
  target = [80, 120]
}
