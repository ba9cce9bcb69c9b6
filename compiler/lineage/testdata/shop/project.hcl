project "shop" {
  timezone = "Asia/Shanghai"
  fx       = rates
  grains   = [week, month]
}

source "rates" {
  csv { path = "data/rates.csv" }
  key  = [day, from, to]
  time = day
  columns {
    day  = date
    from = string
    to   = string
    rate = decimal(18, 6)
  }
}

source "shops" {
  csv { path = "data/shops.csv" }
  key = [shop]
  columns {
    shop   = string
    region = string
  }
}

source "prices" {
  csv { path = "data/prices.csv" }
  key = [sku, since]
  columns {
    sku   = string
    since = date
    cost  = { type = decimal(12, 2), unit = "CNY" }
  }
}

source "web" {
  label = "网店"
  csv { path = "data/web_*.csv" }
  key  = [id]
  time = day
  columns {
    id       = { type = string, from = "订单号" }
    day      = { type = date, required = true }
    state    = string
    amount   = { type = decimal(12, 2), from = "金额", range = [0, 1000], on_fail = quarantine }
    currency = string
    customer = string
    sku      = string
    updated  = timestamp
    net      = { value = amount * 0.9 }
  }
  reference "price" {
    to     = prices
    on     = [sku]
    latest = [since]
  }
  where = state != "test"
  dedupe {
    by    = [id]
    order = updated
    keep  = last
  }
}

source "till" {
  csv { path = "data/till.csv" }
  key  = [id]
  time = day
  columns {
    id       = string
    day      = date
    amount   = decimal(12, 2)
    currency = string
    customer = string
    shop     = { type = string, references = shops, on_fail = quarantine }
  }
  check "positive" {
    assert  = amount > 0
    on_fail = quarantine
  }
  check "remark" {
    assert  = currency != ""
    on_fail = warn
  }
}

source "orders" {
  union = [web, till]
  tag   = "front"
  key   = [id]
  time  = day
}

entity "buyer" {
  from "orders" { key = customer }
  columns {
    first_on = { value = min(orders.day, orders.amount > 0) }
  }
  time = first_on
}

source "stock" {
  csv { path = "data/stock.csv" }
  key  = [day, shop]
  time = day
  columns {
    day     = date
    shop    = { type = string, references = shops }
    on_hand = integer
  }
}

dimension "front" {
  from "orders" { value = front }
}
dimension "region" {
  from "till" { value = till.shops.region }
  from "stock" { value = stock.shops.region }
}

kpi "gmv" {
  label  = "销售额"
  value  = sum(convert(orders.amount, orders.currency, "CNY"))
  where  = orders.front == "web"
  by     = [front]
  target = kpi.budget
}
kpi "budget" { value = sum(convert(web.net, "USD", "CNY")) }
kpi "cost" { value = sum(web.price.cost, web.state == "paid") }
kpi "margin" { value = kpi.gmv - kpi.cost }
kpi "buyers" { value = count(buyer) }
kpi "on_hand" {
  value = last(stock.on_hand)
  by    = [region]
}
kpi "east" {
  value = count(till)
  where = region == "East"
}
kpi "best" { value = max(per([front], kpi.gmv)) }

check "enough" {
  assert = kpi.gmv >= kpi.cost
}

dashboard "weekly" {
  title = "周报"
  grain = week
  where = region == "East"
  section "stock" {
    bar {
      kpi = kpi.on_hand
      by  = region
    }
  }
}

annotation "move" {
  kpi  = kpi.gmv
  at   = "2026-W45"
  text = "moved"
}
