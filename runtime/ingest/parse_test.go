package ingest

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// TestParse reads one text as one type.
func TestParse(t *testing.T) {
	decimal := func(text, want string) [3]string { return [3]string{"decimal", text, want} }
	tests := [][3]string{
		{"integer", "12", "12"}, {"integer", " 12 ", "12"}, {"integer", "12.0", "12"}, {"integer", "1e3", "1000"}, {"integer", "+5", "5"},
		{"integer", "12.5", "!not a whole number"}, {"integer", "1_000", "!not a whole number"}, {"integer", "0x10", "!not a whole number"},
		{"integer", "1,000", "!not a whole number"}, {"integer", "9223372036854775808", "!beyond what an integer holds"},
		{"integer", "9223372036854775807", "9223372036854775807"}, {"integer", "   ", "null"},
		decimal("1.50", "1.5"), decimal("1.500000", "1.5"), decimal("-.5", "-0.5"), decimal("1e-2", "0.01"), decimal("1.005e2", "100.5"),
		decimal("1.005", "!more digits than decimal(18, 2) holds"), decimal("1e-3", "!more digits than decimal(18, 2) holds"),
		decimal("12345678901234567.00", "!more digits than decimal(18, 2) holds"), decimal("1234567890123456.78", "1234567890123456.78"),
		decimal("x", "!not a number"), decimal("nan", "!not a number"), decimal("1e-90", "!more digits than decimal(18, 2) holds"),
		{"double", "1.25e2", "125"}, {"double", "nan", "!not a number"}, {"double", "inf", "!not a number"}, {"double", "1e999", "!not a number"},
		{"boolean", "TRUE", "true"}, {"boolean", "n", "false"}, {"boolean", "1", "true"}, {"boolean", "maybe", "!neither true nor false"},
		{"date", "2026-01-05", "2026-01-05"}, {"date", "2026/1/5", "2026-01-05"}, {"date", "2026-01-05 00:00:00", "2026-01-05"},
		{"date", "2026-01-05x", "!not a date such as 2026-01-31"}, {"date", "2026-02-30", "!not a date such as 2026-01-31"},
		{"date", "05-01-2026", "!not a date such as 2026-01-31"}, {"date", "infinity", "!not a date such as 2026-01-31"},
		{"date", "2026-01-05 10:00", "!not a date such as 2026-01-31"},
		{"timestamp", "2026-01-05", "2026-01-05T05:00:00Z"}, {"timestamp", "2026-01-05T10:00", "2026-01-05T15:00:00Z"},
		{"timestamp", "2026-01-05 10:00:00.25", "2026-01-05T15:00:00.25Z"}, {"timestamp", "2026-01-05T10:00:00Z", "2026-01-05T10:00:00Z"},
		{"timestamp", "2026-01-05T10:00:00+08:00", "2026-01-05T02:00:00Z"}, {"timestamp", "2026-01-05 10:00:00 +0800", "2026-01-05T02:00:00Z"},
		{"timestamp", "2026-01-05 10:00:00-08", "2026-01-05T18:00:00Z"}, {"timestamp", "2026-01-05T10:00:00z", "2026-01-05T10:00:00Z"},
		{"timestamp", "2026-11-01 01:30:00", "2026-11-01T05:30:00Z"}, // twice: the earlier
		{"timestamp", "2026-03-08 02:30:00", "!this local time never occurred in America/New_York"},
		{"timestamp", "10:00", "!not a time such as 2026-01-31 08:30:00"}, {"timestamp", "now", "!not a time such as 2026-01-31 08:30:00"},
		{"string", " x ", " x "},
	}
	kinds := map[string]metrics.Kind{
		"integer": metrics.Integer, "decimal": metrics.Decimal, "double": metrics.Double, "boolean": metrics.Boolean,
		"date": metrics.Date, "timestamp": metrics.Timestamp, "string": metrics.String,
	}
	p := newProject(t, "America/New_York", nil)
	for name, kind := range kinds {
		inline := &metrics.Inline{Names: []string{"n", "v"}}
		var wants []string
		for _, test := range tests {
			if test[0] == name {
				inline.Rows = append(inline.Rows, []*metrics.Literal{num(string(rune('0'+len(wants)/10)) + string(rune('0'+len(wants)%10))), str(test[1])})
				wants = append(wants, test[1]+" = "+test[2])
			}
		}
		s := &metrics.Source{Name: name, Contract: true, Reader: inline, Columns: []*metrics.Column{column("n", metrics.Integer), column("v", kind)}}
		p.context.Model.Sources = []*metrics.Source{s}
		p.clean()
		got := make([]string, len(wants))
		for _, row := range p.rows("SELECT n, v FROM sources." + name) {
			n, v, _ := strings.Cut(row, "|")
			got[atoi(n)] = tests[first(tests, name)+atoi(n)][1] + " = " + v
		}
		for _, row := range p.rows("SELECT line - 1, value, reason FROM rejects." + name) {
			parts := strings.SplitN(row, "|", 3)
			got[atoi(parts[0])] = parts[1] + " = !" + parts[2]
		}
		p.same(name, got, wants)
	}
}

