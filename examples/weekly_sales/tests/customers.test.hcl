test "buyers_who_came_back" {
  description = "By the month of the first order. Lines of one order count once, cancelled orders not at all"
  as_of       = "2026-04-01"
  given "customers" {
    rows = [
      { customer_id = "m1", acquired_on = "2026-01-02", region = "华东", segment = "young" },
      { customer_id = "m2", acquired_on = "2026-01-02", region = "华南", segment = "young" },
      { customer_id = "m3", acquired_on = "2026-01-02", region = "华东", segment = "household" },
      { customer_id = "m4", acquired_on = "2026-01-02", region = "华东", segment = "household" },
    ]
  }
  given "all_orders" {
    covered = ["2026-01-01", "2026-03-31"]
    rows = [
      { line_id = "1", order_id = "A", ordered_at = "2026-01-05", customer_id = "m1", status = "paid" },
      { line_id = "2", order_id = "B", ordered_at = "2026-03-05", customer_id = "m1", status = "refunded" },
      { line_id = "3", order_id = "C", ordered_at = "2026-01-06", customer_id = "m2", status = "paid" },
      { line_id = "4", order_id = "C", ordered_at = "2026-01-06", customer_id = "m2", status = "paid" },
      { line_id = "5", order_id = "D", ordered_at = "2026-01-07", customer_id = "m3", status = "paid" },
      { line_id = "6", order_id = "E", ordered_at = "2026-01-08", customer_id = "m3", status = "cancelled" },
      { line_id = "7", order_id = "F", ordered_at = "2026-01-09", customer_id = "m4", status = "cancelled" },
      { line_id = "8", order_id = "G", ordered_at = "2026-02-09", customer_id = "m4" },
      { line_id = "9", order_id = "H", ordered_at = "2026-01-10", customer_id = null, status = "paid" },
    ]
  }
  expect {
    kpi    = kpi.repeat_rate
    from   = "2026-01"
    to     = "2026-03"
    values = [1 / 3, 0, null] # nobody came first in March
  }
  expect {
    kpi  = kpi.repeat_rate
    at   = "2026-01"
    rows = [{ region = "华东", value = 0.5 }, { region = "华南", value = 0 }]
  }
  expect {
    kpi  = kpi.repeat_rate
    at   = "2026-01"
    rows = [{ segment = "young", value = 0.5 }, { segment = "household", value = 0 }]
  }
  expect {
    kpi    = kpi.buyers
    from   = "2026-01"
    to     = "2026-03"
    values = [3, 1, 1]
  }
}

test "a_late_receipt_makes_an_earlier_first_order" {
  description = "The till sent line 2 days after it was printed: its member came in January, and has come back since"
  as_of       = "2026-03-01"
  given "pos_orders" {
    rows = [
      { line_id = "1", order_id = "A", ordered_at = "2026-02-05 10:00:00", quantity = 1, amount = 10, status = "OK", customer_id = "m1", updated_at = "2026-02-05 22:00:00" },
      { line_id = "2", order_id = "B", ordered_at = "2026-01-31 23:59:59", quantity = 1, amount = 20, status = "ok ", customer_id = "m1", updated_at = "2026-02-08 09:00:00" },
      { line_id = "2", order_id = "B", ordered_at = "2026-01-31 23:59:59", quantity = 1, amount = 25, status = "ok ", customer_id = "m1", updated_at = "2026-02-07 09:00:00" },
    ]
  }
  expect {
    kpi    = kpi.repeat_rate
    from   = "2026-01"
    to     = "2026-02"
    values = [1, null]
  }
  expect {
    kpi    = kpi.gmv
    from   = "2026-01-31"
    to     = "2026-02-01"
    values = [20, 0] # sent twice, it counts once, as it was sent last
  }
}

test "the_first_order_alone_was_known_before" {
  description = "The same member as of a day on which the second order had not been placed"
  as_of       = "2026-02-01"
  given "all_orders" {
    rows = [
      { line_id = "1", order_id = "A", ordered_at = "2026-01-05", customer_id = "m1", status = "paid" },
      { line_id = "2", order_id = "B", ordered_at = "2026-02-01", customer_id = "m1", status = "paid" },
    ]
  }
  expect {
    kpi   = kpi.repeat_rate
    at    = "2026-01"
    value = 0
  }
}

test "members_who_joined" {
  given "customers" {
    rows = [
      { customer_id = "m1", acquired_on = "2026-01-05", channel = "天猫", campaign = null, region = "华东", segment = "young", value_12m = 100.5 },
      { customer_id = "m2", acquired_on = "2026-01-11", channel = " DY ", campaign = "年货节", region = "华南", segment = "business", value_12m = 200 },
      { customer_id = "m2", acquired_on = "2026-01-11", channel = " DY ", campaign = "年货节", region = "华南", segment = "business", value_12m = 200 },
      { customer_id = "m3", acquired_on = "2026-01-12", channel = "kuaishou", campaign = null, region = "华南", segment = "young", value_12m = null },
    ]
  }
  given "ads" { rows = [{ day = "2026-01-05", platform = "dy", campaign = "年货节", spend = 90.30, impressions = 10, clicks = 1 }] }
  expect {
    kpi    = kpi.new_customers
    from   = "2026-W02"
    to     = "2026-W03"
    values = [2, 1]
  }
  expect {
    kpi  = kpi.new_customers
    at   = "2026-01"
    rows = [{ channel = "tmall", value = 1 }, { channel = "douyin", value = 1 }, { channel = "other", value = 1 }]
  }
  expect {
    kpi  = kpi.new_customers
    at   = "2026-01"
    rows = [{ campaign = "spring_festival", value = 1 }, { campaign = null, value = 2 }]
  }
  expect {
    kpi   = kpi.ltv
    at    = "2026-01"
    value = 150.25 # a member without a value is in no mean
  }
  expect {
    kpi     = kpi.ltv
    at      = "2026-W03"
    missing = true
  }
  expect {
    kpi   = kpi.cac
    at    = "2026-01-05"
    value = 90.3
  }
  expect {
    kpi     = kpi.cac
    at      = "2025-12-31"
    missing = true # before the first day of either
  }
}
