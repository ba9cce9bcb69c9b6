kpi "displays" {
  value = sum(ads.displays)
  by    = [campaign]
}
kpi "clicks" { value = sum(ads.clicks) }
kpi "cost" { value = sum(ads.cost) }
kpi "revenue" { value = sum(ads.revenue) }
kpi "conversions" { value = sum(ads.conversions) }
kpi "sales" { value = sum(ads.sales) }
kpi "rows" { value = count(ads) }
kpi "ctr" { value = kpi.clicks / kpi.displays }
kpi "cpc" { value = kpi.cost / kpi.clicks }
kpi "cpm" { value = 1000 * kpi.cost / kpi.displays }
kpi "conversion_rate" { value = kpi.conversions / kpi.clicks }
kpi "roas" { value = kpi.revenue / kpi.cost }
kpi "profit" { value = kpi.revenue - kpi.cost }
kpi "impossible" {
  description = "Rows with more clicks than displays, or more conversions than clicks"
  value       = count(ads, ads.clicks > ads.displays || ads.conversions > ads.clicks)
}
kpi "banners" { value = count_distinct(ads.banner) }
kpi "best_roas_share" { value = sum(ads.revenue, ads.revenue > 2 * ads.cost) / sum(ads.revenue) }
