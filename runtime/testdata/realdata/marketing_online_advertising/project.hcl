project "advertising" {
  timezone = "UTC"
  currency = "USD"
  as_of    = "2020-07-01"
  grains   = [month]
}

# The file names months by a word and no year. It is taken for 2020.
source "ads" {
  csv {
    path = "data/online_advertising_performance_data.csv"
    null = ["", "#N/A"]
  }
  time = day
  columns {
    month_name   = { type = string, from = "month", values = ["April", "May", "June"], on_fail = quarantine, required = true }
    day_of_month = { type = integer, from = "day", range = [1, 31], required = true }
    campaign     = { type = string, from = "campaign_number" }
    engagement   = { type = string, from = "user_engagement", values = ["Low", "Medium", "High"] }
    banner       = string
    placement    = string # not known of 413 rows
    displays     = integer
    cost         = { type = decimal(12, 4), unit = "USD" }
    clicks       = integer
    revenue      = { type = decimal(12, 4), unit = "USD" }
    conversions  = { type = integer, from = "post_click_conversions" }
    sales        = { type = decimal(12, 4), from = "post_click_sales_amount", unit = "USD" }
    first_of     = { value = case(month_name == "April", date("2020-04-01"), month_name == "May", date("2020-05-01"), date("2020-06-01")) }
    day          = { value = date_add(first_of, day_of_month - 1, day) }
  }
  dedupe {
    by = all
  }
}

dimension "campaign" {
  from "ads" { value = campaign }
}
dimension "engagement" {
  values = ["Low", "Medium", "High"]
  from "ads" { value = engagement }
}
dimension "banner" {
  from "ads" { value = banner }
}
dimension "placement" {
  from "ads" { value = placement }
}
dimension "size" {
  from "ads" { value = bucket(displays, [1, 100, 10000], ["none", "few", "some", "many"]) }
}
