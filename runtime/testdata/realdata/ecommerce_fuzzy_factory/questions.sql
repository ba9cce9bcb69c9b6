-- question: where the rows went
-- show: accounts
SELECT 'orders' AS source, count(*) AS "read", count(*) AS clean, 0 AS filtered, 0 AS duplicates, 0 AS rejected FROM 'data/orders.csv.gz'
UNION ALL SELECT 'order_items', count(*), count(*), 0, 0, 0 FROM 'data/order_items.csv.gz'
UNION ALL SELECT 'refunds', count(*), count(*), 0, 0, 0 FROM 'data/order_item_refunds.csv.gz'
UNION ALL SELECT 'products', count(*), count(*), 0, 0, 0 FROM 'data/products.csv.gz'
UNION ALL SELECT 'customer', count(DISTINCT user_id), count(DISTINCT user_id), 0, 0, 0 FROM 'data/orders.csv.gz'

-- question: sales, margin and basket by month
-- kpis: revenue gross_profit margin items orders aov items_per_order
-- grain: month
-- from: 2012-03
-- to: 2015-03
WITH i AS (SELECT strftime(created_at, '%Y-%m') AS period, sum(price_usd::DECIMAL(12, 2)) AS revenue, sum(cogs_usd::DECIMAL(12, 2)) AS cogs, count(*) AS items
  FROM 'data/order_items.csv.gz' GROUP BY 1),
o AS (SELECT strftime(created_at, '%Y-%m') AS period, count(*) AS orders FROM 'data/orders.csv.gz' GROUP BY 1)
SELECT period, revenue, revenue - cogs AS gross_profit, (revenue - cogs)::DOUBLE / revenue::DOUBLE AS margin, items, orders,
  revenue::DOUBLE / orders AS aov, items / orders AS items_per_order,
  if(period IN ('2012-03', '2015-03'), 'incomplete', 'final') AS state
FROM i JOIN o USING (period)

-- question: refunds by their own date and by their sale's
-- kpis: revenue refunded net_revenue refunded_of_sales refund_rate
-- grain: month
-- from: 2012-03
-- to: 2015-04
WITH months AS (SELECT strftime(unnest(generate_series(DATE '2012-03-01', DATE '2015-04-01', INTERVAL 1 MONTH)), '%Y-%m') AS period),
i AS (SELECT strftime(created_at, '%Y-%m') AS period, sum(price_usd::DECIMAL(12, 2)) AS revenue FROM 'data/order_items.csv.gz' GROUP BY 1),
r AS (SELECT strftime(created_at, '%Y-%m') AS period, sum(refund_amount_usd::DECIMAL(12, 2)) AS refunded FROM 'data/order_item_refunds.csv.gz' GROUP BY 1),
s AS (SELECT strftime(i.created_at, '%Y-%m') AS period, sum(r.refund_amount_usd::DECIMAL(12, 2)) AS refunded
  FROM 'data/order_item_refunds.csv.gz' r JOIN 'data/order_items.csv.gz' i USING (order_item_id) GROUP BY 1)
SELECT period, revenue, r.refunded, revenue - r.refunded AS net_revenue,
  s.refunded AS refunded_of_sales, s.refunded::DOUBLE / revenue::DOUBLE AS refund_rate
FROM months LEFT JOIN i USING (period) LEFT JOIN r USING (period) LEFT JOIN s USING (period)

-- question: refunds by product and quarter of the sale
-- kpis: revenue refunded_of_sales refund_rate
-- by: product
-- grain: quarter
-- from: 2013-Q1
-- to: 2014-Q4
WITH cells AS (SELECT q AS period, product_name AS product FROM
    (SELECT strftime(d, '%Y') || '-Q' || quarter(d) AS q FROM (SELECT unnest(generate_series(DATE '2013-01-01', DATE '2014-10-01', INTERVAL 3 MONTH)) AS d)),
    'data/products.csv.gz'),
i AS (SELECT strftime(i.created_at, '%Y') || '-Q' || quarter(i.created_at) AS period, product_name AS product,
    sum(i.price_usd::DECIMAL(12, 2)) AS revenue, sum(r.refund_amount_usd::DECIMAL(12, 2)) AS refunded
  FROM 'data/order_items.csv.gz' i JOIN 'data/products.csv.gz' p USING (product_id) LEFT JOIN 'data/order_item_refunds.csv.gz' r USING (order_item_id) GROUP BY 1, 2)
