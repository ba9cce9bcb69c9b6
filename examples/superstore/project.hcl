project "superstore" {
  label    = "Superstore"
  timezone = "UTC"
  currency = "USD"
  as_of    = "2018-01-01"
  grains   = [week, month, year]
}
