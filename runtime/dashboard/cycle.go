package dashboard

import (
	"strconv"

	"github.com/metricsascode/metrics/metrics"
)

// cycleNames are the built-in cycles as people say them.
var cycleNames = map[string]map[string]string{
	"en": {"hour_of_day": "Hour of day", "weekday": "Weekday", "day_of_month": "Day of month", "month_of_year": "Month"},
	"zh": {"hour_of_day": "时段", "weekday": "星期", "day_of_month": "日", "month_of_year": "月份"},
}

// weekdays are the names of the days, Monday first.
var weekdays = map[string][]string{
	"en": {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
	"zh": {"周一", "周二", "周三", "周四", "周五", "周六", "周日"},
}

// cycleMember is a member of a cycle as people say it.
func (p *panelBuilder) cycleMember(dim string, m *string) string {
	if dim == "weekday" && m != nil {
		if n, err := strconv.Atoi(*m); err == nil && n >= 1 && n <= 7 {
			return weekdays[p.words.Lang][n-1]
		}
	}
	return p.member(m)
}

// cycleRank is a member's place in a cycle as the project shows it.
func cycleRank(c *metrics.Cycle, member string, project *metrics.Project) int {
	n, err := strconv.Atoi(member)
	if err != nil {
		return 1 << 20
	}
	length := map[string]int{"weekday": 7, "month_of_year": 12}[c.Name]
	if first := c.First(project); length > 0 && n < first {
		return n + length
	}
	return n
}
