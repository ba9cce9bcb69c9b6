dimension "channel" {
  label       = "渠道"
  description = "Where the customer came from. Sales of the own web shop go to the platform that sent the visitor"
  from "all_orders" {
    value = if(
      shop == "web_orders",
      map(referrer, local.channel_names, "other"),
      map(shop, { tmall_orders = "tmall", jd_orders = "jd", pos_orders = "store" }, "other")
    )
  }
  from "ads" { value = map(platform, local.channel_names, "other") }
  from "traffic" { value = map(channel, local.channel_names, "other") }
  from "customers" { value = map(channel, local.channel_names, "other") }
  from "budget" { value = map(channel, local.channel_names, "other") }
  from "forecast" { value = map(channel, local.channel_names, "other") }
  values = ["tmall", "jd", "douyin", "rednote", "web", "store", "other"]
}

dimension "campaign" {
  label       = "活动"
  description = "The ad campaign; of a customer, the one that won them, none for those who came by themselves"
  from "ads" { value = campaign }
  from "customers" { value = map(campaign, local.campaign_names) }
  values = ["always_on", "double11", "618", "spring_festival", "new_season"]
}

dimension "region" {
  label       = "大区"
  description = "Where the store is; of an online order, where the customer is"
  from "all_orders" {
    value = coalesce(all_orders.stores.region, all_orders.customers.region)
  }
  from "customers" { value = region }
  from "buyer" { value = region }
  from "leads" { value = region }
  values = ["华东", "华南", "华北", "华中", "西南"]
}

dimension "store" {
  label       = "门店"
  description = "The store of a till's receipt; none online"
  from "all_orders" { value = store }
  values = ["sh-01", "sh-02", "bj-01", "gz-01", "cd-01", "wh-01"]
  parent = region
}

dimension "category" {
  label       = "品类"
  description = "Category of the product"
  from "products" { value = category }
  values = ["床品", "厨具", "收纳", "灯具", "香氛"]
}

dimension "brand" {
  label       = "品牌"
  description = "Brand of the product"
  from "products" { value = brand }
  values = ["木棉", "Hearth"]
}

dimension "segment" {
  label       = "客群"
  description = "Customer segment; none for receipts without a member card"
  from "all_orders" { value = all_orders.customers.segment }
  from "customers" { value = segment }
  from "buyer" { value = segment }
  values = ["household", "young", "business"]
}
