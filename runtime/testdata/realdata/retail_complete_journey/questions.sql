-- question: where the rows went
-- show: accounts
SELECT 'lines' AS source, count(*) AS "read", count(*) AS clean, 0 AS filtered, 0 AS duplicates, 0 AS rejected FROM 'data/transactions_sample.parquet'
UNION ALL SELECT 'products', count(*), count(*), 0, 0, 0 FROM 'data/products.parquet'
UNION ALL SELECT 'households', count(*), count(*), 0, 0, 0 FROM 'data/demographics.parquet'
UNION ALL SELECT 'redemptions', count(*), count(*), 0, 0, 0 FROM 'data/coupon_redemptions.parquet'
UNION ALL SELECT 'campaigns', count(*), count(*), 0, 0, 0 FROM 'data/campaign_descriptions.parquet'
UNION ALL SELECT 'buyer', count(*), count(*), 0, 0, 0
FROM (SELECT household_id FROM 'data/transactions_sample.parquet' UNION SELECT household_id FROM 'data/coupon_redemptions.parquet')

-- question: which references lead nowhere
-- show: checks
SELECT 'lines' AS source, 'product_id' AS "column", 'references' AS "check", count(*) AS failed
FROM 'data/transactions_sample.parquet' WHERE product_id NOT IN (SELECT product_id FROM 'data/products.parquet') HAVING count(*) = 222
UNION ALL SELECT 'lines', 'household_id', 'references', count(*)
FROM 'data/transactions_sample.parquet' WHERE household_id NOT IN (SELECT household_id FROM 'data/demographics.parquet')
UNION ALL SELECT 'redemptions', 'household_id', 'references', count(*)
FROM 'data/coupon_redemptions.parquet' WHERE household_id NOT IN (SELECT household_id FROM 'data/demographics.parquet')

-- question: the file's own week is the week of New York time
-- kpis: lines sales
-- by: file_week
-- grain: week
-- from: 2016-W52
-- to: 2017-W52
-- rows: present
SELECT strftime(DATE '2016-12-26' + (week - 1) * INTERVAL 7 DAY, '%G-W%V') AS period, week AS file_week, count(*) AS lines, sum(round(sales_value, 2)::DECIMAL(12, 2)) AS sales
FROM 'data/transactions_sample.parquet' GROUP BY 1, 2

-- question: weeks with distinct baskets and shoppers
-- kpis: sales baskets shoppers basket_value
-- grain: week
-- from: 2016-W52
-- to: 2017-W52
SELECT strftime(DATE '2016-12-26' + (week - 1) * INTERVAL 7 DAY, '%G-W%V') AS period, sum(sales_value::DECIMAL(12, 2)) AS sales, count(DISTINCT basket_id) AS baskets,
  count(DISTINCT household_id) AS shoppers, sum(sales_value::DECIMAL(12, 2))::DOUBLE / count(DISTINCT basket_id) AS basket_value,
  if(week = 1, 'incomplete', 'final') AS state
FROM 'data/transactions_sample.parquet' GROUP BY week

-- question: the days on which clocks change
-- kpis: lines sales quantity free_lines
-- grain: day
-- from: 2017-03-11
-- to: 2017-03-13
WITH d AS (SELECT *, timezone('America/New_York', timezone('UTC', transaction_timestamp))::DATE AS day FROM 'data/transactions_sample.parquet')
SELECT day::VARCHAR AS period, count(*) AS lines, sum(sales_value::DECIMAL(12, 2)) AS sales, sum(quantity) AS quantity, count(*) FILTER (quantity = 0) AS free_lines
FROM d WHERE day BETWEEN '2017-03-11' AND '2017-03-13' GROUP BY 1

-- question: the hours of the longest day
-- kpis: lines baskets
-- grain: hour
-- from: 2017-11-04
-- to: 2017-11-06
-- rows: present
WITH d AS (SELECT *, timezone('America/New_York', timezone('UTC', transaction_timestamp)) AS t,
  transaction_timestamp >= '2017-11-05 06:00' AS winter FROM 'data/transactions_sample.parquet')
SELECT strftime(t, '%Y-%m-%dT%H') || CASE WHEN strftime(t, '%Y-%m-%dT%H') = '2017-11-05T01' THEN if(winter, '-05:00', '-04:00') ELSE '' END AS period,
  count(*) AS lines, count(DISTINCT basket_id) AS baskets FROM d WHERE t::DATE BETWEEN '2017-11-04' AND '2017-11-06' GROUP BY 1

