test "what_ads_bring" {
  given "ads" {
    rows = [
      { day = "2026-01-05", platform = "抖音", campaign = "日常", impressions = 2000, clicks = 30, spend = 150.50, exported_at = "2026-01-06 08:00:00" },
      { day = "2026-01-05", platform = "快手", campaign = "日常", impressions = 500, clicks = 0, spend = 49.50, exported_at = "2026-01-06 08:00:00" },
      { day = "2026-01-07", platform = "京准通", campaign = "618大促", impressions = 0, clicks = 0, spend = 0, exported_at = "2026-01-08 08:00:00" },
    ]
  }
  given "traffic" {
    rows = [
      { day = "2026-01-05", channel = "DY", sessions = 40 },
      { day = "2026-01-06", channel = "dy ", sessions = 2 },
      { day = "2026-01-07", channel = "dy", sessions = 5 },
    ]
  }
  given "web_orders" {
    rows = [
      { line_id = "1", order_id = "A", ordered_at = "05/01/2026 10:00", quantity = 1, amount = 602, status = "paid", utm_source = "dy" },
      { line_id = "2", order_id = "B", ordered_at = "2026-01-05 10:00", quantity = 1, amount = 5, status = "cancelled", utm_source = "dy" },
      { line_id = "3", order_id = "C", ordered_at = "2026-01-07 10:00", quantity = 1, amount = 8, status = "paid", utm_source = null },
    ]
  }
  expect {
    kpi    = kpi.impressions
    from   = "2026-01-05"
    to     = "2026-01-08"
    values = [2500, 0, 0, null]
  }
  expect {
    kpi  = kpi.clicks
    at   = "2026-W02"
    rows = [{ channel = "douyin", value = 30 }, { channel = "jd", value = 0 }, { channel = "other", value = 0 }]
  }
  expect {
    kpi  = kpi.ctr
    at   = "2026-W02" # the ratio of the sums; 0 by 0 is no rate
    rows = [{ campaign = "always_on", value = 30 / 2500 }]
  }
  expect {
    kpi  = kpi.ad_spend
    at   = "2026-01"
    rows = [{ channel = "douyin", value = 150.50 }, { channel = "jd", value = 0 }, { channel = "other", value = 49.50 }]
  }
  expect {
    kpi    = kpi.visits
    from   = "2026-01-04"
    to     = "2026-01-07"
    values = [null, 40, 2, 5]
  }
  expect {
    kpi   = kpi.cvr
    at    = "2026-01-05"
    by    = { channel = "douyin" }
    value = 0.025
  }
  expect {
    kpi  = kpi.cvr
    at   = "2026-01-07" # orders of a channel without visits have no rate
    rows = [{ channel = "douyin", value = 0 }]
  }
  expect {
    kpi  = kpi.roi
    at   = "2026-01-05"
    rows = [{ channel = "douyin", value = 4 }, { channel = "other", value = 0 }]
  }
}

test "leads_by_the_day_they_asked" {
  given "leads" {
    rows = [
      { lead_id = "1", created_at = "2026-01-11 23:59:59", region = "华东", origin = "展会" },
      { lead_id = "2", created_at = "2026-01-12 00:00:00", region = "华东", origin = "官网" },
      { lead_id = "3", created_at = "2026-01-12 09:00:00", region = null, origin = "官网" },
      { lead_id = "4", created_at = "2026-31-12 09:00:00", region = "华东", origin = "官网" },
    ]
  }
  expect {
    kpi    = kpi.leads
    from   = "2026-W02"
    to     = "2026-W03"
    values = [1, 2]
  }
  expect {
    kpi  = kpi.leads
    at   = "2026-01"
    rows = [{ region = "华东", value = 2 }, { region = null, value = 1 }]
  }
}
