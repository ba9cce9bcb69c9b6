package scaffold

import "strings"

// Empty returns the files of a project to start from, with a few rows of its own.
func Empty(name string) map[string]string {
	var project strings.Builder
	writeProject(&project, name, `as_of = "2026-02-02" # remove it when the rows are yours: numbers are then as of now`)
	return map[string]string{
		".gitignore":         ignored,
		"project.hcl":        canonical(&project),
		"sources/orders.hcl": emptySource,
		"kpis.hcl":           emptyKPIs,
	}
}

const emptySource = `source "orders" {
  description = "One row per order"

  # Replace these rows by your own file:
  #   csv {
  #     path = "data/orders.csv"
  #   }
  rows = [
    { order_id = "1001", ordered_on = "2026-01-05", channel = "web", amount = 120.50 },
    { order_id = "1002", ordered_on = "2026-01-07", channel = "store", amount = 80 },
    { order_id = "1003", ordered_on = "2026-01-13", channel = "web", amount = 45.90 },
    { order_id = "1004", ordered_on = "2026-01-22", channel = "web", amount = 210 },
    { order_id = "1005", ordered_on = "2026-01-30", channel = "store", amount = 64.25 },
  ]
  key  = [order_id]
  time = ordered_on

  columns {
    order_id   = string
    ordered_on = date
    channel    = string
    amount     = decimal(18, 2)
  }
}
`

const emptyKPIs = `dimension "channel" {
  from "orders" {
    value = channel
  }
}

kpi "orders" {
  description = "Number of orders"
  value       = count(orders)
  by          = [channel]
  format      = "#,##0"
}

kpi "revenue" {
  description = "What customers paid"
  value       = sum(orders.amount)
  by          = [channel]
  format      = "#,##0.00"
}

kpi "aov" {
  description = "Average order value"
  value       = kpi.revenue / kpi.orders
  by          = [channel]
  format      = "#,##0.00"
}
`
