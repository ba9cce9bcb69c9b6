kpi "won" {
  value = count(deals, deals.stage == "Won")
  time  = deals.closed_on
}
kpi "closed" {
  value = count(deals, in(deals.stage, ["Won", "Lost"]))
  time  = deals.closed_on
}
kpi "win_rate" {
  value = kpi.won / kpi.closed
  by    = [region]
}
kpi "cycle_days" {
  description = "Mean days from engaging to winning"
  value       = avg(deals.days, deals.stage == "Won")
  time        = deals.closed_on
}
kpi "median_days" {
  value = median(deals.days)
  time  = deals.closed_on
}
kpi "days_p90" {
  value = percentile(deals.days, 0.9)
  time  = deals.closed_on
}
kpi "won_value" {
  value = sum(deals.amount, deals.stage == "Won")
  time  = deals.closed_on
}
kpi "deal_size" { value = kpi.won_value / kpi.won }
kpi "discount" {
  description = "By how much winning prices fall short of the list's"
  value       = 1 - sum(deals.amount) / sum(deals.products.price)
  where       = deals.stage == "Won"
  time        = deals.closed_on
}
kpi "velocity" {
  description = "Value won a day of the cycle"
  value       = kpi.won_value / kpi.cycle_days
}
kpi "engaged" { value = count(deals) }
kpi "engaged_value" { value = sum(deals.products.price) }
kpi "customers" {
  value = count_distinct(deals.account, deals.stage == "Won")
  time  = deals.closed_on
}
kpi "without_account" { value = count(deals, deals.account == null) }
