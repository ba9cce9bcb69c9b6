# What the Monday meeting starts from. Each is judged for every member of its cut.

threshold "exposure_down" {
  label  = "曝光量骤降"
  kpi    = kpi.impressions
  grain  = week
  by     = [channel]
  red    = growth(1) < -0.2
  owner  = "growth"
  action = "Ask the platform, and look at bids and budgets"
  due    = "2d"
}

threshold "ctr_low" {
  label  = "点击率偏低"
  kpi    = kpi.ctr
  grain  = week
  by     = [channel]
  red    = value < history(p25, "52w")
  owner  = "growth"
  action = "Look at creatives and audiences"
  due    = "3d"
}

threshold "cvr_falls" {
  label  = "转化率下降"
  kpi    = kpi.cvr
  grain  = day
  by     = [channel]
  red    = falls(3) || at(week, growth(1)) < -0.15
  where  = kpi.visits > 100 # a day of a new platform says little
  owner  = "growth"
  action = "Check landing pages and the campaign mix"
  due    = "2d"
}

threshold "cac_high" {
  label  = "获客成本超标"
  kpi    = kpi.cac
  grain  = week
  by     = [campaign]
  red    = value > target * 1.1
  owner  = "growth"
  action = "Lower the bids, or end the campaign"
  due    = "2d"
}

threshold "ltv_low" {
  label  = "客户终身价值偏低"
  kpi    = kpi.ltv
  grain  = week
  by     = [channel]
  red    = value < target.low
  amber  = value > target.high # too good to be true: look at the CRM's figures
  owner  = "growth"
  action = "Look at who was won, and by what"
  due    = "5d"
}

threshold "budget_missed" {
  label  = "销售额偏离预算"
  kpi    = kpi.gmv
  grain  = week
  by     = [channel]
  red    = deviation(target) > 0.1
  owner  = "sales-ops"
  action = "Explain it to finance, and agree what follows"
  due    = "3d"
}

threshold "forecast_off" {
  label  = "销售额偏离预测"
  kpi    = kpi.gmv
  grain  = week
  by     = [channel]
  amber  = deviation(kpi.gmv_forecast) > 0.08
  owner  = "sales-ops"
  action = "Correct the forecast of the weeks ahead"
  due    = "3d"
}
