-- question: where the rows went
-- show: accounts
SELECT 'deals' AS source, count(*) AS "read", count(*) AS clean, 0 AS filtered, 0 AS duplicates, 0 AS rejected FROM 'data/sales_pipeline.csv'
UNION ALL SELECT 'agents', count(*), count(*), 0, 0, 0 FROM 'data/sales_teams.csv'
UNION ALL SELECT 'products', count(*), count(*), 0, 0, 0 FROM 'data/products.csv'
UNION ALL SELECT 'accounts', count(*), count(*), 0, 0, 0 FROM 'data/accounts.csv'

-- question: deals by product once the spelling is repaired, and of which account
-- kpis: engaged without_account
-- by: product
-- totals: true
SELECT if(product = 'GTXPro', 'GTX Pro', product) AS product, count(*) AS engaged, count(*) FILTER (account IS NULL) AS without_account
FROM 'data/sales_pipeline.csv' WHERE engage_date IS NOT NULL GROUP BY ROLLUP (1)

-- question: win rate and cycle by month of closing
-- kpis: won closed win_rate cycle_days median_days days_p90
-- grain: month
-- from: 2017-03
-- to: 2017-12
SELECT strftime(close_date, '%Y-%m') AS period, count(*) FILTER (deal_stage = 'Won') AS won, count(*) AS closed,
  count(*) FILTER (deal_stage = 'Won') / count(*) AS win_rate, avg(close_date - engage_date) FILTER (deal_stage = 'Won') AS cycle_days,
  median(close_date - engage_date) AS median_days, quantile_cont(close_date - engage_date, 0.9) AS days_p90, 'final' AS state
FROM 'data/sales_pipeline.csv' WHERE close_date IS NOT NULL GROUP BY 1

-- question: win rate by region and manager
-- kpis: won_value closed win_rate deal_size
-- by: region manager
-- totals: true
WITH d AS (SELECT * FROM 'data/sales_pipeline.csv' JOIN 'data/sales_teams.csv' USING (sales_agent) WHERE close_date IS NOT NULL)
SELECT regional_office AS region, manager, sum(close_value)::DECIMAL(12, 2) AS won_value, count(*) AS closed,
  count(*) FILTER (deal_stage = 'Won') / count(*) AS win_rate, sum(close_value) / count(*) FILTER (deal_stage = 'Won') AS deal_size
FROM d GROUP BY GROUPING SETS ((1, 2), ())

-- question: agents by quarter
-- kpis: won won_value win_rate cycle_days
-- by: agent
-- grain: quarter
-- from: 2017-Q1
-- to: 2017-Q4
-- rows: present
SELECT strftime(close_date, '%Y') || '-Q' || quarter(close_date) AS period, sales_agent AS agent, count(*) FILTER (deal_stage = 'Won') AS won,
  sum(close_value)::DECIMAL(12, 2) AS won_value, count(*) FILTER (deal_stage = 'Won') / count(*) AS win_rate,
  avg(close_date - engage_date) FILTER (deal_stage = 'Won') AS cycle_days
FROM 'data/sales_pipeline.csv' WHERE close_date IS NOT NULL GROUP BY 1, 2

-- question: discounts by product
-- kpis: won discount
-- by: product
-- having: kpi.won > 100
WITH d AS (SELECT if(product = 'GTXPro', 'GTX Pro', product) AS product, close_value FROM 'data/sales_pipeline.csv' WHERE deal_stage = 'Won')
SELECT product, count(*) AS won, 1 - sum(close_value) / sum(sales_price) AS discount
FROM d JOIN 'data/products.csv' USING (product) GROUP BY 1 HAVING count(*) > 100

-- question: sectors, their spelling repaired
-- kpis: won_value customers win_rate
-- by: sector
-- grain: quarter
-- from: 2017-Q2
-- to: 2017-Q4
-- rows: present
SELECT strftime(close_date, '%Y') || '-Q' || quarter(close_date) AS period, if(sector = 'technolgy', 'technology', sector) AS sector,
  sum(close_value)::DECIMAL(12, 2) AS won_value, count(DISTINCT account) FILTER (deal_stage = 'Won') AS customers,
  count(*) FILTER (deal_stage = 'Won') / count(*) AS win_rate
FROM 'data/sales_pipeline.csv' JOIN 'data/accounts.csv' USING (account) WHERE close_date >= '2017-04-01' GROUP BY 1, 2

-- question: deals engaged by month and what has become of them
-- kpis: engaged engaged_value
-- by: stage
-- grain: month
-- from: 2016-10
-- to: 2017-12
-- rows: present
SELECT strftime(engage_date, '%Y-%m') AS period, deal_stage AS stage, count(*) AS engaged, sum(sales_price)::DECIMAL(12, 2) AS engaged_value
FROM (SELECT * REPLACE (if(product = 'GTXPro', 'GTX Pro', product) AS product) FROM 'data/sales_pipeline.csv') JOIN 'data/products.csv' USING (product)
WHERE engage_date IS NOT NULL GROUP BY 1, 2

-- question: velocity in the east
-- kpis: velocity cycle_days
-- where: region == "East"
-- grain: month
-- from: 2017-03
-- to: 2017-12
SELECT strftime(close_date, '%Y-%m') AS period, sum(close_value) / avg(close_date - engage_date) FILTER (deal_stage = 'Won') AS velocity,
  avg(close_date - engage_date) FILTER (deal_stage = 'Won') AS cycle_days
FROM 'data/sales_pipeline.csv' JOIN 'data/sales_teams.csv' USING (sales_agent) WHERE regional_office = 'East' AND close_date IS NOT NULL GROUP BY 1
