# Two orders of three lines in all: one line sold at a loss, one customer who
# ordered twice.

test "sales_and_margin" {
  description = "Margins are of sums, not means of the lines' margins"
  given "lines" {
    rows = [
      { row_id = 1, order_id = "A", order_date = "2017-03-06", customer_id = "ann", region = "East", category = "Furniture", sales = 100, profit = 20, quantity = 2, discount = 0 },
      { row_id = 2, order_id = "A", order_date = "2017-03-06", customer_id = "ann", region = "East", category = "Technology", sales = 300, profit = 120, quantity = 1, discount = 0.25 },
      { row_id = 3, order_id = "B", order_date = "2017-03-12", customer_id = "ann", region = "West", category = "Furniture", sales = 80, profit = -40, quantity = 4, discount = 0.2 },
    ]
  }
  expect {
    kpi  = kpi.sales
    at   = "2017-W10"
    rows = [{ region = "East", value = 400 }, { region = "West", value = 80 }]
  }
  expect {
    kpi   = kpi.profit
    at    = "2017-03"
    value = 100
  }
  expect {
    kpi   = kpi.margin
    at    = "2017-03"
    value = 100 / 480
  }
  expect {
    kpi   = kpi.margin
    at    = "2017-03"
    by    = { region = "West" }
    value = -0.5
  }
  expect {
    kpi   = kpi.quantity
    at    = "2017-03"
    value = 7
  }
  expect {
    kpi       = kpi.discount_rate
    at        = "2017-03"
    value     = 120 / 600 # 100 + 400 + 100 at list
    tolerance = 0.000001
  }
}

test "orders_and_customers_are_counted_once" {
  description = "An order has several lines, and a customer several orders"
  given "lines" {
    rows = [
      { row_id = 1, order_id = "A", order_date = "2017-03-06", customer_id = "ann", category = "Furniture", sales = 100 },
      { row_id = 2, order_id = "A", order_date = "2017-03-06", customer_id = "ann", category = "Technology", sales = 300 },
      { row_id = 3, order_id = "B", order_date = "2017-03-12", customer_id = "ann", category = "Furniture", sales = 80 },
      { row_id = 4, order_id = "C", order_date = "2017-04-01", customer_id = "bob", category = "Furniture", sales = 20 },
    ]
  }
  expect {
    kpi    = kpi.orders
    from   = "2017-03"
    to     = "2017-05"
    values = [2, 1, 0]
  }
  expect {
    kpi    = kpi.customers
    from   = "2017-03"
    to     = "2017-04"
    values = [1, 1]
  }
  expect {
    kpi  = kpi.orders
    at   = "2017-03"
    rows = [{ category = "Furniture", value = 2 }, { category = "Technology", value = 1 }]
  }
  expect {
    kpi   = kpi.customers
    at    = "2017"
    value = 2
  }
  expect {
    kpi    = kpi.aov
    from   = "2017-03"
    to     = "2017-05"
    values = [240, 20, null]
  }
}

test "what_is_refused" {
  expect {
    kpi   = kpi.sales + kpi.quantity
    at    = "2017"
    fails = "E0303"
  }
  expect {
    kpi   = kpi.sales
    at    = "2017"
    by    = { city = "Troy" }
    fails = "E0105"
  }
}

test "before_the_first_day" {
  description = "No data is not zero"
  expect {
    kpi     = kpi.sales
    at      = "2013"
    missing = true
  }
  expect {
    kpi   = kpi.sales
    at    = "2014"
    value = 0
  }
}
