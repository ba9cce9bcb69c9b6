-- question: seven days and the month so far
-- kpis: clicks_7d ctr_7d cost_mtd cost_before
-- grain: day
-- from: 2020-04-25
-- to: 2020-06-30
WITH d AS (SELECT DISTINCT * FROM read_csv('data/online_advertising_performance_data.csv', nullstr = '#N/A', types = {'cost': 'DECIMAL(12, 4)'})),
p AS (SELECT make_date(2020, CASE month WHEN 'April' THEN 4 WHEN 'May' THEN 5 WHEN 'June' THEN 6 END, "day") AS t, sum(displays) AS displays, sum(clicks) AS clicks, sum(cost) AS cost FROM d GROUP BY 1)
SELECT t::VARCHAR AS period, sum(clicks) OVER w AS clicks_7d, (sum(clicks) OVER w) / (sum(displays) OVER w) AS ctr_7d,
  sum(cost) OVER (PARTITION BY month(t) ORDER BY t) AS cost_mtd, cost - lag(cost) OVER (ORDER BY t) AS cost_before
FROM p WINDOW w AS (ORDER BY t ROWS 6 PRECEDING) QUALIFY t >= '2020-04-25'

-- question: campaigns' part of the cost
-- kpis: cost cost_share
-- by: campaign
-- grain: month
-- from: 2020-04
-- to: 2020-06
-- rows: present
WITH d AS (SELECT DISTINCT * FROM read_csv('data/online_advertising_performance_data.csv', nullstr = '#N/A', types = {'cost': 'DECIMAL(12, 4)'}))
SELECT CASE month WHEN 'April' THEN '2020-04' WHEN 'May' THEN '2020-05' WHEN 'June' THEN '2020-06' END AS period, campaign_number AS campaign, sum(cost) AS cost,
  sum(cost)::DOUBLE / (sum(sum(cost)) OVER (PARTITION BY month))::DOUBLE AS cost_share FROM d GROUP BY month, 2