func atoi(s string) int {
	n := 0
	for _, r := range s {
		n = n*10 + int(r-'0')
	}
	return n
}

func first(tests [][3]string, name string) int {
	for i, test := range tests {
		if test[0] == name {
			return i
		}
	}
	return -1
}

// TestFormats has dates that several formats fit.
func TestFormats(t *testing.T) {
	both := []string{"%d/%m/%Y", "%m/%d/%Y"}
	in2026 := &[2]*metrics.Literal{str("2026-03-01"), str("2026-06-30")}
	tests := []struct {
		name string
		kind metrics.Kind
		give func(*metrics.Column)
		text string
		want string
	}{
		{"one fits", metrics.Date, func(c *metrics.Column) { c.Formats = both }, "31/01/2026", "2026-01-31"},
		{"both, same day", metrics.Date, func(c *metrics.Column) { c.Formats = both }, "05/05/2026", "2026-05-05"},
		{"ambiguous", metrics.Date, func(c *metrics.Column) { c.Formats = both }, "01/04/2026", "!fits several formats that mean different times"},
		{"range decides", metrics.Date, func(c *metrics.Column) { c.Formats, c.Range = both, in2026 }, "01/04/2026", "2026-04-01"},
		{"range can't", metrics.Date, func(c *metrics.Column) { c.Formats, c.Range = both, in2026 }, "04/05/2026", "!fits several formats that mean different times"},
		{"none", metrics.Date, func(c *metrics.Column) { c.Formats = both[:1] }, "2026-01-01", `!not like the format "%d/%m/%Y"`},
		{"time", metrics.Timestamp, func(c *metrics.Column) { c.Formats, c.Range = both, in2026 }, "01/04/2026", "2026-03-31T16:00:00Z"},
		{"offset", metrics.Timestamp, func(c *metrics.Column) { c.Formats = []string{"%d/%m/%Y %H:%M %z", "%Y"} }, "01/04/2026 10:00 +0200", "2026-04-01T08:00:00Z"},
		{"own zone", metrics.Timestamp, func(c *metrics.Column) { c.Timezone = "UTC" }, "2026-04-01 23:00", "2026-04-01T23:00:00Z"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newProject(t, "Asia/Shanghai", map[string]string{"f.csv": "v\n" + test.text + "\n"}, csvSource("s", "f.csv", column("v", test.kind, test.give)))
			p.clean()
			got := append(p.rows("SELECT v FROM sources.s"), p.rows("SELECT '!' || reason FROM rejects.s")...)
			p.same(test.text, got, []string{test.want})
		})
	}
}

// TestZones compares the SQL of conversion with the engine's own and with Go's,
// hour by hour through years in which offsets change.
func TestZones(t *testing.T) {
	p := newProject(t, "UTC", nil)
	for _, name := range []string{"America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Shanghai", "America/Sao_Paulo", "UTC", "Africa/Casablanca"} {
		z, err := loadZone(name)
		if err != nil {
			t.Fatal(err)
		}
		location, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		got := p.rows(`SELECT count(*) FROM (SELECT TIMESTAMP '2016-01-01' + INTERVAL (i * 30) MINUTE AS l FROM range(52560) AS r(i)), LATERAL (SELECT ` + z.instant("epoch_us(l)") + ` AS us)
WHERE us IS NOT NULL AND (timezone('` + name + `', make_timestamptz(us)) <> l OR ` + z.day("us") + ` <> CAST(l AS DATE))`)
		p.same(name+": local times that don't come back", got, []string{"0"})
		got = p.rows(`SELECT epoch_us(l), us FROM (SELECT TIMESTAMP '2026-01-01' + INTERVAL (i * 30) MINUTE AS l FROM range(17520) AS r(i)), LATERAL (SELECT ` + z.instant("epoch_us(l)") + ` AS us) ORDER BY l`)
		for i, row := range got {
			local := time.Date(2026, 1, 1, 0, 30*i, 0, 0, time.UTC)
			_, us, _ := strings.Cut(row, "|")
			if want := earliest(local, location); us != want {
				t.Fatalf("%s: %v is %s, want %s", name, local, us, want)
			}
		}
	}
}

// earliest searches the first instant whose local time is the given one.
func earliest(local time.Time, in *time.Location) string {
	for offset := 15 * 4; offset >= -13*4; offset-- {
		at := local.Add(-time.Duration(offset) * 15 * time.Minute)
		if at.In(in).Format(time.DateTime) == local.Format(time.DateTime) {
			return fmtMicro(at)
		}
	}
	return "null"
}

func fmtMicro(t time.Time) string {
	return strconv.FormatInt(t.UnixMicro(), 10)
}
