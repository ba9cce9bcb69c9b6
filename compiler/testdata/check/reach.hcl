project "reach" {}

source "orders" {
  csv {
    path = "orders.csv"
  }
  key  = [order_id]
  time = ordered_at
  columns {
    order_id    = string
    line        = integer
    sku         = string
    ordered_at  = timestamp
    amount      = { type = decimal(18, 2), unit = "CNY" }
    customer_id = { type = string, references = customers }
    payer_id    = string
    region_id   = string
    grain_of    = { value = period(ordered_at) } # ERROR E0313 at <period(ordered_at)>
    own_sum     = { value = sum(amount) }        # ERROR E0313 at <sum(amount)> ~ rows that reference its row
  }
  reference "payer" {
    to = customers
    on = [payer_id]
  }
  reference "price" {
    to     = prices
    on     = [sku]
    latest = [from_day]
    within = "30d"
  }
  reference "any_price" {
    to = prices
    on = [sku] # ERROR E0111 at <[sku]> ~ latest = [...]
  }
  reference "loose_price" {
    to     = prices
    on     = [sku]
    latest = [price] # ERROR E0111 at <[price]> ~ total order
  }
  reference "near_price" {
    to     = prices
    on     = { sku = sku, line = from_day } # ERROR E0301
    within = "30d"                          # ERROR E0210 at <within>
  }
  reference "region" {
    to = regions
    on = [region_id]
  }
  reference "ghost" {
    to = goods # ERROR E0103 at <goods>
    on = [sku]
  }
  reference "typo" {
    to = customers
    on = [custmer_id] # ERROR E0102 at <[custmer_id]> ~ Did you mean "customer_id"?
  }
}

source "customers" {
  csv {
    path = "customers.csv"
  }
  key   = [customer_id]
  where = n_visits > 0 # ERROR E0210 at <n_visits > 0> ~ by a column that aggregates
  columns {
    customer_id = string
    n_orders    = { value = count(orders) } # ERROR E0110 at <count(orders)> ~ orders.customers and orders.payer
    n_visits    = { value = count(visits) }
    n_prices    = { value = count(prices) }                # ERROR E0115 at <count(prices)>
    checked     = { value = count(visits), range = [0, 5] } # ERROR E0210
    mixed       = { value = sum(visits.seconds, orders.amount > 0) } # ERROR E0306
    wrong       = { value = visits.seconds } # ERROR E0112 at <visits.seconds> ~ sum(visits.column)
  }
}

source "visits" {
  csv {
    path = "visits.csv"
  }
  key = [visit_id]
  columns {
    visit_id    = string
    seconds     = integer
    customer_id = { type = string, references = customers }
    region_id   = string
  }
  reference "region" {
    to = regions # ERROR E0310 at <regions>
    on = [region_id]
  }
}

source "regions" {
  csv {
    path = "regions.csv"
  }
  key   = [region_id]
  valid = [from_day, name] # ERROR E0301 at <[from_day, name]> ~ "name" is a string
  columns {
    region_id = string
    from_day  = date
    name      = string
  }
}

source "prices" {
  csv {
    path = "prices.csv"
  }
  key = [sku, from_day]
  columns {
    sku      = string
    from_day = date
    price    = { type = decimal(18, 2), unit = "CNY" }
  }
}

entity "buyer" {
  from "orders" { key = payer_id }
  from "visits" { key = customer_id }
  from "shops" { key = id }        # ERROR E0103
  from "prices" { key = customer } # ERROR E0102 at <customer>
  columns {
    first_at = min(orders.ordered_at)
    spent    = sum(orders.amount)
    early    = sum(orders.amount, date_diff(day, first_at, orders.ordered_at) < 7)
    loop     = count(orders, loop > 1) # ERROR E0108
    balance  = last(orders.amount)     # ERROR E0313 at <last(orders.amount)>
    cells    = sum(per([day], count(orders))) # ERROR E0313
    key      = count(visits)           # ERROR E0109 at <key>
    named    = { type = string }       # ERROR E0203
  }
  time = first_at
}

entity "nobody" { # ERROR E0203 ~ from
  columns {
    n = count(orders) # ERROR E0115 at <count(orders)>
  }
}

kpi "by_sale" {
  value = sum(orders.amount)
  time  = orders.price.from_day
}
kpi "late" {
  value = sum(orders.amount)
  time  = orders.payer.customer_id # ERROR E0301 at <orders.payer.customer_id>
}
kpi "cohort_value" { value = sum(orders.amount, period(orders.buyer.first_at) == period(orders.ordered_at)) }
kpi "buyers" { value = count(buyer, buyer.spent > 10) / count(buyer) }
source "parties" {
  rows = []
  key  = [id]
  columns {
    id     = string
    region = string
  }
}
source "deals" {
  rows = []
  columns {
    buyer  = string
    seller = string
  }
  reference "buying" {
    to = parties
    on = [buyer]
  }
  reference "selling" {
    to = parties
    on = [seller]
  }
}
kpi "by_role" { value = count(deals, deals.buying.region == "x") }
kpi "by_name" { value = count(deals, deals.parties.region == "x") } # ERROR E0110 ~ deals.buying.column or deals.selling.column
