# A brace that a comment hides ends no block; those below are unharmed.
project "p" {
  timezone = "UTC"
}
source "o" {
  rows = [{ id = 1 }]
}
kpi "k" { value = count(o) // 3 } # ERROR E0010 at <//> ~ never drops the remainder
kpi "l" { value = count(o) }
kpi "n" {
  value = count(o)
}
# A dimension that can't be read is told once, not by all who use it.
source "p" {
  rows = [{ shop = "a" }]
  columns {
    shop = string
  }
}
dimension "shop" { from "p" { value = shop } } # ERROR E0001 at <from>
kpi "shops" { value = count(per([shop], count(p))) }
