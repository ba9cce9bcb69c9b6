test "stock_is_a_balance" {
  description = "The last count of each product in the period; over products it adds up, over days it does not"
  given "products" {
    rows = [
      { sku = "P1", category = "床品", brand = "木棉" },
      { sku = "P2", category = "厨具", brand = "木棉" },
    ]
  }
  given "stock" {
    rows = [
      { day = "2026-01-05", sku = "p1 ", on_hand = 10 },
      { day = "2026-01-05", sku = "P2", on_hand = 7 },
      { day = "2026-01-06", sku = "P2", on_hand = 5 },
      { day = "2026-01-07", sku = "P1", on_hand = 0 },
      { day = "2026-01-07", sku = "P3", on_hand = 2 },
      { day = "2026-01-20", sku = "P1", on_hand = 4 },
    ]
  }
  expect {
    kpi   = kpi.stock
    at    = "2026-W02"
    value = 7 # 0 of P1, 5 of P2, 2 of P3
  }
  expect {
    kpi    = kpi.stock
    from   = "2026-01-05"
    to     = "2026-01-08"
    values = [17, 5, 2, null] # what was not counted that day is not known
  }
  expect {
    kpi    = kpi.stock
    from   = "2026-W01"
    to     = "2026-W04"
    values = [null, 7, null, 4]
  }
  expect {
    kpi  = kpi.stock
    at   = "2026-W02"
    rows = [{ brand = "木棉", value = 5 }, { brand = "(unmatched)", value = 2 }]
  }
  expect {
    kpi  = kpi.stockout_rate
    at   = "2026-W02"
    rows = [{ category = "床品", value = 0.5 }, { category = "厨具", value = 0 }, { category = "(unmatched)", value = 0 }]
  }
}
