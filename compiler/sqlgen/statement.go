package sqlgen

import (
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
)

// Print returns the SQL of a compiled request: the same bytes for the same
// request.
func Print(sel *query.Select, d Dialect) string {
	p := &statement{
		expressions: expressions{
			Scope: Scope{
				Zone: sel.Project.Timezone, WeekStart: sel.Project.WeekStart,
				FiscalYearStart: sel.Project.FiscalYearStart, AsOf: sel.Request.AsOf,
			},
			dialect: d,
		},
		reads: map[string]int{},
	}
	for _, s := range sel.Stages {
		p.countReads(s.Body)
	}
	p.countReads(sel.Root)
	for i, s := range sel.Stages {
		p.stage(s, i == 0, i == len(sel.Stages)-1)
	}
	p.block(sel.Root)
	return p.out.String()
}

// statement prints one statement, a clause a line.
type statement struct {
	expressions
	out   strings.Builder
	depth int
	reads map[string]int // how often each stage is read
}

func (p *statement) countReads(r query.Relation) {
	switch r := r.(type) {
	case *query.Ref:
		p.reads[r.Stage]++
	case *query.Union:
		for _, in := range r.Inputs {
			p.countReads(in)
		}
	case *query.Join:
		p.countReads(r.Left)
		p.countReads(r.Right)
	default:
		if in := input(r); in != nil {
			p.countReads(in)
		}
	}
}

// input is what a relation of one input reads.
func input(r query.Relation) query.Relation {
	switch r := r.(type) {
	case *query.Filter:
		return r.Input
	case *query.Project:
		return r.Input
	case *query.Aggregate:
		return r.Input
	case *query.Sort:
		return r.Input
	case *query.Limit:
		return r.Input
	case *query.Pick:
		return r.Input
	case *query.Aliased:
		return r.Input
	}
	return nil
}

func (p *statement) line(text string) {
	p.out.WriteString(strings.Repeat("  ", p.depth) + text + "\n")
}

// lines prints items one below the other, separated by commas.
func (p *statement) lines(items []string) {
	p.depth++
	for i, item := range items {
		if i < len(items)-1 {
			item += ","
		}
		p.line(item)
	}
	p.depth--
}

// stage prints one common table expression. What is read more than once is
// computed once.
func (p *statement) stage(s query.Stage, first, last bool) {
	if first {
		p.line("WITH")
	}
	as := " AS ("
	if p.reads[s.Name] > 1 {
		as = " AS MATERIALIZED ("
	}
	p.depth++
	p.line(p.dialect.Quote(s.Name) + as)
	p.depth++
	p.block(s.Body)
	p.depth--
	if last {
		p.line(")")
	} else {
		p.line("),")
	}
	p.depth--
}

// block prints a relation as a query.
func (p *statement) block(r query.Relation) {
	if u, ok := r.(*query.Union); ok {
		for i, in := range u.Inputs {
			if i > 0 {
				p.line(unionOf(u))
			}
			p.block(in)
		}
		return
	}
	if v, ok := r.(*query.Values); ok {
		p.line("SELECT *")
		p.from(v)
		return
	}
	q := gather(r)
	p.selectList(q)
	if q.from != nil {
		p.from(q.from)
	}
	p.where("WHERE ", q.where)
	p.groupBy(q.aggregate)
	p.keepPicked(q.pick)
	p.sortAndLimit(q)
}

func unionOf(u *query.Union) string {
	if u.All {
		return "UNION ALL"
	}
	return "UNION"
}

// clauses are those of one SELECT.
type clauses struct {
	items     []query.Item
	all       string
	distinct  bool
	pick      *query.Pick
	aggregate *query.Aggregate
	where     []metrics.Expr
	sort      *query.Sort
	limit     *query.Limit
	from      query.Relation
}

