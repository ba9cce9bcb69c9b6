package runtime_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/format"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/scaffold"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
)

// proposed is what a proposal has to say about real files.
var proposed = map[string][]string{
	"b2b_crm_opportunities": {
		`# product: 1,480 rows without counterpart in products, such as "GTXPro"`,
		`# product: "GTXPro" (1,480 rows) may be "GTX Pro" of products: map = { "GTXPro" = "GTX Pro" }`,
		`sales_agent    = { type = string, references = sales_teams }`,
		`engage_date = { type = date, format = ["%m/%d/%Y"] }`,
	},
	"ecommerce_fuzzy_factory": {"key  = [order_item_refund_id]", "references = orders }"},
	"ecommerce_superstore":    {`# Category: to check for new values: values = ["Furniture", "Office Supplies", "Technology"]`},
	"ecommerce_targets_india": {
		"key  = [OrderID]", "# 60 rows without any value: rejects, where one is required", `OrderDate    = { type = date, format = ["%d-%m-%Y"] }`,
		"references = list_of_orders }",
	},
	"marketing_mmm_department_store": {"wk_strt_dt"},
	"marketing_online_advertising": {
		"# 5 rows like another in all columns", `# placement: "#N/A" (413 rows) may mean that there is no value`,
		`# month: to check for new values: values = ["April", "June", "May"]`,
	},
	"retail_complete_journey": {"# product_id: 222 rows without counterpart in products", "references = products }"},
	"retail_walmart_weekly":   {`format = ["%d-%m-%Y"] }`},
}

// TestProposals proposes a project for each folder of real data. It validates, is
// canonical, answers at once, and says what is suspicious.
func TestProposals(t *testing.T) {
	folders, err := os.ReadDir(realData)
	if err != nil {
		t.Skip("the real data is not here:", err)
	}
	for _, folder := range folders {
		if folder.IsDir() {
			t.Run(folder.Name(), func(t *testing.T) { testProposal(t, folder.Name()) })
		}
	}
}

func testProposal(t *testing.T, folder string) {
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "data"), os.DirFS(filepath.Join(realData, folder))); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "data", "*"))
	var tables []scaffold.Table
	for _, file := range files {
		base := filepath.Base(file)
		if _, data := runtime.DataFormat(base); !data || strings.Contains(base, "dictionary") {
			continue
		}
		table, diags := runtime.Measure(t.Context(), file, "data/"+base)
		none(t, diags)
		tables = append(tables, table)
	}
	all := ""
	for name, text := range scaffold.Project(folder, tables) {
		if strings.HasSuffix(name, ".hcl") && string(format.Format([]byte(text))) != text {
			t.Errorf("%s is not canonical", name)
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		all += text
	}
	for _, says := range proposed[folder] {
		if !strings.Contains(all, says) {
			t.Errorf("the proposal doesn't say %q:\n%s", says, all)
		}
	}
	p, diags := runtime.Open(t.Context(), runtime.Options{Dir: dir})
	none(t, diags)
	none(t, p.Validate(t.Context()))
	for _, k := range p.Model.KPIs {
		answer, diags := p.Query(t.Context(), query.Request{KPIs: []string{k.Name}})
		none(t, diags)
		if len(answer.Rows) != 1 || answer.Rows[0].State == metrics.NoData {
			t.Errorf("kpi.%s has no answer: %+v", k.Name, answer.Rows)
		}
	}
}
