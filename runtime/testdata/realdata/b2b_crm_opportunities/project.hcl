project "crm" {
  timezone = "UTC"
  currency = "USD"
  as_of    = "2018-01-01"
  grains   = [month, quarter]
}

# A deal is a row, as it stood when the file was made.
source "deals" {
  csv {
    path = "data/sales_pipeline.csv"
  }
  key      = [deal_id]
  time     = engaged_on
  row_unit = "deal"
  columns {
    deal_id    = { type = string, from = "opportunity_id" }
    agent      = { type = string, from = "sales_agent", references = agents }
    product    = { type = string, map = { "GTXPro" = "GTX Pro" }, references = products }
    account    = { type = string, references = accounts } # not known of 1,425 open deals
    stage      = { type = string, from = "deal_stage", values = ["Prospecting", "Engaging", "Won", "Lost"] }
    engaged_on = { type = date, from = "engage_date", format = "%m/%d/%Y" } # null while prospecting
    closed_on  = { type = date, from = "close_date", format = "%m/%d/%Y" }  # null while open
    amount     = { type = decimal(12, 2), from = "close_value", unit = "USD" }
    days       = { value = date_diff(day, engaged_on, closed_on) }
  }
}

source "agents" {
  csv {
    path = "data/sales_teams.csv"
  }
  key = [agent]
  columns {
    agent   = { type = string, from = "sales_agent" }
    manager = string
    region  = { type = string, from = "regional_office" }
  }
}

source "products" {
  csv {
    path = "data/products.csv"
  }
  key = [product]
  columns {
    product = string
    series  = string
    price   = { type = decimal(12, 2), from = "sales_price", unit = "USD" }
  }
}

source "accounts" {
  csv {
    path = "data/accounts.csv"
  }
  key = [account]
  columns {
    account   = string
    sector    = { type = string, map = { "technolgy" = "technology" } }
    employees = integer
    country   = { type = string, from = "office_location" }
  }
}

dimension "agent" {
  parent = manager
  from "agents" { value = agent }
}
dimension "manager" {
  parent = region
  from "agents" { value = manager }
}
dimension "region" {
  values = ["Central", "East", "West"]
  from "agents" { value = region }
}
dimension "product" {
  from "deals" { value = product }
}
dimension "sector" {
  from "accounts" { value = sector }
}
dimension "stage" {
  values = ["Prospecting", "Engaging", "Won", "Lost"]
  from "deals" { value = stage }
}
