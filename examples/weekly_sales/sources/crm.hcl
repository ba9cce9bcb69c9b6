source "leads" {
  label       = "线索"
  description = "Hotels, offices and landlords that asked for a quotation"
  owner       = "b2b-sales"
  csv {
    path = "data/leads.csv"
  }
  key  = [lead_id]
  time = created_at

  columns {
    lead_id    = string
    created_at = { type = timestamp, format = "%Y-%m-%d %H:%M:%S", required = true }
    company    = string
    region     = { type = string, values = ["华东", "华南", "华北", "华中", "西南"] }
    origin     = { type = string, from = "source", values = ["官网", "展会", "转介绍", "抖音"] }
  }
}

source "opportunities" {
  label       = "商机"
  description = "What became of the leads, as three generations of sales staff typed it"
  owner       = "b2b-sales"
  csv {
    path = "data/opportunities.csv"
  }
  key     = [opportunity_id]
  time    = opened_at
  covered = ["2024-11-11", var.last_day] # not every day one is opened or closed

  columns {
    opportunity_id = string
    lead_id        = { type = string, references = leads }
    opened_at      = { type = timestamp, format = "%Y-%m-%d %H:%M:%S", required = true }
    stage = {
      type   = string
      fold   = [trim, lower]
      map    = { "赢单" = "won", "输单" = "lost", "报价" = "quote", "谈判" = "negotiation" }
      values = ["quote", "negotiation", "won", "lost"]
    }
    amount    = { type = decimal(12, 2), unit = "CNY", tax = excluded }
    closed_at = { type = timestamp, format = "%Y-%m-%d %H:%M:%S" } # null while open
  }
}
