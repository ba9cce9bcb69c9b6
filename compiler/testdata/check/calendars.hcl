project "calendars" {
  fx     = rates
  grains = [day, retail]
}

calendar "retail" {
  source = days
  day    = days.date
  period = days.period
  year   = days.year
}
calendar "no_source" { # ERROR E0203 at <calendar "no_source">
  day    = days.date
  period = days.period
}
calendar "unknown_source" {
  source = dayz # ERROR E0103 at <dayz> ~ Did you mean "days"?
  day    = dayz.date
  period = dayz.period
}
calendar "unknown_column" {
  source = days
  day    = days.dat # ERROR E0102 at <days.dat> ~ Did you mean "date"?
  period = days.period
}
calendar "elsewhere" {
  source = days
  day    = days.date
  period = orders.store # ERROR E0206 at <orders.store> ~ days.<column>
}
calendar "no_day" {
  source = days
  day    = days.period # ERROR E0301 at <days.period> ~ as a date
  period = days.fraction # ERROR E0301 at <days.fraction>
}
calendar "week" { # ERROR E0114 at <"week">
  source = days
  day    = days.date
  period = days.period
}

source "days" {
  rows = []
  key  = [date]
  columns {
    date     = date
    period   = string
    year     = integer
    fraction = double
  }
}
source "rates" {
  rows = []
  key  = [date, from, to]
  time = date
  columns {
    date = date
    from = string
    to   = string
    rate = decimal(18, 6)
  }
}
source "orders" {
  rows = []
  key  = [order_id]
  time = ordered_at
  columns {
    order_id   = string
    ordered_at = timestamp
    store      = string
    currency   = string
    amount     = { type = decimal(18, 2), unit = "USD" }
    plain      = decimal(18, 2)
    in_cny     = { value = convert(plain, currency, "CNY") }
  }
  coverage {
    by = [stor] # ERROR E0102 at <[stor]> ~ Did you mean "store"?
  }
}
source "timeless" {
  rows = []
  columns {
    store = string
  }
  coverage { # ERROR E0310
    by = [store]
  }
}
source "budget" {
  rows  = []
  time  = day
  grain = week
  columns {
    day    = date
    amount = decimal(18, 2)
  }
}

source "undated" {
  rows = []
  columns {
    store  = string
    amount = decimal(18, 2)
    in_cny = { value = convert(amount, "USD", "CNY") } # ERROR E0310 at <convert(amount, "USD", "CNY")>
  }
}
source "chosen" {
  rows  = []
  time  = day
  where = convert(amount, "USD", "CNY") > 3 # ERROR E0210 at <convert(amount, "USD", "CNY")>
  key   = [in_cny]                          # ERROR E0210 at <[in_cny]> ~ converted by rates
  columns {
    day    = date
    amount = decimal(18, 2)
    in_cny = { value = convert(amount, "USD", "CNY") }
  }
}
source "till" {
  rows = []
  time = day
  columns {
    day   = date
    store = string
  }
  coverage {
    by = [store]
  }
}
source "web" {
  rows = []
  time = day
  columns {
    day   = date
    store = string
  }
}
source "both" {
  union = [till, web] # ERROR E0317 at <[till, web]> ~ each store alone
  time  = day
}
source "said" {
  union = [till, web]
  time  = day
  coverage {
    by = [store]
  }
}

dimension "size" {
  from "orders" { value = convert(plain, currency, "CNY") > 100 }
}
dimension "weekday" { # ERROR E0114 at <"weekday"> ~ built in
  from "orders" { value = store }
}

kpi "by_calendar" {
  value  = sum(orders.amount)
  grains = [retail, week]
  by     = [weekday, [hour_of_day, month_of_year]]
}
kpi "unknown_grain" {
  value  = sum(orders.amount)
  grains = [retial] # ERROR E0206 at <retial> ~ retail
}
kpi "whole_weeks" {
  value = sum(budget.amount)
  by    = [weekday] # ERROR E0309 at <[weekday]> ~ whole week
}
kpi "whole_days" {
  value = count(days)
  time  = days.date
  by    = [hour_of_day] # ERROR E0309 at <[hour_of_day]>
}
kpi "hour_of_a_day" {
  value = count(days)
  time  = days.date
  where = hour_of_day > 7 # ERROR E0309 at <hour_of_day> ~ filtered by hour_of_day
}
kpi "filtered" { value = count(orders, weekday >= 6 && hour_of_day < 12) }
kpi "week_filtered" { value = sum(budget.amount, weekday == 1) } # ERROR E0309 at <weekday>
kpi "shares" { value = sum(orders.amount) / total(sum(orders.amount), [weekday]) }
kpi "text_weekday" { value = count(orders, weekday == "Monday") } # ERROR E0301
kpi "no_time" {
  value = count(timeless)
  by    = [day_of_month] # ERROR E0310 at <[day_of_month]>
}
kpi "truncated" { value = count(orders, date_trunc(retail, orders.ordered_at) == "2026-01-01") } # ERROR E0302 at <retail>

kpi "cny" { value = sum(convert(orders.amount, "USD", "CNY")) }
kpi "sum_of_one" { value = kpi.cny + unit(3, "CNY") }
kpi "mixed" { value = kpi.cny + sum(orders.amount) } # ERROR E0303
kpi "by_column" { value = sum(convert(orders.plain, orders.currency, "CNY")) + kpi.cny }
kpi "per_order" { value = avg(convert(orders.amount / unit(1, "order"), "USD", "CNY")) + unit(1, "CNY/order") }
kpi "not_in" { value = sum(convert(orders.amount, "EUR", "CNY")) }                    # ERROR E0303 at <orders.amount> ~ convert(orders.amount, "USD", "CNY")
kpi "of_many" { value = sum(convert(orders.amount, orders.currency, "CNY")) }         # ERROR E0303 at <orders.amount>
kpi "outside" { value = convert(kpi.cny, "CNY", "USD") }                              # ERROR E0304 at <convert(kpi.cny, "CNY", "USD")>
kpi "no_unit" { value = sum(convert(orders.amount, "USD", orders.currency)) }         # ERROR E0301 at <orders.currency>
kpi "moved" {
  value  = previous(kpi.cny, 1, month) # by retail it can't be had
  grains = [retail]                    # ERROR E0309
}
kpi "by_its_own" {
  value  = previous(kpi.cny, 1, retail) + year_ago(kpi.cny) + rolling(kpi.cny, 3, retail) + to_date(kpi.cny, retail)
  grains = [retail, day]
}
kpi "cells" { value = sum(per([retail], kpi.cny)) }
