# The description of each KPI is its meaning in words, as it should be said.
project "words" {
  timezone = "UTC"
}

source "orders" {
  rows = []
  key  = [order_id]
  time = ordered_at
  columns {
    order_id    = string
    ordered_at  = timestamp
    closed_at   = timestamp
    status      = string
    channel     = string
    amount      = decimal(18, 2)
    discount    = decimal(18, 2)
    quantity    = integer
    customer_id = { type = string, references = customers }
  }
}

source "customers" {
  rows = []
  key  = [customer_id]
  columns {
    customer_id = string
    region      = string
  }
}

dimension "region" {
  from "customers" { value = region }
}

kpi "k01" {
  description = "sum of orders.amount where orders.status is not \"cancelled\", by orders.ordered_at"
  value       = sum(orders.amount)
  where       = orders.status != "cancelled"
}
kpi "k02" {
  description = "number of rows of orders where orders.status is neither \"cancelled\" nor \"refunded\", by orders.closed_at"
  value       = count(orders)
  where       = orders.status != "cancelled" && orders.status != "refunded"
  time        = orders.closed_at
}
kpi "k03" {
  description = "number of rows of customers"
  value       = count(customers)
}
kpi "k04" {
  description = "kpi.k01 divided by number of different orders.order_id, by orders.ordered_at"
  value       = kpi.k01 / count_distinct(orders.order_id)
}
kpi "k05" {
  description = "(kpi.k01 minus kpi.k02) divided by kpi.k02"
  value       = (kpi.k01 - kpi.k02) / kpi.k02
}
kpi "k06" {
  description = "sum of (orders.amount minus (orders.discount, or where that is missing 0)), by orders.ordered_at"
  value       = sum(orders.amount - coalesce(orders.discount, 0))
}
kpi "k07" {
  description = "(number of rows of orders where orders.status is \"won\") divided by (number of rows of orders where orders.status is \"won\" or \"lost\"), by orders.ordered_at"
  value       = count(orders, orders.status == "won") / count(orders, in(orders.status, ["won", "lost"]))
}
kpi "k08" {
  description = "sum of orders.quantity where orders.amount is above 10 and (orders.status is \"a\" or \"b\") and orders.channel is known, by orders.ordered_at"
  value       = sum(orders.quantity, orders.amount > 10)
  where       = (orders.status == "a" || orders.status == "b") && orders.channel != null
}
kpi "k09" {
  description = "number of rows of orders where orders.discount is known and orders.channel is missing, by orders.ordered_at"
  value       = count(orders.discount, orders.channel == null)
}
kpi "k10" {
  description = "sum of orders.amount divided by sum of orders.quantity, of rows where both are known and orders.customers.region is \"East\", by orders.ordered_at"
  value       = ratio(orders.amount, orders.quantity)
  where       = orders.customers.region == "East"
}
kpi "k11" {
  description = "average of orders.amount weighted by orders.quantity, by orders.ordered_at"
  value       = weighted_avg(orders.amount, orders.quantity)
}
kpi "k12" {
  description = "0.9 percentile of orders.amount where orders.status is none of \"a\", \"b\", \"c\", by orders.ordered_at"
  value       = percentile(orders.amount, 0.9)
  where       = !in(orders.status, ["a", "b", "c"])
}
kpi "k13" {
  description = "(sum of (orders.amount if orders.channel is \"web\", else 0)) times 1; all of it where orders.status is \"paid\", by orders.ordered_at"
  value       = sum(if(orders.channel == "web", orders.amount, 0)) * 1
  where       = orders.status == "paid"
}
kpi "k14" {
  description = "number of rows of orders where region is \"East\" and not (orders.status starts with \"c\"), by orders.ordered_at"
  value       = count(orders)
  where       = region == "East" && !starts_with(orders.status, "c")
}
kpi "k15" {
  description = "kpi.k01 plus kpi.k06 minus kpi.k11"
  value       = kpi.k01 + kpi.k06 - kpi.k11
}
kpi "k16" {
  description = "kpi.k01 minus (kpi.k06 minus kpi.k11)"
  value       = kpi.k01 - (kpi.k06 - kpi.k11)
}
kpi "k17" {
  description = "largest orders.amount where orders.amount is between 1 and 5 or orders.quantity is at most 3, by orders.ordered_at"
  value       = max(orders.amount, between(orders.amount, 1, 5) || orders.quantity <= 3)
}
kpi "k18" {
  description = "number of different (orders.channel with \"a\" as \"b\", \"c\" as \"d\", \"e\" as \"f\", \"g\" as \"h\", and 1 more, else \"other\"), by orders.ordered_at"
  value       = count_distinct(map(orders.channel, { a = "b", c = "d", e = "f", g = "h", i = "j" }, "other"))
}
kpi "k19" {
  description = "minus round(kpi.k01, 1)"
  value       = -round(kpi.k01, 1)
}
