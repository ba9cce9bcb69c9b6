# Blank rows, a byte order mark, days as DD-MM-YYYY, months as Apr-18.
project "dirty" {
  as_of  = "2019-04-01"
  grains = [month]
}
source "orders" {
  csv {
    path = "data/List of Orders.csv"
  }
  key  = [OrderID]
  time = OrderDate
  columns {
    OrderID   = string
    OrderDate = { type = date, format = "%d-%m-%Y", range = ["2018-04-01", "2019-03-31"], on_fail = quarantine }
  }
}
source "lines" {
  csv {
    path = "data/Order Details.csv"
  }
  columns {
    OrderID = { type = string, references = orders, on_fail = quarantine }
  }
}
source "targets" {
  csv {
    path = "data/Sales target.csv"
  }
  key   = [month, Category]
  time  = month
  grain = month
  columns {
    month    = { type = date, from = "MonthofOrderDate", format = "%b-%y" }
    Category = { type = string, values = ["Clothing", "Electronics", "Furniture"], on_fail = quarantine }
  }
}
kpi "orders" { value = count(orders) }
