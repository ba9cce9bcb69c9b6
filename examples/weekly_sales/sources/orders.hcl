# Four shop fronts, one row per order line each. No two agree on the names of
# columns, on times, amounts or states; from here on they do.

source "tmall_orders" {
  label       = "天猫订单"
  description = "Order lines of the Tmall shops, one export a year; the two overlap by a day"
  owner       = "sales-ops"
  csv {
    path = "data/tmall_*.csv.gz"
  }
  key  = [line_id]
  time = ordered_at

  columns {
    order_id   = { type = string, from = "订单编号", required = true }
    line_id    = { type = string, from = "子订单编号" }
    ordered_at = { type = timestamp, from = "付款时间", format = "%Y-%m-%d %H:%M:%S", required = true }
    sku        = { type = string, from = "商家编码", fold = [trim, upper], references = products }
    quantity   = { type = integer, from = "购买数量", range = [1, 99] }
    amount     = { type = decimal(12, 2), from = "实付金额", unit = "CNY", tax = included, strip = ["¥", ","], required = true }
    status = {
      type = string
      from = "订单状态"
      fold = [trim]
      map = {
        "买家已付款" = "paid"
        "卖家已发货" = "shipped"
        "交易成功"  = "completed"
        "交易关闭"  = "cancelled"
        "退款成功"  = "refunded"
        "测试"    = "test"
      }
      values = ["paid", "shipped", "completed", "cancelled", "refunded", "test"]
    }
    customer_id = { type = string, from = "会员编号", references = customers }
    updated_at  = { type = timestamp, from = "更新时间", format = "%Y-%m-%d %H:%M:%S" }
  }

  where = status != "test"

  dedupe {
    by    = [line_id]
    order = updated_at
    keep  = last
  }
}

source "jd_orders" {
  label       = "京东订单"
  description = "Order lines of the JD shop: a change feed, in UTC. A cancelled order stands there twice"
  owner       = "sales-ops"
  csv {
    path = "data/jd_*.csv.gz"
  }
  key  = [line_id]
  time = ordered_at

  columns {
    order_id   = { type = string, from = "orderId", required = true }
    line_id    = { type = string, from = "lineId" }
    ordered_at = { type = timestamp, from = "orderTime", format = "%Y-%m-%dT%H:%M:%SZ", timezone = "UTC", required = true }
    sku        = { type = string, from = "skuId", fold = [trim, upper], references = products }
    quantity   = { type = integer, from = "num", range = [1, 99] }
    amount     = { type = decimal(12, 2), from = "payAmount", unit = "CNY", tax = included, required = true }
    status = {
      type   = string
      from   = "orderState"
      fold   = [trim, lower]
      map    = { finished = "completed", canceled = "cancelled" }
      values = ["paid", "shipped", "completed", "cancelled", "refunded", "test"]
    }
    customer_id = { type = string, from = "memberId", references = customers }
    updated_at  = { type = timestamp, from = "modified", format = "%Y-%m-%dT%H:%M:%SZ", timezone = "UTC" }
  }

  where = status != "test"

  dedupe {
    by    = [line_id]
    order = updated_at
    keep  = last
  }
}

source "web_orders" {
  label       = "官网订单"
  description = "Order lines of the own web shop, where visitors from Douyin and Rednote buy as well. Times changed their form with 2026"
  owner       = "sales-ops"
  csv {
    path = "data/web_*.csv.gz"
    null = ["", "#N/A"]
  }
  key  = [line_id]
  time = ordered_at

  columns {
    order_id   = { type = string, from = "Order No", required = true }
    line_id    = { type = string, from = "Line ID" }
    ordered_at = { type = timestamp, from = "Placed", format = ["%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M"], required = true }
    sku        = { type = string, from = "SKU", fold = [trim, upper], references = products }
    quantity   = { type = integer, from = "Qty", range = [1, 99] }
    amount     = { type = decimal(12, 2), from = "Total", unit = "CNY", tax = included, required = true }
    status = {
      type   = string
      from   = "State"
      fold   = [trim, lower]
      values = ["paid", "shipped", "completed", "cancelled", "refunded", "test"]
    }
    customer_id = { type = string, from = "Member", references = customers }
    utm_source  = { type = string, from = "UTM Source", fold = [trim, lower] }
    updated_at  = { type = timestamp, from = "Updated", format = ["%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M"] }
    referrer    = { value = coalesce(utm_source, "direct") }
  }

  where = status != "test"

  dedupe {
    by    = [line_id]
    order = updated_at
    keep  = last
  }
}

source "pos_orders" {
  label       = "门店收银"
  description = "Receipt lines of the stores' tills. Tills that were offline send theirs days later"
  owner       = "retail"
  csv {
    path = "data/pos_*.csv.gz"
  }
  key  = [line_id]
  time = ordered_at

  columns {
    order_id   = { type = string, from = "Receipt", required = true }
    line_id    = { type = string, from = "Line ID" }
    ordered_at = { type = timestamp, from = "Sold At", format = "%Y-%m-%d %H:%M:%S", required = true }
    store = {
      type       = string
      from       = "Store Code"
      fold       = [trim, lower]
      map        = { "sh01" = "sh-01", "shanghai 02" = "sh-02", "北京01" = "bj-01", "wh01" = "wh-01" }
      references = stores
    }
    sku      = { type = string, from = "SKU", fold = [trim, upper], references = products }
    quantity = { type = integer, from = "Qty", range = [1, 99] }
    amount   = { type = decimal(12, 2), from = "Amount", unit = "CNY", tax = included, required = true }
    status = {
      type   = string
      from   = "Status"
      fold   = [trim, lower]
      map    = { ok = "completed", void = "cancelled", returned = "refunded", training = "test" }
      values = ["completed", "cancelled", "refunded", "test"]
    }
    customer_id = { type = string, from = "Member", references = customers }
    updated_at  = { type = timestamp, from = "Uploaded At", format = "%Y-%m-%d %H:%M:%S" }
  }

  where = status != "test"

  dedupe {
    by    = [line_id]
    order = updated_at
    keep  = last
  }
}

source "all_orders" {
  label       = "全部订单"
  description = "Every order line of every shop front"
  owner       = "sales-ops"
  union       = [tmall_orders, jd_orders, web_orders, pos_orders]
  tag         = "shop"
  key         = [line_id]
  time        = ordered_at

  check "cancelled_or_paid_for" {
    description = "Only an order that was cancelled may come to nothing"
    assert      = status == "cancelled" || amount > 0
  }
  freshness {
    warn  = "24h"
    error = "72h"
  }
  anomaly "volume" {
    description = "Order lines a day, held against the same weekday: promotions stand out, and so does a shop front that sent half"
    measure     = count()
    grain       = day
    method      = zscore
  }
}
