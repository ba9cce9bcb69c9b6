project "classification" {
  currency           = "CNY"
  allow_confidential = [orders.city, orders.phone2, nowhere.x, orders.status, orders.token, orders.city] # ERROR E0102 at <orders.phone2> ~ Did you mean "phone"? # ERROR E0103 at <nowhere.x> # ERROR E0543 at <orders.status> ~ not confidential # ERROR E0543 at <orders.token> ~ Secret values never # ERROR E0109 at <orders.city>
}

source "orders" {
  csv {
    path = "orders.csv"
  }
  key  = [order_id]
  time = ordered_at
  columns {
    order_id    = string
    ordered_at  = timestamp
    amount      = { type = decimal(18, 2), unit = "CNY" }
    status      = { type = string, classification = internal }
    city        = { type = string, classification = confidential }
    phone       = { type = string, classification = confidential, mask = phone }
    salary      = { type = decimal(18, 2), classification = confidential }
    token       = { type = string, classification = secret }
    born        = { type = date, classification = confidential }
    customer_id = { type = string, references = customers }
    area        = { value = substr(phone, 1, 3) }
    has_phone   = { value = phone != null }
    open_area   = { value = substr(phone, 1, 3), classification = public } # ERROR E0541 at <public> ~ allow_confidential = [orders.open_area]
    raised      = { value = upper(status), classification = secret }
    odd         = { type = string, classification = private }               # ERROR E0206 at <private> ~ public, internal, confidential, secret
    shown       = { type = string, mask = email }                           # ERROR E0542 at <email> ~ Add classification = confidential
    key_part    = { type = string, classification = secret, mask = phone }  # ERROR E0542 at <phone> ~ mask = hide or mask = hash
    nobody      = { type = string, classification = secret, mask = "hash" } # ERROR E0206 at <"hash"> ~ without quotes: mask = hash
  }
  where = phone != "0"
  coverage {
    by = [phone] # ERROR E0540 at <[phone]> ~ orders.phone is confidential
  }
}
source "customers" {
  csv {
    path = "customers.csv"
  }
  key = [id]
  columns {
    id     = string
    name   = { type = string, classification = secret }
    region = string
    orders = { value = count(orders, orders.token == "x") }
    phones = { value = count_distinct(orders.phone) }
    wages  = { value = sum(orders.salary) }
  }
}
source "visits" {
  csv {
    path = "visits.csv"
  }
  time = born # ERROR E0540 at <born> ~ visits.born is confidential
  columns {
    born  = { type = date, classification = confidential }
    phone = { type = string, classification = internal }
    token = { type = string }
    who   = { type = string, references = customers }
    name  = { value = lower(customers.name) }
  }
}
source "all" {
  union = [orders, visits]
  columns {
    token = { type = string, classification = internal } # ERROR E0541 at <internal> ~ made of values that are secret
  }
}
entity "person" {
  from "orders" {
    key = phone
  }
  columns {
    first_at = min(orders.ordered_at)
    n        = count(orders)
  }
}

dimension "area" {
  from "orders" {
    value = area # ERROR E0540 at <area> ~ orders.area is confidential
  }
}
dimension "city" {
  from "orders" {
    value = city
  }
}
dimension "with_phone" {
  from "orders" {
    value = has_phone
  }
}
dimension "who" {
  from "orders" {
    value = upper(customers.name) # ERROR E0540 at <customers.name> ~ customers.name is secret Its values
  }
}
dimension "phone" {
  from "all" {
    value = phone # ERROR E0540 at <phone> ~ all.phone is confidential
  }
}

kpi "orders" {
  value = count(orders)
  by    = [city, with_phone]
}
kpi "phones" { value = count_distinct(orders.phone) }
kpi "known" { value = count(orders.token) }
kpi "without" { value = count(orders, orders.token == null) }
kpi "wages" { value = sum(orders.salary) }                         # ERROR E0540 at <orders.salary> ~ count_distinct(orders.salary)
kpi "top_wage" { value = max(orders.salary) / sum(orders.amount) } # ERROR E0540 at <orders.salary>
kpi "one" { value = count(orders, orders.phone == "13812345678") } # ERROR E0540 at <orders.phone>
kpi "filtered" {
  value = count(orders)
  where = starts_with(orders.token, "a") # ERROR E0540 at <orders.token> ~ held against null
}
kpi "by_birth" {
  value = count(orders)
  time  = orders.born # ERROR E0540 at <orders.born>
}
kpi "people" { value = count(person) }
kpi "regulars" { value = count(person, person.n >= 2) }
kpi "person_keys" { value = count(person, person.key == "1") }  # ERROR E0540 at <person.key>
kpi "probed" { value = count(customers, customers.orders > 0) } # ERROR E0540 at <customers.orders>
kpi "reachable" { value = sum(customers.phones) }
kpi "wage_bill" { value = sum(customers.wages) } # ERROR E0540 at <customers.wages>
kpi "per_phone" { value = avg(per([orders.phone], sum(orders.amount))) }
kpi "top" { value = top_share(sum(orders.amount), [orders.phone], 0.1) }
kpi "named" { value = count(visits, visits.name == "a") } # ERROR E0540 at <visits.name> ~ visits.name is secret
kpi "cities" { value = count(orders, orders.city == "Shanghai") }

check "wages_are_paid" { assert = sum(orders.salary) > 0 } # ERROR E0540 at <orders.salary>
calendar "birth_weeks" {
  source = visits
  day    = visits.born # ERROR E0540 at <visits.born>
  period = visits.phone
}
