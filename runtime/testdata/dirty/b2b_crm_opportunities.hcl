# Spellings that no product has, deals without account, deals that are open.
project "dirty" {
  as_of  = "2018-01-01"
  grains = [month]
}
source "deals" {
  csv {
    path = "data/sales_pipeline.csv"
  }
  key  = [opportunity_id]
  time = engage_date
  columns {
    opportunity_id = string
    product        = { type = string, references = products }
    account        = { type = string, required = true }
    engage_date    = { type = date, format = "%m/%d/%Y" }
    closed         = { type = date, from = "close_date", format = "%m/%d/%Y" }
  }
}
source "all_deals" {
  csv {
    path = "data/sales_pipeline.csv"
  }
  columns {
    product = { type = string, references = products }
    closed  = { type = date, from = "close_date", format = "%m/%d/%Y" }
    open    = { value = closed == null, values = [false] }
  }
}
source "products" {
  csv {
    path = "data/products.csv"
  }
  key = [product]
  columns {
    product = string
  }
}
kpi "deals" { value = count(deals) }
