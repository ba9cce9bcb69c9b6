# Numbers that would be wrong: each is refused where it is written.
project "never_mixed" {
  timezone = "Asia/Shanghai"
}
source "orders" {
  rows = []
  key  = [order_id]
  time = at
  columns {
    order_id = string
    at       = timestamp
    customer = { type = string, references = customers }
    cny      = { type = decimal(18, 2), unit = "CNY", tax = included }
    usd      = { type = decimal(18, 2), unit = "USD", tax = included }
    net      = { type = decimal(18, 2), unit = "CNY", tax = excluded }
    untold   = { type = decimal(18, 2), unit = "CNY" }
    pieces   = integer
  }
}
source "customers" {
  rows = []
  key  = [customer]
  time = joined
  columns {
    customer = string
    joined   = date
    limit    = { type = decimal(18, 2), unit = "CNY", tax = included }
  }
}
source "tills" {
  rows = []
  time = at
  columns {
    at  = { type = date, timezone = "UTC" } # ERROR E0210 at <{ type = date, timezone = "UTC" }>
    cny = { type = decimal(18, 2), unit = "CNY", tax = included }
  }
}
source "web" {
  rows = []
  time = at
  columns {
    at  = { type = timestamp, timezone = "Shanghai" } # ERROR E0206 at <"Shanghai">
    cny = { type = decimal(18, 2), unit = "CNY", tax = excluded }
  }
}
source "fronts" {
  union = [web, orders] # ERROR E0312 at <[web, orders]> ~ tax
  time  = at
}
source "budget" {
  rows  = []
  time  = week
  grain = week
  columns {
    week = date
    cny  = { type = decimal(18, 2), unit = "CNY", tax = included }
  }
}

# Units: what is counted, too, is another thing than money.
kpi "currencies" { value = sum(orders.cny) + sum(orders.usd) }    # ERROR E0303 at <sum(orders.cny) + sum(orders.usd)>
kpi "by_row" { value = sum(orders.cny - orders.usd) }             # ERROR E0303 at <orders.cny - orders.usd>
kpi "and_count" { value = sum(orders.cny) - sum(orders.pieces) }  # ERROR E0303 at <sum(orders.cny) - sum(orders.pieces)>
kpi "compared" { value = count(orders, orders.cny > orders.usd) } # ERROR E0303 at <orders.cny > orders.usd>

# Tax.
kpi "with_without" { value = sum(orders.cny) - sum(orders.net) }  # ERROR E0307 at <sum(orders.cny) - sum(orders.net)>
kpi "not_told" { value = sum(orders.cny) + sum(orders.untold) }   # ERROR E0307 at <sum(orders.cny) + sum(orders.untold)>

# One to many.
kpi "many" { value = sum(customers.orders.cny) }                  # ERROR E0112 at <customers.orders.cny>
kpi "two_sources" { value = sum(orders.cny + tills.cny) }         # ERROR E0306 at <tills.cny>

# What can't be added up.
kpi "added_up" { value = sum(count_distinct(orders.customer)) }   # ERROR E0305 at <count_distinct(orders.customer)>
kpi "of_totals" { value = sum(kpi.compared) }                     # ERROR E0305 at <kpi.compared>

# A week by the day.
kpi "daily" {
  value  = sum(budget.cny)
  grains = [day] # ERROR E0309 at <day>
}
kpi "weekday" {
  value = sum(budget.cny)
  by    = [weekday] # ERROR E0309 at <[weekday]>
}
