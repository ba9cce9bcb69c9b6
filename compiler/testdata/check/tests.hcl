# Tests and checks: names, types and periods.
project "demo" {
  timezone = "UTC"
}
source "orders" {
  csv {
    path = "orders.csv"
  }
  key  = [order_id]
  time = ordered_on
  columns {
    order_id   = string
    ordered_on = date
    region     = string
    amount     = { type = decimal(18, 2), unit = "CNY" }
    listed     = { type = decimal(18, 2), unit = "CNY", strip = ["¥"] }
    net        = { value = amount - listed }
  }
}
source "visits" {
  csv {
    path = "visits.csv"
  }
  time = day
  columns {
    day      = date
    sessions = integer
  }
}
dimension "region" {
  from "orders" { value = region }
}
kpi "gmv" { value = sum(orders.amount) }
kpi "visits" { value = sum(visits.sessions) }

check "holds" { assert = kpi.gmv == kpi.gmv + 0 }
check "mixed" { assert = kpi.gmv == kpi.visits } # ERROR E0303 at <kpi.gmv == kpi.visits>
check "number" { assert = kpi.gmv + kpi.gmv }    # ERROR E0301 ~ assert must be true or false
check "constant" { assert = 1 == 1 }             # ERROR E0304 ~ reads no data
check "unknown" { assert = kpi.gvm > 0 }         # ERROR E0104 at <kpi.gvm>
check "empty" {}                                 # ERROR E0203 ~ Missing "assert"
check "quarantines" {
  assert  = kpi.gmv > 0
  on_fail = quarantine # ERROR E0206 at <quarantine>
}

test "right" {
  description = "All forms of an expectation"
  as_of       = "2026-02-01"
  given "orders" {
    covered = ["2026-01-01", "2026-01-31"]
    rows = [
      { order_id = 1, ordered_on = "2026-01-05", region = "East", amount = 100, listed = "¥1" },
      { order_id = "2", ordered_on = "2026-01-05", region = null, amount = "50.5" },
    ]
  }
  given "visits" {
    csv {
      path = "testdata/visits.csv"
    }
  }
  expect {
    kpi       = kpi.gmv
    at        = "2026-W02"
    value     = 150.5
    tolerance = 0.01
  }
  expect {
    kpi   = kpi.gmv
    at    = "2026-01-05"
    by    = { region = "East" }
    value = 100
  }
  expect {
    kpi    = kpi.gmv
    from   = "2026-01-05"
    to     = "2026-01-07"
    values = [150.5, 0, null]
  }
  expect {
    kpi  = kpi.gmv
    rows = [{ region = "East", value = 100 }, { region = null, value = 50.5 }]
  }
  expect {
    kpi     = kpi.gmv
    at      = "2026-02"
    missing = true
  }
  expect {
    kpi   = kpi.gmv + kpi.visits
    fails = "E0303"
  }
}

test "without_expectation" {} # ERROR E0203 ~ Missing "expect"

test "without_time" { # ERROR E0203 ~ A test without a point in time
  expect {
    kpi   = kpi.gmv
    value = 1
  }
}

test "wrong_given" {
  as_of = "soon"  # ERROR E0606 at <"soon">
  given "oders" { # ERROR E0103 ~ Did you mean "orders"?
    rows = []
  }
  given "visits" { # ERROR E0208 ~ A given source without rows
  }
  given "orders" {
    rows = [
      { amuont = 1 },            # ERROR E0102 at <1> ~ Did you mean "amount"?
      { net = 1 },               # ERROR E0210 at <1> ~ is computed
      { amount = "much" },       # ERROR E0311 at <"much">
      { ordered_on = 20260105 }, # ERROR E0311 at <20260105>
      { listed = "¥1" },
    ]
  }
  expect {
    kpi   = kpi.visit # ERROR E0104 at <kpi.visit> ~ Did you mean "visits"?
    value = 1
  }
}

test "wrong_expectations" {
  as_of = "2026-02-01"
  expect { # ERROR E0203 ~ Missing "kpi"
    value = 1
  }
  expect { # ERROR E0203 ~ expects nothing
    kpi = kpi.gmv
  }
  expect {
    kpi     = kpi.gmv
    value   = 1
    missing = true # ERROR E0210 ~ value and missing in one expectation
  }
  expect {
    kpi   = kpi.gmv
    at    = "2026-W60" # ERROR E0601 at <"2026-W60">
    value = 1
  }
  expect {
    kpi   = kpi.gmv
    at    = "2026-W02" # ERROR E0210 ~ "at" beside bounds
    from  = "2026-W02"
    to    = "2026-W03"
    value = 1
  }
  expect { # ERROR E0203 ~ One bound without the other
    kpi   = kpi.gmv
    from  = "2026-W02"
    value = 1
  }
  expect {
    kpi    = kpi.gmv
    from   = "2026-W02"
    to     = "2026-W03"
    values = [1, 2, 3] # ERROR E0206 at <3> ~ 3 values for 2 periods
  }
  expect {
    kpi    = kpi.gmv
    from   = "2026-W02"
    to     = "2026-W03"
    grain  = fortnight # ERROR E0206 at <fortnight>
    values = [1, 2]
  }
  expect {
    kpi   = kpi.gmv
    from  = "2026-W02"
    to    = "2026-W03"
    grain = week # ERROR E0210 at <week> ~ A grain for one value
    value = 1
  }
  expect {
    kpi    = kpi.gmv
    values = [1, 2, 3] # ERROR E0203 ~ values without periods
  }
  expect {
    kpi   = kpi.gmv
    from  = "2026-W03"
    to    = "2026-W02" # ERROR E0601 at <"2026-W02">
    value = 1
  }
  expect {
    kpi   = kpi.gmv
    value = "many" # ERROR E0301 at <"many">
  }
  expect {
    kpi   = kpi.gmv
    by    = { regoin = "East" } # ERROR E0105 ~ Did you mean "region"?
    value = 1
  }
  expect {
    kpi  = kpi.gmv
    by   = { region = "East" } # ERROR E0210 ~ "by" beside rows
    rows = [{ region = "East", value = 1 }]
  }
  expect {
    kpi = kpi.gmv
    rows = [
      { region = "East", value = 1 },
      { value = 2 },       # ERROR E0206 at <{ value = 2 }> ~ Rows of different kinds
      { region = "West" }, # ERROR E0203 ~ A row without value
    ]
  }
  expect {
    kpi   = kpi.gmv
    fails = "E9999" # ERROR E0206 at <"E9999">
  }
  expect {
    kpi   = kpi.gmv + kpi.visits # ERROR E0303
    value = 1
  }
  expect {
    kpi       = kpi.gmv
    value     = 1
    tolerance = -1 # ERROR E0206 at <-1>
  }
}
