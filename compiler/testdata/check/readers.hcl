project "readers" {}

source "a" {
  csv {
    path = "" # ERROR E0206 at <""> ~ data/file.csv
  }
  columns {
    id = string
  }
}

source "b" {
  parquet {
    path = "" # ERROR E0206 at <"">
  }
  columns {
    id = string
  }
}

source "c" {
  json {
    path = " " # ERROR E0206 at <" ">
  }
  columns {
    id = string
  }
}

source "d" {
  csv {
    path      = "d.csv"
    delimiter = ";"
    quote     = ";" # ERROR E0210 at <";"> ~ delimiter
  }
  columns {
    id = string
  }
}

source "e" {
  csv {
    path      = "e.csv"
    delimiter = "\"" # ERROR E0210 at <"\""> ~ quote
  }
  columns {
    id = string
  }
}

kpi "open" { value = count(d, matches(d.id, "[")) }                       # ERROR E0311 at <"["> ~ missing closing ]
kpi "extract" { value = count(d, regexp_extract(d.id, "(a", 1) == "") }   # ERROR E0311 at <"(a">
kpi "replace" { value = count(d, regexp_replace(d.id, "a**", "") == "") } # ERROR E0311 at <"a**">
kpi "fine" { value = count(d, matches(d.id, "^C[0-9]+(?i)x$")) }

source "f" {
  duckdb {
    path  = ""  # ERROR E0206 at <""> ~ data/file.duckdb
    table = " " # ERROR E0206 at <" "> ~ sales.orders
  }
  columns {
    id = string
  }
}

source "g" {
  duckdb { # ERROR E0203 at <duckdb> ~ table = "orders"
    path = "f.duckdb"
  }
  columns {
    id = string
  }
}

source "h" { # ERROR E0208 at <source "h"> ~ duckdb
  csv {
    path = "h.csv"
  }
  duckdb {
    path  = "h.duckdb"
    table = "h"
  }
  columns {
    id = string
  }
}
