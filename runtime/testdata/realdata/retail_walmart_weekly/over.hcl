kpi "wape" {
  description = "Error of a forecast that repeats the week before, by store and week"
  value       = sum(per([store, week], abs(kpi.sales - previous(kpi.sales, 1, week)))) / sum(per([store, week], kpi.sales))
}
kpi "wape_of_file" {
  description = "The same, with the forecast as a source of its own"
  value       = sum(per([store, week], abs(kpi.sales - kpi.naive))) / sum(per([store, week], kpi.sales))
}
kpi "sales_4w" { value = rolling(kpi.sales, 4, week) }
kpi "sales_yoy" { value = growth(kpi.sales, 52, week) }
kpi "sales_year_ago" { value = year_ago(kpi.sales) }
kpi "same_stores" { value = like_for_like(growth(kpi.sales, 52, week), [store], 52, week) }
kpi "last_sales" { value = last(weeks.sales) }
kpi "first_sales" { value = first(weeks.sales) }