// gather reads the clauses of one SELECT off nested relations, from the outermost
// in: columns, limit, order, filter, and what is left to read from.
func gather(r query.Relation) clauses {
	var q clauses
	switch top := r.(type) {
	case *query.Project:
		q.items, q.all, q.distinct, r = top.Items, top.All, top.Distinct, top.Input
	case *query.Aggregate:
		q.aggregate, r = top, top.Input
	}
	if l, ok := r.(*query.Limit); ok {
		q.limit, r = l, l.Input
	}
	if s, ok := r.(*query.Sort); ok {
		q.sort, r = s, s.Input
	}
	if k, ok := r.(*query.Pick); ok {
		q.pick, r = k, k.Input
	}
	if f, ok := r.(*query.Filter); ok {
		q.where, r = f.Where, f.Input
	}
	q.from = r
	return q
}

func (p *statement) selectList(q clauses) {
	var items []string
	if a := q.aggregate; a != nil {
		items = p.aggregateList(a)
	}
	if q.all != "" {
		items = append(items, p.dialect.Quote(q.all)+".*")
	}
	for _, item := range q.items {
		items = append(items, p.named(p.print(item.Expr), item.Name))
	}
	if len(items) == 0 { // a scan that only has to exist
		items = []string{"1"}
	}
	if q.distinct {
		p.line("SELECT DISTINCT")
	} else {
		p.line("SELECT")
	}
	p.lines(items)
}

// named gives a name to what doesn't have it already.
func (p *statement) named(text, name string) string {
	if quoted := p.dialect.Quote(name); text != quoted {
		return text + " AS " + quoted
	}
	return text
}

// aggregateList is the mask of the cut sets, the keys and the measures.
func (p *statement) aggregateList(a *query.Aggregate) []string {
	var items []string
	if a.Mask != "" {
		masked := make([]string, len(a.Masked))
		for i, k := range a.Masked {
			masked[i] = p.print(a.Keys[k].Expr)
		}
		items = append(items, p.named("GROUPING("+strings.Join(masked, ", ")+")", a.Mask))
	}
	for _, k := range a.Keys {
		items = append(items, p.named(p.print(k.Expr), k.Name))
	}
	for _, m := range a.Measures {
		items = append(items, p.named(p.measure(m), m.Name))
	}
	return items
}

// groupBy names the keys by position, after the mask if there is one.
func (p *statement) groupBy(a *query.Aggregate) {
	if a == nil || len(a.Keys) == 0 && a.Mask == "" {
		return
	}
	if a.Mask == "" {
		p.line("GROUP BY " + positions(indexes(len(a.Keys)), 1))
		return
	}
	sets := make([]string, len(a.Sets))
	for i, set := range a.Sets {
		sets[i] = "(" + positions(set, 2) + ")"
	}
	p.line("GROUP BY GROUPING SETS (" + strings.Join(sets, ", ") + ")")
}

