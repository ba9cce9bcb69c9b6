package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/store"
)

// applyVariable names the project that a process of this test binary is to apply.
const applyVariable = "METRICS_CRASH_PROJECT"

// crashSetting is a number from the environment: make crash raises them.
func crashSetting(name string, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return usual
}

const (
	crashFiles = 10 // of orders, of crashDays each
	crashDays  = 4
)

const crashProject = `project "crash" {
  as_of   = "2026-03-01"
  grains  = [day]
  history = "104w"
}
variable "low" {
  type    = number
  default = 0
}
source "customers" {
  csv { path = "customers.csv" }
  key = [id]
  columns {
    id     = string
    region = string
  }
}
source "orders" {
  csv { path = "orders_*.csv" }
  key  = [id]
  time = day
  columns {
    id       = string
    day      = date
    customer = { type = string, references = customers }
    amount   = decimal(18, 2)
  }
}
dimension "customer" {
  from "orders" { value = customer }
}
dimension "region" {
  from "orders" { value = customers.region }
}
kpi "spend" {
  value = sum(orders.amount, orders.amount > var.low)
  by    = [customer, region]
}
kpi "orders" {
  value = count(orders)
  by    = [customer]
}
`

// crashFolder writes the project, with files of orders but the last, and as many
// customers as make an apply publish a number of values.
func crashFolder(t *testing.T, values int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	customers := max(values/(2*crashFiles*crashDays), 1)
	var b strings.Builder
	b.WriteString("id,region\n")
	for c := range customers {
		fmt.Fprintf(&b, "c%d,r%d\n", c, c%7)
	}
	overwrite(t, filepath.Join(dir, "customers.csv"), b.String())
	overwrite(t, filepath.Join(dir, "project.hcl"), crashProject)
	for file := range crashFiles - 1 {
		writeOrders(t, dir, file, customers, 0)
	}
	return dir
}

func writeOrders(t *testing.T, dir string, file, customers, more int) {
	t.Helper()
	var b strings.Builder
	b.WriteString("id,day,customer,amount\n")
	for i := range crashDays * customers {
		day := time.Date(2026, 1, 5+file*crashDays+i/customers, 0, 0, 0, 0, time.UTC)
		fmt.Fprintf(&b, "%d-%d,%s,c%d,%d.25\n", file, i, day.Format(time.DateOnly), i%customers, i%97+more)
	}
	overwrite(t, filepath.Join(dir, fmt.Sprintf("orders_%d.csv", file)), b.String())
}

// crashKinds prepare a project for an apply of each kind, which will be killed.
var crashKinds = map[string]func(t *testing.T, dir string, customers int){
	"first": func(t *testing.T, dir string, customers int) {
		writeOrders(t, dir, crashFiles-1, customers, 0)
	},
	"incremental": func(t *testing.T, dir string, customers int) {
		none(t, applyFolder(dir))
		writeOrders(t, dir, crashFiles-1, customers, 0)
		writeOrders(t, dir, 2, customers, 5)
	},
	"restating": func(t *testing.T, dir string, customers int) {
		none(t, applyFolder(dir))
		rewrite(t, dir, "project.hcl", "orders.amount > var.low", "orders.amount > 10")
	},
	"migrating": func(t *testing.T, dir string, customers int) {
		p, diags := runtime.Open(context.Background(), runtime.Options{Dir: dir})
		none(t, diags)
		runtime.OlderStore(t, p, runtime.SnapshotOf(p))
		writeOrders(t, dir, crashFiles-1, customers, 0)
	},
}

// TestKilledApply kills processes that apply a project, at random moments and
// whenever a file of the store appeared, in applies of each kind: the store holds the
// old values or the new ones, verify finds nothing wrong, and the next apply ends
// with the values of one that was never killed.
func TestKilledApply(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills many processes")
	}
	values := crashSetting("METRICS_CRASH_VALUES", 2_000)
	for kind, prepare := range crashKinds {
		t.Run(kind, func(t *testing.T) {
			base := crashFolder(t, values)
			prepare(t, base, max(values/(2*crashFiles*crashDays), 1))
			old := stateOf(t, base)
			never := copyFolder(t, base)
			names, took := watchApply(t, never, func(int) bool { return false })
			full := stateOf(t, never)
			if names < 5 || full == old {
				t.Fatalf("an apply made %d names and %q of %q: nothing to kill", names, full, old)
			}
			for _, kill := range crashMoments(names, took) {
				t.Run(kill.name, func(t *testing.T) {
					dir := copyFolder(t, base)
					watchApply(t, dir, kill.when())
					if got := stateOf(t, dir); got != old && got != full {
						t.Errorf("the store holds %s, want the old state %s or the new one %s", got, old, full)
					}
					none(t, applyFolder(dir))
					if got := stateOf(t, dir); got != full {
						t.Errorf("after the next apply: %s, want %s", got, full)
					}
				})
			}
		})
	}
}

