project "shop" {
  timezone = "Asia/Shanghai"
  grains   = [week]
}

source "orders" {
  rows = [{ id = "1", day = "2026-01-05", channel = "web", store = "a", amount = 10, paid = true }]
  key  = [id]
  time = day
  columns {
    id      = string
    day     = date
    channel = string
    store   = string
    paid    = boolean
    amount  = { type = decimal(18, 2), unit = "CNY" }
  }
}
source "budget" {
  rows  = [{ week = "2026-01-05", amount = 10 }]
  key   = [week]
  time  = week
  grain = week
  columns {
    week   = date
    amount = { type = decimal(18, 2), unit = "CNY" }
  }
}

dimension "channel" {
  from "orders" { value = channel }
}

kpi "sales" {
  value  = sum(orders.amount)
  target = kpi.plan
}
kpi "plan" { value = sum(budget.amount) }
kpi "orders" {
  value  = count(orders)
  target = 100
}
kpi "aov" {
  value  = kpi.sales / kpi.orders
  target = [30, 50]
}
kpi "all_paid" { value = every(orders.paid) }
kpi "open_end" {
  value  = count(orders)
  target = [30, null]
}

threshold "good" {
  kpi    = kpi.aov
  grain  = day
  by     = [channel]
  red    = falls(3) || at(week, growth(1)) < -0.15 || value < target.low * 0.9
  amber  = value < history(p25, "52w") || zscore("8w") < -3 || abs(iqr("28d")) > 1.5 || year_ago > value
  where  = kpi.orders > 10 && growth(1, kpi.orders) > -0.5
  for    = 2
  keep   = 2
  owner  = "growth"
  action = "Look at the mix"
  due    = "2d"
}
threshold "words" {
  kpi   = kpi.sales
  grain = week
  red   = missing || missing(kpi.orders) || value > target || deviation(kpi.plan) > 0.1 || delta(1) < -100 || previous(2) > value || rises(4)
}
threshold "truth" {
  kpi   = kpi.all_paid
  grain = week
  red   = value == false
}

threshold "no_kpi" { # ERROR E0203 ~ Missing "kpi"
  grain = week
  red   = growth(1) < 0
}
threshold "no_grain" { # ERROR E0203 ~ Missing "grain"
  kpi = kpi.orders
  red = value < history(p25, "52w")
}
threshold "no_condition" { # ERROR E0203 ~ Missing "red" or "amber"
  kpi   = kpi.sales
  grain = week
}
threshold "names" {
  kpi   = kpi.sale # ERROR E0104 at <kpi.sale> ~ Did you mean "sales"
  grain = week
  red   = value < 1
}
threshold "below" {
  kpi   = kpi.sales
  grain = week
  red   = sum(orders.amount) < 10              # ERROR E0701 at <sum(orders.amount)> ~ Define a KPI
  amber = rolling(kpi.sales, 4, week) < 10     # ERROR E0701 ~ rolling() in a threshold
  where = orders.amount > 10                   # ERROR E0701 at <orders.amount> ~ A column
}
threshold "engine" {
  kpi   = kpi.sales
  grain = week
  red   = sql("value < 10") # ERROR E0701 ~ sql() in a threshold
}
threshold "units" {
  kpi   = kpi.sales
  grain = week
  red   = value < kpi.orders        # ERROR E0303 ~ Mixed units
  amber = growth(1) < kpi.sales     # ERROR E0303
  where = deviation(kpi.orders) > 1 # ERROR E0303 at <deviation(kpi.orders)>
}
threshold "types" {
  kpi   = kpi.all_paid
  grain = week
  red   = growth(1) < 0     # ERROR E0301 ~ of a KPI that is no number
  amber = kpi.orders        # ERROR E0301 ~ must be true or false
  where = value > kpi.sales # ERROR E0301
}
threshold "arguments" {
  kpi   = kpi.sales
  grain = week
  red   = falls(0)                  # ERROR E0302 at <0> ~ a number of periods
  amber = growth(1, kpi.sales * 2) < 0 # ERROR E0302 at <kpi.sales * 2> ~ wants a KPI's name
  where = growth(kpi.sales, 1, week) < 0 # ERROR E0302 ~ growth(n, [kpi])
}
threshold "spans" {
  kpi   = kpi.sales
  grain = week
  red   = value < history(p25, "1y")   # ERROR E0702 at <"1y"> ~ "52w"
  amber = value < history(p250, "52w") # ERROR E0302 at <p250> ~ Not a statistic
  where = zscore("1w") < 0             # ERROR E0702 ~ at least two
}
threshold "span_text" {
  kpi   = kpi.sales
  grain = week
  red   = value < history(mean, 52)     # ERROR E0702 at <52> ~ wants a length of time
  amber = iqr("52 weeks") > 1           # ERROR E0702 ~ "52w"
}
threshold "targets" {
  kpi   = kpi.orders
  grain = week
  red   = value < target.low # ERROR E0703 at <target.low> ~ Write target.
  amber = value < target(kpi.aov) # ERROR E0703 ~ target.low or target.high
  where = value < target(kpi.plan) # ERROR E0703 ~ Give it one
}
threshold "open_end" {
  kpi   = kpi.open_end
  grain = week
  red   = value > target.high # ERROR E0703 ~ open
}
threshold "ats" {
  kpi   = kpi.orders
  grain = week
  red   = at(week, growth(1)) < 0         # ERROR E0701 ~ by week already
  amber = at(day, at(week, value)) < 0    # ERROR E0701 ~ at within at
  where = at(weak, value) < 0             # ERROR E0302 ~ Not a grain
}
threshold "grains" {
  kpi   = kpi.plan
  grain = day # ERROR E0309 at <day>
  red   = value < 1
}
threshold "at_grain" {
  kpi   = kpi.plan
  grain = week
  red   = at(day, value) < 1 # ERROR E0309
}
threshold "cut" {
  kpi   = kpi.sales
  grain = week
  by    = [channel] # ERROR E0308 at <channel> ~ can't supply
  red   = value < target
}
threshold "cuts" {
  kpi   = kpi.orders
  grain = week
  by    = [canal] # ERROR E0105 at <canal>
  red   = value < 1
}
threshold "constant" {
  kpi   = kpi.orders
  grain = week
  red   = 1 < 2 # ERROR E0701 at <1 < 2> ~ reads no value
}
threshold "outside" {
  kpi   = kpi.orders
  grain = week
  red   = value < 1
  fro   = 2 # ERROR E0202 at <fro>
}
kpi "not_here" { value = kpi.orders - value } # ERROR E0101 at <value>
