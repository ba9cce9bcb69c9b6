kpi "stockout_rate" {
  label       = "缺货率"
  description = "Days on which a product was sold out, of all products and days"
  tier        = health
  owner       = "supply"
  tags        = ["stock"]
  value       = count(stock, stock.on_hand == 0) / count(stock)
  grains      = [day, week]
  by          = [category, brand]
  direction   = down
  target      = 0.02
  format      = "0.0%"
}
