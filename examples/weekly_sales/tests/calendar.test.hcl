test "weeks_belong_to_the_year_of_their_thursday" {
  description = "W01 of 2026 begins in December, and Shanghai's day eight hours before that of UTC"
  given "jd_orders" {
    rows = [
      { line_id = "1", order_id = "A", ordered_at = "2025-12-28T15:59:59Z", quantity = 1, amount = 1, status = "finished" },
      { line_id = "2", order_id = "B", ordered_at = "2025-12-28T16:00:00Z", quantity = 1, amount = 20, status = "finished" },
      { line_id = "3", order_id = "C", ordered_at = "2025-12-31T16:00:00Z", quantity = 1, amount = 300, status = "finished" },
      { line_id = "4", order_id = "D", ordered_at = "2026-01-04T15:59:59Z", quantity = 1, amount = 4000, status = "finished" },
    ]
  }
  expect {
    kpi    = kpi.gmv
    from   = "2025-W52"
    to     = "2026-W01"
    values = [1, 4320]
  }
  expect {
    kpi    = kpi.gmv
    from   = "2025-12"
    to     = "2026-01"
    values = [21, 4300]
  }
}
