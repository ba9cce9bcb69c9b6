source "people" {
  csv {
    path = "data/people.csv"
  }
  key = [phone]
  columns {
    phone = { type = string, classification = confidential }
    email = { type = string, classification = confidential }
    name  = { type = string, classification = secret }
    city  = { type = string, classification = confidential, values = ["Shanghai", "Beijing"] }
  }
}

source "orders" {
  csv {
    path      = "data/orders_*.csv"
    delimiter = ";"
  }
  key  = [order_id, phone]
  time = ordered_on
  columns {
    order_id   = string
    ordered_on = date
    phone      = { type = string, from = "Phone No", references = people, classification = confidential }
    email      = { type = string, values = ["a@example.com"], classification = confidential, mask = email }
    wage       = { type = decimal(12, 2), range = [0, 1000000], classification = confidential, on_fail = quarantine }
    token      = { type = string, values = ["none"], classification = secret, mask = hash, on_fail = quarantine }
    id_card    = { type = string, required = true, classification = secret }
    born       = { type = date, range = ["1920-01-01", null], classification = confidential }
    amount     = decimal(12, 2)
    contact    = { value = concat(phone, email), values = ["nobody"] }
  }
}

source "leads" {
  json {
    path = "data/leads.jsonl"
  }
  time = day
  columns {
    day   = date
    phone = { type = string, classification = confidential, mask = phone, required = true }
    note  = string
    score = { type = integer, range = [0, 10], on_fail = quarantine }
    name  = { type = string, classification = secret }
  }
}

source "visits" {
  json {
    path = "data/visits.json"
  }
  time = day
  columns {
    day   = date
    phone = string
    note  = string
  }
}

# The column is guarded here alone: visits itself keeps no row out.
source "touches" {
  union = [leads, visits]
  tag   = "via"
  key   = [day]
  time  = day
  columns {
    phone = { type = string, classification = secret }
  }
}

entity "person" {
  from "orders" {
    key = phone
  }
  from "leads" {
    key = phone
  }
  columns {
    orders = count(orders)
    paid   = sum(orders.amount)
  }
}
