kpi "impressions" {
  label       = "曝光量"
  description = "How often ads were shown"
  tier        = process
  owner       = "growth"
  tags        = ["traffic"]
  value       = sum(ads.impressions)
  by          = [channel, campaign]
  direction   = up
  format      = "#,##0"
}

kpi "clicks" {
  label       = "点击量"
  description = "How often ads were clicked"
  tier        = process
  owner       = "growth"
  tags        = ["traffic"]
  value       = sum(ads.clicks)
  by          = [channel, campaign]
  direction   = up
  format      = "#,##0"
}

kpi "ctr" {
  label       = "点击率"
  description = "Clicks per impression"
  tier        = process
  owner       = "growth"
  tags        = ["traffic"]
  value       = kpi.clicks / kpi.impressions
  by          = [channel, campaign]
  direction   = up
  format      = "0.00%"
}

kpi "visits" {
  label       = "访问量"
  description = "Sessions in the online shops"
  tier        = process
  owner       = "growth"
  tags        = ["traffic"]
  value       = sum(traffic.sessions)
  by          = [channel]
  direction   = up
  format      = "#,##0"
}

kpi "cvr" {
  label       = "转化率"
  description = "Online orders per session; stores count no visitors, so their orders are left out"
  tier        = process
  owner       = "growth"
  tags        = ["traffic", "sales"]
  value       = kpi.online_orders / kpi.visits
  by          = [channel]
  direction   = up
  format      = "0.00%"
}

kpi "ad_spend" {
  label       = "广告花费"
  description = "What the ad platforms charge, tax included"
  tier        = process
  owner       = "growth"
  tags        = ["traffic", "finance"]
  value       = sum(ads.spend)
  by          = [channel, campaign]
  direction   = down
  format      = "¥#,##0.00"
}
