project "healthy" {}

source "stores" {
  csv {
    path = "stores.csv"
  }
  key = [store]
  columns {
    store = string
  }
}

source "orders" {
  csv {
    path = "orders.csv"
  }
  time = ordered_at
  columns {
    ordered_at = timestamp
    store      = { type = string, references = stores }
    amount     = decimal(18, 2)
    doubled    = { value = amount * 2 }
  }
  check "whole" { assert = health.orders.rows > 0 } # ERROR E0112 at <health.orders.rows> ~ value of many rows
}

kpi "quality" { value = health.orders.completeness }
kpi "by_column" { value = health.orders.completeness.amount }
kpi "rejected_share" { value = health.orders.rejected / health.orders.rows }
kpi "lost" { value = health.orders.orphans + health.orders.orphans.stores }
kpi "age" { value = health.orders.freshness }
kpi "misspelt" { value = health.orders.completness } # ERROR E0525 at <health.orders.completness> ~ Did you mean "health.orders.completeness"?
kpi "no_source" { value = health.order.rows } # ERROR E0525 at <health.order.rows> ~ Did you mean "orders"?
kpi "no_measure" { value = health.orders } # ERROR E0525 at <health.orders> ~ there are
kpi "computed" { value = health.orders.completeness.doubled } # ERROR E0525 at <health.orders.completeness.doubled> ~ completeness.COLUMN
kpi "no_time" { value = health.stores.freshness } # ERROR E0525 at <health.stores.freshness> ~ Of source.stores
kpi "by_day" { # a source without time has no periods
  value  = health.stores.rows
  grains = [day] # ERROR E0310 at <[day]> ~ has no value by period
}
