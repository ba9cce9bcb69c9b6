# Weeks that start on Sunday.
project "dirty" {
  as_of  = "2018-08-05"
  grains = [month]
}
source "weeks" {
  csv {
    path = "data/data.csv"
  }
  key  = [wk_strt_dt]
  time = wk_strt_dt
  columns {
    wk_strt_dt = date
    sunday     = { value = weekday(wk_strt_dt), values = [7], on_fail = quarantine }
    monday     = { value = weekday(wk_strt_dt), values = [1] }
  }
}
kpi "weeks" { value = count(weeks) }
