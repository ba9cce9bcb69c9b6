-- question: growth of the stores that sold in both months
-- kpis: growth same_store_growth same_store_sales
-- grain: month
-- from: 2017-02
-- to: 2017-12
WITH s AS (SELECT date_trunc('month', timezone('America/New_York', timezone('UTC', transaction_timestamp))) AS m, store_id, sum(sales_value::DECIMAL(12, 2)) AS v
  FROM 'data/transactions_sample.parquet' GROUP BY 1, 2),
both_ AS (SELECT s.m, sum(s.v) AS v, sum(p.v) AS p FROM s JOIN s p ON p.store_id = s.store_id AND p.m = s.m - INTERVAL 1 MONTH GROUP BY 1),
one AS (SELECT m, sum(v) AS v FROM s GROUP BY 1)
SELECT strftime(m, '%Y-%m') AS period, (one.v - before.v)::DOUBLE / before.v::DOUBLE AS growth, (both_.v - both_.p)::DOUBLE / both_.p::DOUBLE AS same_store_growth, both_.v AS same_store_sales
FROM both_ JOIN one USING (m) JOIN one before ON before.m = both_.m - INTERVAL 1 MONTH

-- question: shoppers of 28 days through the change of clocks
-- kpis: shoppers_28d sales sales_mtd yesterday
-- grain: day
-- from: 2017-03-09
-- to: 2017-03-15
WITH d AS (SELECT *, timezone('America/New_York', timezone('UTC', transaction_timestamp))::DATE AS day, sales_value::DECIMAL(12, 2) AS v FROM 'data/transactions_sample.parquet'),
days AS (SELECT unnest(generate_series(DATE '2017-03-09', DATE '2017-03-15', INTERVAL 1 DAY))::DATE AS e)
SELECT e::VARCHAR AS period, count(DISTINCT household_id) AS shoppers_28d, sum(v) FILTER (day = e) AS sales, sum(v) FILTER (day >= '2017-03-01') AS sales_mtd, sum(v) FILTER (day = e - 1) AS yesterday
FROM days JOIN d ON day BETWEEN e - 27 AND e GROUP BY e

-- question: the strongest department and the best tenth of households
-- kpis: best_department top_households
-- grain: quarter
-- from: 2017-Q2
-- to: 2017-Q4
WITH d AS (SELECT year(t) || '-Q' || quarter(t) AS period, coalesce(department, '(unmatched)') AS department, household_id AS h, sales_value::DECIMAL(12, 2) AS v
  FROM (SELECT *, timezone('America/New_York', timezone('UTC', transaction_timestamp)) AS t FROM 'data/transactions_sample.parquet') LEFT JOIN 'data/products.parquet' USING (product_id)),
h AS (SELECT period, h, sum(v) AS v, row_number() OVER (PARTITION BY period ORDER BY sum(v) DESC) AS place, count(*) OVER (PARTITION BY period) AS n FROM d GROUP BY 1, 2),
p AS (SELECT period, sum(v) AS v FROM d GROUP BY period, department)
SELECT period, (SELECT max(v) FROM p WHERE p.period = h.period) AS best_department, (sum(v) FILTER (place <= ceil(n * 0.1)))::DOUBLE / sum(v)::DOUBLE AS top_households
FROM h WHERE period > '2017-Q1' GROUP BY 1
