# The page that the Monday meeting goes through, from top to bottom.
dashboard "weekly" {
  title       = "销售周报"
  description = "从红色看起：定义有没有变，哪里出了问题，上周到本周差在哪里。"
  owner       = "sales-ops"
  grain       = week
  language    = zh
  good        = red

  section "state" {
    title = "数据与定义"
    health { title = "数据状态" }
    changes { title = "上期以来变更的定义" }
  }

  section "overview" {
    title = "概览"
    headline {
      kpis = [kpi.gmv, kpi.orders, kpi.cvr, kpi.cac, kpi.aov]
      by   = [channel]
    }
    card {
      kpi     = kpi.gmv
      compare = [previous, year_ago, target]
      trend   = 26
    }
    card {
      kpi     = kpi.orders
      compare = [previous, year_ago]
    }
    card {
      kpi     = kpi.cvr
      compare = [previous, year_ago]
    }
    card {
      kpi     = kpi.aov
      compare = [previous, year_ago]
    }
    card {
      kpi     = kpi.cac
      compare = [previous, target]
    }
    card {
      kpi     = kpi.roi
      compare = [previous, year_ago]
    }
    card {
      kpi     = kpi.forecast_deviation
      compare = [previous, target]
    }
  }

  section "alerts" {
    title = "告警"
    alerts { severity = [red, amber] }
  }

  section "bridge" {
    title = "本周与上周"
    waterfall {
      title = "销售额：上周到本周"
      kpi   = kpi.gmv
      by    = [channel]
    }
    line {
      kpis    = [kpi.gmv, kpi.gmv_budget]
      periods = 26
    }
    bar {
      kpi     = kpi.gmv
      by      = [channel]
      compare = [previous, target]
    }
  }

  section "funnel" {
    title = "漏斗"
    funnel { steps = [kpi.impressions, kpi.clicks, kpi.visits, kpi.online_orders] }
    line {
      title   = "各渠道转化率"
      kpi     = kpi.cvr
      by      = [channel]
      periods = 13
    }
  }

  section "places" {
    title = "大区与门店"
    table {
      kpis    = [kpi.gmv, kpi.orders, kpi.aov]
      by      = [region, store]
      compare = [previous]
      trend   = 13
    }
    ranking {
      title = "门店排名"
      kpi   = kpi.gmv
      by    = [store]
      top   = 5
    }
    heatmap {
      title = "各大区销售额"
      kpi   = kpi.gmv
      x     = week
      y     = region
    }
    heatmap {
      title = "下单时间"
      kpi   = kpi.orders
      x     = hour_of_day
      y     = weekday
    }
  }

  section "products" {
    title = "商品与毛利"
    bar {
      kpi        = kpi.gmv
      by         = [category]
      top        = 8
      other      = true
      cumulative = true
    }
    table {
      title   = "品类毛利"
      kpis    = [kpi.revenue, kpi.gross_profit, kpi.gross_margin]
      by      = [category]
      compare = [previous]
    }
  }

  section "customers" {
    title = "客户"
    table {
      kpis    = [kpi.new_customers, kpi.buyers, kpi.ltv]
      by      = [segment]
      compare = [previous]
    }
    text {
      title    = "说明"
      markdown = "本周新增客户 **{kpi.new_customers}** 人，每人花费 {kpi.cac}。获客成本看活动：*双十一* 高于目标。"
    }
  }
}

annotation "store_closed" {
  kpi  = kpi.gmv
  at   = "2026-W40"
  by   = { store = "sh-02" }
  text = "上海徐汇店装修，至 W43"
}
annotation "double11" {
  kpi  = kpi.gmv
  at   = "2026-W46"
  text = "双十一"
}
