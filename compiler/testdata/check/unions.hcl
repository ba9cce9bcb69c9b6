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
    amount = integer # ERROR E0312 at <integer> ~ Its unit is plain numbers in a, but CNY in b
    note   = string
    other  = string # ERROR E0102 at <string>
  }
}
source "named" {
  union = [a, b]
  columns {
    amount = { type = integer, unit = "CNY" }
    note   = integer # ERROR E0312 at <integer> ~ There it is a string
  }
}
source "foreign" {
  union = [a, b]
  columns {
    amount = { type = integer, unit = "USD" } # ERROR E0312 ~ Its unit is USD in foreign, but CNY in b
    note   = string
  }
}
source "moments" {
  rows = []
  columns {
    at    = timestamp
    price = decimal(18, 4)
  }
}
source "days" {
  rows = []
  columns {
    at    = date
    price = decimal(18, 2)
  }
}
source "mixed" {
  union = [moments, days] # ERROR E0312 ~ Its type is timestamp in moments, but date in days
}
source "of_days" {
  union = [moments, days]
  columns {
    at    = date
    price = decimal(18, 2) # ERROR E0312 at <decimal(18, 2)> ~ There it is a decimal(18, 4)
  }
}
source "of_moments" {
  union = [moments, days]
  columns {
    at    = timestamp # ERROR E0312 at <timestamp> ~ There it is a date
    price = double
  }
}
kpi "sales" { value = sum(a.amount) } # ERROR E0109 ~ but for the case of letters
kpi "sales_previous" { value = count(a) }
kpi "shop" { value = count(a) } # ERROR E0109 ~ dimension
dimension "shop" {
  from "a" { value = id }
}
dimension "period" { # ERROR E0114
  from "a" { value = id }
}
kpi "_x" { value = count(a) } # ERROR E0114 at <"_x">
kpi "period" { value = count(a) } # ERROR E0114 ~ word of the language
kpi "Sales" { value = count(a) }
kpi "销售" { value = count(a) }
dimension "Tag" {
  from "a" { value = id }
}
dimension "tag" { # ERROR E0109 ~ A second dimension "Tag", but for the case of letters
  from "a" { value = note }
}
source "cased" {
  rows = []
  columns {
    n = integer
    N = integer # ERROR E0109 at <integer> ~ A second column "n", but for the case of letters
  }
}
