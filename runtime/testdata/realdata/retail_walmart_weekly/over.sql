-- question: error of the naive forecast over the weeks of 2012
-- kpis: wape wape_of_file
-- by: store
-- from: 2012-01-28
-- to: 2012-10-26
-- totals: true
WITH d AS (SELECT Store::INTEGER AS store, strptime(Date, '%d-%m-%Y')::DATE AS friday, Weekly_Sales::DECIMAL(14, 2) AS v FROM read_csv('data/Walmart_Store_sales.csv', all_varchar = true))
SELECT store, sum(abs(d.v - p.v))::DOUBLE / sum(d.v)::DOUBLE AS wape, wape AS wape_of_file
FROM d JOIN d p USING (store) WHERE p.friday = d.friday - 7 AND d.friday BETWEEN '2012-02-03' AND '2012-10-26' GROUP BY ROLLUP (1)

-- question: error of the naive forecast by week
-- kpis: wape wape_of_file
-- grain: week
-- from: 2012-W10
-- to: 2012-W43
WITH d AS (SELECT Store, strptime(Date, '%d-%m-%Y')::DATE AS friday, Weekly_Sales::DECIMAL(14, 2) AS v FROM read_csv('data/Walmart_Store_sales.csv', all_varchar = true))
SELECT '2012-W' || (dayofyear(d.friday - 3) - 1) // 7 + 1 AS period, sum(abs(d.v - p.v))::DOUBLE / sum(d.v)::DOUBLE AS wape, wape AS wape_of_file
FROM d JOIN d p USING (Store) WHERE p.friday = d.friday - 7 AND year(d.friday - 3) = 2012 AND (dayofyear(d.friday - 3) - 1) // 7 + 1 BETWEEN 10 AND 43 GROUP BY 1

-- question: four weeks, a year ago and like for like
-- kpis: sales sales_4w sales_yoy same_stores sales_year_ago
-- grain: week
-- from: 2011-W20
-- to: 2012-W43
WITH d AS (SELECT strptime(Date, '%d-%m-%Y')::DATE AS friday, sum(Weekly_Sales::DECIMAL(14, 2)) AS v FROM read_csv('data/Walmart_Store_sales.csv', all_varchar = true) GROUP BY 1),
w AS (SELECT *, year(friday - 3) AS y, (dayofyear(friday - 3) - 1) // 7 + 1 AS n, sum(v) OVER (ORDER BY friday ROWS 3 PRECEDING) AS four FROM d)
SELECT w.y || '-W' || w.n AS period, w.v AS sales, w.four AS sales_4w, (w.v - p.v)::DOUBLE / p.v::DOUBLE AS sales_yoy, sales_yoy AS same_stores, a.v AS sales_year_ago
FROM w LEFT JOIN w p ON p.friday = w.friday - 364 LEFT JOIN w a ON a.n = least(w.n, 52) AND a.y = w.y - 1 WHERE w.y = 2011 AND w.n >= 20
UNION ALL SELECT w.y || '-W' || lpad(w.n::VARCHAR, 2, '0'), w.v, w.four, (w.v - p.v)::DOUBLE / p.v::DOUBLE, (w.v - p.v)::DOUBLE / p.v::DOUBLE, a.v
FROM w LEFT JOIN w p ON p.friday = w.friday - 364 LEFT JOIN w a ON a.n = w.n AND a.y = w.y - 1 WHERE w.y = 2012

-- question: each store's first and last week of a year
-- kpis: first_sales last_sales
-- by: store
-- from: 2011-02-05
-- to: 2012-02-03
-- totals: true
WITH d AS (SELECT Store::INTEGER AS store, strptime(Date, '%d-%m-%Y')::DATE AS friday, Weekly_Sales::DECIMAL(14, 2) AS v FROM read_csv('data/Walmart_Store_sales.csv', all_varchar = true))
SELECT store, sum(v) FILTER (friday = '2011-02-11') AS first_sales, sum(v) FILTER (friday = '2012-02-03') AS last_sales FROM d GROUP BY ROLLUP (1)
