-- question: where the rows went
-- show: accounts
WITH orders AS (SELECT count(*) AS n, count(OrderID) AS known FROM read_csv('data/List of Orders.csv', header = true, all_varchar = true))
SELECT 'order_list' AS source, n AS "read", known AS clean, 0 AS filtered, 0 AS duplicates, n - known AS rejected FROM orders WHERE n - known = 60
UNION ALL SELECT 'lines', count(*), count(*), 0, 0, 0 FROM 'data/Order Details.csv'
UNION ALL SELECT 'targets', count(*), count(*), 0, 0, 0 FROM 'data/Sales target.csv'

-- question: sales against target by month and category
-- kpis: sales target attainment
-- by: category
-- grain: month
-- from: 2018-04
-- to: 2019-03
WITH s AS (SELECT date_trunc('month', strptime(o.OrderDate, '%d-%m-%Y')) AS m, d.Category AS c, sum(d.Amount::DECIMAL(12, 2)) AS v
  FROM read_csv('data/Order Details.csv', all_varchar = true) d
  JOIN read_csv('data/List of Orders.csv', all_varchar = true) o USING (OrderID) GROUP BY ALL),
t AS (SELECT strptime(MonthofOrderDate, '%b-%y') AS m, Category AS c, Target::DECIMAL(12, 2) AS v FROM read_csv('data/Sales target.csv', all_varchar = true))
SELECT strftime(m, '%Y-%m') AS period, c AS category, coalesce(s.v, 0) AS sales, t.v AS target, s.v / t.v AS attainment, 'final' AS state
FROM t LEFT JOIN s USING (m, c)

-- question: the year's sales beside their target
-- kpis: sales
-- by: category
-- grain: year
-- from: 2019
-- to: 2019
-- compare: target
-- totals: true
SELECT '2019' AS period, Category AS category, sum(Amount) AS sales,
  (SELECT sum(Target::DECIMAL(12, 2)) FROM read_csv('data/Sales target.csv', all_varchar = true) t WHERE d.Category IS NULL OR t.Category = d.Category) AS sales_target
FROM (SELECT Category, Amount::DECIMAL(12, 2) AS Amount FROM read_csv('data/Order Details.csv', all_varchar = true)) d
GROUP BY ROLLUP (Category)

-- question: profit and margin by state
-- kpis: sales profit margin orders_with
-- by: state
SELECT trim(o.State) AS state, sum(d.Amount::DECIMAL(12, 2)) AS sales, sum(d.Profit::DECIMAL(12, 2)) AS profit,
  sum(d.Profit::DECIMAL(12, 2)) / sum(d.Amount::DECIMAL(12, 2)) AS margin, count(DISTINCT d.OrderID) AS orders_with
FROM read_csv('data/Order Details.csv', all_varchar = true) d JOIN read_csv('data/List of Orders.csv', all_varchar = true) o USING (OrderID)
GROUP BY 1

-- question: orders and customers by quarter of the fiscal year
-- kpis: orders customers lines_per_order aov
-- grain: quarter
-- from: 2019-Q1
-- to: 2019-Q4
WITH o AS (SELECT OrderID, CustomerName, '2019-Q' || ((month(strptime(OrderDate, '%d-%m-%Y')) + 8) % 12 // 3 + 1) AS period
  FROM read_csv('data/List of Orders.csv', all_varchar = true) WHERE OrderID IS NOT NULL),
d AS (SELECT OrderID, count(*) AS n, sum(Amount::DECIMAL(12, 2)) AS amount FROM read_csv('data/Order Details.csv', all_varchar = true) GROUP BY 1)
SELECT period, count(*) AS orders, count(DISTINCT CustomerName) AS customers, sum(n) / count(*) AS lines_per_order, sum(amount)::DOUBLE / count(*) AS aov
FROM o LEFT JOIN d USING (OrderID) GROUP BY 1

-- question: orders of each day of a week, also where there were none
-- kpis: orders quantity
-- grain: day
-- from: 2018-W23
-- to: 2018-W24
WITH days AS (SELECT unnest(generate_series(DATE '2018-06-04', DATE '2018-06-17', INTERVAL 1 DAY))::DATE AS day),
o AS (SELECT strptime(OrderDate, '%d-%m-%Y')::DATE AS day, OrderID FROM read_csv('data/List of Orders.csv', all_varchar = true) WHERE OrderID IS NOT NULL)
SELECT day::VARCHAR AS period, (SELECT count(*) FROM o WHERE o.day = days.day) AS orders,
  coalesce((SELECT sum(Quantity::INTEGER) FROM read_csv('data/Order Details.csv', all_varchar = true) JOIN o USING (OrderID) WHERE o.day = days.day), 0) AS quantity
FROM days

-- question: what sells at a loss
-- kpis: lossy_share profit line_count
-- by: category sub_category
SELECT Category AS category, SubCategory AS sub_category,
  (coalesce(sum(Amount::DECIMAL(12, 2)) FILTER (Profit::DECIMAL(12, 2) < 0), 0))::DOUBLE / sum(Amount::DECIMAL(12, 2))::DOUBLE AS lossy_share,
  sum(Profit::DECIMAL(12, 2)) AS profit, count(*) AS line_count
FROM read_csv('data/Order Details.csv', all_varchar = true) GROUP BY 1, 2

-- question: the middle order line by month and category
-- kpis: median_line
-- by: category
-- grain: month
-- from: 2018-04
-- to: 2019-03
-- totals: true
WITH d AS (SELECT strftime(strptime(OrderDate, '%d-%m-%Y'), '%Y-%m') AS period, Category AS category, Amount::DECIMAL(12, 2)::DOUBLE AS amount
  FROM read_csv('data/Order Details.csv', all_varchar = true) JOIN read_csv('data/List of Orders.csv', all_varchar = true) USING (OrderID))
SELECT period, category, median(amount) AS median_line FROM d GROUP BY GROUPING SETS ((1, 2), (1))

-- question: Maharashtra alone
-- kpis: sales orders aov
-- where: state == "Maharashtra"
-- grain: month
-- from: 2018-10
-- to: 2019-03
WITH o AS (SELECT OrderID, strftime(strptime(OrderDate, '%d-%m-%Y'), '%Y-%m') AS period FROM read_csv('data/List of Orders.csv', all_varchar = true) WHERE State = 'Maharashtra'),
d AS (SELECT OrderID, sum(Amount::DECIMAL(12, 2)) AS amount FROM read_csv('data/Order Details.csv', all_varchar = true) GROUP BY 1)
SELECT period, sum(amount) AS sales, count(*) AS orders, sum(amount)::DOUBLE / count(*) AS aov FROM o JOIN d USING (OrderID) WHERE period >= '2018-10' GROUP BY 1
