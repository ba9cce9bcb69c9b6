kpi "stock" {
  label       = "期末库存"
  description = "Pieces on hand at the end of the last day of the period that is known of each product"
  tier        = process
  owner       = "supply"
  tags        = ["stock"]
  value       = last(stock.on_hand)
  grains      = [day, week]
  by          = [category, brand]
  format      = "#,##0"
}

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
