-- question: where the rows went
-- show: accounts
SELECT unnest(['weeks', 'naive']) AS source, count(*) AS "read", count(*) AS clean, 0 AS filtered, 0 AS duplicates, 0 AS rejected FROM 'data/Walmart_Store_sales.csv' HAVING count(*) = 45 * 143

-- question: sales of the weeks that end on Friday
-- kpis: sales stores sales_per_store best_week holidays
-- grain: week
-- from: 2010-02-05
-- to: 2012-10-26
WITH d AS (SELECT strptime(Date, '%d-%m-%Y')::DATE AS friday, Weekly_Sales::DECIMAL(14, 2) AS sales, Holiday_Flag = '1' AS holiday
  FROM read_csv('data/Walmart_Store_sales.csv', all_varchar = true)),
-- A week belongs to the year of its fourth day, a Tuesday; the first week is that of the year's first Tuesday.
n AS (SELECT *, friday - 3 AS tuesday FROM d)
SELECT year(tuesday) || '-W' || lpad(((dayofyear(tuesday) - 1) // 7 + 1)::VARCHAR, 2, '0') AS period, sum(sales) AS sales, count(*) AS stores,
  sum(sales)::DOUBLE / count(*) AS sales_per_store, max(sales) AS best_week, bool_or(holiday) AS holidays, 'final' AS state
FROM n GROUP BY 1

-- question: the week before and the year before
-- kpis: sales
-- grain: week
-- from: 2011-W52
-- to: 2012-W05
-- compare: previous,year_ago
WITH d AS (SELECT strptime(Date, '%d-%m-%Y')::DATE - 3 AS tuesday, sum(Weekly_Sales::DECIMAL(14, 2)) AS sales FROM read_csv('data/Walmart_Store_sales.csv', all_varchar = true) GROUP BY 1),
w AS (SELECT *, year(tuesday) AS y, (dayofyear(tuesday) - 1) // 7 + 1 AS n FROM d)
SELECT w.y || '-W' || lpad(w.n::VARCHAR, 2, '0') AS period, w.sales, p.sales AS sales_previous, (w.sales - p.sales)::DOUBLE / p.sales::DOUBLE AS sales_previous_change,
  a.sales AS sales_year_ago, (w.sales - a.sales)::DOUBLE / a.sales::DOUBLE AS sales_year_ago_change
FROM w LEFT JOIN w p ON p.tuesday = w.tuesday - 7 LEFT JOIN w a ON a.y = w.y - 1 AND a.n = w.n
WHERE w.tuesday BETWEEN DATE '2011-12-27' AND DATE '2012-01-31'

-- question: holiday weeks against ordinary ones
-- kpis: sales stores unemployment temperature
-- by: holiday
SELECT if(Holiday_Flag = '1', 'holiday', 'ordinary') AS holiday, sum(Weekly_Sales::DECIMAL(14, 2)) AS sales, count(DISTINCT Store) AS stores, avg(Unemployment::DECIMAL(6, 3)) AS unemployment,
  sum(Temperature::DECIMAL(6, 2) * Weekly_Sales::DECIMAL(14, 2))::DOUBLE / sum(Weekly_Sales::DECIMAL(14, 2))::DOUBLE AS temperature
FROM read_csv('data/Walmart_Store_sales.csv', all_varchar = true) GROUP BY 1

-- question: error of a naive forecast by store and week
-- kpis: sales naive naive_error
-- by: store
-- grain: week
-- from: 2012-W40
-- to: 2012-W43
WITH d AS (SELECT Store::INTEGER AS store, strptime(Date, '%d-%m-%Y')::DATE AS friday, Weekly_Sales::DECIMAL(14, 2) AS sales FROM read_csv('data/Walmart_Store_sales.csv', all_varchar = true))
SELECT year(d.friday - 3) || '-W' || (dayofyear(d.friday - 3) - 1) // 7 + 1 AS period, store, d.sales, p.sales AS naive, (abs(d.sales - p.sales))::DOUBLE / d.sales::DOUBLE AS naive_error
FROM d JOIN d p USING (store) WHERE p.friday = d.friday - 7 AND d.friday BETWEEN '2012-10-05' AND '2012-10-26'

-- question: share of holiday weeks by store
-- kpis: holiday_sales holiday_share spread
-- by: store
-- totals: true
WITH d AS (SELECT Store::INTEGER AS store, Weekly_Sales::DECIMAL(14, 2) AS sales, Holiday_Flag = '1' AS holiday FROM read_csv('data/Walmart_Store_sales.csv', all_varchar = true))
SELECT store, sum(sales) FILTER (holiday) AS holiday_sales, (sum(sales) FILTER (holiday))::DOUBLE / sum(sales)::DOUBLE AS holiday_share, stddev_samp(sales::DOUBLE) AS spread
FROM d GROUP BY ROLLUP (1)

-- question: the five best stores of a week
-- kpis: sales
-- by: store
-- at: 2010-W47
-- having: kpi.sales > 2000000
SELECT '2010-W47' AS period, Store::INTEGER AS store, Weekly_Sales::DECIMAL(14, 2) AS sales
FROM read_csv('data/Walmart_Store_sales.csv', all_varchar = true) WHERE Date = '26-11-2010' AND Weekly_Sales::DECIMAL(14, 2) > 2000000

-- question: store 20 through the holidays
-- kpis: sales fuel holiday_share
-- where: store == 20
-- grain: week
-- from: 2010-W44
-- to: 2011-W01
WITH d AS (SELECT strptime(Date, '%d-%m-%Y')::DATE - 3 AS tuesday, Weekly_Sales::DECIMAL(14, 2) AS sales, Fuel_Price::DECIMAL(6, 3) AS fuel, Holiday_Flag::INTEGER AS holiday
  FROM read_csv('data/Walmart_Store_sales.csv', all_varchar = true) WHERE Store = '20')
SELECT year(tuesday) || '-W' || lpad(((dayofyear(tuesday) - 1) // 7 + 1)::VARCHAR, 2, '0') AS period, sales, fuel, holiday::DOUBLE AS holiday_share
FROM d WHERE tuesday BETWEEN DATE '2010-11-02' AND DATE '2011-01-04'

-- question: what each store sold in the second year of the file
-- kpis: sales best_week unemployment
-- by: store
-- from: 2011-02-05
-- to: 2012-02-03
SELECT Store::INTEGER AS store, sum(Weekly_Sales::DECIMAL(14, 2)) AS sales, max(Weekly_Sales::DECIMAL(14, 2)) AS best_week, avg(Unemployment::DECIMAL(6, 3)) AS unemployment
FROM read_csv('data/Walmart_Store_sales.csv', all_varchar = true) WHERE strptime(Date, '%d-%m-%Y') BETWEEN '2011-02-05' AND '2012-02-03' GROUP BY 1
