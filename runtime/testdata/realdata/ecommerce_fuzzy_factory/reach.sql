-- question: customers by the month of their first order, and how many came again
-- kpis: new_customers repeat_rate life_value
-- grain: month
-- from: 2012-03
-- to: 2015-03
WITH c AS (SELECT user_id, min(created_at) AS first_at, count(*) AS n, sum(price_usd::DECIMAL(12, 2)) AS spent FROM 'data/orders.csv.gz' GROUP BY 1)
SELECT strftime(first_at, '%Y-%m') AS period, count(*) AS new_customers, count(*) FILTER (n >= 2) / count(*) AS repeat_rate, avg(spent) AS life_value FROM c GROUP BY 1

-- question: orders of new customers and of those who came again
-- kpis: orders first_orders repeat_orders
-- grain: quarter
-- from: 2012-Q2
-- to: 2014-Q4
WITH o AS (SELECT created_at AS t, min(created_at) OVER (PARTITION BY user_id) AS first_at FROM 'data/orders.csv.gz')
SELECT strftime(t, '%Y') || '-Q' || quarter(t) AS period, count(*) AS orders, count(*) FILTER (t = first_at) AS first_orders, count(*) FILTER (t > first_at) AS repeat_orders
FROM o WHERE t BETWEEN '2012-04-01' AND '2014-12-31 23:59:59' GROUP BY 1
