source "ads" {
  label       = "广告投放"
  description = "What the ad platforms report, by day and campaign. They export a day again when they correct it"
  owner       = "growth"
  csv {
    path = "data/ads.csv.gz"
  }
  key  = [day, platform, campaign]
  time = day

  columns {
    day = date
    platform = {
      type = string
      fold = [trim, lower]
      map = {
        "天猫"   = "tmall"
        "阿里妈妈" = "tmall"
        "京东"   = "jd"
        "京准通"  = "jd"
        "抖音"   = "douyin"
        "巨量引擎" = "douyin"
        "小红书"  = "rednote"
        "xhs"  = "rednote"
      }
    }
    campaign = {
      type = string
      fold = [trim, lower]
      map = {
        "日常"        = "always_on"
        "双十一"       = "double11"
        "双11"       = "double11"
        "double 11" = "double11"
        "618大促"     = "618"
        "年货节"       = "spring_festival"
        "上新季"       = "new_season"
      }
    }
    impressions = { type = integer, range = [0, 100000000] }
    clicks      = { type = integer, range = [0, 100000000] }
    spend       = { type = decimal(12, 2), unit = "CNY", tax = included }
    exported_at = { type = timestamp, format = "%Y-%m-%d %H:%M:%S" }
  }

  dedupe {
    by    = [day, platform, campaign]
    order = exported_at
    keep  = last
  }
}

source "traffic" {
  label       = "访问"
  description = "Sessions in the online shops, by day and channel"
  owner       = "growth"
  csv {
    path = "data/traffic.csv"
  }
  key  = [day, channel]
  time = day

  columns {
    day      = date
    channel  = { type = string, fold = [trim, lower] }
    sessions = { type = integer, range = [0, 10000000] }
  }
}
