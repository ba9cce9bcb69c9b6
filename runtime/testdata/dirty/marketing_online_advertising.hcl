# Words for no value, clicks above displays, conversions above clicks, copies.
project "dirty" {
  as_of  = "2020-07-01"
  grains = [month]
}
source "ads" {
  csv {
    path = "data/online_advertising_performance_data.csv"
  }
  columns {
    placement       = { type = string, values = ["abc", "def", "ghi", "jkl", "mno"] }
    month           = { type = string, values = ["April", "May", "June"] }
    displays        = integer
    clicks          = integer
    conversions     = { type = integer, from = "post_click_conversions" }
    too_many_clicks = { value = clicks > displays, values = [false] }
    too_many_sales  = { value = conversions > clicks, values = [false] }
  }
  dedupe {
    by = all
  }
}
kpi "ads" { value = count(ads) }
