-- question: the open pipeline at the end of each month
-- kpis: open_deals open_value
-- grain: month
-- from: 2017-03
-- to: 2017-12
WITH e AS (SELECT unnest(generate_series(DATE '2017-03-01', DATE '2017-12-01', INTERVAL 1 MONTH)) AS m),
d AS (SELECT engage_date AS a, close_date AS z, sales_price FROM 'data/sales_pipeline.csv' d JOIN 'data/products.csv' p ON p.product = if(d.product = 'GTXPro', 'GTX Pro', d.product))
SELECT strftime(m, '%Y-%m') AS period, count(*) AS open_deals, sum(sales_price)::DECIMAL(18, 2) AS open_value
FROM e JOIN d ON a < m + INTERVAL 1 MONTH AND (z IS NULL OR z >= m + INTERVAL 1 MONTH) GROUP BY 1

-- question: the open pipeline by region and manager at the end of quarters
-- kpis: open_deals open_value
-- by: region manager
-- grain: quarter
-- from: 2017-Q1
-- to: 2017-Q4
WITH e AS (SELECT unnest(generate_series(DATE '2017-01-01', DATE '2017-10-01', INTERVAL 3 MONTH)) AS q),
d AS (SELECT engage_date AS a, close_date AS z, sales_price, regional_office AS region, manager FROM 'data/sales_pipeline.csv' d
  JOIN 'data/products.csv' p ON p.product = if(d.product = 'GTXPro', 'GTX Pro', d.product) JOIN 'data/sales_teams.csv' USING (sales_agent))
SELECT '2017-Q' || quarter(q) AS period, region, manager, count(*) AS open_deals, sum(sales_price)::DECIMAL(18, 2) AS open_value
FROM e JOIN d ON a < q + INTERVAL 3 MONTH AND (z IS NULL OR z >= q + INTERVAL 3 MONTH) GROUP BY 1, 2, 3

-- question: win rate of three months
-- kpis: win_rate win_rate_3m
-- grain: month
-- from: 2017-05
-- to: 2017-12
WITH m AS (SELECT date_trunc('month', close_date) AS m, count(*) AS n, count(*) FILTER (deal_stage = 'Won') AS won FROM 'data/sales_pipeline.csv' WHERE close_date IS NOT NULL GROUP BY 1)
SELECT strftime(m, '%Y-%m') AS period, won / n AS win_rate, (sum(won) OVER w) / (sum(n) OVER w) AS win_rate_3m
FROM m WINDOW w AS (ORDER BY m ROWS 2 PRECEDING) QUALIFY m >= '2017-05-01'

-- question: agents in order
-- kpis: won_value place won_growth
-- by: agent
-- grain: quarter
-- from: 2017-Q2
-- to: 2017-Q4
WITH d AS (SELECT quarter(close_date) AS q, sales_agent AS agent, sum(close_value)::DECIMAL(12, 2) AS v FROM 'data/sales_pipeline.csv' WHERE close_date IS NOT NULL GROUP BY 1, 2)
SELECT '2017-Q' || d.q AS period, agent, d.v AS won_value, rank() OVER (PARTITION BY d.q ORDER BY d.v DESC) AS place, (d.v - p.v)::DOUBLE / p.v::DOUBLE AS won_growth
FROM d LEFT JOIN d p USING (agent) WHERE p.q = d.q - 1

-- question: how much the best agents win
-- kpis: top_agents won_per_agent
-- grain: quarter
-- from: 2017-Q1
-- to: 2017-Q4
WITH d AS (SELECT quarter(close_date) AS q, sales_agent AS agent, sum(close_value) AS v FROM 'data/sales_pipeline.csv' WHERE close_date IS NOT NULL GROUP BY 1, 2),
n AS (SELECT *, row_number() OVER (PARTITION BY q ORDER BY v DESC) AS place, count(*) OVER (PARTITION BY q) AS agents FROM d)
SELECT '2017-Q' || q AS period, sum(v) FILTER (place <= ceil(agents * 0.2)) / sum(v) AS top_agents, avg(v) AS won_per_agent FROM n GROUP BY 1

-- question: an agent's part of the region
-- kpis: share_of_region
-- by: region agent
-- at: 2017-Q3
-- rows: present
SELECT '2017-Q3' AS period, regional_office AS region, sales_agent AS agent, sum(close_value) / sum(sum(close_value)) OVER (PARTITION BY regional_office) AS share_of_region
FROM 'data/sales_pipeline.csv' JOIN 'data/sales_teams.csv' USING (sales_agent) WHERE close_date BETWEEN '2017-07-01' AND '2017-09-30' GROUP BY 2, 3
