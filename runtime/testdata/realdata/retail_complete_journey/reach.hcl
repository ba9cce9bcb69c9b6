entity "buyer" {
  from "lines" { key = household_id }
  from "redemptions" { key = household_id }
  columns {
    first_at = min(lines.sold_at)
    baskets  = count_distinct(lines.basket_id)
    coupons  = count(redemptions)
  }
}

dimension "coupon_user" {
  from "buyer" { value = if(coupons > 0, "yes", "no") }
}

kpi "buyers" {
  value = count(buyer)
  where = buyer.baskets > 0
}
kpi "coupon_share" { value = count(buyer, buyer.coupons > 0) / count(buyer) }
kpi "baskets_per_buyer" { value = avg(buyer.baskets) }
