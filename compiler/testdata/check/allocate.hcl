# Rows of whole periods are spread over days.
project "allocate" {
  grains = [day, week, month]
}
source "budget" {
  rows     = []
  key      = [week]
  time     = week
  grain    = week
  allocate = even
  columns {
    week   = date
    amount = integer
  }
}
source "no_grain" {
  rows     = []
  time     = day
  allocate = even # ERROR E0203 at <even> ~ grain = week
  columns {
    day = date
  }
}
source "days" {
  rows     = []
  time     = day
  grain    = day
  allocate = even # ERROR E0210 at <even> ~ Remove allocate
  columns {
    day = date
  }
}
source "instants" {
  rows     = []
  time     = at
  grain    = month
  allocate = even # ERROR E0301 at <even> ~ as a date
  columns {
    at = timestamp
  }
}
source "otherwise" {
  rows     = []
  time     = day
  grain    = month
  allocate = linear # ERROR E0206 at <linear> ~ even
  columns {
    day = date
  }
}
kpi "daily" {
  value  = sum(budget.amount)
  grains = [day, month]
  by     = [weekday]
}
kpi "ratio" {
  value  = ratio(budget.amount, 2 * budget.amount)
  grains = [day]
}
kpi "hourly" {
  value  = sum(budget.amount)
  grains = [hour] # ERROR E0309 at <hour>
}
kpi "rows" {
  value  = sum(budget.amount) / count(budget)
  grains = [day] # ERROR E0309 at <day>
}
kpi "of_the_day" {
  value = avg(budget.amount)
  by    = [weekday] # ERROR E0309 at <[weekday]>
}
