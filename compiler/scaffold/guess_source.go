package scaffold

import (
	"fmt"
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// source is what is guessed of a table.
type source struct {
	table      Table
	marks      marks
	name       string
	columns    []column
	key        *column
	time       *column
	amount     *column   // what a first KPI adds up
	dimensions []*column // what a first KPI is cut by
}

// column is what is guessed of a column.
type column struct {
	Column
	reading
	name       string
	references string // the source whose key it is, or ""
	level      metrics.Classification
	remarks    []string // what people have to decide, beside what reading it takes
}

// The words that names of columns speak in.
var (
	identifies = vocabulary{
		words: []string{"id", "ids", "code", "no", "nr", "nbr", "number", "key", "sku", "uuid", "guid", "ean", "isbn", "zip", "zipcode", "postcode", "postal", "phone", "mobile", "barcode"},
		parts: []string{"编号", "编码", "代码", "单号", "号码", "邮编", "电话", "手机", "款号", "货号"},
	}
	speaksOfTime = vocabulary{
		words: []string{"date", "time", "day", "at", "on", "dt", "timestamp", "week", "month", "period"},
		parts: []string{"日期", "时间", "日", "月份", "周"},
	}
	speaksOfLater = vocabulary{
		words: []string{"updated", "update", "modified", "changed", "closed", "close", "birth", "birthday", "dob", "expires", "expiry", "valid", "end", "ended", "shipped", "ship", "delivered", "due"},
		parts: []string{"更新", "修改", "生日", "出生", "到期", "结束", "发货", "完成"},
	}
	speaksOfAmount = vocabulary{
		words: []string{"gmv", "revenue", "turnover", "sales", "amount", "income", "paid", "total", "value", "cost", "spend", "profit"},
		parts: []string{"销售额", "营业额", "收入", "金额", "实付", "支付", "花费", "成本", "利润"},
	}
	speaksOfQuantity = vocabulary{
		words: []string{"quantity", "qty", "num", "units", "count", "orders", "clicks", "visits", "sessions", "impressions", "displays"},
		parts: []string{"数量", "件数", "次数", "人数"},
	}
	// addsUpToNothing speaks of numbers whose sum means nothing.
	addsUpToNothing = vocabulary{
		words: []string{"price", "rate", "ratio", "pct", "percent", "share", "avg", "average", "mean", "median", "index", "lat", "lon", "lng", "latitude", "longitude", "temperature", "year", "yr", "quarter", "qtr", "month", "week", "wk", "day", "hour", "flag", "age", "rank", "score", "line", "row", "discount", "target", "budget"},
		parts: []string{"单价", "价格", "率", "占比", "折扣", "年", "月", "日", "目标", "预算"},
	}
)

// guessSources guesses all tables, in their order.
func guessSources(tables []Table) []*source {
	taken := names{}
	all := make([]*source, len(tables))
	for i, t := range tables {
		all[i] = guessSource(t, taken.take(identifier(tableName(t.Path), "source", fmt.Sprintf("source_%d", i+1))))
	}
	for _, s := range all {
		for i := range s.columns {
			s.columns[i].references = referenced(s, &s.columns[i], all)
		}
	}
	for _, s := range all {
		s.remark(all)
	}
	return all
}

func guessSource(t Table, name string) *source {
	s := &source{table: t, name: name, marks: guessMarks(t)}
	taken := names{}
	for i, c := range t.Columns {
		s.columns = append(s.columns, column{
			Column: c, reading: read(c, t.Format, s.marks),
			name: taken.take(identifier(c.Name, "col", fmt.Sprintf("col_%d", i+1))), level: guessLevel(c),
		})
	}
	s.key = guessKey(s)
	s.time = guessTime(s)
	s.amount = guessAmount(s)
	s.dimensions = guessDimensions(s)
	return s
}

// guessKey returns the column that tells rows apart: the first unique one that is
// named like an identifier, or the first of all columns if that is unique.
func guessKey(s *source) *column {
	for i := range s.columns {
		if c := &s.columns[i]; s.unique(c) && identifies.has(c.Name) {
			return c
		}
	}
	if len(s.columns) > 0 && s.unique(&s.columns[0]) {
		return &s.columns[0]
	}
	return nil
}

func (s *source) unique(c *column) bool {
	kind := c.kind.Kind
	filled := s.table.Rows - s.table.Blank // a row without any value is no row to tell from others
	return filled > 0 && c.Nulls == s.table.Blank && c.Distinct == filled && len(c.null) == 0 && kind != metrics.Decimal && kind != metrics.Double
}

// guessTime returns the column that says when a row happened: of dates and
// timestamps, one that doesn't speak of what comes later, without nulls if there
// is such a one, the first of equals.
func guessTime(s *source) *column {
	var best *column
	bestCost := 0
	for i := range s.columns {
		c := &s.columns[i]
		if !c.kind.Temporal() || c.level.Guarded() {
			continue
		}
		cost := 0
		if c.Nulls > 0 {
			cost++
		}
		if speaksOfLater.has(c.Name) {
			cost += 2
		}
		if best == nil || cost < bestCost {
			best, bestCost = c, cost
		}
	}
	return best
}

// guessAmount returns the number that is most like an amount: by its name, else a
// quantity, else the first number with decimals.
func guessAmount(s *source) *column {
	var best *column
	bestRank := 0
	for i := range s.columns {
		c := &s.columns[i]
		if c == s.key || c.level.Guarded() || !c.kind.Numeric() || identifies.has(c.Name) || addsUpToNothing.has(c.Name) {
			continue
		}
		if rank := amountRank(c); rank >= 0 && (best == nil || rank < bestRank) {
			best, bestRank = c, rank
		}
	}
	return best
}

// amountRank is low for what is like an amount, -1 for what is not.
func amountRank(c *column) int {
	const many = 100 // more than a vocabulary has
	if rank := speaksOfAmount.rank(c.Name); rank >= 0 {
		return rank
	}
	if rank := speaksOfQuantity.rank(c.Name); rank >= 0 {
		return many + rank
	}
	if c.kind.Kind == metrics.Integer {
		return -1
	}
	return 2 * many
}

// The bounds within which the values of a text column are likely to be classes.
const (
	mostDimensions = 2
	mostMembers    = 50
	rowsPerMember  = 2
)

// guessDimensions returns the first columns with few different texts.
func guessDimensions(s *source) []*column {
	var all []*column
	for i := range s.columns {
		c := &s.columns[i]
		few := c.Distinct >= 2 && c.Distinct <= mostMembers && c.Distinct*rowsPerMember <= s.table.Rows
		if few && c != s.key && c.kind.Kind == metrics.String && c.remark == "" && !c.level.Guarded() && !identifies.has(c.Name) && len(all) < mostDimensions {
			all = append(all, c)
		}
	}
	return all
}

// referenced returns the only other source whose key has the name and type of a
// column, or "".
func referenced(from *source, c *column, all []*source) string {
	if c == from.key {
		return ""
	}
	found := ""
	for _, to := range all {
		if to == from || to.key == nil || to.key.name != c.name || to.key.kind != c.kind {
			continue
		}
		if found != "" {
			return ""
		}
		found = to.name
	}
	return found
}

// facts are the sources that first KPIs speak of: those with a time, or the
// first where none has one.
func facts(all []*source) []*source {
	withTime := slices.DeleteFunc(slices.Clone(all), func(s *source) bool { return s.time == nil })
	if len(withTime) == 0 {
		return all[:1]
	}
	return withTime
}
