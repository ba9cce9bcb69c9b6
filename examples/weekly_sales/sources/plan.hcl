source "budget" {
  label       = "预算"
  description = "Budgeted sales by channel and week, tax included, for whole years ahead"
  owner       = "finance"
  csv {
    path = "data/budget.csv"
  }
  key   = [channel, week]
  time  = week
  grain = week
  ahead = true

  columns {
    channel = string
    week    = date # its Monday
    gmv     = { type = decimal(12, 2), unit = "CNY", tax = included }
  }
}

source "forecast" {
  label       = "预测"
  description = "Sales forecast by channel and week, tax included, made seven days before the week begins"
  owner       = "sales-ops"
  csv {
    path = "data/forecast.csv"
  }
  key   = [channel, week]
  time  = week
  grain = week
  ahead = true

  columns {
    channel = string
    week    = date # its Monday
    made_on = date
    gmv     = { type = decimal(12, 2), unit = "CNY", tax = included }
  }
}
