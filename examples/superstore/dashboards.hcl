# The page that the monthly review goes through.
dashboard "monthly" {
  title       = "Monthly review"
  description = "Where sales and margin moved, and who lost money."
  owner       = "sales-ops"
  grain       = month

  section "overview" {
    title = "Overview"
    headline {
      kpis = [kpi.sales, kpi.margin, kpi.orders, kpi.discount_rate]
      by   = [region, category]
    }
    card {
      kpi     = kpi.sales
      compare = [previous, year_ago]
      trend   = 24
    }
    card {
      kpi     = kpi.margin
      compare = [previous, year_ago, target]
    }
    card {
      kpi     = kpi.orders
      compare = [previous, year_ago]
    }
    card {
      kpi     = kpi.discount_rate
      compare = [previous, year_ago]
    }
  }

  section "movement" {
    title = "What moved"
    waterfall {
      title = "Sales, from last month to this one"
      kpi   = kpi.sales
      by    = [region]
    }
    line {
      title   = "Sales by category"
      kpi     = kpi.sales
      by      = [category]
      periods = 24
    }
    bar {
      title   = "Profit by sub-category"
      kpi     = kpi.profit
      by      = [sub_category]
      top     = 17
      compare = [previous]
    }
    ranking {
      title = "States by profit"
      kpi   = kpi.profit
      by    = [state]
      top   = 5
    }
  }

  section "regions" {
    title = "Regions and categories"
    table {
      kpis    = [kpi.sales, kpi.profit, kpi.margin]
      by      = [region, category]
      compare = [year_ago]
      trend   = 13
    }
    heatmap {
      title = "Sales to consumers"
      kpi   = kpi.sales
      where = segment == "Consumer"
      x     = month
      y     = region
    }
  }
}
