# Till times of New York as UTC, products that nobody knows, quantities of zero.
project "dirty" {
  timezone = "America/New_York"
  as_of    = "2018-01-02"
  grains   = [month]
}
source "lines" {
  parquet {
    path = "data/transactions_sample.parquet"
  }
  columns {
    sold_at    = { type = timestamp, from = "transaction_timestamp", timezone = "UTC" }
    taken_over = { type = timestamp, from = "transaction_timestamp" }
    week       = integer
    moved      = { value = date_trunc(week, sold_at) == date_trunc(week, taken_over), values = [true] }
    product_id = { type = integer, references = products }
    quantity   = { type = integer, range = [1, null] }
  }
}
source "products" {
  parquet {
    path = "data/products.parquet"
  }
  key = [product_id]
  columns {
    product_id = integer
  }
}
kpi "lines" { value = count(lines) }
