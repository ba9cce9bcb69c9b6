package main

// What the data hides on purpose. factsTable counts each of them; the README
// holds that table.

// Douyin's conversion falls in 2026-W44, W45 and W46: a landing page got slower
// with each release. In W46 it falls day by day, and it mends in the week after.
// In thousandths of what it would have been.
var (
	douyinW46 = [7]int64{700, 695, 675, 655, 615, 560, 520}
	douyinBad = map[int]int64{44: 920, 45: 837, 47: 950}
)

// forecastKnew is what the forecast made of Douyin's fall, always a step behind.
var forecastKnew = map[int]int64{45: 960, 46: 860, 47: 950}

func plantedConversion(channel string, day int) int64 {
	if channel != douyin || !inWeek(day, 44, 47) {
		return 1000
	}
	_, w := isoWeek(day)
	if w == 46 {
		return douyinW46[day%7]
	}
	return douyinBad[w]
}

// The shop sh-02 is shut for refitting.
const (
	closedStore = "sh-02"
	closedFrom  = 40
	closedTo    = 43
)

func storeClosed(code string, day int) bool {
	return code == closedStore && inWeek(day, closedFrom, closedTo)
}

// cacTarget is the project's target for the cost of a new customer, in cents.
const cacTarget = 19000

// campaignCAC is what a campaign pays for a new customer in a week, in cents.
// Double 11 bids too much in its last week of 2026.
func campaignCAC(campaign string, week int) int64 {
	year, n := isoWeek(week * 7)
	switch campaign {
	case double11:
		if year == 2026 && n == 46 {
			return 23100
		}
		return 17600 + int64(n-43)*300
	case sale618:
		return 18000
	case newYear:
		return 17700
	case newSeason:
		return 17400
	}
	return 16800
}

// The tills of gz-01 were offline on the weekend of 2026-W45. Their receipts came
// in a file of their own, together with some that had arrived before.
const (
	lateStore  = "gz-01"
	lateFile   = "pos_late_2026-11-10.csv.gz"
	lateAt     = "2026-11-10 09:00:00"
	lateResend = 3
)

var lateDays = []int{mustDay("2026-11-07"), mustDay("2026-11-08")}

func lateUpload(store string, day int) bool {
	return store == lateStore && (day == lateDays[0] || day == lateDays[1])
}

// Since 2026-W45 the company tries two platforms that no mapping knows yet.
const (
	unmappedReferrer = "视频号"
	unmappedPlatform = "快手"
)

var unmappedFrom = mustDay("2026-11-02")

// overlapDay is in Tmall's export of 2025 and in that of 2026.
var overlapDay = mustDay("2025-12-31")

// correctedAds are the days that Douyin's platform exported a second time, with
// higher figures and another spelling of its own name.
var (
	correctedAds = [2]int{mustDay("2026-11-03"), mustDay("2026-11-05")}
	correctedAt  = "2026-11-10 08:30:00"
)

const correction = 1020

// Rows that stand in the files but are no sales.
type plantedTest struct {
	shop string
	day  string
	n    int
}

var plantedTests = []plantedTest{
	{shopTmall, "2025-03-04", 4}, {shopTmall, "2025-10-14", 5}, {shopTmall, "2026-11-09", 3},
	{shopJD, "2025-05-20", 3}, {shopJD, "2026-11-10", 2},
	{shopWeb, "2026-01-06", 4}, {shopWeb, "2026-11-12", 2},
	{shopPOS, "2025-06-02", 5}, {shopPOS, "2026-11-13", 1},
}

// plantedBad is a row with one value that can't be read.
type plantedBad struct {
	shop, day, column, value string
}

var plantedBads = []plantedBad{
	{shopTmall, "2026-11-10", "付款时间", "2026-11-31 10:12:00"},
	{shopTmall, "2026-11-12", "实付金额", "待确认"},
	{shopJD, "2026-11-11", "orderTime", "0000-00-00T00:00:00Z"},
	{shopWeb, "2026-11-11", "Placed", "31/02/2026 09:30"},
	{shopWeb, "2026-11-13", "Total", "1O5.00"},
	{shopPOS, "2026-11-14", "Qty", "两"},
}

const (
	badAdDay         = "2026-11-08"
	badAdValue       = "12.5k"
	badCustomerDay   = "2026-11-12"
	badCustomerValue = "2026-13-01"
	badDealDay       = "2026-11-06"
	badDealValue     = "about 30000"
)

// A product and a customer that no table knows.
const (
	orphanSKU      = "HT-099"
	orphanCustomer = "C999999"
	orphanDay      = "2026-11-12"
)

// plantOrphans changes two sales; what they count stays as it was.
func (c *company) plantOrphans() {
	day := timeOf(mustDay(orphanDay))
	doneSKU, doneCustomer := false, false
	for i := range c.orders {
		o := &c.orders[i]
		if o.cancelled || o.at.Before(day) || o.lines[0].refund > 0 {
			continue
		}
		if o.shop == shopWeb && o.channel == rednote && !doneSKU {
			o.lines[0].sku, doneSKU = orphanSKU, true
		}
		if o.shop == shopTmall && !doneCustomer {
			o.customer, doneCustomer = orphanCustomer, true
		}
	}
}

// earliest is the first day that the files can end before: all that is planted
// has happened by then.
var earliest = mustDay("2026-11-16")
