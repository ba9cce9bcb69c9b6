-- question: where the rows went
-- show: accounts
WITH n AS (SELECT count(*) AS n FROM 'data/data.csv' HAVING count(*) = 209)
SELECT unnest(['weeks', 'direct_mail', 'insert', 'newspaper', 'digital_audio', 'radio', 'tv', 'digital_video', 'social', 'display', 'search', 'email', 'sms', 'affiliate']) AS source, n AS "read", n AS clean, 0 AS filtered, 0 AS duplicates, 0 AS rejected FROM n
UNION ALL SELECT 'media', 13 * n, 13 * n, 0, 0, 0 FROM n

-- question: sales of weeks that start on Sunday
-- kpis: sales stores sales_per_store sentiment
-- grain: week
-- from: 2014-08-03
-- to: 2018-07-29
-- A week belongs to the year of its fourth day, a Wednesday. Doubles are averaged with six digits after the point.
SELECT year(wk_strt_dt + 3) || '-W' || lpad(((dayofyear(wk_strt_dt + 3) - 1) // 7 + 1)::VARCHAR, 2, '0') AS period, sales::DECIMAL(14, 2) AS sales,
  round(st_ct, 6) AS stores, sales / round(st_ct, 6) AS sales_per_store, me_ics_all AS sentiment, 'final' AS state FROM 'data/data.csv'

-- question: channels by week
-- kpis: spend exposure cpm
-- by: channel
-- grain: week
-- from: 2017-11-19
-- to: 2017-12-24
WITH m AS (UNPIVOT (SELECT wk_strt_dt AS week, COLUMNS('mdip_.*')::BIGINT FROM 'data/data.csv') ON COLUMNS('mdip_.*') INTO NAME code VALUE exposure),
s AS (UNPIVOT (SELECT wk_strt_dt AS week, COLUMNS('mdsp_.*')::DECIMAL(14, 2) FROM 'data/data.csv') ON COLUMNS('mdsp_.*') INTO NAME code VALUE spend),
names AS (SELECT unnest(['dm', 'inst', 'nsp', 'auddig', 'audtr', 'vidtr', 'viddig', 'so', 'on', 'sem', 'em', 'sms', 'aff']) AS code, unnest(['direct_mail', 'insert', 'newspaper', 'digital_audio', 'radio', 'tv', 'digital_video', 'social', 'display', 'search', 'email', 'sms', 'affiliate']) AS channel),
media AS (SELECT m.week, names.channel, m.exposure, s.spend FROM m JOIN names ON m.code = 'mdip_' || names.code LEFT JOIN s ON s.week = m.week AND s.code = 'mdsp_' || names.code)
SELECT year(week + 3) || '-W' || lpad(((dayofyear(week + 3) - 1) // 7 + 1)::VARCHAR, 2, '0') AS period, channel, spend, exposure, 1000 * spend::DOUBLE / nullif(exposure, 0) AS cpm
FROM media WHERE week BETWEEN DATE '2017-11-19' AND DATE '2017-12-24'

-- question: what a thousand exposures cost, with channels whose spend is not known
-- kpis: spend exposure cpm cpm_where_paid active_channels
-- by: channel
-- totals: true
WITH m AS (UNPIVOT (SELECT wk_strt_dt AS week, COLUMNS('mdip_.*')::BIGINT FROM 'data/data.csv') ON COLUMNS('mdip_.*') INTO NAME code VALUE exposure),
s AS (UNPIVOT (SELECT wk_strt_dt AS week, COLUMNS('mdsp_.*')::DECIMAL(14, 2) FROM 'data/data.csv') ON COLUMNS('mdsp_.*') INTO NAME code VALUE spend),
names AS (SELECT unnest(['dm', 'inst', 'nsp', 'auddig', 'audtr', 'vidtr', 'viddig', 'so', 'on', 'sem', 'em', 'sms', 'aff']) AS code, unnest(['direct_mail', 'insert', 'newspaper', 'digital_audio', 'radio', 'tv', 'digital_video', 'social', 'display', 'search', 'email', 'sms', 'affiliate']) AS channel),
media AS (SELECT m.week, names.channel, m.exposure, s.spend FROM m JOIN names ON m.code = 'mdip_' || names.code LEFT JOIN s ON s.week = m.week AND s.code = 'mdsp_' || names.code)
SELECT channel, sum(spend) AS spend, sum(exposure) AS exposure, 1000 * sum(spend)::DOUBLE / sum(exposure) AS cpm,
  1000 * sum(spend)::DOUBLE / nullif(sum(exposure) FILTER (spend IS NOT NULL), 0) AS cpm_where_paid,
  count(DISTINCT channel) FILTER (spend > 0) AS active_channels
FROM media GROUP BY ROLLUP (1)

-- question: sales by what media cost
-- kpis: sales spend mer spend_share active_channels
-- grain: week
-- from: 2015-W01
-- to: 2015-W52
WITH m AS (UNPIVOT (SELECT wk_strt_dt AS week, COLUMNS('mdip_.*')::BIGINT FROM 'data/data.csv') ON COLUMNS('mdip_.*') INTO NAME code VALUE exposure),
s AS (UNPIVOT (SELECT wk_strt_dt AS week, COLUMNS('mdsp_.*')::DECIMAL(14, 2) FROM 'data/data.csv') ON COLUMNS('mdsp_.*') INTO NAME code VALUE spend),
names AS (SELECT unnest(['dm', 'inst', 'nsp', 'auddig', 'audtr', 'vidtr', 'viddig', 'so', 'on', 'sem', 'em', 'sms', 'aff']) AS code, unnest(['direct_mail', 'insert', 'newspaper', 'digital_audio', 'radio', 'tv', 'digital_video', 'social', 'display', 'search', 'email', 'sms', 'affiliate']) AS channel),
media AS (SELECT m.week, names.channel, m.exposure, s.spend FROM m JOIN names ON m.code = 'mdip_' || names.code LEFT JOIN s ON s.week = m.week AND s.code = 'mdsp_' || names.code),
w AS (SELECT week, sum(spend) AS spend, count(DISTINCT channel) FILTER (spend > 0) AS active FROM media GROUP BY 1)
SELECT year(week + 3) || '-W' || lpad(((dayofyear(week + 3) - 1) // 7 + 1)::VARCHAR, 2, '0') AS period, sales::DECIMAL(14, 2) AS sales, spend, sales / spend AS mer, spend::DOUBLE / sales AS spend_share, active AS active_channels
FROM w JOIN 'data/data.csv' ON wk_strt_dt = week WHERE year(week + 3) || '-W' || lpad(((dayofyear(week + 3) - 1) // 7 + 1)::VARCHAR, 2, '0') LIKE '2015-W%'

-- question: the file's seasons and fiscal years as cuts
-- kpis: sales best_week middle_week markdown
-- by: fiscal_year season
-- totals: true
SELECT yr_nbr AS fiscal_year, qtr_nbr AS season, sum(sales::DECIMAL(14, 2)) AS sales, max(sales::DECIMAL(14, 2)) AS best_week, median(sales) AS middle_week,
  sum((mrkdn_pdm * st_ct)::DECIMAL(38, 6))::DOUBLE / sum(st_ct::DECIMAL(38, 6))::DOUBLE AS markdown FROM 'data/data.csv' GROUP BY GROUPING SETS ((1, 2), ())

-- question: a year ago, week by week
-- kpis: sales
-- grain: week
-- from: 2017-W47
-- to: 2017-W52
-- compare: year_ago
WITH w AS (SELECT year(wk_strt_dt + 3) AS y, (dayofyear(wk_strt_dt + 3) - 1) // 7 + 1 AS n, sales::DECIMAL(14, 2) AS sales FROM 'data/data.csv')
SELECT w.y || '-W' || w.n AS period, w.sales, a.sales AS sales_year_ago, (w.sales - a.sales)::DOUBLE / a.sales::DOUBLE AS sales_year_ago_change
FROM w JOIN w a ON a.y = w.y - 1 AND a.n = w.n WHERE w.y = 2017 AND w.n BETWEEN 47 AND 52

-- question: weeks of Black Friday and Christmas
-- kpis: holiday_sales best_week
-- by: fiscal_year
SELECT yr_nbr AS fiscal_year, coalesce(sum(sales::DECIMAL(14, 2)) FILTER ("hldy_Christmas Day" = 1 OR "hldy_Black Friday" = 1), 0) AS holiday_sales, max(sales::DECIMAL(14, 2)) AS best_week
FROM 'data/data.csv' GROUP BY 1

-- question: weeks in which search cost most
-- kpis: spend exposure
-- where: channel == "search"
-- having: kpi.spend > unit(900000, "USD")
-- grain: week
-- from: 2014-08-03
-- to: 2018-07-29
SELECT year(wk_strt_dt + 3) || '-W' || lpad(((dayofyear(wk_strt_dt + 3) - 1) // 7 + 1)::VARCHAR, 2, '0') AS period, mdsp_sem::DECIMAL(14, 2) AS spend, mdip_sem AS exposure FROM 'data/data.csv' WHERE mdsp_sem > 900000
