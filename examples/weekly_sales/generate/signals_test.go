package main

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"
)

// series are a measure's values by member ("" is the total) and by period.
type series map[string]map[string]float64

func (s series) add(member, period string, v float64) {
	for _, m := range []string{member, ""} {
		if s[m] == nil {
			s[m] = map[string]float64{}
		}
		s[m][period] += v
	}
}

func (s series) over(t series) series {
	out := series{}
	for m, periods := range s {
		out[m] = map[string]float64{}
		for p, v := range periods {
			if t[m][p] != 0 {
				out[m][p] = v / t[m][p]
			}
		}
	}
	return out
}

// signals are the measures that a sales review watches.
type signals struct {
	impressions, ctr      series // by channel and week
	cvrWeek, cvrDay       series // by channel
	cacChannel, cacByName series // by week, of channels and of campaigns
	ltv, gmv              series // by channel and week
	budget, forecast      series
}

// TestOnlyPlantedEventsStandOut applies the classic rules of a sales review to
// the last week: what they find must be what the README tells, and a week later
// all must have mended.
func TestOnlyPlantedEventsStandOut(t *testing.T) {
	found := readSignals(t, dataDir).found(mustDate(t, "2026-11-15"))
	want := []string{
		"cac 10% over target: campaign double11",
		"cvr down 15% on the week: douyin",
		"cvr down three days in a row: douyin",
		"forecast off by over 8%: douyin",
		"gmv 10% off budget: douyin",
	}
	if !slices.Equal(found, want) {
		t.Errorf("2026-W46: found %q\nwant %q", found, want)
	}

	dir := t.TempDir()
	if err := run(dir, "2026-11-23", false, nil); err != nil {
		t.Fatal(err)
	}
	if found := readSignals(t, dir).found(mustDate(t, "2026-11-22")); len(found) > 0 {
		t.Errorf("2026-W47: found %q, want nothing", found)
	}
}

// found applies the rules to the week that ends on the last day.
func (s signals) found(last time.Time) []string {
	week, before := weekName(last), weekName(last.AddDate(0, 0, -7))
	var out []string
	check := func(rule string, values series, off func(member string, v float64) bool) {
		for member, periods := range values {
			if v, ok := periods[week]; ok && off(member, v) {
				out = append(out, rule+": "+name(member))
			}
		}
	}
	check("exposure down 20% on the week", s.impressions, func(m string, v float64) bool {
		return v < s.impressions[m][before]*0.8
	})
	check("ctr below its quartile", s.ctr, func(m string, v float64) bool { return v < quartile(s.ctr[m], last) })
	check("cvr down 15% on the week", s.cvrWeek, func(m string, v float64) bool {
		return v < s.cvrWeek[m][before]*0.85
	})
	check("cvr down three days in a row", s.cvrWeek, func(m string, _ float64) bool { return falls(s.cvrDay[m], last) })
	check("cac 10% over target", s.cacChannel, func(_ string, v float64) bool { return v > 190*1.1 })
	check("cac 10% over target", s.cacByName, func(_ string, v float64) bool { return v > 190*1.1 })
	check("ltv out of its range", s.ltv, func(_ string, v float64) bool { return v < 500 || v > 700 })
	check("gmv 10% off budget", s.gmv, func(m string, v float64) bool {
		b, ok := s.budget[m][week]
		return ok && math.Abs(v/b-1) > 0.1
	})
	check("forecast off by over 8%", s.gmv, func(m string, v float64) bool {
		f, ok := s.forecast[m][week]
		return ok && math.Abs(v/f-1) > 0.08
	})
	sort.Strings(out)
	return slices.Compact(out)
}

func name(member string) string {
	if member == "" {
		return "total"
	}
	return member
}

// falls says whether the last four days fall one after the other.
func falls(days map[string]float64, last time.Time) bool {
	for i := range 3 {
		day, before := days[last.AddDate(0, 0, -i).Format(time.DateOnly)], days[last.AddDate(0, 0, -i-1).Format(time.DateOnly)]
		if day >= before {
			return false
		}
	}
	return true
}

