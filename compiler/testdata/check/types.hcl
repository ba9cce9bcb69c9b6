project "types" {}

source "orders" {
  rows = []
  key  = [order_id]
  time = ordered_at
  columns {
    order_id   = string
    ordered_at = timestamp
    day        = date
    amount     = { type = decimal(18, 2), unit = "CNY", tax = included }
    net        = { type = decimal(18, 2), unit = "CNY", tax = excluded }
    fee        = { type = decimal(18, 2), unit = "USD" }
    plain      = { type = decimal(18, 2) }
    quantity   = integer
    paid       = boolean
    status     = string
    per_piece  = { value = amount / quantity }
    mixed      = { value = amount + fee } # ERROR E0303 at <amount + fee>
  }
  where = status # ERROR E0301 at <status>
}

kpi "plus_text" { value = sum(orders.amount + orders.status) } # ERROR E0301 at <orders.amount + orders.status>
kpi "units" { value = sum(orders.amount) + sum(orders.fee) }   # ERROR E0303 at <sum(orders.amount) + sum(orders.fee)>
kpi "tax" { value = sum(orders.amount) - sum(orders.net) }     # ERROR E0307 at <sum(orders.amount) - sum(orders.net)> ~ net_of_tax(sum(orders.amount), 0.13)
kpi "tax_ratio" { value = sum(orders.amount) / sum(orders.net) } # ERROR E0307
kpi "bare" { value = sum(orders.amount) + 3 }                  # ERROR E0303 at <sum(orders.amount) + 3> ~ unit(10
kpi "zero" { value = sum(orders.amount) + 0 }
kpi "with_unit" { value = sum(orders.fee) + unit(3, "USD") }
kpi "compare" { value = count(orders, orders.amount > 100) }
kpi "compare_units" { value = count(orders, orders.fee > orders.amount) } # ERROR E0303 at <orders.fee > orders.amount>
kpi "text_number" { value = count(orders, orders.status == 1) } # ERROR E0301 at <orders.status == 1>
kpi "date" { value = count(orders, orders.day == "2026-02-30") } # ERROR E0311 at <"2026-02-30">
kpi "bare_date" { value = count(orders, orders.day == 2026-02-03) } # ERROR E0003 at <2026-02-03>
kpi "outside" { value = orders.amount } # ERROR E0304 at <orders.amount>
kpi "nested" { value = sum(count(orders)) } # ERROR E0305 at <count(orders)>
kpi "text" { value = max(orders.status) } # ERROR E0301
kpi "constant" { value = 3 }              # ERROR E0304 at <3>
kpi "arguments" { value = percentile(orders.amount) } # ERROR E0302 at <percentile(orders.amount)>
kpi "fraction" { value = percentile(orders.amount, 90) } # ERROR E0301 at <90>
kpi "condition" { value = count(orders.paid) } # ERROR E0301 at <orders.paid> ~ count(orders, condition)
kpi "no_cascade" { value = sum(orders.nothing) + sum(orders.fee) } # ERROR E0102 at <nothing>
kpi "follows" { value = kpi.no_cascade + kpi.tax * 2 }
kpi "percent" { value = net_of_tax(sum(orders.amount), 13) }   # ERROR E0311 at <13> ~ 13 percent are 0.13
kpi "outside_too" { value = orders.amount > unit(3, "CNY") }   # ERROR E0304 at <orders.amount>
kpi "twice_net" { value = net_of_tax(sum(orders.net), 0.13) } # ERROR E0307
kpi "choice" { value = sum(if(orders.paid, orders.amount, orders.fee)) } # ERROR E0303 at <orders.fee>
kpi "in_list" { value = count(orders, in(orders.status, ["a", 1])) } # ERROR E0301 at <1>
kpi "aov" {
  value = kpi.zero / count(orders)
}
kpi "double_aggregate" { value = sum(kpi.zero) } # ERROR E0305 at <kpi.zero>
kpi "mean_price" { value = avg(orders.per_piece) }
kpi "tiers" { value = count(orders, bucket(orders.amount, [10, 5]) == "x") } # ERROR E0302 at <5>
