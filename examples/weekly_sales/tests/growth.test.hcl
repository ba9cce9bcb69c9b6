test "conversion_leaves_stores_out" {
  given "all_orders" {
    rows = [
      { line_id = "1", order_id = "A", ordered_at = "2026-01-05", shop = "tmall_orders", amount = 100, status = "paid" },
      { line_id = "2", order_id = "B", ordered_at = "2026-01-05", shop = "pos_orders", amount = 100, status = "completed" },
    ]
  }
  given "traffic" {
    rows = [
      { day = "2026-01-05", channel = "天猫", sessions = 40 },
      { day = "2026-01-05", channel = "京东", sessions = 10 },
    ]
  }
  expect {
    kpi   = kpi.cvr
    at    = "2026-01-05"
    value = 0.02
  }
  expect {
    kpi  = kpi.cvr
    at   = "2026-01-05"
    rows = [{ channel = "tmall", value = 0.025 }, { channel = "jd", value = 0 }]
  }
}

test "the_last_export_of_ads_counts" {
  given "ads" {
    rows = [
      { day = "2026-01-05", platform = "抖音", campaign = "双11", impressions = 1000, clicks = 10, spend = 50, exported_at = "2026-01-06 08:00:00" },
      { day = "2026-01-05", platform = "巨量引擎", campaign = "双十一", impressions = 1200, clicks = 12, spend = 60, exported_at = "2026-01-07 08:00:00" },
    ]
  }
  given "customers" {
    rows = [
      { customer_id = "m1", acquired_on = "2026-01-05", channel = "dy", campaign = "双 11", value_12m = 300 },
      { customer_id = "m2", acquired_on = "2026-01-05", channel = "dy", campaign = "双11", value_12m = 500 },
    ]
  }
  expect {
    kpi  = kpi.ad_spend
    at   = "2026-W02"
    rows = [{ channel = "douyin", campaign = "double11", value = 60 }]
  }
  expect {
    kpi   = kpi.cac
    at    = "2026-W02"
    value = 30
  }
  expect {
    kpi   = kpi.ctr
    at    = "2026-W02"
    value = 0.01
  }
  expect {
    kpi   = kpi.ltv
    at    = "2026-W02"
    value = 400
  }
}

test "won_by_the_day_of_the_decision" {
  given "opportunities" {
    rows = [
      { opportunity_id = "1", opened_at = "2026-01-05", stage = "赢单", amount = 100, closed_at = "2026-01-14" },
      { opportunity_id = "2", opened_at = "2026-01-05", stage = "输单", amount = 80, closed_at = "2026-01-14" },
      { opportunity_id = "3", opened_at = "2026-01-05", stage = "报价", amount = 60, closed_at = null },
    ]
  }
  expect {
    kpi     = kpi.win_rate
    at      = "2026-W02"
    missing = true
  }
  expect {
    kpi   = kpi.win_rate
    at    = "2026-W03"
    value = 0.5
  }
  expect {
    kpi   = kpi.won_amount
    at    = "2026-W03"
    value = 100
  }
}

test "a_budget_stands_for_whole_weeks" {
  given "budget" {
    rows = [
      { channel = "天猫", week = "2026-01-05", gmv = 700 },
      { channel = "京东", week = "2026-01-05", gmv = 300 },
    ]
  }
  given "all_orders" {
    rows = [{ line_id = "1", order_id = "A", ordered_at = "2026-01-05", shop = "tmall_orders", amount = 900, status = "paid" }]
  }
  given "forecast" {
    rows = [{ channel = "tmall", week = "2026-01-05", gmv = 1000 }]
  }
  expect {
    kpi  = kpi.gmv_budget
    at   = "2026-W02"
    rows = [{ channel = "tmall", value = 700 }, { channel = "jd", value = 300 }]
  }
  expect {
    kpi   = kpi.gmv_budget
    at    = "2026-01-05"
    fails = "E0309"
  }
  expect {
    kpi  = kpi.gmv_forecast
    at   = "2026-W02"
    rows = [{ channel = "tmall", value = 1000 }]
  }
  expect {
    kpi   = kpi.forecast_deviation
    at    = "2026-W02"
    value = 0.1
  }
}

test "sold_out_days" {
  given "stock" {
    rows = [
      { day = "2026-01-05", sku = "p1", on_hand = 0 },
      { day = "2026-01-06", sku = "P1", on_hand = 3 },
      { day = "2026-01-05", sku = "P2", on_hand = 4 },
      { day = "2026-01-06", sku = "P2", on_hand = 5 },
    ]
  }
  expect {
    kpi   = kpi.stockout_rate
    at    = "2026-W02"
    value = 0.25
  }
}
