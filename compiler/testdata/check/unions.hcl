project "unions" {}

source "a" {
  rows = []
  columns {
    id     = string
    amount = integer
    note   = string
  }
}
source "b" {
  rows = []
  columns {
    id     = string
    amount = { type = integer, unit = "CNY" }
    note   = integer
  }
}
source "c" {
  rows = []
  columns {
    id = string
  }
}
source "hidden" {
  union = [a, c]
  tag   = "id" # ERROR E0210 at <"id"> ~ would be lost
}
source "spaced" {
  union = [a, c]
  tag   = "we ird" # ERROR E0114 at <"we ird">
}
source "unlike" {
  union = [a, b] # ERROR E0312 ~ Its unit is plain numbers in a, but CNY in b # ERROR E0312 ~ Its type is string in a, but integer in b
}
source "round" {
  union = [round, a] # ERROR E0108
}
source "twice" {
  union = [a, a] # ERROR E0109
}
source "settled" {
  union = [a, b]
  columns {
    amount = integer
    note   = string
    other  = string # ERROR E0102 at <string>
  }
}
kpi "sales" { value = sum(a.amount) }
kpi "sales_previous" { value = count(a) }
kpi "shop" { value = count(a) } # ERROR E0109 ~ dimension
dimension "shop" {
  from "a" { value = id }
}
dimension "period" { # ERROR E0114
  from "a" { value = id }
}
kpi "_x" { value = count(a) } # ERROR E0114 at <"_x">
