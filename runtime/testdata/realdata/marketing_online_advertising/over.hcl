kpi "clicks_7d" { value = rolling(kpi.clicks, 7, day) }
kpi "ctr_7d" { value = rolling(kpi.ctr, 7, day) }
kpi "cost_mtd" { value = to_date(kpi.cost, month) }
kpi "cost_share" { value = kpi.cost / total(kpi.cost, [campaign]) }
kpi "cost_before" { value = delta(kpi.cost, 1, day) }
