project "complete_journey" {
  timezone = "America/New_York"
  currency = "USD"
  as_of    = "2018-01-01"
  grains   = [week]
}

# Till times are local times of New York that the file has in UTC.
source "lines" {
  parquet {
    path = "data/transactions_sample.parquet"
  }
  key  = [basket_id, product_id]
  time = sold_at
  columns {
    basket_id    = integer
    product_id   = { type = integer, references = products }
    household_id = { type = integer, references = households }
    store_id     = integer
    sold_at      = { type = timestamp, from = "transaction_timestamp", timezone = "UTC", required = true }
    file_week    = { type = integer, from = "week" } # the truth: weeks of New York time
    quantity     = integer
    sales        = { type = decimal(12, 2), from = "sales_value", unit = "USD" }
    retail_disc  = { type = decimal(12, 2), unit = "USD" }
    coupon_disc  = { type = decimal(12, 2), unit = "USD" }
    match_disc   = { type = decimal(12, 2), from = "coupon_match_disc", unit = "USD" }
    list_value   = { value = sales + retail_disc + match_disc }
  }
}

source "products" {
  parquet {
    path = "data/products.parquet"
  }
  key = [product_id]
  columns {
    product_id = integer
    department = string
    brand      = string
    category   = { type = string, from = "product_category" }
  }
}

source "households" {
  parquet {
    path = "data/demographics.parquet"
  }
  key = [household_id]
  columns {
    household_id = integer
    age          = string
    income       = string
  }
}

source "redemptions" {
  parquet {
    path = "data/coupon_redemptions.parquet"
  }
  time = redeemed_on
  columns {
    household_id = { type = integer, references = households }
    coupon       = { type = integer, from = "coupon_upc" }
    campaign_id  = { type = integer, references = campaigns }
    redeemed_on  = { type = date, from = "redemption_date" }
  }
}

source "campaigns" {
  parquet {
    path = "data/campaign_descriptions.parquet"
  }
  key = [campaign_id]
  columns {
    campaign_id = integer
    type        = { type = string, from = "campaign_type" }
    starts      = { type = date, from = "start_date" }
    ends        = { type = date, from = "end_date" }
  }
}

dimension "department" {
  from "products" { value = department }
}
dimension "brand" {
  from "products" { value = brand }
}
dimension "income" {
  from "households" { value = income }
}
dimension "campaign_type" {
  from "campaigns" { value = type }
}
dimension "file_week" {
  from "lines" { value = file_week }
}
dimension "store" {
  from "lines" { value = store_id }
}
