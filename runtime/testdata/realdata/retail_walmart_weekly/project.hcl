project "walmart" {
  timezone   = "America/Chicago"
  week_start = saturday # the file's weeks end on Friday
  currency   = "USD"
  as_of      = "2012-11-01"
  grains     = [week]
}

source "weeks" {
  csv {
    path = "data/Walmart_Store_sales.csv"
  }
  key   = [store, week]
  time  = week
  grain = week
  columns {
    store        = { type = integer, from = "Store" }
    week         = { type = date, from = "Date", format = "%d-%m-%Y" } # its Friday
    sales        = { type = decimal(14, 2), from = "Weekly_Sales", unit = "USD" }
    holiday      = { type = boolean, from = "Holiday_Flag" }
    temperature  = { type = decimal(6, 2), from = "Temperature" }
    unemployment = { type = decimal(6, 3), from = "Unemployment" }
    fuel         = { type = decimal(6, 3), from = "Fuel_Price", unit = "USD" }
  }
}

# The naive forecast of a week is what the week before sold.
source "naive" {
  csv {
    path = "data/Walmart_Store_sales.csv"
  }
  key   = [store, week]
  time  = meant_for
  grain = week
  ahead = true
  columns {
    store     = { type = integer, from = "Store" }
    week      = { type = date, from = "Date", format = "%d-%m-%Y" }
    sales     = { type = decimal(14, 2), from = "Weekly_Sales", unit = "USD" }
    meant_for = { value = date_add(week, 7, day) }
  }
}

dimension "store" {
  from "weeks" { value = store }
  from "naive" { value = store }
}
dimension "holiday" {
  from "weeks" { value = if(holiday, "holiday", "ordinary") }
}
