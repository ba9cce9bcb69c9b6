kpi "leads" {
  label       = "线索数"
  description = "Businesses that asked for a quotation"
  tier        = process
  owner       = "b2b-sales"
  tags        = ["crm"]
  value       = count(leads)
  by          = [region]
  direction   = up
  format      = "#,##0"
}

kpi "win_rate" {
  label       = "赢单率"
  description = "Won of all opportunities that were decided, by the day of the decision"
  tier        = process
  owner       = "b2b-sales"
  tags        = ["crm"]
  value = (
    count(opportunities, opportunities.stage == "won") /
    count(opportunities, in(opportunities.stage, ["won", "lost"]))
  )
  time      = opportunities.closed_at
  grains    = [week, month]
  by        = [region]
  direction = up
  format    = "0.0%"
}

kpi "won_amount" {
  label       = "赢单金额"
  description = "Value of the opportunities won, without tax"
  tier        = process
  owner       = "b2b-sales"
  tags        = ["crm"]
  value       = sum(opportunities.amount, opportunities.stage == "won")
  time        = opportunities.closed_at
  grains      = [week, month]
  by          = [region]
  direction   = up
  format      = "¥#,##0.00"
}
