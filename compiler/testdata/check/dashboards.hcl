project "shop" {
  timezone = "Asia/Shanghai"
  grains   = [day, week]
}

source "orders" {
  rows = [{ id = "1", day = "2026-01-05", channel = "web", store = "a", amount = 10, customer = "c" }]
  key  = [id]
  time = day
  columns {
    id       = string
    day      = date
    channel  = string
    store    = string
    customer = string
    amount   = { type = decimal(18, 2), unit = "CNY" }
  }
}
source "budget" {
  rows  = [{ week = "2026-01-05", amount = 10 }]
  key   = [week]
  time  = week
  grain = week
  columns {
    week   = date
    amount = { type = decimal(18, 2), unit = "CNY" }
  }
}
source "ratings" {
  rows = [{ stars = 5 }]
  columns { stars = integer }
}

dimension "channel" {
  from "orders" { value = channel }
}
dimension "store" {
  from "orders" { value = store }
}

kpi "sales" {
  value  = sum(orders.amount)
  target = kpi.plan
}
kpi "plan" { value = sum(budget.amount) }
kpi "buyers" { value = count_distinct(orders.customer) }
kpi "aov" { value = kpi.sales / count(orders) }
kpi "stars" { value = avg(ratings.stars) }

dashboard "good" {
  title  = "销售周报"
  grain  = week
  good   = red
  where  = store == "a"
  section "overview" {
    title = "Overview"
    card {
      kpi     = kpi.sales
      compare = [previous, year_ago, target]
    }
    card { kpi = kpi.buyers }
    funnel { steps = [kpi.buyers, kpi.sales] }
    line { kpis = [kpi.sales, kpi.plan] } # ERROR E0308 at <kpi.plan> ~ can't supply
    bar {
      kpi   = kpi.sales
      by    = [channel]
      other = true
    }
    waterfall {
      kpi = kpi.sales
      by  = [channel]
    }
    heatmap {
      kpi = kpi.sales
      x   = week
      y   = channel
    }
    heatmap {
      kpi = kpi.sales
      x   = weekday
      y   = channel
    }
    ranking {
      kpi   = kpi.aov
      by    = [channel]
      where = channel != "web" # ERROR E0712 at <channel != "web"> ~ one member
    }
    table {
      kpis = [kpi.sales, kpi.aov]
      by   = [channel, store]
    }
    text { markdown = "Sales were {kpi.sales}, of {kpi.orders}" } # ERROR E0104 ~ Unknown KPI "orders"
    alerts { severity = [red] }
    changes {}
    health { sources = [orders, oders] } # ERROR E0103 at <oders> ~ Did you mean "orders"
    headline { kpis = [kpi.sales, kpi.aov] }
  }
}

dashboard "bad" { # ERROR E0203 ~ grain = week
  section "a" {
    card {}                       # ERROR E0203 ~ kpi = kpi.sales
    card { kpi = kpi.sale }       # ERROR E0104 at <kpi.sale> ~ Did you mean "sales"
    card { kpi = sales }          # ERROR E0206 at <sales> ~ kpi.sales
    bar { kpi = kpi.sales }       # ERROR E0203 ~ by = [channel]
    cards { kpi = kpi.sales }     # ERROR E0201 at <cards> ~ Did you mean "card"
    card "x" { kpi = kpi.sales }  # ERROR E0205 at <"x"> ~ has no name here
    text { text = "a" }           # ERROR E0202 at <text> ~ has no attribute # ERROR E0203 ~ markdown
  }
}

dashboard "daily" {
  grain = day
  section "a" {
    card { kpi = kpi.plan }  # ERROR E0309 at <kpi.plan> ~ whole week
    card { kpi = kpi.stars } # ERROR E0310 at <kpi.stars> ~ no time
    waterfall {
      kpi = kpi.buyers # ERROR E0711 at <kpi.buyers> ~ add up
      by  = [channel]
    }
    bar {
      kpi        = kpi.aov # ERROR E0711 at <kpi.aov> ~ cumulative
      by         = [channel]
      cumulative = true
    }
    heatmap {
      kpi = kpi.sales
      x   = week # ERROR E0309 at <week> ~ one grain
      y   = chanel # ERROR E0105 at <chanel> ~ Did you mean "channel"
    }
    bar {
      kpi = kpi.sales
      by  = [channel, store] # ERROR E0206 ~ one dimension
    }
    line {
      kpis = [kpi.sales, kpi.aov]
      by   = [channel] # ERROR E0210 ~ by KPI or by member
    }
    funnel { steps = [kpi.sales, kpi.sales] } # ERROR E0109 at <kpi.sales> ~ once
  }
}

annotation "closed" {
  kpi  = kpi.sales
  at   = "2026-W40"
  by   = { store = "a" }
  text = "Closed for refitting"
}
annotation "wrong" {
  kpi  = kpi.saless # ERROR E0104 at <kpi.saless> ~ sales
  at   = "2026-40" # ERROR E0601 at <"2026-40"> ~ week (2017-W40)
  by   = { shop = "a" } # ERROR E0105 at <"a"> ~ Unknown dimension
  text = "x"
}
annotation "empty" { at = "2026-W40" } # ERROR E0203 ~ kpi = kpi.sales # ERROR E0203 ~ text

dashboard "held" {
  grain = week
  where = channel == "web"
  section "a" {
    card {
      kpi   = kpi.sales
      where = channel == "store" # ERROR E0712 at <channel == "store"> ~ No row is of "web" and of "store"
    }
    bar {
      kpi   = kpi.sales
      by    = [channel]
      where = channel == "web" && channel == "web"
    }
    line {
      kpi   = kpi.sales
      where = channel == "web" && channel == null # ERROR E0712 at <channel == null> ~ held at two members
      trend = 1 # ERROR E0202
    }
    card {
      kpi   = kpi.sales
      trend = 1 # ERROR E0206 ~ Write trend = 2
    }
    funnel { steps = kpi.sales } # ERROR E0206 at <kpi.sales> ~ A funnel of one step
  }
  section "a" { # ERROR E0211 ~ "section" "a" given twice
    card { kpi = kpi.sales }
  }
}
