kpi "sales" { value = sum(weeks.sales) }
kpi "spend" {
  value = sum(media.spend)
  by    = [channel]
}
kpi "exposure" { value = sum(media.exposure) }
kpi "cpm" { value = 1000 * sum(media.spend) / sum(media.exposure) }
kpi "cpm_where_paid" {
  description = "Of the channels whose spend is known"
  value       = 1000 * ratio(media.spend, media.exposure)
}
kpi "active_channels" { value = count_distinct(media.channel, media.spend > 0) }
kpi "mer" {
  description = "Sales by media spend"
  value       = kpi.sales / kpi.spend
}
kpi "spend_share" { value = kpi.spend / kpi.sales }
kpi "stores" { value = avg(weeks.stores) }
kpi "sales_per_store" { value = kpi.sales / kpi.stores }
kpi "markdown" { value = weighted_avg(weeks.markdown, weeks.stores) }
kpi "sentiment" { value = avg(weeks.sentiment) }
kpi "best_week" { value = max(weeks.sales) }
kpi "middle_week" { value = median(weeks.sales) }
kpi "holiday_sales" { value = sum(weeks.sales, weeks.christmas || weeks.black_week) }
