project "targets_india" {
  timezone          = "Asia/Kolkata"
  currency          = "INR"
  fiscal_year_start = 4
  as_of             = "2019-04-01"
  grains            = [month]
}

# 60 rows at the end of the file are blank: they have no key.
source "order_list" {
  csv {
    path = "data/List of Orders.csv"
  }
  key  = [order_id]
  time = ordered_on
  columns {
    order_id   = { type = string, from = "OrderID" }
    ordered_on = { type = date, from = "OrderDate", format = "%d-%m-%Y", required = true }
    customer   = { type = string, from = "CustomerName" }
    state      = { type = string, from = "State", fold = [trim] }
    city       = { type = string, from = "City" }
  }
}

# The lines have no date of their own, and no key: an order can have the same
# sub-category twice.
source "lines" {
  csv {
    path = "data/Order Details.csv"
  }
  columns {
    order_id     = { type = string, from = "OrderID", references = order_list, required = true }
    amount       = { type = decimal(12, 2), from = "Amount", unit = "INR" }
    profit       = { type = decimal(12, 2), from = "Profit", unit = "INR" }
    quantity     = { type = integer, from = "Quantity" }
    category     = { type = string, from = "Category" }
    sub_category = { type = string, from = "SubCategory" }
  }
}

source "targets" {
  csv {
    path = "data/Sales target.csv"
  }
  key   = [month, category]
  time  = month
  grain = month
  ahead = true
  columns {
    month    = { type = date, from = "MonthofOrderDate", format = "%b-%y" }
    category = { type = string, from = "Category" }
    target   = { type = decimal(12, 2), from = "Target", unit = "INR" }
  }
}

dimension "category" {
  values = ["Furniture", "Clothing", "Electronics"]
  from "lines" { value = category }
  from "targets" { value = category }
}
dimension "sub_category" {
  parent = category
  from "lines" { value = sub_category }
}
dimension "state" {
  from "order_list" { value = state }
}
