project "over" {}

source "orders" {
  rows = []
  key  = [order_id]
  time = day
  columns {
    order_id = string
    day      = date
    store    = string
    amount   = { type = decimal(18, 2), unit = "CNY" }
  }
}
source "visits" {
  rows = []
  time = day
  columns {
    day      = date
    sessions = integer
  }
}
source "budget" {
  rows  = []
  time  = week
  grain = week
  columns {
    week   = date
    amount = { type = decimal(18, 2), unit = "CNY" }
  }
}
source "stock" {
  rows = []
  key  = [sku, day]
  time = day
  columns {
    sku     = string
    day     = date
    store   = string
    on_hand = integer
    counted = boolean
  }
}
dimension "store" {
  from "orders" { value = store }
  from "stock" { value = store }
}

kpi "sales" { value = sum(orders.amount) }
kpi "visits" { value = sum(visits.sessions) }
kpi "sales_28d" { value = rolling(kpi.sales, 28, day) }
kpi "place" { value = rank(kpi.sales) }

kpi "previous" { value = previous(kpi.sales, 1, month) + kpi.sales }
kpi "growth" { value = growth(kpi.sales, 1, week) }
kpi "units" { value = delta(kpi.sales, 1, week) + kpi.visits } # ERROR E0303 at <delta(kpi.sales, 1, week) + kpi.visits>
kpi "half" { value = previous(kpi.sales, 0.5, month) }  # ERROR E0302 at <0.5> ~ whole number
kpi "none" { value = previous(kpi.sales, 0, month) }    # ERROR E0302 at <0>
kpi "no_grain" { value = previous(kpi.sales, 1, moon) } # ERROR E0302 at <moon>
kpi "too_few" { value = previous(kpi.sales) }           # ERROR E0302 at <previous(kpi.sales)>
kpi "column" { value = rolling(orders.amount, 28, day) } # ERROR E0304 at <orders.amount>
kpi "to_all" { value = to_date(kpi.sales, all) }
kpi "of_flag" { value = rank(every(orders.amount > 10)) } # ERROR E0301 at <every(orders.amount > 10)>
kpi "in_rows" { value = sum(previous(orders.amount, 1, day)) } # ERROR E0305 at <previous(orders.amount, 1, day)> ~ per([
kpi "in_filter" {
  value = count(orders)
  where = rank(orders.amount) < 3 # ERROR E0313 at <rank(orders.amount)>
}

kpi "window_twice" { value = rolling(kpi.sales_28d, 7, day) }   # ERROR E0315 at <rolling(kpi.sales_28d, 7, day)> ~ per([day]
kpi "window_to_date" { value = to_date(kpi.sales_28d, month) }  # ERROR E0315
kpi "window_of_days" { value = rolling(avg(per([day], kpi.sales_28d)), 28, day) }
kpi "place_in_window" { value = rolling(kpi.place, 7, day) }    # ERROR E0315 ~ rank within rolling
kpi "place_of_total" { value = total(kpi.place, [store]) }      # ERROR E0315
kpi "place_before" { value = previous(kpi.place, 1, week) }
kpi "like_twice" { value = like_for_like(like_for_like(kpi.sales, [store], 1, year), [store], 1, year) } # ERROR E0315

