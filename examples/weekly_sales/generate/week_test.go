package main

import (
	"encoding/json"
	"flag"
	"math/big"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

const dataDir = "../data"

// cell is the figures of one channel, or of all, in one week. The rate is given
// to 12 decimals; sales to the cent.
type cell struct {
	Period       string       `json:"period"`
	Channel      string       `json:"channel,omitempty"`
	GMV          json.Number  `json:"gmv"`
	Orders       int          `json:"orders"`
	OnlineOrders int          `json:"online_orders"`
	Visits       int64        `json:"visits"`
	CVR          *json.Number `json:"cvr"`
}

type week46 struct {
	AsOf    string    `json:"as_of"`
	Grain   string    `json:"grain"`
	Rows    []cell    `json:"rows"`
	Totals  []cell    `json:"totals"`
	Sources []account `json:"sources"`
}

// tally adds up one cell.
type tally struct {
	cents  int64
	orders map[string]bool
	online map[string]bool
	visits int64
}

type cellKey struct{ period, channel string }

// TestWeek46 holds the figures that the project must give for 2026-W46 and the
// week before: they are computed here, from the files alone.
func TestWeek46(t *testing.T) {
	sales, accounts := readSales(t, dataDir)
	cells := tallies(t, sales, readTable(t, dataDir, "traffic.csv"))
	got := week46{AsOf: "2026-11-16", Grain: "week", Sources: append(accounts, otherAccounts(t)...)}
	for _, key := range sortedKeys(cells) {
		c := cells[key].cell(key)
		if key.channel == "" {
			got.Totals = append(got.Totals, c)
		} else {
			got.Rows = append(got.Rows, c)
		}
	}
	text, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "../testdata/week46.json", append(text, '\n'))
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != string(got) {
		t.Errorf("%s differs from what the files give (go test -update writes it anew):\n%s", name, got)
	}
}

func tallies(t *testing.T, sales []sale, traffic table) map[cellKey]*tally {
	t.Helper()
	cells := map[cellKey]*tally{}
	at := func(day time.Time, channel string) []*tally {
		period := weekName(day)
		if period != "2026-W45" && period != "2026-W46" {
			return nil
		}
		var out []*tally
		for _, key := range []cellKey{{period, channel}, {period, ""}} {
			if cells[key] == nil {
				cells[key] = &tally{orders: map[string]bool{}, online: map[string]bool{}}
			}
			out = append(out, cells[key])
		}
		return out
	}
	for _, s := range sales {
		if s.status == "cancelled" {
			continue
		}
		for _, c := range at(s.at, s.channel) {
			c.cents += s.cents
			c.orders[s.order] = true
			if s.shop != "pos_orders" {
				c.online[s.order] = true
			}
		}
	}
	for _, row := range traffic.rows {
		n, err := strconv.ParseInt(traffic.value(row, "sessions"), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range at(mustDate(t, traffic.value(row, "day")), channelWord(traffic.value(row, "channel"))) {
			c.visits += n
		}
	}
	return cells
}

func (c *tally) cell(key cellKey) cell {
	out := cell{
		Period: key.period, Channel: key.channel, GMV: decimal(big.NewRat(c.cents, 100), 2),
		Orders: len(c.orders), OnlineOrders: len(c.online), Visits: c.visits,
	}
	if c.visits != 0 {
		rate := decimal(big.NewRat(int64(len(c.online)), c.visits), 12)
		out.CVR = &rate
	}
	return out
}

func decimal(r *big.Rat, places int) json.Number { return json.Number(r.FloatString(places)) }

func sortedKeys(cells map[cellKey]*tally) []cellKey {
	var keys []cellKey
	for k := range cells {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		if keys[i].period != keys[j].period {
			return keys[i].period < keys[j].period
		}
		return keys[i].channel < keys[j].channel
	})
	return keys
}

// otherAccounts are those of the sources that are no shop fronts: what can't be
// read in them stands in one column each.
func otherAccounts(t *testing.T) []account {
	t.Helper()
	var out []account
	for _, s := range []struct{ name, file, column, kind string }{
		{"refunds", "refunds.csv.gz", "amount", "amount"},
		{"customers", "customers.csv.gz", "acquired_on", "date"},
		{"products", "products.csv", "unit_cost", "amount"},
		{"stores", "stores.csv", "opened", "date"},
		{"ads", "ads.csv.gz", "impressions", "amount"},
		{"traffic", "traffic.csv", "sessions", "amount"},
		{"leads", "leads.csv", "lead_id", ""},
		{"opportunities", "opportunities.csv", "amount", "amount"},
		{"budget", "budget.csv", "gmv", "amount"},
		{"forecast", "forecast.csv", "gmv", "amount"},
		{"stock", "stock.csv.gz", "on_hand", "amount"},
	} {
		in := readTable(t, dataDir, s.file)
		sum := account{Source: s.name, Read: len(in.rows)}
		for _, row := range in.rows {
			var err error
			switch s.kind {
			case "amount":
				_, err = parseCents(in.value(row, s.column))
			case "date":
				_, err = parseTime(in.value(row, s.column), shanghai, "2006-01-02")
			}
			if err != nil {
				sum.Rejected++
			}
		}
		if s.name == "ads" {
			sum.Duplicates = len(in.rows) - sum.Rejected - len(readAds(t, dataDir))
		}
		sum.Clean = sum.Read - sum.Rejected - sum.Duplicates
		out = append(out, sum)
	}
	return out
}
