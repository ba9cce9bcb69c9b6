kpi "closed_list_value" {
  description = "Deals closed, at the list price that they stood for while open"
  value       = sum(deals.products.price, in(deals.stage, ["Won", "Lost"]))
  time        = deals.closed_on
}
kpi "open_deals" {
  description = "A balance: what was engaged up to the end of the period, less what was closed"
  value       = to_date(kpi.engaged, all) - to_date(kpi.closed, all)
}
kpi "open_value" { value = to_date(kpi.engaged_value, all) - to_date(kpi.closed_list_value, all) }
kpi "win_rate_3m" { value = rolling(kpi.win_rate, 3, month) }
kpi "won_growth" { value = growth(kpi.won_value, 1, quarter) }
kpi "place" { value = rank(kpi.won_value) }
kpi "top_agents" {
  description = "What the best fifth of agents wins"
  value       = top_share(kpi.won_value, [agent], 0.2)
}
kpi "won_per_agent" { value = avg(per([agent], kpi.won_value)) }
kpi "share_of_region" { value = kpi.won_value / total(kpi.won_value, [agent]) }
