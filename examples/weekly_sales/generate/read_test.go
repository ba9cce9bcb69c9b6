package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What follows reads the files as the project's sources do, in plain Go and
// without a word of the generator's, so that it can contradict both.

// table is the rows of one or several files of the same columns, in order.
type table struct {
	column map[string]int
	rows   [][]string
}

func (t table) value(row []string, column string) string {
	i, ok := t.column[column]
	if !ok {
		panic("no column " + column)
	}
	return row[i]
}

func readTable(t *testing.T, dir, pattern string) table {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("no file %s in %s: %v", pattern, dir, err)
	}
	out := table{column: map[string]int{}}
	for _, name := range names {
		rows, err := csv.NewReader(bytes.NewReader(plain(t, name))).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i, h := range rows[0] {
			out.column[h] = i
		}
		out.rows = append(out.rows, rows[1:]...)
	}
	return out
}

// plain is a file's text, unpacked.
func plain(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(name, ".gz") {
		return text
	}
	r, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	text, err = io.ReadAll(r)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return text
}

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

func parseTime(s string, zone *time.Location, layouts ...string) (time.Time, error) {
	for _, layout := range layouts {
		if at, err := time.ParseInLocation(layout, s, zone); err == nil {
			return at.In(shanghai), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time", s)
}

var amount = regexp.MustCompile(`^(-?)([0-9]+)(?:\.([0-9]{1,2}))?$`)

// parseCents reads an amount exactly.
func parseCents(s string) (int64, error) {
	m := amount.FindStringSubmatch(strings.NewReplacer("¥", "", ",", "").Replace(s))
	if m == nil {
		return 0, fmt.Errorf("%q is no amount", s)
	}
	return strconv.ParseInt(m[1]+m[2]+(m[3] + "00")[:2], 10, 64)
}

// account says where a source's rows went.
type account struct {
	Source     string `json:"source"`
	Read       int    `json:"read"`
	Clean      int    `json:"clean"`
	Filtered   int    `json:"filtered"`
	Duplicates int    `json:"duplicates"`
	Rejected   int    `json:"rejected"`
}

type sale struct {
	line, order, channel, shop string
	at, updated                time.Time
	cents                      int64
	status                     string
}

// columnsOf names a shop front's columns for what a sale needs.
type columnsOf struct {
	line, order, at, updated, cents, quantity, status string
}

type source struct {
	name, pattern string
	columns       columnsOf
	zone          *time.Location
	layouts       []string
	status        map[string]string
	channel       func(t table, row []string) string
}

func always(channel string) func(table, []string) string {
	return func(table, []string) string { return channel }
}

func webChannel(t table, row []string) string {
	switch strings.ToLower(strings.TrimSpace(t.value(row, "UTM Source"))) {
	case "", "direct":
		return "web"
	case "抖音", "douyin", "dy":
		return "douyin"
	case "小红书", "rednote", "xhs":
		return "rednote"
	}
	return "other"
}

var sources = []source{
	{
		"tmall_orders", "tmall_*.csv.gz",
		columnsOf{"子订单编号", "订单编号", "付款时间", "更新时间", "实付金额", "购买数量", "订单状态"},
		shanghai,
		[]string{"2006-01-02 15:04:05"},
		map[string]string{"交易关闭": "cancelled", "测试": "test"},
		always("tmall"),
	},
	{
		"jd_orders", "jd_*.csv.gz",
		columnsOf{"lineId", "orderId", "orderTime", "modified", "payAmount", "num", "orderState"},
		time.UTC,
		[]string{"2006-01-02T15:04:05Z"},
		map[string]string{"CANCELED": "cancelled", "TEST": "test"},
		always("jd"),
	},
	{
		"web_orders", "web_*.csv.gz",
		columnsOf{"Line ID", "Order No", "Placed", "Updated", "Total", "Qty", "State"},
		shanghai,
		[]string{"02/01/2006 15:04", "2006-01-02 15:04"},
		map[string]string{"Cancelled": "cancelled", "Test": "test"},
		webChannel,
	},
	{
		"pos_orders", "pos_*.csv.gz",
		columnsOf{"Line ID", "Receipt", "Sold At", "Uploaded At", "Amount", "Qty", "Status"},
		shanghai,
		[]string{"2006-01-02 15:04:05"},
		map[string]string{"VOID": "cancelled", "TRAINING": "test"},
		always("store"),
	},
}

func (s source) parse(t table, row []string) (sale, error) {
	at, err := parseTime(t.value(row, s.columns.at), s.zone, s.layouts...)
	if err != nil {
		return sale{}, err
	}
	updated, err := parseTime(t.value(row, s.columns.updated), s.zone, s.layouts...)
	if err != nil {
		return sale{}, err
	}
	cents, err := parseCents(t.value(row, s.columns.cents))
	if err != nil {
		return sale{}, err
	}
	if _, err := parseCents(t.value(row, s.columns.quantity)); err != nil {
		return sale{}, err
	}
	status := s.status[t.value(row, s.columns.status)]
	return sale{
		line: t.value(row, s.columns.line), order: t.value(row, s.columns.order), channel: s.channel(t, row),
		shop: s.name, at: at, updated: updated, cents: cents, status: status,
	}, nil
}

// clean reads a source's rows: of each line the last version, without tests.
func (s source) clean(t *testing.T, dir string) ([]sale, account) {
	t.Helper()
	in := readTable(t, dir, s.pattern)
	sum := account{Source: s.name, Read: len(in.rows)}
	last := map[string]int{}
	var sales []sale
	for _, row := range in.rows {
		one, err := s.parse(in, row)
		if err != nil {
			sum.Rejected++
			continue
		}
		i, seen := last[one.line]
		if !seen {
			last[one.line] = len(sales)
			sales = append(sales, one)
			continue
		}
		sum.Duplicates++
		if !one.updated.Before(sales[i].updated) {
			sales[i] = one
		}
	}
	kept := sales[:0]
	for _, one := range sales {
		if one.status == "test" {
			sum.Filtered++
			continue
		}
		kept = append(kept, one)
	}
	sum.Clean = len(kept)
	return kept, sum
}

// readSales is every clean sale of the four shop fronts.
func readSales(t *testing.T, dir string) ([]sale, []account) {
	t.Helper()
	var sales []sale
	var accounts []account
	for _, s := range sources {
		some, sum := s.clean(t, dir)
		sales = append(sales, some...)
		accounts = append(accounts, sum)
	}
	return sales, accounts
}

// channelWords is how files other than orders write the channels.
var channelWords = map[string]string{
	"天猫": "tmall", "tmall": "tmall", "阿里妈妈": "tmall",
	"京东": "jd", "jd": "jd", "京准通": "jd",
	"抖音": "douyin", "douyin": "douyin", "巨量引擎": "douyin",
	"小红书": "rednote", "rednote": "rednote", "xhs": "rednote",
	"官网": "web", "web": "web", "门店": "store", "store": "store",
}

func channelWord(s string) string {
	if c, ok := channelWords[strings.ToLower(strings.TrimSpace(s))]; ok {
		return c
	}
	return "other"
}

// weekName is the ISO week of a time in Shanghai.
func weekName(at time.Time) string {
	year, week := at.ISOWeek()
	return fmt.Sprintf("%d-W%02d", year, week)
}

func mustDate(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02", s, shanghai)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
