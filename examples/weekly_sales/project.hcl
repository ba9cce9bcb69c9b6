project "weekly_sales" {
  label      = "销售周报"
  timezone   = "Asia/Shanghai"
  week_start = monday
  currency   = "CNY"
  as_of      = "2026-11-16" # a Monday: the week of Double 11 has just ended
  grains     = [day, week, month]
  history    = "53w"
  notice     = "14d"
}

variable "vat" {
  description = "Value-added tax that retail prices include"
  type        = number
  default     = 0.13
}

variable "last_day" {
  description = "The last day that the files hold"
  type        = string
  default     = "2026-11-15"
}

locals {
  # Every way in which a file writes a channel, in lower case. What is missing
  # here shows up as the channel "other".
  channel_names = {
    "tmall"   = "tmall"
    "天猫"      = "tmall"
    "阿里妈妈"    = "tmall"
    "jd"      = "jd"
    "京东"      = "jd"
    "京准通"     = "jd"
    "douyin"  = "douyin"
    "抖音"      = "douyin"
    "巨量引擎"    = "douyin"
    "dy"      = "douyin"
    "rednote" = "rednote"
    "小红书"     = "rednote"
    "xhs"     = "rednote"
    "web"     = "web"
    "官网"      = "web"
    "direct"  = "web"
    "store"   = "store"
    "门店"      = "store"
  }

  campaign_names = {
    "日常"        = "always_on"
    "双十一"       = "double11"
    "双11"       = "double11"
    "double 11" = "double11"
    "618大促"     = "618"
    "年货节"       = "spring_festival"
    "上新季"       = "new_season"
  }
}
