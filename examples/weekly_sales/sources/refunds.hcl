source "refunds" {
  label       = "退款"
  description = "Refunds of all shop fronts by the day they were booked, days to weeks after the sale"
  owner       = "finance"
  csv {
    path = "data/refunds.csv.gz"
  }
  key     = [refund_id]
  time    = refunded_at
  covered = ["2024-11-11", var.last_day] # nothing was refunded in the first days

  columns {
    refund_id   = string
    line_id     = { type = string, references = all_orders, required = true }
    order_id    = string
    refunded_at = { type = timestamp, format = "%Y-%m-%d %H:%M:%S", required = true }
    amount      = { type = decimal(12, 2), unit = "CNY", tax = included, required = true }
    reason      = { type = string, values = ["质量问题", "不喜欢", "错发", "运输破损"] }
  }
}
