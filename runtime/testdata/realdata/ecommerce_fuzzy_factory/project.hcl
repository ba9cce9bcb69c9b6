project "fuzzy_factory" {
  timezone = "UTC"
  currency = "USD"
  as_of    = "2015-04-02"
  grains   = [month]
}

source "orders" {
  csv {
    path = "data/orders.csv.gz"
  }
  key      = [order_id]
  time     = created_at
  row_unit = "order"
  columns {
    order_id   = integer
    created_at = { type = timestamp, format = "%Y-%m-%d %H:%M:%S", required = true }
    session_id = { type = integer, from = "website_session_id" }
    user_id    = integer
    primary_id = { type = integer, from = "primary_product_id" }
    items      = { type = integer, from = "items_purchased" }
    price      = { type = decimal(12, 2), from = "price_usd", unit = "USD" }
    cogs       = { type = decimal(12, 2), from = "cogs_usd", unit = "USD" }
  }
}

source "order_items" {
  csv {
    path = "data/order_items.csv.gz"
  }
  key  = [item_id]
  time = created_at
  columns {
    item_id    = { type = integer, from = "order_item_id" }
    created_at = { type = timestamp, format = "%Y-%m-%d %H:%M:%S", required = true }
    order_id   = { type = integer, references = orders }
    product_id = { type = integer, references = products }
    is_primary = { type = boolean, from = "is_primary_item" }
    price      = { type = decimal(12, 2), from = "price_usd", unit = "USD" }
    cogs       = { type = decimal(12, 2), from = "cogs_usd", unit = "USD" }
  }
}

# Refunds come up to sixteen days after the sale, beyond the last of the orders.
source "refunds" {
  csv {
    path = "data/order_item_refunds.csv.gz"
  }
  key  = [refund_id]
  time = created_at
  columns {
    refund_id  = { type = integer, from = "order_item_refund_id" }
    created_at = { type = timestamp, format = "%Y-%m-%d %H:%M:%S", required = true }
    item_id    = { type = integer, from = "order_item_id", references = order_items }
    amount     = { type = decimal(12, 2), from = "refund_amount_usd", unit = "USD" }
  }
}

source "products" {
  csv {
    path = "data/products.csv.gz"
  }
  key = [product_id]
  columns {
    product_id = integer
    launched   = { type = timestamp, from = "created_at", format = "%Y-%m-%d %H:%M:%S" }
    name       = { type = string, from = "product_name" }
  }
}

dimension "product" {
  from "order_items" { value = products.name }
}
dimension "basket" {
  from "orders" { value = if(items > 1, "several", "one") }
}
