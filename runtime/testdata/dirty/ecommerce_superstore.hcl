# Product ids with two names, order lines that repeat, losses.
project "dirty" {
  as_of  = "2018-01-01"
  grains = [year]
}
source "lines" {
  parquet {
    path = "data/superstore.parquet"
  }
  time = day
  columns {
    order_id   = { type = string, from = "Order ID" }
    product_id = { type = string, from = "Product ID" }
    name       = { type = string, from = "Product Name" }
    day        = { type = date, from = "Order Date" }
    profit     = { type = double, from = "Profit", range = [0, null] }
  }
  dedupe {
    by = [order_id, product_id]
  }
}
entity "product" {
  from "lines" { key = product_id }
  columns {
    names = count_distinct(lines.name)
  }
}
kpi "two_names" { value = count(product, product.names == 2) }
