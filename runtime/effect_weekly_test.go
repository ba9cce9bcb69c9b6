package runtime_test

import (
	"compress/gzip"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// weeklyByHand is the sales of the weekly example by week and channel, with refunded
// orders and without, in SQL on the files as they are: the last state of each order line
// counts, and each shop front has its own words. One line has "两" pieces, and is kept out.
const weeklyByHand = `
WITH lines AS (
  SELECT "子订单编号" AS line, try_cast("付款时间" AS TIMESTAMP) AS sold, try_cast(replace(replace("实付金额", '¥', ''), ',', '') AS DECIMAL(12, 2)) AS amount, 'tmall' AS channel,
    CASE trim("订单状态") WHEN '交易关闭' THEN 'cancelled' WHEN '退款成功' THEN 'refunded' WHEN '测试' THEN 'test' ELSE 'good' END AS status, "更新时间" AS updated
  FROM read_csv('data/tmall_*.csv.gz', all_varchar = true)
  UNION ALL
  SELECT lineId, timezone('Asia/Shanghai', timezone('UTC', try_cast(replace(replace(orderTime, 'T', ' '), 'Z', '') AS TIMESTAMP))), try_cast(payAmount AS DECIMAL(12, 2)), 'jd',
    replace(lower(trim(orderState)), 'canceled', 'cancelled'), modified
  FROM read_csv('data/jd_*.csv.gz', all_varchar = true)
  UNION ALL
  SELECT "Line ID", coalesce(try_strptime(Placed, '%d/%m/%Y %H:%M'), try_strptime(Placed, '%Y-%m-%d %H:%M')), try_cast(Total AS DECIMAL(12, 2)),
    CASE WHEN "UTM Source" IS NULL OR "UTM Source" IN ('', '#N/A') THEN 'web' ELSE coalesce(map {'抖音': 'douyin', 'douyin': 'douyin', 'dy': 'douyin', '小红书': 'rednote', 'rednote': 'rednote',
      'xhs': 'rednote', 'direct': 'web', 'web': 'web'}[lower(trim("UTM Source"))], 'other') END,
    lower(trim("State")), coalesce(try_strptime(Updated, '%d/%m/%Y %H:%M'), try_strptime(Updated, '%Y-%m-%d %H:%M'))::VARCHAR
  FROM read_csv('data/web_*.csv.gz', all_varchar = true)
  UNION ALL
  SELECT "Line ID", try_cast("Sold At" AS TIMESTAMP), try_cast(Amount AS DECIMAL(12, 2)), 'store',
    CASE lower(trim(Status)) WHEN 'void' THEN 'cancelled' WHEN 'returned' THEN 'refunded' WHEN 'training' THEN 'test' ELSE 'good' END, "Uploaded At"
  FROM read_csv('data/pos_*.csv.gz', all_varchar = true) WHERE try_cast(Qty AS INTEGER) IS NOT NULL
), last AS (
  SELECT * FROM lines WHERE sold IS NOT NULL AND amount IS NOT NULL AND status <> 'test' QUALIFY row_number() OVER (PARTITION BY line ORDER BY updated DESC) = 1
)
SELECT strftime(sold, '%G-W%V') AS week, channel, sum(amount), sum(amount) FILTER (status <> 'refunded')
FROM last WHERE status <> 'cancelled' AND sold < TIMESTAMP '2026-11-16' GROUP BY GROUPING SETS ((week, channel), (week)) ORDER BY ALL`

// weeklyEdit is the example, edited and planned over and over.
type weeklyEdit struct {
	dir    string
	byHand map[string][2]metrics.Value // by week and channel: with refunded orders, and without
}

func (w *weeklyEdit) compute(t *testing.T) {
	t.Helper()
	eng, err := duckdb.Open(t.Context(), duckdb.Options{TempDir: t.TempDir(), AllowedDirs: []string{w.dir}})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	rows, err := eng.Query(t.Context(), strings.ReplaceAll(weeklyByHand, "'data/", "'"+w.dir+"/data/"))
	if err != nil {
		t.Fatal(err)
	}
	w.byHand = map[string][2]metrics.Value{}
	for _, row := range rows.Rows {
		channel, _ := row[1].(string)
		value := func(i int) metrics.Value {
			return metrics.NewValue(fmt.Sprint(row[i]), metrics.Type{Kind: metrics.Decimal, Precision: 38, Scale: 2})
		}
		w.byHand[row[0].(string)+" "+channel] = [2]metrics.Value{value(2), value(3)}
	}
}

func (w *weeklyEdit) open(t *testing.T) *runtime.Project {
	t.Helper()
	p, diags := runtime.Open(t.Context(), runtime.Options{Dir: w.dir})
	none(t, diags)
	return p
}

func (w *weeklyEdit) plan(t *testing.T) *plan.Plan {
	t.Helper()
	made, diags := w.open(t).Plan(t.Context())
	none(t, diags)
	return made
}

func (w *weeklyEdit) edit(t *testing.T, file, from, to string) {
	t.Helper()
	path := filepath.Join(w.dir, file)
	text, err := os.ReadFile(path)
	if err != nil || strings.Count(string(text), from) == 0 {
		t.Fatalf("%s has no %q: %v", file, from, err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), from, to, 1)), 0o666); err != nil {
		t.Fatal(err)
	}
}

