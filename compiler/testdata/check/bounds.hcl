# Of two bounds the lower comes first.
project "bounds" {
  timezone = "UTC"
}
source "s" {
  rows = [{ a = 1, b = 1, c = 1, d = 1, day = "2026-01-05", e = "2026-01-05" }]
  columns {
    a   = { type = integer, range = [10, 1] } # ERROR E0206 at <[10, 1]> ~ [1, 10]
    b   = { type = integer, range = [9, 10] }
    c   = { type = integer, range = [5, 5] }
    d   = { type = decimal(5, 2), range = [-1, null] }
    day = { type = date, range = ["2026-02-01", "2026-01-01"] } # ERROR E0206 at <["2026-02-01", "2026-01-01"]>
    e   = { type = date, range = ["2026-01-01", "2026-02-01"] }
  }
}
kpi "k" {
  value  = sum(s.a)
  target = [5, 3] # ERROR E0206 at <[5, 3]>
}
