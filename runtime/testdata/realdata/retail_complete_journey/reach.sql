-- question: households that the tills or the coupons know
-- kpis: buyers coupon_share baskets_per_buyer
WITH b AS (SELECT household_id, count(DISTINCT basket_id) AS baskets FROM 'data/transactions_sample.parquet' GROUP BY 1),
r AS (SELECT household_id, count(*) AS coupons FROM 'data/coupon_redemptions.parquet' GROUP BY 1)
SELECT count(*) FILTER (baskets > 0) AS buyers, count(*) FILTER (coupons > 0) / count(*) AS coupon_share, avg(coalesce(baskets, 0)) AS baskets_per_buyer
FROM b FULL JOIN r USING (household_id)