// quartile is the first one of the 52 weeks before, interpolated.
func quartile(weeks map[string]float64, last time.Time) float64 {
	var values []float64
	for i := 1; i <= 52; i++ {
		if v, ok := weeks[weekName(last.AddDate(0, 0, -7*i))]; ok {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return 0
	}
	sort.Float64s(values)
	at := float64(len(values)-1) * 0.25
	i := int(at)
	if i+1 == len(values) {
		return values[i]
	}
	return values[i] + (values[i+1]-values[i])*(at-float64(i))
}

func readSignals(t *testing.T, dir string) signals {
	t.Helper()
	var s signals
	sales, _ := readSales(t, dir)
	s.gmv, s.cvrWeek, s.cvrDay = salesSeries(t, sales, readTable(t, dir, "traffic.csv"))
	s.budget, s.forecast = planSeries(t, dir, "budget.csv"), planSeries(t, dir, "forecast.csv")

	impressions, clicks := series{}, series{}
	spend, spendByName := series{}, series{}
	for _, ad := range readAds(t, dir) {
		impressions.add(ad.channel, ad.week, ad.impressions)
		clicks.add(ad.channel, ad.week, ad.clicks)
		spend.add(ad.channel, ad.week, ad.spend)
		spendByName.add("campaign "+ad.campaign, ad.week, ad.spend)
	}
	s.impressions, s.ctr = impressions, clicks.over(impressions)

	won, wonByName, value := series{}, series{}, series{}
	in := readTable(t, dir, "customers.csv.gz")
	for _, row := range in.rows {
		at, err := parseTime(in.value(row, "acquired_on"), shanghai, time.DateOnly)
		if err != nil {
			continue
		}
		channel, week := channelWord(in.value(row, "channel")), weekName(at)
		won.add(channel, week, 1)
		wonByName.add("campaign "+campaignWord(in.value(row, "campaign")), week, 1)
		value.add(channel, week, number(t, in.value(row, "value_12m")))
	}
	s.cacChannel, s.cacByName, s.ltv = spend.over(won), spendByName.over(wonByName), value.over(won)
	return s
}

func salesSeries(t *testing.T, sales []sale, traffic table) (gmv, cvrWeek, cvrDay series) {
	t.Helper()
	gmv = series{}
	ordersWeek, ordersDay, visitsWeek, visitsDay := series{}, series{}, series{}, series{}
	seen := map[string]bool{}
	for _, s := range sales {
		if s.status == "cancelled" {
			continue
		}
		gmv.add(s.channel, weekName(s.at), float64(s.cents)/100)
		if s.shop == "pos_orders" || seen[s.order] {
			continue
		}
		seen[s.order] = true
		ordersWeek.add(s.channel, weekName(s.at), 1)
		ordersDay.add(s.channel, s.at.Format(time.DateOnly), 1)
	}
	for _, row := range traffic.rows {
		day := mustDate(t, traffic.value(row, "day"))
		channel, n := channelWord(traffic.value(row, "channel")), number(t, traffic.value(row, "sessions"))
		visitsWeek.add(channel, weekName(day), n)
		visitsDay.add(channel, day.Format(time.DateOnly), n)
	}
	return gmv, ordersWeek.over(visitsWeek), ordersDay.over(visitsDay)
}

func planSeries(t *testing.T, dir, file string) series {
	t.Helper()
	in := readTable(t, dir, file)
	out := series{}
	for _, row := range in.rows {
		out.add(channelWord(in.value(row, "channel")), weekName(mustDate(t, in.value(row, "week"))), number(t, in.value(row, "gmv")))
	}
	return out
}

type adRow struct {
	channel, campaign, week    string
	impressions, clicks, spend float64
}

// readAds is the ads' rows, each in the version exported last.
func readAds(t *testing.T, dir string) []adRow {
	t.Helper()
	in := readTable(t, dir, "ads.csv.gz")
	at, exported := map[string]int{}, map[string]string{}
	var out []adRow
	for _, row := range in.rows {
		if _, err := parseCents(in.value(row, "impressions")); err != nil {
			continue
		}
		day := mustDate(t, in.value(row, "day"))
		ad := adRow{
			channel: channelWord(in.value(row, "platform")), campaign: campaignWord(in.value(row, "campaign")), week: weekName(day),
			impressions: number(t, in.value(row, "impressions")), clicks: number(t, in.value(row, "clicks")),
			spend: number(t, in.value(row, "spend")),
		}
		key := fmt.Sprint(in.value(row, "day"), ad.channel, ad.campaign)
		i, seen := at[key]
		switch {
		case !seen:
			at[key], exported[key] = len(out), in.value(row, "exported_at")
			out = append(out, ad)
		case in.value(row, "exported_at") >= exported[key]:
			out[i], exported[key] = ad, in.value(row, "exported_at")
		}
	}
	return out
}

func campaignWord(s string) string {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "双十一", "双11", "double 11":
		return "double11"
	case "618", "618大促":
		return "618"
	case "年货节", "spring_festival":
		return "spring_festival"
	case "上新季", "new_season":
		return "new_season"
	case "日常", "always_on":
		return "always_on"
	case "":
		return "none"
	}
	return "other"
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
