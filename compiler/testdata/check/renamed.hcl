project "renamed" {}
source "orders" {
  rows = []
  time = day
  columns {
    day    = date
    amount = decimal(18, 2)
  }
}
kpi "gmv" { value = sum(orders.amount) }
kpi "count" { value = count(orders) }

renamed {
  from = kpi.sales
  to   = kpi.gmv
}
renamed {
  from = source.lines
  to   = source.orders
}
renamed {
  from = kpi.count # ERROR E0413 at <kpi.count> ~ Remove kpi.count, or this block
  to   = kpi.gmv # ERROR E0109 at <kpi.gmv> ~ renamed twice
}
renamed {
  from = kpi.sales # ERROR E0109 at <kpi.sales> ~ renamed twice
  to   = kpi.count
}
renamed {
  from = kpi.turnover
  to   = kpi.gmw # ERROR E0104 at <kpi.gmw> ~ Did you mean "gmv"?
}
renamed {
  from = kpi.before
  to   = source.orders # ERROR E0206 at <source.orders> ~ to = kpi.<name>
}
renamed {
  from = gmv_2 # ERROR E0206 at <gmv_2> ~ kpi.gmv, source.orders or dimension.channel
  to   = kpi.count
}
renamed { # ERROR E0203 at <renamed>
  from = kpi.old
}
renamed "x" { # ERROR E0205 at <"x">
  from = kpi.older
  to   = kpi.count # ERROR E0109
}
