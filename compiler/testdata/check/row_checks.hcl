project "row_checks" {}

source "customers" {
  csv {
    path = "customers.csv"
  }
  key = [customer_id]
  columns {
    customer_id = string
    since       = date
  }
  freshness { # ERROR E0310 at <freshness> ~ needs a time
    warn = "1d"
  }
}

source "members" {
  csv {
    path = "members.csv"
  }
  key = [member]
  columns {
    member = string
    visits = { value = count(visits) }
  }
  check "late" {
    assert = visits > 0 # ERROR E0210 at <visits > 0> ~ "visits" is computed from clean rows
  }
}

source "visits" {
  csv {
    path = "visits.csv"
  }
  columns {
    member = { type = string, references = members }
  }
}

source "orders" {
  csv {
    path = "orders.csv"
  }
  key  = [order_id]
  time = ordered_at
  columns {
    order_id    = string
    ordered_at  = timestamp
    status      = string
    reason      = string
    amount      = decimal(18, 2)
    customer_id = { type = string, references = customers }
  }
  check "fine" {
    description = "A refund says why"
    assert      = status != "refunded" || reason != null
    on_fail     = quarantine
  }
  check "reaches" {
    assert  = customers.since <= ordered_at
    on_fail = stop
  }
  check "no_condition" {
    assert = amount # ERROR E0301 at <amount> ~ must be true or false
  }
  check "unknown" {
    assert = statsu == "paid" # ERROR E0102 at <statsu> ~ Did you mean "status"?
  }
  check "aggregate" {
    assert = sum(amount) > 0 # ERROR E0313 at <sum(amount)>
  }
  check "empty" {} # ERROR E0203 at <check "empty"> ~ assert
  check {          # ERROR E0205 at <check>
    assert = true
  }
  check "a b" { # ERROR E0114 at <"a b">
    assert = true
  }
  check "word" {
    assert  = true
    on_fail = drop # ERROR E0206 at <drop> ~ quarantine, warn, stop
  }
  freshness {
    warn  = "48h"
    error = "1d" # ERROR E0210 at <"1d"> ~ Let error be the longer one
  }
  coverage {
    by      = [customer_id]
    on_fail = stop # ERROR E0210 at <on_fail> ~ within
  }
  anomaly "volume" {
    measure = count()
    grain   = day
    method  = iqr
  }
  anomaly "value" {
    measure = sum(amount, status == "paid") / count(orders, customers.since > "2026-01-01")
    grain   = week
    method  = zscore
    factor  = 2.5
    on_fail = stop
  }
  anomaly "other_rows" {
    measure = count(budget) # ERROR E0306 at <count(budget)> ~ its own rows
    grain   = day
    method  = iqr
  }
  anomaly "of_a_kpi" {
    measure = kpi.orders # ERROR E0210 at <kpi.orders> ~ check or a threshold
    grain   = day
    method  = iqr
  }
  anomaly "over" {
    measure = growth(count(), 1, week) # ERROR E0210 at <growth(count(), 1, week)>
    grain   = day
    method  = iqr
  }
  anomaly "a_column" {
    measure = amount # ERROR E0304 at <amount>
    grain   = day
    method  = iqr
  }
  anomaly "a_time" {
    measure = max(ordered_at) # ERROR E0301 at <max(ordered_at)> ~ no number
    grain   = day
    method  = iqr
  }
  anomaly "incomplete" { # ERROR E0203 at <anomaly "incomplete"> ~ grain # ERROR E0203 at <anomaly "incomplete"> ~ method
    measure = count()
  }
  anomaly "words" {
    measure = count()
    grain   = days       # ERROR E0206 at <days> ~ Did you mean "day"?
    method  = mad        # ERROR E0206 at <mad>
    factor  = 0          # ERROR E0206 at <0> ~ above 0
    on_fail = quarantine # ERROR E0206 at <quarantine> ~ warn, stop
  }
}

source "budget" {
  csv {
    path = "budget.csv"
  }
  time  = week
  grain = week
  ahead = true
  columns {
    week   = date
    amount = decimal(18, 2)
  }
  freshness {   # ERROR E0210 at <freshness> ~ ahead = true
    warn = "0d" # ERROR E0206 at <"0d"> ~ above 0
  }
  anomaly "daily" {
    measure = count()
    grain   = day # ERROR E0309 at <day> ~ whole week
    method  = iqr
  }
}

source "stores" {
  csv {
    path = "stores.csv"
  }
  columns {
    store = string
  }
  freshness {}       # ERROR E0203 at <freshness> ~ warn # ERROR E0310 at <freshness>
  anomaly "volume" { # ERROR E0310 at <anomaly "volume">
    measure = count()
    grain   = day
    method  = iqr
  }
}

kpi "orders" { value = count(orders) }
