kpi "revenue_ytd" { value = to_date(kpi.revenue, year) }
kpi "revenue_yoy" { value = growth(kpi.revenue, 1, year) }
kpi "revenue_before" { value = previous(kpi.revenue, 1, month) }
kpi "customers_90d" { value = rolling(count_distinct(orders.user_id), 90, day) }
kpi "revenue_share" { value = kpi.revenue / total(kpi.revenue, [product]) }
kpi "place" { value = rank(kpi.revenue) }
kpi "refund_rate_3m" { value = rolling(kpi.refund_rate, 3, month) }
kpi "best_day" { value = max(per([day], kpi.revenue)) }
