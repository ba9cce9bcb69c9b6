project "department_store" {
  timezone   = "America/Chicago"
  week_start = sunday
  currency   = "USD"
  as_of      = "2018-08-05"
  grains     = [week]
}

# One row a week, 80 columns wide.
source "weeks" {
  csv {
    path = "data/data.csv"
  }
  key   = [week]
  time  = week
  grain = week
  columns {
    week        = { type = date, from = "wk_strt_dt" }
    sales       = { type = decimal(14, 2), unit = "USD" }
    stores      = { type = double, from = "st_ct" }
    markdown    = { type = double, from = "mrkdn_pdm" }
    sentiment   = { type = double, from = "me_ics_all" }
    fiscal_year = { type = integer, from = "yr_nbr" }
    season      = { type = integer, from = "qtr_nbr" }
    christmas   = { type = boolean, from = "hldy_Christmas Day" }
    black_week  = { type = boolean, from = "hldy_Black Friday" }
  }
}

source "media" {
  union = [direct_mail, insert, newspaper, digital_audio, radio, tv, digital_video, social, display, search, email, sms, affiliate]
  tag   = "channel"
  key   = [channel, week]
  time  = week
  grain = week
}

source "direct_mail" {
  csv {
    path = "data/data.csv"
  }
  key   = [week]
  time  = week
  grain = week
  columns {
    week     = { type = date, from = "wk_strt_dt" }
    exposure = { type = integer, from = "mdip_dm" }
    spend    = { type = decimal(14, 2), from = "mdsp_dm", unit = "USD" }
  }
}

source "insert" {
  csv {
    path = "data/data.csv"
  }
  key   = [week]
  time  = week
  grain = week
  columns {
    week     = { type = date, from = "wk_strt_dt" }
    exposure = { type = integer, from = "mdip_inst" }
    spend    = { type = decimal(14, 2), from = "mdsp_inst", unit = "USD" }
  }
}

source "newspaper" {
  csv {
    path = "data/data.csv"
  }
  key   = [week]
  time  = week
  grain = week
  columns {
    week     = { type = date, from = "wk_strt_dt" }
    exposure = { type = integer, from = "mdip_nsp" }
    spend    = { type = decimal(14, 2), from = "mdsp_nsp", unit = "USD" }
  }
}

source "digital_audio" {
  csv {
    path = "data/data.csv"
  }
  key   = [week]
  time  = week
  grain = week
  columns {
    week     = { type = date, from = "wk_strt_dt" }
    exposure = { type = integer, from = "mdip_auddig" }
    spend    = { type = decimal(14, 2), from = "mdsp_auddig", unit = "USD" }
  }
}

source "radio" {
  csv {
    path = "data/data.csv"
  }
  key   = [week]
  time  = week
  grain = week
  columns {
    week     = { type = date, from = "wk_strt_dt" }
    exposure = { type = integer, from = "mdip_audtr" }
    spend    = { type = decimal(14, 2), from = "mdsp_audtr", unit = "USD" }
  }
}

source "tv" {
  csv {
    path = "data/data.csv"
  }
  key   = [week]
  time  = week
  grain = week
  columns {
    week     = { type = date, from = "wk_strt_dt" }
    exposure = { type = integer, from = "mdip_vidtr" }
    spend    = { type = decimal(14, 2), from = "mdsp_vidtr", unit = "USD" }
  }
}

source "digital_video" {
  csv {
    path = "data/data.csv"
  }
  key   = [week]
  time  = week
  grain = week
  columns {
    week     = { type = date, from = "wk_strt_dt" }
    exposure = { type = integer, from = "mdip_viddig" }
    spend    = { type = decimal(14, 2), from = "mdsp_viddig", unit = "USD" }
  }
}

source "social" {
  csv {
    path = "data/data.csv"
  }
  key   = [week]
  time  = week
  grain = week
  columns {
    week     = { type = date, from = "wk_strt_dt" }
    exposure = { type = integer, from = "mdip_so" }
    spend    = { type = decimal(14, 2), from = "mdsp_so", unit = "USD" }
  }
}

source "display" {
  csv {
    path = "data/data.csv"
  }
  key   = [week]
  time  = week
  grain = week
  columns {
    week     = { type = date, from = "wk_strt_dt" }
    exposure = { type = integer, from = "mdip_on" }
    spend    = { type = decimal(14, 2), from = "mdsp_on", unit = "USD" }
  }
}

source "search" {
  csv {
    path = "data/data.csv"
  }
  key   = [week]
  time  = week
  grain = week
  columns {
    week     = { type = date, from = "wk_strt_dt" }
    exposure = { type = integer, from = "mdip_sem" }
    spend    = { type = decimal(14, 2), from = "mdsp_sem", unit = "USD" }
  }
}

source "email" {
  csv {
    path = "data/data.csv"
  }
  key   = [week]
  time  = week
  grain = week
  columns {
    week     = { type = date, from = "wk_strt_dt" }
    exposure = { type = integer, from = "mdip_em" }
  }
}

source "sms" {
  csv {
    path = "data/data.csv"
  }
  key   = [week]
  time  = week
  grain = week
  columns {
    week     = { type = date, from = "wk_strt_dt" }
    exposure = { type = integer, from = "mdip_sms" }
  }
}

source "affiliate" {
  csv {
    path = "data/data.csv"
  }
  key   = [week]
  time  = week
  grain = week
  columns {
    week     = { type = date, from = "wk_strt_dt" }
    exposure = { type = integer, from = "mdip_aff" }
  }
}

dimension "channel" {
  from "media" { value = channel }
}
dimension "season" {
  from "weeks" { value = season }
}
dimension "fiscal_year" {
  from "weeks" { value = fiscal_year }
}
