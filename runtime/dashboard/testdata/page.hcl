project "shop" {
  label    = "Corner shop"
  timezone = "Asia/Shanghai"
  as_of    = "2026-03-09"
  grains   = [week]
}

source "orders" {
  rows = [{ id = "1", at = "2026-03-02T10:00:00", channel = "web", store = "a", customer = "c", amount = 10 }]
  key  = [id]
  time = at
  columns {
    id       = string
    at       = timestamp
    channel  = string
    store    = string
    customer = string
    amount   = { type = decimal(18, 2), unit = "CNY" }
  }
}
source "budget" {
  rows  = [{ week = "2026-03-02", amount = 10 }]
  key   = [week]
  time  = week
  grain = week
  ahead = true
  columns {
    week   = date
    amount = { type = decimal(18, 2), unit = "CNY" }
  }
}

dimension "channel" {
  label = "Channel"
  from "orders" { value = channel }
  values = ["web", "store"]
}
dimension "store" {
  from "orders" { value = store }
}
dimension "first_week" {
  from "orders" { value = period(at) }
}

kpi "sales" {
  label       = "Sales <b>"
  description = "What was sold"
  owner       = "ops"
  value       = sum(orders.amount)
  direction   = up
  target      = kpi.plan
  format      = "¥#,##0.00"
}
kpi "plan" { value = sum(budget.amount) }
kpi "orders" {
  value     = count(orders)
  direction = up
}
kpi "buyers" { value = count_distinct(orders.customer) }
kpi "rate" {
  value     = kpi.orders / kpi.buyers
  direction = down
  target    = [0.5, 0.8]
  format    = "0.0%"
}

dashboard "all" {
  title       = "Everything"
  description = "Each kind of panel"
  grain       = week
  section "first" {
    title = "First"
    headline {
      kpis = [kpi.sales, kpi.rate]
      by   = [channel]
    }
    card {
      kpi     = kpi.sales
      compare = [previous, year_ago, target]
      trend   = 6
    }
    card {
      kpi     = kpi.rate
      compare = [previous, target]
      note    = "Lower is better"
    }
    line {
      kpis    = [kpi.sales, kpi.plan]
      periods = 6
    }
    line {
      kpi = kpi.rate
      by  = [channel]
    }
    bar {
      kpi        = kpi.sales
      by         = [store]
      top        = 2
      other      = true
      cumulative = true
      compare    = [previous]
    }
    waterfall {
      kpi = kpi.sales
      by  = [store]
      top = 2
    }
    funnel { steps = [kpi.orders, kpi.buyers] }
    ranking {
      kpi = kpi.rate
      by  = [store]
      top = 1
    }
  }
  section "second" {
    table {
      kpis    = [kpi.sales, kpi.rate]
      by      = [channel, store]
      compare = [previous, year_ago, target]
      trend   = 6
    }
    heatmap {
      kpi     = kpi.sales
      x       = week
      y       = channel
      periods = 4
    }
    heatmap {
      kpi = kpi.orders
      x   = weekday
      y   = channel
    }
    cohort {
      kpi     = kpi.buyers
      by      = [first_week]
      periods = 4
      share   = true
    }
    alerts { severity = [red] }
    changes {}
    health { sources = [orders] }
    text { markdown = "Sales were **{kpi.sales}**: <script>no</script>" }
    card {
      kpi   = kpi.sales
      where = channel == "web"
      title = "Sales on the web"
    }
  }
}

annotation "fair" {
  kpi  = kpi.sales
  at   = "2026-W08"
  text = "Fair & square"
}
