package duckdb

import (
	"maps"
	"slices"
	"strings"
)

// tableFunctions are the functions in FROM that a query may have.
var tableFunctions = []string{"generate_series", "range", "unnest"}

// rowFunctions are those of one row that SQL may have: each gives the same for the
// same arguments, and reaches nothing else.
var rowFunctions = set(`
	abs ceil ceiling floor round trunc sign sqrt cbrt exp ln log log2 log10 pow power mod greatest least pi
	sin cos tan asin acos atan atan2 degrees radians isnan isfinite isinf even gcd lcm factorial fdiv divide multiply add subtract

	lower upper lcase ucase trim ltrim rtrim length len strlen char_length character_length left right substr substring replace
	concat concat_ws contains starts_with prefix suffix ends_with position strpos instr lpad rpad repeat reverse translate
	split string_split str_split string_split_regex split_part regexp_matches regexp_replace regexp_extract regexp_full_match
	format printf chr ascii unicode ord md5 sha256 levenshtein editdist3 damerau_levenshtein jaccard jaro_similarity
	jaro_winkler_similarity strip_accents nfc_normalize nfkc_normalize to_base64 hex like_escape ilike_escape not_like_escape not_ilike_escape

	date_trunc date_part datepart date_diff datediff date_add date_sub datesub year quarter month week day hour minute second
	millisecond microsecond dayofmonth dayofweek isodow weekday dayofyear weekofyear yearweek isoyear dayname monthname last_day
	make_date make_time make_timestamp strftime strptime try_strptime epoch epoch_ms epoch_us time_bucket century decade era
	to_years to_quarters to_months to_weeks to_days to_hours to_minutes to_seconds to_milliseconds to_microseconds

	coalesce ifnull nullif if

	list_value struct_pack row struct_extract list_extract array_extract element_at list_contains array_contains list_transform
	list_filter list_sum list_avg list_min list_max list_count list_distinct list_unique list_sort array_length list_slice array_slice
	list_concat map map_extract map_keys map_values json_extract json_extract_string json_array_length
`)

// aggregates are those over many rows that a query may have: each gives the same for
// the same rows, in any order.
var aggregates = set(`
	count count_star sum avg mean min max bool_and bool_or median quantile quantile_cont quantile_disc percentile_cont percentile_disc
	mad stddev stddev_pop stddev_samp variance var_pop var_samp covar_pop covar_samp corr skewness kurtosis regr_slope
	regr_intercept regr_r2 regr_count regr_avgx regr_avgy count_if countif sum_no_overflow product bit_and bit_or bit_xor entropy
`)

// queryFunctions are those that mean something in queries alone.
var queryFunctions = set("grouping grouping_id unnest")

// ordered are the aggregates whose value depends on the order of rows.
var ordered = set("first last mode any_value arbitrary list array_agg string_agg group_concat listagg")

// windowed are the functions over windows whose value depends on the order of rows.
var windowed = set("row_number rank dense_rank percent_rank cume_dist ntile lead lag first_value last_value nth_value")

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// ExpressionFunctions returns the names of all functions that an expression over one
// row may have, sorted.
func ExpressionFunctions() []string { return slices.Sorted(maps.Keys(rowFunctions)) }

// QueryFunctions returns the names of the functions that queries may have beside
// those, sorted.
func QueryFunctions() []string {
	all := maps.Clone(aggregates)
	maps.Copy(all, queryFunctions)
	maps.Copy(all, ordered)
	maps.Copy(all, windowed)
	return slices.Sorted(maps.Keys(all))
}
