kpi "sales_ytd" { value = to_date(kpi.sales, year) }
kpi "attainment_ytd" {
  description = "Sales of the fiscal year so far against the targets of its months"
  value       = to_date(kpi.sales, year) / to_date(kpi.target, year)
}
kpi "share" { value = kpi.sales / total(kpi.sales, [category]) }
kpi "sales_growth" { value = growth(kpi.sales, 1, month) }
kpi "sales_3m" { value = rolling(kpi.sales, 3, month) }
