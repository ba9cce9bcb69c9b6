entity "customer" {
  from "orders" { key = user_id }
  columns {
    first_at = min(orders.created_at)
    bought   = count(orders)
    spent    = sum(orders.price)
  }
  time = first_at
}

kpi "new_customers" { value = count(customer) }
kpi "repeat_rate" { value = count(customer, customer.bought >= 2) / count(customer) }
kpi "life_value" { value = avg(customer.spent) }
kpi "first_orders" { value = count(orders, orders.created_at == orders.customer.first_at) }
kpi "repeat_orders" { value = count(orders, orders.created_at > orders.customer.first_at) }
