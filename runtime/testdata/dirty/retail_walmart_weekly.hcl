# Weeks that end on Friday, for each of 45 stores.
project "dirty" {
  as_of  = "2012-10-27"
  grains = [month]
}
source "weeks" {
  csv {
    path = "data/Walmart_Store_sales.csv"
  }
  key  = [store, ends]
  time = ends
  columns {
    store   = { type = integer, from = "Store", range = [1, 45], on_fail = quarantine }
    ends    = { type = date, from = "Date", format = "%d-%m-%Y" }
    friday  = { value = weekday(ends), values = [5], on_fail = quarantine }
    holiday = { type = boolean, from = "Holiday_Flag", values = [false] }
  }
}
kpi "weeks" { value = count(weeks) }
