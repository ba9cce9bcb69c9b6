-- question: the fiscal year so far against its targets
-- kpis: sales_ytd attainment_ytd share sales_growth sales_3m
-- by: category
-- grain: month
-- from: 2018-06
-- to: 2019-03
WITH s AS (SELECT date_trunc('month', strptime(o.OrderDate, '%d-%m-%Y')) AS m, d.Category AS c, sum(d.Amount::DECIMAL(12, 2)) AS v
  FROM read_csv('data/Order Details.csv', all_varchar = true) d JOIN read_csv('data/List of Orders.csv', all_varchar = true) o USING (OrderID) GROUP BY ALL),
t AS (SELECT strptime(MonthofOrderDate, '%b-%y') AS m, Category AS c, Target::DECIMAL(12, 2) AS v FROM read_csv('data/Sales target.csv', all_varchar = true))
SELECT strftime(m, '%Y-%m') AS period, c AS category, sum(s.v) OVER y AS sales_ytd, (sum(s.v) OVER y)::DOUBLE / (sum(t.v) OVER y)::DOUBLE AS attainment_ytd,
  s.v::DOUBLE / (sum(s.v) OVER (PARTITION BY m))::DOUBLE AS share,
  (s.v - lag(s.v) OVER y)::DOUBLE / (lag(s.v) OVER y)::DOUBLE AS sales_growth, sum(s.v) OVER (y ROWS 2 PRECEDING) AS sales_3m
FROM s JOIN t USING (m, c) WINDOW y AS (PARTITION BY c ORDER BY m) QUALIFY m >= '2018-06-01'
