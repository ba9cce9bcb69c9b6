# Of a list the member that is wrong is shown, of a path its part.
project "places" {
  timezone = "UTC"
}
source "o" {
  rows = [{ id = 1, day = "2026-01-05", month = "2026-01" }]
  key  = [id, nosuch] # ERROR E0102 at <nosuch>
  time = dya          # ERROR E0102 at <dya>
  dedupe {
    by    = [id, idd]  # ERROR E0102 at <idd>
    order = [day, dayy] # ERROR E0102 at <dayy>
  }
  columns {
    id    = integer
    day   = date
    month = string
  }
}
source "monthly" {
  rows  = [{ day = "2026-01-01", amount = 1 }]
  time  = day
  grain = month
  columns {
    day    = date
    amount = integer
  }
}
source "both" {
  union = [o, oo] # ERROR E0103 at <oo>
}
source "none" {
  union = [] # ERROR E0206 at <[]> ~ union of no sources
  key   = [id]
  time  = day
}
dimension "month" {
  from "o" { value = month }
}
kpi "a" {
  value  = sum(monthly.amount)
  grains = [day, month] # ERROR E0309 at <day>
}
kpi "b" {
  value = count(o, o.mnth == "x") # ERROR E0102 at <mnth>
  by    = [month, [month, mnth]]  # ERROR E0105 at <mnth>
}
