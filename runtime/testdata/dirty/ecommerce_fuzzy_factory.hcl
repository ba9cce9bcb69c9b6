# Refunds come after the sale, most of them on another day.
project "dirty" {
  as_of  = "2015-04-02"
  grains = [month]
}
source "items" {
  csv {
    path = "data/order_items.csv.gz"
  }
  key = [order_item_id]
  columns {
    order_item_id = integer
    created_at    = timestamp
  }
}
source "refunds" {
  csv {
    path = "data/order_item_refunds.csv.gz"
  }
  key = [order_item_refund_id]
  columns {
    order_item_refund_id = integer
    created_at           = timestamp
    order_item_id        = { type = integer, references = items }
    before_the_sale      = { value = created_at < items.created_at, values = [false] }
    same_day             = { value = date(created_at) == date(items.created_at), values = [true] }
  }
}
kpi "refunds" { value = count(refunds) }
