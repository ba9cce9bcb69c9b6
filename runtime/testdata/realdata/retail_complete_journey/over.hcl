kpi "same_store_growth" { value = like_for_like(growth(kpi.sales, 1, month), [store], 1, month) }
kpi "same_store_sales" { value = like_for_like(kpi.sales, [store], 1, month) }
kpi "growth" { value = growth(kpi.sales, 1, month) }
kpi "shoppers_28d" { value = rolling(count_distinct(lines.household_id), 28, day) }
kpi "sales_mtd" { value = to_date(kpi.sales, month) }
kpi "yesterday" { value = previous(kpi.sales, 1, day) }
kpi "best_department" { value = max(per([department], kpi.sales)) }
kpi "top_households" { value = top_share(kpi.sales, [household], 0.1) }
dimension "household" {
  from "lines" { value = household_id }
}
