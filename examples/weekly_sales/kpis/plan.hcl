kpi "gmv_budget" {
  label       = "销售预算"
  description = "Budgeted sales, tax included"
  tier        = process
  owner       = "finance"
  tags        = ["plan"]
  value       = sum(budget.gmv)
  grains      = [week]
  by          = [channel]
  direction   = up
  format      = "¥#,##0.00"
}

kpi "gmv_forecast" {
  label       = "销售预测"
  description = "Sales as forecast seven days before the week began, tax included"
  tier        = process
  owner       = "sales-ops"
  tags        = ["plan"]
  value       = sum(forecast.gmv)
  grains      = [week]
  by          = [channel]
  direction   = up
  format      = "¥#,##0.00"
}

kpi "forecast_deviation" {
  label       = "预测偏差"
  description = "How far sales are from their forecast, either way"
  tier        = health
  owner       = "sales-ops"
  tags        = ["plan"]
  value       = abs(kpi.gmv - kpi.gmv_forecast) / kpi.gmv_forecast
  grains      = [week]
  by          = [channel]
  direction   = down
  target      = 0.08
  format      = "0.0%"
}
