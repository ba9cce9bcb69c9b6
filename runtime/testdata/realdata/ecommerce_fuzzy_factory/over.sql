-- question: revenue to date, against the month and the year before
-- kpis: revenue revenue_before revenue_yoy revenue_ytd
-- grain: month
-- from: 2013-01
-- to: 2015-02
WITH m AS (SELECT date_trunc('month', created_at) AS m, sum(price_usd::DECIMAL(12, 2)) AS v FROM 'data/order_items.csv.gz' GROUP BY 1)
SELECT strftime(m.m, '%Y-%m') AS period, m.v AS revenue, p.v AS revenue_before,
  (m.v - y.v)::DOUBLE / y.v::DOUBLE AS revenue_yoy, (SELECT sum(t.v) FROM m t WHERE year(t.m) = year(m.m) AND t.m <= m.m) AS revenue_ytd
FROM m JOIN m p ON p.m = m.m - INTERVAL 1 MONTH LEFT JOIN m y ON y.m = m.m - INTERVAL 1 YEAR WHERE m.m BETWEEN '2013-01-01' AND '2015-02-01'

-- question: customers of the last ninety days, at the end of each month
-- kpis: customers customers_90d
-- grain: month
-- from: 2013-01
-- to: 2015-02
WITH e AS (SELECT unnest(generate_series(DATE '2013-01-01', DATE '2015-02-01', INTERVAL 1 MONTH)) AS m),
o AS (SELECT created_at AS t, user_id FROM 'data/orders.csv.gz')
SELECT strftime(m, '%Y-%m') AS period, (SELECT count(DISTINCT user_id) FROM o WHERE t >= m AND t < m + INTERVAL 1 MONTH) AS customers,
  (SELECT count(DISTINCT user_id) FROM o WHERE t >= m + INTERVAL 1 MONTH - INTERVAL 90 DAY AND t < m + INTERVAL 1 MONTH) AS customers_90d FROM e

-- question: what part of a quarter's revenue a product has
-- kpis: revenue revenue_share place
-- by: product
-- grain: quarter
-- from: 2014-Q2
-- to: 2014-Q4
SELECT strftime(i.created_at, '%Y') || '-Q' || quarter(i.created_at) AS period, product_name AS product, sum(price_usd::DECIMAL(12, 2)) AS revenue,
  revenue::DOUBLE / (sum(sum(price_usd::DECIMAL(12, 2))) OVER (PARTITION BY period))::DOUBLE AS revenue_share,
  rank() OVER (PARTITION BY period ORDER BY sum(price_usd::DECIMAL(12, 2)) DESC) AS place
FROM 'data/order_items.csv.gz' i JOIN 'data/products.csv.gz' USING (product_id) WHERE i.created_at >= '2014-04-01' AND i.created_at < '2015-01-01' GROUP BY 1, 2

-- question: refund rate over three months of sales
-- kpis: refund_rate_3m
-- grain: month
-- from: 2012-06
-- to: 2015-02
WITH s AS (SELECT date_trunc('month', i.created_at) AS m, sum(i.price_usd::DECIMAL(12, 2)) AS v, sum(r.refund_amount_usd::DECIMAL(12, 2)) AS r
  FROM 'data/order_items.csv.gz' i LEFT JOIN 'data/order_item_refunds.csv.gz' r USING (order_item_id) GROUP BY 1)
SELECT strftime(m, '%Y-%m') AS period, (sum(r) OVER w)::DOUBLE / (sum(v) OVER w)::DOUBLE AS refund_rate_3m
FROM s WINDOW w AS (ORDER BY m ROWS 2 PRECEDING) QUALIFY m BETWEEN '2012-06-01' AND '2015-02-01'

-- question: the best day of each month
-- kpis: best_day revenue
-- grain: month
-- from: 2014-01
-- to: 2014-12
WITH d AS (SELECT created_at::DATE AS day, sum(price_usd::DECIMAL(12, 2)) AS v FROM 'data/order_items.csv.gz' WHERE year(created_at) = 2014 GROUP BY 1)
SELECT strftime(day, '%Y-%m') AS period, max(v) AS best_day, sum(v) AS revenue FROM d GROUP BY 1
