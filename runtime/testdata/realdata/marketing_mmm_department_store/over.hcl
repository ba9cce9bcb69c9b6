kpi "spend_share_of_channel" { value = kpi.spend / total(kpi.spend, [channel]) }
kpi "exposure_4w" { value = rolling(kpi.exposure, 4, week) }
kpi "sales_growth" { value = growth(kpi.sales, 1, week) }
kpi "channel_rank" { value = rank(kpi.spend) }
kpi "stores_now" { value = last(weeks.stores) }
