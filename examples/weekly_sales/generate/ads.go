package main

import (
	"strconv"
	"time"
)

// adDay is one row of what the ad platforms report.
type adDay struct {
	day               int
	channel, campaign string
	impressions       int64
	clicks, cents     int64
	exported          string
	spelling          int
}

var platformNames = map[string][]string{
	tmall:   {"天猫", "Tmall", "阿里妈妈"},
	jd:      {"京东", "JD", "京准通"},
	douyin:  {"抖音", "Douyin", "巨量引擎"},
	rednote: {"小红书", "RedNote", "XHS"},
	other:   {unmappedPlatform},
}

var campaignNames = map[string][]string{
	"":        {""},
	alwaysOn:  {"日常", "always_on"},
	double11:  {"双十一", "双11", "Double 11"},
	sale618:   {"618", "618大促"},
	newYear:   {"年货节", "spring_festival"},
	newSeason: {"上新季", "new_season"},
}

// spelled is one of several ways to write a name.
func spelled(names []string, n int) string { return names[n%len(names)] }

var adWeekday = [7]int64{136, 138, 140, 142, 146, 151, 147} // sums to 1000

// exposure is a week's factor of impressions: less in Spring Festival, more
// before the sales, never by a fifth from one week to the next.
func exposure(week int) int64 {
	f := int64(1000)
	switch _, n := isoWeek(week * 7); n {
	case 43:
		f = 1040
	case 44:
		f = 1080
	case 45:
		f = 1120
	case 46:
		f = 1180
	case 47:
		f = 1040
	case 23, 26:
		f = 1050
	case 24, 25:
		f = 1100
	}
	for _, s := range newYears {
		switch off := mustDay(s)/7 - week; off {
		case 0:
			f = 850
		case 1, -1:
			f = 920
		}
	}
	return permille(growth(week*7), f)
}

func (c *company) simulateAds() {
	for week := range horizon / 7 {
		for _, ch := range channels {
			if !ch.paid {
				continue
			}
			for _, s := range shares(week) {
				c.campaignWeek(ch, s, week)
			}
		}
		if week*7 >= unmappedFrom {
			c.unmappedWeek(week)
		}
	}
}

// campaignWeek spends, for each customer that a campaign wins in a week, what
// that campaign pays, so that the cost of a customer is exact.
func (c *company) campaignWeek(ch channel, s share, week int) {
	r := stream("ads "+ch.name+s.campaign, week)
	won := c.acquired[acquisition{ch.name, s.campaign, week}]
	budget := permille(won*campaignCAC(s.campaign, week), jitter(r, 12))
	left := budget
	for i := range 7 {
		day := week*7 + i
		ad := adDay{day: day, channel: ch.name, campaign: s.campaign, spelling: week / 6}
		ad.impressions = permille(ch.impressions*7, exposure(week), s.part, adWeekday[i], jitter(r, 15))
		ad.clicks = clicks(ad.impressions, permille(ch.ctr, wave(week, 106, 40), campaignAppeal(s.campaign), jitter(r, 8)))
		ad.cents = budget * adWeekday[i] / 1000
		if i == 6 {
			ad.cents = left
		}
		left -= ad.cents
		ad.exported = timeOf(day + 1).Add(8 * time.Hour).Format(time.DateTime)
		c.addAd(ad)
	}
}

// addAd adds a row and, for the days that were exported twice, the wrong one first.
func (c *company) addAd(ad adDay) {
	if ad.channel == douyin && ad.day >= correctedAds[0] && ad.day <= correctedAds[1] {
		c.ads = append(c.ads, ad)
		ad.exported, ad.spelling = correctedAt, ad.spelling+1
		ad.impressions = permille(ad.impressions, correction)
		ad.clicks = permille(ad.clicks, correction)
		ad.cents = permille(ad.cents, correction)
	}
	c.ads = append(c.ads, ad)
}

func (c *company) unmappedWeek(week int) {
	for i := range 7 {
		day := week*7 + i
		n := permille(6000+int64(week*7-unmappedFrom)*20, jitter(stream("ads other", day), 10))
		c.addAd(adDay{
			day: day, channel: other, campaign: alwaysOn, impressions: n,
			clicks: clicks(n, 11000+int64(week*7-unmappedFrom)*20), cents: 4500,
			exported: timeOf(day + 1).Add(8 * time.Hour).Format(time.DateTime),
		})
	}
}

func clicks(impressions, millionths int64) int64 {
	return (impressions*millionths + 500_000) / 1_000_000
}

// campaignAppeal is how much more often a campaign is clicked.
func campaignAppeal(campaign string) int64 {
	switch campaign {
	case double11, sale618:
		return 1060
	}
	return 1000
}

func (x *export) adsFile() *file {
	f := &file{
		name:   "ads.csv.gz",
		header: []string{"day", "platform", "campaign", "impressions", "clicks", "spend", "exported_at"},
	}
	for _, ad := range x.company.ads {
		if ad.day >= x.until {
			continue
		}
		f.add(timeOf(ad.day), ad.fields()...)
		if dateOf(ad.day) == badAdDay && ad.channel == douyin && ad.campaign == alwaysOn {
			bad := ad
			bad.campaign = newSeason
			row := bad.fields()
			row[3] = badAdValue
			f.addUnreadable("impressions", timeOf(ad.day), row...)
		}
	}
	return f
}

func (ad adDay) fields() []string {
	return []string{
		dateOf(ad.day),
		spelled(platformNames[ad.channel], ad.spelling),
		spelled(campaignNames[ad.campaign], ad.spelling),
		strconv.FormatInt(ad.impressions, 10),
		strconv.FormatInt(ad.clicks, 10),
		money(ad.cents),
		ad.exported,
	}
}