// sendLate lets a till send lines of the week before.
func (w *weeklyEdit) sendLate(t *testing.T) {
	t.Helper()
	f, err := os.Create(filepath.Join(w.dir, "data", "pos_late_2026-11-16.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := gzip.NewWriter(f)
	defer z.Close()
	fmt.Fprint(z, "Receipt,Line ID,Sold At,Store Code,SKU,Qty,Amount,Status,Member,Uploaded At\n"+
		"P9,P9-1,2026-11-06 10:49:31,GZ-01,HT-015,1,100.00,OK,,2026-11-15 09:00:00\n"+
		"P9,P9-2,2026-11-06 10:49:31,GZ-01,HT-015,1,50.50,RETURNED,,2026-11-15 09:00:00\n")
}

// TestWeeklyEffect leaves refunded orders out of the example's sales, lets rows come late
// and lays a file out anew, and holds what the plans say against SQL on the files.
func TestWeeklyEffect(t *testing.T) {
	p := open(t, "../examples/weekly_sales")
	w := &weeklyEdit{dir: p.Dir}
	applied(t, p)
	w.compute(t)
	published := maps.Clone(w.byHand)

	// A layout of its own is one line.
	w.edit(t, "kpis/sales.hcl", "  value       = sum(all_orders.amount)\n", "  value = sum( all_orders.amount )\n")
	if made := w.plan(t); len(made.Changes) != 1 || made.Changes[0].Class != metrics.Cosmetic || len(made.Compute) != 0 {
		t.Errorf("a layout: %+v, to compute %v", made.Changes, made.Compute)
	}

	// Late rows are drift, and nobody's definition.
	w.sendLate(t)
	w.compute(t)
	made := w.plan(t)
	w.compareDrift(t, made, published)
	for _, c := range made.Changes {
		if c.Effect != nil || c.Class != metrics.Cosmetic {
			t.Errorf("rows came late, and %s changes: %s", c.Address, c.Reason)
		}
	}

	// Both at once add up.
	w.edit(t, "kpis/sales.hcl", "  where       = all_orders.status != \"cancelled\"\n  time",
		"  where       = all_orders.status != \"cancelled\" && all_orders.status != \"refunded\"\n  time")
	made = w.plan(t)
	w.compareEffect(t, made, published)
	w.compareDrift(t, made, published)
	var follow []string
	for _, c := range made.Changes {
		if c.Class == metrics.Indirect {
			follow = append(follow, c.Address)
		}
	}
	if want := []string{"kpi.aov", "kpi.forecast_deviation", "kpi.net_gmv", "kpi.refund_rate", "kpi.roi"}; !slices.Equal(follow, want) {
		t.Errorf("%v follow, want %v", follow, want)
	}
	if i := slices.IndexFunc(made.Blocking, func(b plan.Block) bool { return b.Code == "E0412" }); i < 0 || made.Blocking[i].Address != "kpi.gmv" {
		t.Errorf("notice is missing, and the plan blocks %+v", made.Blocking)
	}
}

func (w *weeklyEdit) compareEffect(t *testing.T, made *plan.Plan, published map[string][2]metrics.Value) {
	t.Helper()
	i := slices.IndexFunc(made.Changes, func(c metrics.Change) bool { return c.Address == "kpi.gmv" })
	if i < 0 || made.Changes[i].Class != metrics.ValueChanging || made.Changes[i].Effect == nil {
		t.Fatalf("sales leave refunded orders out, and the plan says %+v", made.Changes)
	}
	g := made.Changes[i].Effect.Grains[0]
	v, said := w.byHand["2026-W46 "], published["2026-W46 "][0]
	if last := g.Last; last.Period != "2026-W46" || last.Then != v[0] || last.Now != v[1] || last.Difference != v[1].Minus(v[0]) ||
		*last.Split != (metrics.Split{Published: said, Data: v[0].Minus(said), Definition: v[1].Minus(v[0]), Whole: v[1].Minus(said)}) {
		t.Errorf("the plan says %+v %+v, SQL by hand %v", *last, *last.Split, v)
	}
	channels := 0
	for _, m := range g.Movers {
		if !slices.Equal(m.Cuts, []string{"channel"}) {
			continue
		}
		channels++
		if v := w.byHand["2026-W46 "+*m.Members[0]]; m.Then != v[0] || m.Now != v[1] {
			t.Errorf("%s: the plan says %s → %s, SQL by hand %v", *m.Members[0], m.Then, m.Now, v)
		}
	}
	differ := 0
	for key, v := range w.byHand {
		if week, channel, _ := strings.Cut(key, " "); week == "2026-W46" && channel != "" && v[0] != v[1] {
			differ++
		}
	}
	if channels != min(differ, 5) || channels == 0 {
		t.Errorf("%d channels are named, %d differ", channels, differ)
	}
	if x := made.Changes[i].Effect.Example; x == nil || !x.CountedThen || x.CountedNow || x.Source != "all_orders" {
		t.Errorf("a refunded line is counted then and not now, and the plan shows %+v", x)
	}
}

func (w *weeklyEdit) compareDrift(t *testing.T, made *plan.Plan, published map[string][2]metrics.Value) {
	t.Helper()
	i := slices.IndexFunc(made.Drift, func(d plan.Drift) bool { return d.KPI == "gmv" && d.Grain == metrics.Week })
	if i < 0 {
		t.Fatalf("no drift of sales: %+v", made.Drift)
	}
	d := made.Drift[i]
	now, said := w.byHand["2026-W45 "][0], published["2026-W45 "][0]
	if len(d.Last) != 1 || d.Last[0].Period != "2026-W45" || d.Last[0].Published != said || d.Last[0].Now != now || d.Last[0].Difference != "150.5" || now.Minus(said) != "150.5" {
		t.Errorf("the plan says %+v, SQL by hand %s → %s", d.Last, said, now)
	}
}
