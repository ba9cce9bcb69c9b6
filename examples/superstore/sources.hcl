source "lines" {
  description = "One row per order line of a US office supplies store, 2014 to 2017"
  owner       = "sales-ops"
  parquet {
    path = "data/superstore.parquet"
  }
  key     = [row_id]
  time    = order_date
  covered = ["2014-01-01", "2017-12-31"]

  columns {
    row_id       = { type = integer, from = "Row ID" }
    order_id     = { type = string, from = "Order ID", required = true }
    order_date   = { type = date, from = "Order Date", required = true }
    ship_date    = { type = date, from = "Ship Date" }
    ship_mode    = { type = string, from = "Ship Mode", values = ["Standard Class", "Second Class", "First Class", "Same Day"] }
    customer_id  = { type = string, from = "Customer ID", required = true }
    segment      = { type = string, from = "Segment", values = ["Consumer", "Corporate", "Home Office"] }
    city         = { type = string, from = "City" }
    state        = { type = string, from = "State" }
    region       = { type = string, from = "Region", values = ["Central", "East", "South", "West"] }
    product_id   = { type = string, from = "Product ID" }
    category     = { type = string, from = "Category" }
    sub_category = { type = string, from = "Sub-Category" }
    sales        = { type = decimal(18, 4), from = "Sales", unit = "USD" }
    quantity     = { type = integer, from = "Quantity" }
    discount     = { type = decimal(4, 2), from = "Discount", range = [0, 0.99] }
    profit       = { type = decimal(18, 4), from = "Profit", unit = "USD" }
    list_value   = { value = sales / (1 - discount) }
  }
}
