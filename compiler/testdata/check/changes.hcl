project "announced" {
  notice    = "14d"
  retention = "five years" # ERROR E0206 at <"five years"> ~ length of time
}
source "orders" {
  rows = []
  time = day
  columns {
    day    = date
    amount = decimal(18, 2)
  }
}
kpi "gmv" { value = sum(orders.amount) }
kpi "orders" { value = count(orders) }

change "right" {
  kpis      = [kpi.gmv, kpi.orders]
  reason    = "Finance counts paid orders only"
  announced = "2026-11-02"
  effective = "2026-11-16"
  restate   = since("2026-01-01")
}
change "same_day" {
  kpis      = kpi.gmv
  reason    = "Another"
  announced = "2026-11-02"
  effective = "2026-11-16" # ERROR E0210 at <"2026-11-16"> ~ change.right takes effect on 2026-11-16 too
}
change "late" {
  kpis      = [kpi.gmv]
  reason    = "Told afterwards"
  announced = "2026-11-20" # ERROR E0210 at <"2026-11-20"> ~ Announced after it takes effect
  effective = "2026-11-17"
}
change "since_later" {
  kpis      = [kpi.gmv]
  reason    = "Beyond"
  announced = "2026-11-02"
  effective = "2026-11-18"
  restate   = since("2026-12-01") # ERROR E0210 at <since("2026-12-01")> ~ Restated since a day after
}
change "words" {
  kpis      = [kpi.gmw] # ERROR E0104 at <kpi.gmw> ~ Did you mean "gmv"
  reason    = " " # ERROR E0206 at <" "> ~ wants a text
  announced = "2026-13-02" # ERROR E0206 at <"2026-13-02"> ~ a day
  effective = "2026-W46" # ERROR E0206 at <"2026-W46"> ~ a day
  restate   = backward # ERROR E0206 at <backward> ~ all, forward or since
}
change "empty" {} # ERROR E0203 at <change "empty"> ~ kpis # ERROR E0203 at <change "empty"> ~ reason # ERROR E0203 at <change "empty"> ~ announced # ERROR E0203 at <change "empty"> ~ effective
