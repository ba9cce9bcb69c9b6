package scaffold

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/metricsascode/metrics/compiler/format"
	"github.com/metricsascode/metrics/metrics"
)

// canonical is text in the layout of `metrics fmt`.
func canonical(b *strings.Builder) string {
	return string(format.Format([]byte(strings.TrimSpace(b.String()) + "\n")))
}

// quote writes a text as HCL does: what starts a template there is doubled, what
// can't be seen is escaped.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\t':
			b.WriteString(`\t`)
		case (r == '$' || r == '%') && strings.HasPrefix(s[i+1:], "{"):
			b.WriteString(string(r) + string(r))
		case !unicode.IsPrint(r) && r > 0xFFFF:
			fmt.Fprintf(&b, `\U%08X`, r)
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func quoteAll(all []string) string {
	quoted := make([]string, len(all))
	for i, s := range all {
		quoted[i] = quote(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// writeProject writes the project block, with lines of its own behind the zone.
func writeProject(b *strings.Builder, name string, lines ...string) {
	id := identifier(name, "project", "project")
	fmt.Fprintf(b, "project %s {\n", quote(id))
	if name != id && name != "" {
		fmt.Fprintf(b, "label = %s\n", quote(name))
	}
	b.WriteString("timezone = \"UTC\" # in which days start; an IANA name such as \"Asia/Shanghai\"\n")
	for _, line := range lines {
		b.WriteString(line + "\n")
	}
	b.WriteString("}\n")
}

func projectFile(name string, sources []*source) string {
	var b strings.Builder
	var lines []string
	if day := dayAfter(sources); day != "" {
		lines = append(lines, "# as_of = "+quote(day)+" # the end of the data; without it numbers are as of now")
	}
	writeProject(&b, name, lines...)
	return canonical(&b)
}

// dayAfter is the day after the last one that the data speak of, or "" where the
// end of a table isn't known.
func dayAfter(sources []*source) string {
	last := ""
	for _, s := range facts(sources) {
		if s.time == nil || !s.time.Type.Temporal() || len(s.time.Max) < len(time.DateOnly) {
			return ""
		}
		last = max(last, s.time.Max[:len(time.DateOnly)])
	}
	day, err := time.Parse(time.DateOnly, last)
	if err != nil {
		return ""
	}
	return day.AddDate(0, 0, 1).Format(time.DateOnly)
}

func sourceFile(s *source) string {
	var b strings.Builder
	fmt.Fprintf(&b, "source %s {\n", quote(s.name))
	writeReader(&b, s)
	if s.key != nil {
		fmt.Fprintf(&b, "key = [%s]\n", s.key.name)
	}
	if s.time != nil {
		fmt.Fprintf(&b, "time = %s\n", s.time.name)
	}
	for _, suspicion := range s.suspicions() {
		b.WriteString("# " + suspicion + "\n")
	}
	b.WriteString("\ncolumns {\n")
	for _, c := range s.columns {
		writeColumn(&b, c)
	}
	b.WriteString("}\n}\n")
	return canonical(&b)
}

func writeReader(b *strings.Builder, s *source) {
	t := s.table
	fmt.Fprintf(b, "%s {\npath = %s\n", t.Format, quote(t.Path))
	if t.HeaderRow > 0 {
		fmt.Fprintf(b, "header = %d\n", t.HeaderRow)
	}
	if t.Format == CSV {
		if t.Delimiter != "" && t.Delimiter != "," {
			fmt.Fprintf(b, "delimiter = %s\n", quote(t.Delimiter))
		}
		if t.Quote != "" && t.Quote != `"` {
			fmt.Fprintf(b, "quote = %s\n", quote(t.Quote))
		}
		for _, a := range [][2]string{{"encoding", t.Encoding}, {"decimal", s.marks.decimal}, {"thousands", s.marks.thousands}} {
			if a[1] != "" {
				fmt.Fprintf(b, "%s = %s\n", a[0], quote(a[1]))
			}
		}
	}
	if null := s.nulls(); len(null) > 0 && (t.Format == CSV || t.Format == XLSX) {
		fmt.Fprintf(b, "null = %s\n", quoteAll(append([]string{""}, null...)))
	}
	b.WriteString("}\n")
}

// nulls are the spellings of null in all columns.
func (s *source) nulls() []string {
	var all []string
	for _, c := range s.columns {
		all = append(all, c.null...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// writeColumn writes the type alone, or an object where there is more to say.
func writeColumn(b *strings.Builder, c column) {
	parts := []string{"type = " + c.kind.String()}
	if c.name != c.Name {
		parts = append(parts, "from = "+quote(c.Name))
	}
	if len(c.formats) > 0 {
		parts = append(parts, "format = "+quoteAll(c.formats))
	}
	if len(c.strip) > 0 {
		parts = append(parts, "strip = "+quoteAll(c.strip))
	}
	if c.references != "" {
		parts = append(parts, "references = "+c.references)
	}
	if c.level != "" {
		parts = append(parts, "classification = "+string(c.level))
	}
	for _, remark := range append([]string{c.remark}, c.remarks...) {
		if remark != "" {
			fmt.Fprintf(b, "# %s: %s\n", c.name, remark)
		}
	}
	if len(parts) == 1 {
		fmt.Fprintf(b, "%s = %s\n", c.name, c.kind)
		return
	}
	fmt.Fprintf(b, "%s = { %s }\n", c.name, strings.Join(parts, ", "))
}

// kpisFile writes dimensions and first KPIs.
func kpisFile(sources []*source) string {
	var b strings.Builder
	of := facts(sources)
	dimensions := writeDimensions(&b, of)
	taken := names{}
	for _, s := range of {
		by := dimensions[s]
		writeKPI(&b, kpi{
			name: taken.take(s.name + "_count"), description: "Rows of " + s.name,
			value: "count(" + s.name + ")", by: by, format: "#,##0",
		})
		if s.amount != nil {
			writeKPI(&b, kpi{
				name: taken.take(s.amount.name), label: labelOf(*s.amount), description: "Sum of " + s.amount.name + " in " + s.name,
				value: "sum(" + s.name + "." + s.amount.name + ")", by: by, format: formatOf(s.amount.kind),
			})
		}
	}
	return canonical(&b)
}

// kpi is what a first KPI says.
type kpi struct {
	name, label, description, value, format string
	by                                      []string
}

func writeKPI(b *strings.Builder, k kpi) {
	fmt.Fprintf(b, "kpi %s {\n", quote(k.name))
	if k.label != "" {
		fmt.Fprintf(b, "label = %s\n", quote(k.label))
	}
	fmt.Fprintf(b, "description = %s\nvalue = %s\n", quote(k.description), k.value)
	if len(k.by) > 0 {
		fmt.Fprintf(b, "by = [%s]\n", strings.Join(k.by, ", "))
	}
	fmt.Fprintf(b, "format = %s\n}\n\n", quote(k.format))
}

// writeDimensions writes each dimension once, with all sources that have a column
// of its name, and returns the names of each source's.
func writeDimensions(b *strings.Builder, of []*source) map[*source][]string {
	bySource := map[*source][]string{}
	var order []string
	from := map[string][]*source{}
	label := map[string]string{}
	for _, s := range of {
		for _, c := range s.dimensions {
			if from[c.name] == nil {
				order = append(order, c.name)
				label[c.name] = labelOf(*c)
			}
			from[c.name] = append(from[c.name], s)
			bySource[s] = append(bySource[s], c.name)
		}
	}
	for _, name := range order {
		fmt.Fprintf(b, "dimension %s {\n", quote(name))
		if label[name] != "" {
			fmt.Fprintf(b, "label = %s\n", quote(label[name]))
		}
		for _, s := range from[name] {
			fmt.Fprintf(b, "from %s {\nvalue = %s\n}\n", quote(s.name), name)
		}
		b.WriteString("}\n\n")
	}
	return bySource
}

// labelOf is the name in the file, where the column can't have it.
func labelOf(c column) string {
	if c.name == c.Name {
		return ""
	}
	return c.Name
}

func formatOf(t metrics.Type) string {
	if t.Kind == metrics.Integer {
		return "#,##0"
	}
	return "#,##0.00"
}
