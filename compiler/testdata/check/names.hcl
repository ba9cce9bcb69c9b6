project "names" {}

source "orders" {
  csv {
    path = "orders.csv"
  }
  key  = [order_id]
  time = orderd_at # ERROR E0102 at <orderd_at> ~ Did you mean "ordered_at"?
  columns {
    order_id    = string
    ordered_at  = timestamp
    customer_id = { type = string, references = customers }
    store       = { type = string, references = shops } # ERROR E0103 at <shops>
    amount      = { type = decimal(18, 2), unit = "CNY" }
    status      = string
    doubled     = { value = amuont * 2 } # ERROR E0102 at <amuont> ~ Did you mean "amount"?
    far         = { value = customers.regoin } # ERROR E0102 at <regoin>
    near        = { value = customers.region }
  }
}

source "customers" {
  csv {
    path = "customers.csv"
  }
  key = [customer_id]
  columns {
    customer_id = string
    region      = string
    spent       = { value = orders.amount } # ERROR E0112 at <orders.amount> ~ orders.customers.column
  }
}

dimension "region" {
  from "customers" { value = region }
  from "order" { value = region } # ERROR E0103 ~ Did you mean "orders"?
  parent = contry                 # ERROR E0105 at <contry>
}

kpi "a" { value = sum(orders.amuont) } # ERROR E0102 at <amuont> ~ Did you mean "amount"?
kpi "b" { value = kpi.c }              # ERROR E0104 at <kpi.c>
kpi "d" { value = sum(order.amount) }  # ERROR E0103 at <order.amount> ~ Did you mean "orders"?
kpi "e" { value = sum(amount) }        # ERROR E0101 at <amount> ~ orders.amount
kpi "f" { value = kpi.d-kpi.e }        # ERROR E0002 at <kpi.d-kpi.e> ~ kpi.d - kpi.e
kpi "g" { value = summ(orders.amount) } # ERROR E0106 at <summ> ~ Did you mean "sum"?
kpi "h" { value = sum(orders.stores.city) } # ERROR E0115 at <orders.stores.city>
kpi "i" {
  value = count(orders)
  by    = [regoin] # ERROR E0105 at <regoin> ~ Did you mean "region"?
}
kpi "j" {
  value  = count(orders)
  target = kpi.jj # ERROR E0104 at <kpi.jj>
}
kpi "k" { value = count(orders, regio == "x") } # ERROR E0101 at <regio> ~ region
kpi "l" { value = sql(kpi.i) }             # ERROR E0209 at <kpi.i>
kpi "n" { value = sum(sql("orders.amount")) } # ERROR E0318 ~ No engine
kpi "m" { value = i }                      # ERROR E0101 at <i> ~ kpi.i