kpi "share" { value = kpi.sales / total(kpi.sales, [store]) }
kpi "no_list" { value = total(kpi.sales, store) }       # ERROR E0302 at <store>
kpi "empty" { value = total(kpi.sales, []) }            # ERROR E0302 at <[]>
kpi "no_dimension" { value = total(kpi.sales, [shop]) } # ERROR E0101 at <shop>
kpi "text_dimension" { value = total(kpi.sales, ["store"]) } # ERROR E0301 at <"store">
kpi "cannot_keep" { value = like_for_like(kpi.visits, [store], 1, year) } # ERROR E0308 at <store>
kpi "top" { value = top_share(kpi.sales, [store], 10) } # ERROR E0301 at <10>
kpi "top_buyers" { value = top_share(count_distinct(orders.order_id), [store], 0.1) } # ERROR E0315 at <count_distinct(orders.order_id)> ~ count_distinct of several members together is not the sum of theirs
kpi "top_growth" { value = top_share(growth(kpi.sales, 1, month), [store], 0.1) } # ERROR E0315 at <growth(kpi.sales, 1, month)> ~ is not the sum of theirs
kpi "top_total" { value = top_share(total(kpi.sales, [store]), [store], 0.1) } # ERROR E0315 ~ the value of all
kpi "top_ratio" { value = top_share(kpi.sales / count(orders), [store], 0.1) } # ERROR E0315 ~ is no sum
kpi "top_weeks" { value = top_share(max(per([week], kpi.sales)), [store], 0.1) } # ERROR E0315
kpi "top_others" { value = top_share(sum(per([day], abs(kpi.sales))), [store], 0.1) } # ERROR E0315 ~ The cells of per are others
kpi "top_twice" { value = top_share(top_share(kpi.sales, [store], 0.1), [store], 0.1) } # ERROR E0315
kpi "top_named" { value = top_share(kpi.mean_store, [store], 0.1) } # ERROR E0315 ~ kpi.mean_store: avg
kpi "top_sums" { value = top_share(coalesce(rolling(kpi.sales - 0.5 * kpi.sales, 2, day), 0), [store], 0.1) }
kpi "top_own" { value = top_share(sum(per([store], count_distinct(orders.order_id))), [store], 0.1) }

kpi "mean_store" { value = avg(per([store], kpi.sales)) }
kpi "mean_column" { value = avg(per([orders.store], kpi.sales)) }
kpi "other_column" { value = avg(per([orders.store], kpi.visits)) } # ERROR E0308
kpi "bare_per" { value = per([store], kpi.sales) }                   # ERROR E0304 at <per([store], kpi.sales)>
kpi "two_grains" { value = avg(per([week, day], kpi.sales)) }        # ERROR E0302 at <[week, day]>
kpi "filtered" { value = sum(per([store], kpi.sales), kpi.sales > 1) } # ERROR E0302
kpi "row_column" { value = sum(per([store], orders.amount)) }        # ERROR E0304 at <orders.amount>

kpi "stock" { value = last(stock.on_hand) }
kpi "counted" { value = last(stock.on_hand, stock.counted) }
kpi "by_store" { value = last(stock.on_hand, [stock.store], stock.counted) }
kpi "snapshot" { value = last(orders.amount, []) }
kpi "carried" {
  value = last(stock.on_hand)
  carry = "7d"
}
kpi "no_series" { value = last(orders.amount) }    # ERROR E0316 at <last(orders.amount)> ~ Add day to the key
kpi "no_key" { value = first(visits.sessions) }    # ERROR E0316 at <first(visits.sessions)>
kpi "other_series" { value = last(stock.on_hand, [orders.store]) } # ERROR E0306 at <orders.store>
kpi "nothing_to_carry" {
  value = sum(stock.on_hand)
  carry = "7d" # ERROR E0210
}

kpi "weeks_by_month" {
  value  = previous(kpi.sales, 1, month)
  grains = [day, week] # ERROR E0309 ~ A week moved by a month is no week
}
kpi "months_to_weeks" {
  value  = avg(per([week], kpi.sales))
  grains = [month] # ERROR E0309 ~ Not every month is made up of whole periods of a week
}
kpi "year_to_month" {
  value  = to_date(kpi.sales, month)
  grains = [day, year] # ERROR E0309 ~ A year is longer than the month
}
kpi "budget_window" {
  value  = rolling(sum(budget.amount), 28, day)
  grains = [week] # ERROR E0309 ~ stands for a whole week
}
kpi "weeks_by_year" {
  value  = year_ago(sum(budget.amount))
  grains = [week]
}
