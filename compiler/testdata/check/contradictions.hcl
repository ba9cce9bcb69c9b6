project "shop" {
  timezone = "UTC"
  grains   = [day, week]
}

source "orders" {
  rows = [{ id = "1", day = "2026-01-05", amount = 10 }]
  key  = [id]
  time = day
  columns {
    id     = string
    day    = date
    amount = decimal(18, 2)
  }
}

kpi "sales" { value = sum(orders.amount) }
kpi "orders" { value = count(orders) }
kpi "mean" {
  value  = avg(orders.amount)
  target = [5, 10]
}

# What no value fulfils.
threshold "between" {
  kpi   = kpi.sales
  grain = week
  red   = value > 10 && value < 5 # ERROR E0705 at <value > 10 && value < 5> ~ exclude each other
  amber = value < 5
}
threshold "edge" {
  kpi   = kpi.sales
  grain = week
  red   = value >= 10 && 10 > value # ERROR E0705 ~ can never be red
}
threshold "point" {
  kpi   = kpi.sales
  grain = week
  red   = value == 5 && value != 5 # ERROR E0705
}
threshold "negation" {
  kpi   = kpi.sales
  grain = week
  red   = !(value > 5 || value <= 5) # ERROR E0705
}
threshold "all_alternatives" {
  kpi   = kpi.sales
  grain = week
  red   = (value > 10 || growth(1) > 1) && value < 5 && growth(1) < 0.5 # ERROR E0705
}
threshold "both_ways" {
  kpi   = kpi.sales
  grain = week
  red   = value > previous(1) && previous(1) > kpi.sales # ERROR E0705
}
threshold "words" {
  kpi   = kpi.sales
  grain = week
  red   = falls(3) && rises(2) # ERROR E0705
  amber = falls(2) && !falls(2) # ERROR E0705 ~ never be amber
}
threshold "gone" {
  kpi   = kpi.sales
  grain = week
  red   = missing && growth(1) < -0.2 # ERROR E0705
}
threshold "floor" {
  kpi   = kpi.sales
  grain = week
  red   = value < 500 # ERROR E0705 at <value < 500> ~ Lower the floor
  where = kpi.sales > 1000
}
threshold "range" {
  kpi   = kpi.mean
  grain = week
  red   = value < target.low && value > target.high * 0.9 # ERROR E0705
}
threshold "signs" {
  kpi   = kpi.orders
  grain = week
  red   = deviation(kpi.sales) < -0.1 # ERROR E0705
  amber = value < 0 || growth(1) < -1 || abs(delta(1)) < 0 || history(p25, "4w") < 0 # ERROR E0705
}
threshold "numbers" {
  kpi   = kpi.mean
  grain = week
  red   = value > 0 && target.low > 7 # ERROR E0705
}

# What some values fulfil, or what can't be known.
threshold "possible" {
  kpi   = kpi.sales
  grain = week
  red   = value > 5 && value < 10 || value > 10 && value < 5
  amber = value >= 5 && value <= 5
}
threshold "another_time" {
  kpi   = kpi.sales
  grain = week
  red   = value > 10 && previous(1) < 5 && at(day, value < 5)
  amber = value > 10 && kpi.orders < 5
  where = value != 3
}
threshold "may_be_negative" {
  kpi   = kpi.sales
  grain = week
  red   = value < 0 || growth(1) < -1
  amber = missing || value < 1
}
threshold "falls_of_another" {
  kpi   = kpi.sales
  grain = week
  red   = falls(2) && rises(2, kpi.orders)
  amber = missing && kpi.orders > 5
}
