kpi "sales" { value = sum(lines.sales) }
kpi "lines" { value = count(lines) }
kpi "baskets" { value = count_distinct(lines.basket_id) }
kpi "shoppers" { value = count_distinct(lines.household_id) }
kpi "quantity" { value = sum(lines.quantity) }
kpi "free_lines" { value = count(lines, lines.quantity == 0) }
kpi "basket_value" { value = kpi.sales / kpi.baskets }
kpi "discount_rate" { value = sum(lines.retail_disc + lines.match_disc) / sum(lines.list_value) }
kpi "coupon_value" { value = sum(lines.coupon_disc) }
kpi "price_p90" {
  value = percentile(lines.sales / lines.quantity, 0.9)
  where = lines.quantity > 0
}
kpi "own_share" { value = sum(lines.sales, lines.products.brand == "Private") / sum(lines.sales) }
kpi "redemptions" { value = count(redemptions) }
kpi "redeemers" { value = count_distinct(redemptions.household_id) }
kpi "redemptions_per_1000" { value = 1000 * kpi.redemptions / kpi.baskets }
kpi "in_time" {
  description = "Share of redemptions while their campaign ran"
  value       = count(redemptions, between(redemptions.redeemed_on, redemptions.campaigns.starts, redemptions.campaigns.ends)) / count(redemptions)
}
kpi "sales_spread" { value = stddev(lines.sales) }
