package main

import "fmt"

// The channels, by the names that the project's dimension gives them.
const (
	tmall   = "tmall"
	jd      = "jd"
	douyin  = "douyin"
	rednote = "rednote"
	web     = "web"
	store   = "store"
	other   = "other"
)

// The shop fronts, which are also the names of the files. The own web shop takes
// the orders that come from Douyin and Rednote.
const (
	shopTmall = "tmall"
	shopJD    = "jd"
	shopWeb   = "web"
	shopPOS   = "pos"
)

// channel is what the simulation knows of one. Volumes are in thousandths a day
// or a week, rates in millionths, money in cents.
type channel struct {
	name        string
	shop        string
	ordersDaily int64
	cvr         int64
	newWeekly   int64
	paid        bool // has an ad platform of its own
	impressions int64
	ctr         int64
	value       int64 // what a customer is worth in 12 months, as the CRM reports it
}

var channels = []channel{
	{tmall, shopTmall, 26000, 34000, 38000, true, 21000, 22000, 60800},
	{jd, shopJD, 18000, 30000, 28000, true, 16500, 19000, 61500},
	{douyin, shopWeb, 15000, 16000, 36000, true, 31000, 14000, 57500},
	{rednote, shopWeb, 8000, 12000, 22000, true, 15000, 17000, 58600},
	{web, shopWeb, 6000, 24000, 10000, false, 0, 0, 62000},
	{store, shopPOS, 0, 0, 24000, false, 0, 0, 59500},
}

func channelNamed(name string) channel {
	for _, c := range channels {
		if c.name == name {
			return c
		}
	}
	panic("no channel " + name)
}

type shop struct {
	code, name, city, region, opened string
	ordersDaily                      int64
	spelling                         []string // as its tills write the code, one software release after the other
}

var shops = []shop{
	{"sh-01", "上海静安店", "上海", "华东", "2019-05-01", 3200, []string{"SH-01", "sh01", "SH-01 "}},
	{"sh-02", "上海徐汇店", "上海", "华东", "2021-09-18", 2800, []string{"SH-02", "Shanghai 02"}},
	{"bj-01", "北京朝阳店", "北京", "华北", "2020-10-01", 2600, []string{"BJ-01", "北京01"}},
	{"gz-01", "广州天河店", "广州", "华南", "2022-04-30", 2200, []string{"GZ-01", " gz-01"}},
	{"cd-01", "成都锦江店", "成都", "西南", "2023-03-11", 1800, []string{"CD-01"}},
	{"wh-01", "武汉江汉店", "武汉", "华中", "2024-06-15", 1400, []string{"WH-01", "wh01"}},
}

var (
	regions       = []string{"华东", "华南", "华北", "华中", "西南"}
	regionWeights = []int64{40, 22, 18, 12, 8}

	segments       = []string{"household", "young", "business"}
	segmentWeights = []int64{55, 35, 10}
	segmentValue   = []int64{1000, 970, 1070}
)

type product struct {
	sku, name, brand, category string
	cost, price                int64 // cents: cost without tax, price with it
	weight                     int64
}

var brands = []struct{ code, name string }{{"MM", "木棉"}, {"HT", "Hearth"}}

var categories = []struct {
	name  string
	goods [4]string
	price [4]int64 // yuan; the second brand asks a quarter more
}{
	{"床品", [4]string{"四件套", "羽绒被", "记忆枕", "毛毯"}, [4]int64{329, 599, 149, 199}},
	{"厨具", [4]string{"铸铁锅", "刀具套装", "保温壶", "餐具套装"}, [4]int64{369, 259, 129, 189}},
	{"收纳", [4]string{"收纳箱", "衣架", "置物架", "洗衣篮"}, [4]int64{89, 49, 219, 69}},
	{"灯具", [4]string{"台灯", "落地灯", "夜灯", "吊灯"}, [4]int64{159, 429, 59, 499}},
	{"香氛", [4]string{"香薰蜡烛", "扩香石", "香薰机", "室内喷雾"}, [4]int64{99, 59, 239, 79}},
}

var products = makeProducts()

func makeProducts() []product {
	var out []product
	for b, brand := range brands {
		n := 0
		for _, cat := range categories {
			for g, goods := range cat.goods {
				n++
				price := permille(cat.price[g]*100, 1000+int64(b)*250)
				price -= price % 100
				out = append(out, product{
					sku:      fmt.Sprintf("%s-%03d", brand.code, n),
					name:     brand.name + " " + goods,
					brand:    brand.name,
					category: cat.name,
					cost:     permille(price, 410+int64((n*37)%70)), // about half of the price without tax
					price:    price,
					weight:   10 + int64((n*13+b*7)%23),
				})
			}
		}
	}
	return out
}
