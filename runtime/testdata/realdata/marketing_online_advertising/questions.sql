-- question: where the rows went
-- show: accounts
WITH d AS (SELECT count(*) AS n, (SELECT count(*) FROM (SELECT DISTINCT * FROM 'data/online_advertising_performance_data.csv')) AS clean FROM 'data/online_advertising_performance_data.csv')
SELECT 'ads' AS source, n AS "read", clean, 0 AS filtered, n - clean AS duplicates, 0 AS rejected FROM d WHERE n = 15408 AND n - clean = 5

-- question: the funnel by month and campaign
-- kpis: displays clicks conversions ctr conversion_rate
-- by: campaign
-- grain: month
-- from: 2020-04
-- to: 2020-06
-- totals: true
WITH d AS (SELECT DISTINCT * FROM read_csv('data/online_advertising_performance_data.csv', nullstr = '#N/A')),
p AS (SELECT CASE month WHEN 'April' THEN '2020-04' WHEN 'May' THEN '2020-05' WHEN 'June' THEN '2020-06' END AS period, * FROM d)
SELECT period, campaign_number AS campaign, sum(displays) AS displays, sum(clicks) AS clicks, sum(post_click_conversions) AS conversions,
  sum(clicks) / nullif(sum(displays), 0) AS ctr, sum(post_click_conversions) / nullif(sum(clicks), 0) AS conversion_rate
FROM p GROUP BY GROUPING SETS ((1, 2), (1))
UNION ALL SELECT '2020-06', 'camp 2', 0, 0, 0, NULL, NULL FROM p WHERE month = 'June' AND campaign_number = 'camp 2' HAVING count(*) = 0
UNION ALL SELECT '2020-05', 'camp 2', 0, 0, 0, NULL, NULL FROM p WHERE month = 'May' AND campaign_number = 'camp 2' HAVING count(*) = 0

-- question: costs and what they bring by placement, also where it is not known
-- kpis: cost revenue profit roas cpm rows
-- by: placement
-- totals: true
WITH d AS (SELECT DISTINCT * FROM read_csv('data/online_advertising_performance_data.csv', nullstr = '#N/A', types = {'cost': 'DECIMAL(12, 4)', 'revenue': 'DECIMAL(12, 4)'}))
SELECT placement, sum(cost) AS cost, sum(revenue) AS revenue, sum(revenue - cost) AS profit, sum(revenue)::DOUBLE / nullif(sum(cost), 0)::DOUBLE AS roas,
  1000 * sum(cost)::DOUBLE / nullif(sum(displays), 0) AS cpm, count(*) AS rows
FROM d GROUP BY GROUPING SETS ((1), ())

-- question: weeks over all campaigns
-- kpis: displays clicks cost cpc banners
-- grain: week
-- from: 2020-W14
-- to: 2020-W27
WITH d AS (SELECT DISTINCT * FROM read_csv('data/online_advertising_performance_data.csv', nullstr = '#N/A', types = {'cost': 'DECIMAL(12, 4)'})),
p AS (SELECT make_date(2020, CASE month WHEN 'April' THEN 4 WHEN 'May' THEN 5 WHEN 'June' THEN 6 END, "day") AS t, * FROM d)
SELECT strftime(t, '%G-W%V') AS period, sum(displays) AS displays, sum(clicks) AS clicks, sum(cost) AS cost, sum(cost)::DOUBLE / nullif(sum(clicks), 0) AS cpc,
  count(DISTINCT banner) AS banners, CASE period WHEN '2020-W14' THEN 'incomplete' WHEN '2020-W27' THEN 'open' ELSE 'final' END AS state FROM p GROUP BY 1

-- question: days of one banner
-- kpis: displays clicks sales
-- where: banner == "800 x 250"
-- grain: day
-- from: 2020-04-28
-- to: 2020-05-04
WITH d AS (SELECT DISTINCT * FROM read_csv('data/online_advertising_performance_data.csv', nullstr = '#N/A', types = {'post_click_sales_amount': 'DECIMAL(12, 4)'})),
p AS (SELECT make_date(2020, CASE month WHEN 'April' THEN 4 WHEN 'May' THEN 5 WHEN 'June' THEN 6 END, "day") AS t, * FROM d WHERE banner = '800 x 250'),
days AS (SELECT unnest(generate_series(DATE '2020-04-28', DATE '2020-05-04', INTERVAL 1 DAY))::DATE AS t)
SELECT t::VARCHAR AS period, coalesce(sum(displays), 0) AS displays, coalesce(sum(clicks), 0) AS clicks, coalesce(sum(post_click_sales_amount), 0) AS sales
FROM days LEFT JOIN p USING (t) GROUP BY 1

-- question: rows that can't be
-- kpis: impossible rows
-- by: engagement
-- totals: true
WITH d AS (SELECT DISTINCT * FROM read_csv('data/online_advertising_performance_data.csv', nullstr = '#N/A'))
SELECT user_engagement AS engagement, count(*) FILTER (clicks > displays OR post_click_conversions > clicks) AS impossible, count(*) AS rows FROM d GROUP BY ROLLUP (1)

-- question: rows by how often they were shown
-- kpis: rows cost clicks
-- by: size
-- rows: present
-- grain: month
-- from: 2020-04
-- to: 2020-06
WITH d AS (SELECT DISTINCT * FROM read_csv('data/online_advertising_performance_data.csv', nullstr = '#N/A', types = {'cost': 'DECIMAL(12, 4)'}))
SELECT CASE month WHEN 'April' THEN '2020-04' WHEN 'May' THEN '2020-05' WHEN 'June' THEN '2020-06' END AS period,
  CASE WHEN displays < 1 THEN 'none' WHEN displays < 100 THEN 'few' WHEN displays < 10000 THEN 'some' ELSE 'many' END AS size,
  count(*) AS rows, sum(cost) AS cost, sum(clicks) AS clicks FROM d GROUP BY 1, 2

-- question: how much revenue comes from ads that pay twice their cost
-- kpis: best_roas_share revenue
-- by: banner engagement
SELECT banner, user_engagement AS engagement, (coalesce(sum(revenue) FILTER (revenue > 2 * cost), 0))::DOUBLE / nullif(sum(revenue), 0)::DOUBLE AS best_roas_share, sum(revenue) AS revenue
FROM (SELECT DISTINCT * FROM read_csv('data/online_advertising_performance_data.csv', nullstr = '#N/A', types = {'cost': 'DECIMAL(12, 4)', 'revenue': 'DECIMAL(12, 4)'})) GROUP BY 1, 2

-- question: months against the month before
-- kpis: revenue
-- by: engagement
-- grain: month
-- from: 2020-05
-- to: 2020-06
-- compare: previous
WITH d AS (SELECT CASE month WHEN 'April' THEN 4 WHEN 'May' THEN 5 WHEN 'June' THEN 6 END AS m, user_engagement AS engagement, sum(revenue) AS revenue
  FROM (SELECT DISTINCT * FROM read_csv('data/online_advertising_performance_data.csv', nullstr = '#N/A', types = {'revenue': 'DECIMAL(12, 4)'})) GROUP BY 1, 2)
SELECT '2020-0' || d.m AS period, engagement, d.revenue, p.revenue AS revenue_previous, (d.revenue - p.revenue)::DOUBLE / p.revenue::DOUBLE AS revenue_previous_change
FROM d JOIN d p USING (engagement) WHERE p.m = d.m - 1