// moment is when to kill a process: when asks it over and over, with how many names
// have appeared in the store.
type moment struct {
	name string
	when func() func(names int) bool
}

func crashMoments(names int, took time.Duration) (out []moment) {
	kills := crashSetting("METRICS_CRASH_KILLS", 4)
	every := max(1, names*2*len(crashKinds)/kills)
	for n := 1; n <= names; n += every {
		out = append(out, moment{fmt.Sprint("at name ", n), func() func(int) bool { return func(names int) bool { return names >= n } }})
	}
	for range (kills + len(crashKinds) - 1) / len(crashKinds) {
		after := time.Duration(rand.Int64N(int64(took)))
		out = append(out, moment{fmt.Sprint("after ", after), func() func(int) bool {
			begin := time.Now()
			return func(int) bool { return time.Since(begin) >= after }
		}})
	}
	return out
}

// watchApply has a process of its own apply a project, and kills it when told. It
// returns how many names appeared in the store, and how long it took.
func watchApply(t *testing.T, dir string, kill func(names int) bool) (names int, took time.Duration) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), applyVariable+"="+dir)
	var said strings.Builder
	c.Stderr = &said
	begin, seen := time.Now(), storeNames(dir)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for {
		select {
		case err := <-ended:
			if exit := (*exec.ExitError)(nil); err != nil && !(errors.As(err, &exit) && strings.Contains(exit.String(), "killed")) {
				t.Fatal(err, said.String())
			}
			return names, time.Since(begin)
		case <-time.After(200 * time.Microsecond):
		}
		for name := range storeNames(dir) {
			if !seen[name] {
				seen[name] = true
				names++
			}
		}
		if kill(names) {
			c.Process.Kill()
		}
	}
}

// storeNames is every name in the store of a project.
func storeNames(dir string) map[string]bool {
	out := map[string]bool{}
	filepath.WalkDir(filepath.Join(dir, ".metrics"), func(path string, _ fs.DirEntry, _ error) error {
		out[path] = true
		return nil
	})
	return out
}

// applyFolder plans and applies as the command does.
func applyFolder(dir string) diag.List {
	ctx := context.Background()
	p, diags := runtime.Open(ctx, runtime.Options{Dir: dir})
	if diags.HasErrors() {
		return diags
	}
	made, diags := p.Plan(ctx)
	if !diags.HasErrors() {
		_, diags = p.Apply(ctx, made, "")
	}
	return diags
}

// stateOf verifies the store of a project, and sums up what it holds.
func stateOf(t *testing.T, dir string) string {
	t.Helper()
	state, err := stateText(dir)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// stateText is how many values a store holds, a hash of them all, and what became of
// the rows of its source.
func stateText(dir string) (string, error) {
	ctx := context.Background()
	st, diags := store.Open(filepath.Join(dir, ".metrics"))
	if len(diags) > 0 || !st.Exists() {
		return "nothing", failure(diags)
	}
	p, diags := runtime.Open(ctx, runtime.Options{Dir: dir})
	if len(diags) > 0 {
		return "", failure(diags)
	}
	if _, diags = p.VerifyStore(ctx); len(diags) > 0 {
		return "", failure(diags)
	}
	current, diags := st.Published(store.Moment{})
	if len(diags) > 0 {
		return "", failure(diags)
	}
	eng, err := duckdb.Open(ctx, duckdb.Options{AllowedDirs: []string{dir}})
	if err != nil {
		return "", err
	}
	defer eng.Close()
	table, err := eng.Query(ctx, `SELECT count(*), sum(hash("kpi", "cuts", "grain", "period", "members", "value", "state"))::VARCHAR FROM (`+current+`)`)
	if err != nil {
		return "", err
	}
	return fmt.Sprint(table.Rows[0], st.Catalog().Sources["orders"].Account), nil
}

func copyFolder(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}