SELECT period, product, coalesce(revenue, 0) AS revenue, coalesce(refunded, 0) AS refunded_of_sales, coalesce(refunded, 0)::DOUBLE / revenue::DOUBLE AS refund_rate
FROM cells LEFT JOIN i USING (period, product)

-- question: how long refunds take
-- kpis: refunds days_to_refund longest_to_refund
-- by: product
-- grain: year
-- from: 2012
-- to: 2015
-- totals: true
-- rows: present
SELECT strftime(r.created_at, '%Y') AS period, product_name AS product, count(*) AS refunds,
  avg(date_diff('day', i.created_at, r.created_at)) AS days_to_refund, max(date_diff('day', i.created_at, r.created_at)) AS longest_to_refund
FROM 'data/order_item_refunds.csv.gz' r JOIN 'data/order_items.csv.gz' i USING (order_item_id) JOIN 'data/products.csv.gz' USING (product_id)
GROUP BY GROUPING SETS ((1, 2), (1))

-- question: customers and orders by week around new year, and the week before
-- kpis: orders customers
-- grain: week
-- from: 2014-W50
-- to: 2015-W03
-- compare: previous
WITH w AS (SELECT strftime(created_at, '%G-W%V') AS period, date_trunc('week', created_at) AS start, count(*) AS orders, count(DISTINCT user_id) AS customers
  FROM 'data/orders.csv.gz' GROUP BY 1, 2)
SELECT w.period, w.orders, p.orders AS orders_previous, (w.orders - p.orders) / p.orders AS orders_previous_change,
  w.customers, p.customers AS customers_previous, (w.customers - p.customers) / p.customers AS customers_previous_change
FROM w JOIN w p ON p.start = w.start - INTERVAL 7 DAY WHERE w.period BETWEEN '2014-W50' AND '2015-W03'

-- question: baskets of several items by month, against the year before
-- kpis: orders items
-- by: basket
-- grain: month
-- from: 2014-01
-- to: 2014-12
-- compare: year_ago
WITH o AS (SELECT date_trunc('month', created_at) AS m, if(items_purchased > 1, 'several', 'one') AS basket, count(*) AS orders, sum(items_purchased) AS items
  FROM 'data/orders.csv.gz' GROUP BY 1, 2),
cells AS (SELECT DISTINCT a.m, b.basket FROM o a, o b WHERE year(a.m) = 2014)
SELECT strftime(m, '%Y-%m') AS period, basket, coalesce(o.orders, 0) AS orders, coalesce(p.orders, 0) AS orders_year_ago,
  (coalesce(o.orders, 0) - p.orders) / p.orders AS orders_year_ago_change,
  coalesce(o.items, 0) AS items, coalesce(p.items, 0) AS items_year_ago, (coalesce(o.items, 0) - p.items) / p.items AS items_year_ago_change
FROM cells LEFT JOIN o USING (m, basket) LEFT JOIN (SELECT m + INTERVAL 1 YEAR AS m, basket, orders, items FROM o) p USING (m, basket)

-- question: cross-selling by product over the whole time
-- kpis: items cross_sold orders_with
-- by: product
-- totals: true
SELECT product_name AS product, count(*) AS items, count(*) FILTER (is_primary_item = 0) / count(*) AS cross_sold, count(DISTINCT order_id) AS orders_with
FROM 'data/order_items.csv.gz' JOIN 'data/products.csv.gz' USING (product_id) GROUP BY ROLLUP (1)

-- question: net revenue of the bear alone
-- kpis: revenue refunded net_revenue
-- where: product == "The Forever Love Bear"
-- grain: quarter
-- from: 2013-Q1
-- to: 2015-Q1
WITH i AS (SELECT order_item_id, created_at, price_usd::DECIMAL(12, 2) AS price FROM 'data/order_items.csv.gz' WHERE product_id = 2),
q AS (SELECT strftime(created_at, '%Y') || '-Q' || quarter(created_at) AS period, sum(price) AS revenue FROM i GROUP BY 1),
r AS (SELECT strftime(r.created_at, '%Y') || '-Q' || quarter(r.created_at) AS period, sum(refund_amount_usd::DECIMAL(12, 2)) AS refunded
  FROM 'data/order_item_refunds.csv.gz' r JOIN i USING (order_item_id) GROUP BY 1)
SELECT period, revenue, refunded, revenue - refunded AS net_revenue, if(period = '2015-Q1', 'incomplete', 'final') AS state FROM q JOIN r USING (period)