func indexes(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func positions(keys []int, first int) string {
	texts := make([]string, len(keys))
	for i, k := range keys {
		texts[i] = strconv.Itoa(k + first)
	}
	return strings.Join(texts, ", ")
}

// where prints conditions that must all be true.
func (p *statement) where(word string, conditions []metrics.Expr) {
	for i, c := range conditions {
		text := p.expr(c, true).within(bindsAnd)
		if i == 0 {
			p.line(word + text)
		} else {
			p.line("  AND " + text)
		}
	}
}

// sortAndLimit keeps, beside the first rows, those that don't count: a LIMIT can't
// say that, so rows are numbered then.
func (p *statement) sortAndLimit(q clauses) {
	if q.sort == nil {
		return
	}
	keys := make([]string, len(q.sort.Keys))
	for i, k := range q.sort.Keys {
		keys[i] = p.sortKey(k)
	}
	if q.limit != nil && q.limit.Keep != nil {
		keep := p.expr(q.limit.Keep, false).within(bindsNot)
		p.line("QUALIFY " + keep + " OR row_number() OVER (ORDER BY " + keep + ", " + strings.Join(keys, ", ") + ") <= " + strconv.Itoa(q.limit.N))
	}
	if len(keys) > 0 {
		p.line("ORDER BY")
		p.lines(keys)
	}
	if q.limit != nil && q.limit.Keep == nil {
		p.line("LIMIT " + strconv.Itoa(q.limit.N))
	}
}

// keepPicked keeps the first of the rows that are alike, or all that are first.
func (p *statement) keepPicked(k *query.Pick) {
	if k == nil {
		return
	}
	place := "row_number()"
	if k.Ties {
		place = "rank()"
	}
	over := ""
	for i, e := range k.Within {
		if i == 0 {
			over = "PARTITION BY "
		} else {
			over += ", "
		}
		over += p.print(e)
	}
	for i, key := range k.Order {
		if i == 0 {
			over += " ORDER BY "
		} else {
			over += ", "
		}
		over += p.sortKey(key)
	}
	p.line("QUALIFY " + place + " OVER (" + strings.TrimSpace(over) + ") = 1")
}

// sortKey prints a criterion of an order; nulls come last either way.
func (p *statement) sortKey(k query.SortKey) string {
	text := p.expr(k.Expr, false).within(bindsAdd)
	if k.Desc {
		text += " DESC"
	}
	return text + " NULLS LAST"
}

// from prints what a SELECT reads.
func (p *statement) from(r query.Relation) {
	p.source("FROM ", r, "")
}

// source prints a relation of a FROM clause; condition follows it on its line.
func (p *statement) source(word string, r query.Relation, condition string) {
	switch r := r.(type) {
	case *query.Scan:
		p.line(word + "sources." + p.named(p.dialect.Quote(r.Source), r.Alias) + condition)
	case *query.Ref:
		text := p.dialect.Quote(r.Stage)
		if r.Alias != r.Stage {
			text = p.named(text, r.Alias)
		}
		p.line(word + text + condition)
	case *query.Values:
		p.values(word, r, condition)
	case *query.Join:
		p.source(word, r.Left, "")
		if r.Kind == query.CrossJoin {
			p.source("CROSS JOIN ", r.Right, "")
			return
		}
		word := "LEFT JOIN "
		switch r.Kind {
		case query.AsOfJoin:
			word = "ASOF LEFT JOIN "
		case query.InnerJoin:
			word = "JOIN "
		}
		p.source(word, r.Right, " ON "+p.on(r))
	case *query.Aliased:
		p.line(word + "(")
		p.depth++
		p.block(r.Input)
		p.depth--
		p.line(") AS " + p.dialect.Quote(r.Alias) + condition)
	default:
		p.line(word + "(")
		p.depth++
		p.block(r)
		p.depth--
		p.line(") AS " + p.dialect.Quote("u"))
	}
}

// on is the condition of a join.
func (p *statement) on(j *query.Join) string {
	var conditions []string
	for _, pair := range j.Equal {
		op := " = "
		if pair.NullSafe {
			op = " IS NOT DISTINCT FROM "
		}
		conditions = append(conditions, p.expr(pair.L, false).within(bindsAdd)+op+p.expr(pair.R, false).within(bindsAdd))
	}
	for _, c := range j.On {
		conditions = append(conditions, p.expr(c, true).within(bindsAnd))
	}
	if len(conditions) == 0 {
		return "TRUE"
	}
	return strings.Join(conditions, " AND ")
}

// values prints rows of constants; a null says its type, since a column of nulls
// alone would have none.
func (p *statement) values(word string, v *query.Values, condition string) {
	names := make([]string, len(v.Columns))
	nulls := make([]string, len(v.Columns))
	for i, name := range v.Columns {
		names[i] = p.dialect.Quote(name)
		nulls[i] = "CAST(NULL AS " + p.dialect.typeName(v.Types[i]) + ")"
	}
	alias := p.dialect.Quote(v.Alias) + "(" + strings.Join(names, ", ") + ")"
	if len(v.Rows) == 0 { // VALUES must have a row
		p.line(word + "(SELECT " + strings.Join(nulls, ", ") + " WHERE FALSE) AS " + alias + condition)
		return
	}
	p.line(word + "(VALUES")
	rows := make([]string, len(v.Rows))
	for i, row := range v.Rows {
		cells := make([]string, len(row))
		for j, e := range row {
			cells[j] = p.print(e)
			if isNull(e) {
				cells[j] = nulls[j]
			}
		}
		rows[i] = "(" + strings.Join(cells, ", ") + ")"
	}
	p.lines(rows)
	p.line(") AS " + alias + condition)
}
