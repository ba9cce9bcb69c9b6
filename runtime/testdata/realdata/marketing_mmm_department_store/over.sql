-- question: what part of the spend a channel has, and its four weeks of exposure
-- kpis: spend spend_share_of_channel channel_rank exposure_4w
-- by: channel
-- grain: week
-- from: 2018-06-03
-- to: 2018-07-29
WITH m AS (UNPIVOT (SELECT wk_strt_dt AS week, COLUMNS('mdip_.*')::BIGINT FROM 'data/data.csv') ON COLUMNS('mdip_.*') INTO NAME code VALUE exposure),
s AS (UNPIVOT (SELECT wk_strt_dt AS week, COLUMNS('mdsp_.*')::DECIMAL(14, 2) FROM 'data/data.csv') ON COLUMNS('mdsp_.*') INTO NAME code VALUE spend),
names AS (SELECT unnest(['dm', 'inst', 'nsp', 'auddig', 'audtr', 'vidtr', 'viddig', 'so', 'on', 'sem', 'em', 'sms', 'aff']) AS code, unnest(['direct_mail', 'insert', 'newspaper', 'digital_audio', 'radio', 'tv', 'digital_video', 'social', 'display', 'search', 'email', 'sms', 'affiliate']) AS channel),
p AS (SELECT week, replace(code, 'mdsp_', '') AS code, spend, spend::DOUBLE / (sum(spend) OVER (PARTITION BY week))::DOUBLE AS share, rank() OVER (PARTITION BY week ORDER BY spend DESC) AS place FROM s),
e AS (SELECT week, replace(code, 'mdip_', '') AS code, sum(exposure) OVER (PARTITION BY code ORDER BY week ROWS 3 PRECEDING) AS four FROM m)
SELECT year(week + 3) || '-W' || (dayofyear(week + 3) - 1) // 7 + 1 AS period, channel, spend, share AS spend_share_of_channel, place AS channel_rank, four AS exposure_4w
FROM e JOIN names USING (code) LEFT JOIN p USING (week, code) WHERE week >= '2018-06-03'

-- question: growth from week to week, and the stores at the end
-- kpis: sales_growth stores_now
-- grain: week
-- from: 2018-06-03
-- to: 2018-07-29
SELECT year(wk_strt_dt + 3) || '-W' || (dayofyear(wk_strt_dt + 3) - 1) // 7 + 1 AS period,
  (sales::DECIMAL(14, 2) - lag(sales::DECIMAL(14, 2)) OVER w)::DOUBLE / lag(sales) OVER w AS sales_growth, round(st_ct, 6) AS stores_now
FROM 'data/data.csv' WINDOW w AS (ORDER BY wk_strt_dt) QUALIFY wk_strt_dt >= '2018-06-03'
