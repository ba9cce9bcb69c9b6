dimension "city" {
  from "people" {
    value = city
  }
}
dimension "via" {
  from "touches" {
    value = via
  }
}
kpi "orders" {
  value = count(orders)
  by    = [city]
}
kpi "buyers" { value = count_distinct(orders.phone) }
kpi "amount" {
  value = sum(orders.amount)
  by    = [city]
}
kpi "with_card" { value = count(orders.id_card) }
kpi "per_buyer" { value = avg(per([orders.phone], sum(orders.amount))) }
kpi "touches" {
  value = count(touches, touches.phone != null)
  by    = [via]
}
kpi "regulars" { value = count(person, person.orders >= 2) }

check "buyers_order" { assert = kpi.buyers <= kpi.orders }

test "distinct_buyers" {
  given "orders" {
    rows = [
      { order_id = "1", ordered_on = "2026-01-05", phone = "13800000001", id_card = "x" },
      { order_id = "2", ordered_on = "2026-01-05", phone = "13800000001", id_card = "x" },
    ]
  }
  expect {
    kpi   = kpi.buyers
    at    = "2026-01"
    value = 1
  }
}