-- question: departments, with what no product explains
-- kpis: sales lines discount_rate own_share
-- by: department
-- grain: quarter
-- from: 2017-Q1
-- to: 2017-Q4
-- rows: present
-- totals: true
WITH d AS (SELECT year(t) || '-Q' || quarter(t) AS period, coalesce(p.department, '(unmatched)') AS department, p.brand = 'Private' AS own,
    sales_value::DECIMAL(12, 2) AS s, retail_disc::DECIMAL(12, 2) + coupon_match_disc::DECIMAL(12, 2) AS disc
  FROM (SELECT *, timezone('America/New_York', timezone('UTC', transaction_timestamp)) AS t FROM 'data/transactions_sample.parquet')
  LEFT JOIN 'data/products.parquet' p USING (product_id))
SELECT period, department, sum(s) AS sales, count(*) AS lines, sum(disc)::DOUBLE / nullif(sum(s + disc), 0)::DOUBLE AS discount_rate,
  if(count(*) FILTER (own) = 0, 0, (sum(s) FILTER (own))::DOUBLE) / nullif(sum(s), 0)::DOUBLE AS own_share
FROM d GROUP BY GROUPING SETS ((1, 2), (1))

-- question: income of the households that are known
-- kpis: shoppers basket_value sales_spread
-- by: income
-- totals: true
WITH d AS (SELECT coalesce(h.income, '(unmatched)') AS income, t.* FROM 'data/transactions_sample.parquet' t LEFT JOIN 'data/demographics.parquet' h USING (household_id))
SELECT income, count(DISTINCT household_id) AS shoppers, sum(sales_value::DECIMAL(12, 2))::DOUBLE / count(DISTINCT basket_id) AS basket_value,
  stddev_samp(sales_value::DECIMAL(12, 2)::DOUBLE) AS sales_spread FROM d GROUP BY ROLLUP (1)

-- question: coupons redeemed by type of campaign and month
-- kpis: redemptions redeemers in_time
-- by: campaign_type
-- grain: month
-- from: 2017-01
-- to: 2017-12
-- rows: present
SELECT strftime(redemption_date, '%Y-%m') AS period, campaign_type, count(*) AS redemptions, count(DISTINCT household_id) AS redeemers,
  count(*) FILTER (redemption_date BETWEEN start_date AND end_date) / count(*) AS in_time
FROM 'data/coupon_redemptions.parquet' JOIN 'data/campaign_descriptions.parquet' USING (campaign_id) GROUP BY 1, 2

-- question: redemptions by baskets, two sources that know households
-- kpis: baskets redemptions redemptions_per_1000
-- by: income
-- grain: quarter
-- from: 2017-Q1
-- to: 2017-Q4
WITH t AS (SELECT year(t) || '-Q' || quarter(t) AS period, coalesce(income, '(unmatched)') AS income, count(DISTINCT basket_id) AS baskets
  FROM (SELECT *, timezone('America/New_York', timezone('UTC', transaction_timestamp)) AS t FROM 'data/transactions_sample.parquet')
  LEFT JOIN 'data/demographics.parquet' USING (household_id) GROUP BY 1, 2),
r AS (SELECT year(redemption_date) || '-Q' || quarter(redemption_date) AS period, coalesce(income, '(unmatched)') AS income, count(*) AS n
  FROM 'data/coupon_redemptions.parquet' LEFT JOIN 'data/demographics.parquet' USING (household_id) GROUP BY 1, 2)
SELECT period, income, baskets, coalesce(n, 0) AS redemptions, 1000 * coalesce(n, 0) / baskets AS redemptions_per_1000 FROM t LEFT JOIN r USING (period, income)

-- question: unit prices by brand and month
-- kpis: price_p90 quantity coupon_value
-- by: brand
-- grain: month
-- from: 2017-01
-- to: 2017-06
WITH d AS (SELECT strftime(timezone('America/New_York', timezone('UTC', transaction_timestamp)), '%Y-%m') AS period, coalesce(brand, '(unmatched)') AS brand, t.*
  FROM 'data/transactions_sample.parquet' t LEFT JOIN 'data/products.parquet' USING (product_id))
SELECT period, brand, quantile_cont(sales_value::DECIMAL(12, 2)::DOUBLE / quantity, 0.9) FILTER (quantity > 0) AS price_p90, sum(quantity) AS quantity,
  sum(coupon_disc::DECIMAL(12, 2)) AS coupon_value FROM d WHERE period <= '2017-06' GROUP BY 1, 2

-- question: lines without a quantity, and departments that no product explains
-- kpis: free_lines lines
-- by: department
-- having: kpi.free_lines > 0
SELECT coalesce(p.department, '(unmatched)') AS department, count(*) FILTER (quantity = 0) AS free_lines, count(*) AS lines
FROM 'data/transactions_sample.parquet' LEFT JOIN 'data/products.parquet' p USING (product_id)
GROUP BY 1 HAVING free_lines > 0 AND (SELECT count(*) FROM 'data/transactions_sample.parquet' WHERE quantity = 0) = 416
