package dashboard

import (
	"fmt"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// words are the phrases of a page in one language.
type words struct {
	Lang                                  string
	Previous, YearAgo, Target, Total      string
	Other, None, Change, Rest             string
	Period, Value, State, Step, Rate      string
	UsualRate, Rank, Moved                string
	Top, Bottom, Size, Member             string
	AsOf, Run, RunColumn, Changed         string
	Open, Provisional, Final, Incomplete  string
	NoData, Red, Amber, Recovering        string
	OK, Pending, Failed                   string
	Formula, Unit, Owner, SQL             string
	Reads, ReadBy, LastChange, Contents   string
	Definitions, DataBehind, Theme        string
	NoAlerts, NoChanges, NothingPublished string
	NoThresholds, NothingBefore           string
	Since, Due, Action, Threshold, Source string
	LastDay, Rows, Rejected, Duplicates   string
	Freshness, Rise, Fall, Flat           string
	Most, New, Trend                      string
	AlertsTitle, ChangesTitle, Health     string
	ValueChanging, Breaking, AlertOnly    string
	Above, Below, Cumulative, Reason      string
	Remark, More                          string
	CutScale, Annotations, Sources, KPI   string
	Within, Attained, Gap, SoFar, DueNow  string
	days                                  func(from, to time.Time) string
}

var english = words{
	Lang: "en", Previous: "previous", YearAgo: "year ago", Target: "target", Total: "Total",
	Other: "Other", None: "(none)", Change: "change", Rest: "Rest",
	Period: "Period", Value: "Value", State: "State", Step: "Step", Rate: "Rate",
	UsualRate: "median of 4", Rank: "Rank", Moved: "Moved",
	Top: "Highest", Bottom: "Lowest", Size: "Size", Member: "Member",
	AsOf: "As of", Run: "run", RunColumn: "Run", Changed: "Changed",
	Open: "open", Provisional: "provisional", Final: "final", Incomplete: "incomplete",
	NoData: "no data", Red: "red", Amber: "amber", Recovering: "recovering",
	OK: "ok", Pending: "pending", Failed: "error",
	Formula: "Formula", Unit: "Unit", Owner: "Owner", SQL: "SQL",
	Reads: "Reads", ReadBy: "Read by", LastChange: "Last change", Contents: "Contents",
	Definitions: "Definitions", DataBehind: "Data", Theme: "Light or dark",
	NoAlerts: "Nothing is red or amber.", NoThresholds: "No thresholds are defined.", NothingBefore: "Nothing is published for the period before.", NoChanges: "No definition has changed since the period before.",
	NothingPublished: "Nothing is published for this period.",
	Since:            "since", Due: "due", Action: "Action", Threshold: "Threshold", Source: "Source",
	LastDay: "Last day", Rows: "Rows", Rejected: "Rejected", Duplicates: "Duplicates",
	Freshness: "Data until", Rise: "rose", Fall: "fell", Flat: "stayed",
	Most: "most of it", New: "new", Trend: "Trend",
	AlertsTitle: "Alerts", ChangesTitle: "Changed definitions", Health: "Sources",
	ValueChanging: "changes value", Breaking: "breaking", AlertOnly: "alerts only",
	Above: "above", Below: "below", Cumulative: "cumulative", Reason: "Reason",
	CutScale: "The scale doesn't begin at zero.", Annotations: "Annotations", Sources: "sources", KPI: "KPI", Remark: "Remark", More: "more is kept",
	Within: "within", Attained: "of target", Gap: "gap", SoFar: "so far", DueNow: "due by now",
	days: englishDays,
}

var chinese = words{
	Lang: "zh", Previous: "上期", YearAgo: "去年同期", Target: "目标", Total: "合计",
	Other: "其他", None: "（无）", Change: "变化", Rest: "其余",
	Period: "周期", Value: "数值", State: "状态", Step: "步骤", Rate: "转化",
	UsualRate: "近4期中位", Rank: "排名", Moved: "名次变化",
	Top: "最高", Bottom: "最低", Size: "规模", Member: "成员",
	AsOf: "截至", Run: "第", RunColumn: "运行", Changed: "变更",
	Open: "进行中", Provisional: "暂定", Final: "已定", Incomplete: "不完整",
	NoData: "无数据", Red: "红色", Amber: "黄色", Recovering: "恢复中",
	OK: "正常", Pending: "待定", Failed: "错误",
	Formula: "公式", Unit: "单位", Owner: "负责人", SQL: "SQL",
	Reads: "读取", ReadBy: "被引用", LastChange: "最近变更", Contents: "目录",
	Definitions: "指标定义", DataBehind: "数据", Theme: "明暗",
	NoAlerts: "没有红色或黄色告警。", NoThresholds: "没有定义阈值。", NothingBefore: "上期没有已发布的数值。", NoChanges: "上期以来没有定义变更。",
	NothingPublished: "本期没有已发布的数值。",
	Since:            "始于", Due: "截止", Action: "措施", Threshold: "阈值", Source: "来源",
	LastDay: "最后一天", Rows: "行数", Rejected: "拒收", Duplicates: "重复",
	Freshness: "数据截至", Rise: "上升", Fall: "下降", Flat: "持平",
	Most: "主要来自", New: "新增", Trend: "走势",
	AlertsTitle: "告警", ChangesTitle: "变更的定义", Health: "数据来源",
	ValueChanging: "数值变化", Breaking: "不兼容", AlertOnly: "仅告警",
	Above: "高于", Below: "低于", Cumulative: "累计", Reason: "原因",
	CutScale: "坐标不从零开始。", Annotations: "批注", Sources: "个来源", KPI: "指标", Remark: "说明", More: "增加保留",
	Within: "范围内", Attained: "目标达成", Gap: "差额", SoFar: "至今达成", DueNow: "按进度应达",
	days: chineseDays,
}

func wordsOf(language string) words {
	if language == "zh" {
		return chinese
	}
	return english
}

// englishDays writes a stretch of days, both included: 9–15 Nov 2026.
func englishDays(from, to time.Time) string {
	switch {
	case from.Equal(to):
		return from.Format("2 Jan 2006")
	case from.Year() != to.Year():
		return from.Format("2 Jan 2006") + " – " + to.Format("2 Jan 2006")
	case from.Month() != to.Month():
		return from.Format("2 Jan") + " – " + to.Format("2 Jan 2006")
	}
	return fmt.Sprintf("%d–%s", from.Day(), to.Format("2 Jan 2006"))
}

// chineseDays writes a stretch of days, both included: 2026年11月9日至15日.
func chineseDays(from, to time.Time) string {
	switch {
	case from.Equal(to):
		return from.Format("2006年1月2日")
	case from.Year() != to.Year():
		return from.Format("2006年1月2日") + "至" + to.Format("2006年1月2日")
	case from.Month() != to.Month():
		return from.Format("2006年1月2日") + "至" + to.Format("1月2日")
	}
	return from.Format("2006年1月2日") + "至" + to.Format("2日")
}

// state is a value's state as a badge; final needs none.
func (w words) state(s metrics.State) Badge {
	switch s {
	case metrics.Provisional:
		return Badge{"◔", w.Provisional, Warn}
	case metrics.Open:
		return Badge{"◌", w.Open, Warn}
	case metrics.Incomplete:
		return Badge{"◐", w.Incomplete, Warn}
	case metrics.NoData:
		return Badge{"∅", w.NoData, Alarm}
	}
	return Badge{"●", w.Final, Plain}
}

// alert is an alert's state as a badge.
func (w words) alert(s metrics.AlertState) Badge {
	switch s {
	case metrics.AlertRed:
		return Badge{"■", w.Red, Alarm}
	case metrics.AlertAmber:
		return Badge{"▲", w.Amber, Warn}
	case metrics.AlertRecovering:
		return Badge{"↗", w.Recovering, Plain}
	case metrics.AlertPending:
		return Badge{"◌", w.Pending, Plain}
	case metrics.AlertNoData:
		return Badge{"∅", w.NoData, Alarm}
	case metrics.AlertError:
		return Badge{"✕", w.Failed, Alarm}
	}
	return Badge{"●", w.OK, Good}
}

// class is what a change does to numbers.
func (w words) class(c metrics.Class) string {
	switch c {
	case metrics.ValueChanging:
		return w.ValueChanging
	case metrics.Breaking:
		return w.Breaking
	case metrics.AlertOnly:
		return w.AlertOnly
	}
	return w.More
}
