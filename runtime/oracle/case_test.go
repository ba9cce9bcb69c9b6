package oracle_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/metricsascode/metrics/metrics"
)

// trial is a project, its data and a request, as texts: what is generated, shrunk
// and kept.
type trial struct {
	files map[string]string // project.hcl and data
	ask   ask
}

// ask is a request as a person writes it.
type ask struct {
	kpis, by      []string
	grain         string
	at            []string
	from, to      string
	last, limit   int
	top           int
	other         bool
	compare       []string
	where, having []string
	order         []string // a column, with - before it for descending
	totals        bool
	present       bool
	asOf          string // RFC 3339
}

// String writes one flag a line.
func (a ask) String() string {
	var b strings.Builder
	b.WriteString("query " + strings.Join(a.kpis, " ") + "\n")
	flag := func(name string, values ...string) {
		if text := strings.Join(values, ","); text != "" {
			fmt.Fprintf(&b, "--%s %s\n", name, text)
		}
	}
	number := func(name string, n int) {
		if n > 0 {
			flag(name, strconv.Itoa(n))
		}
	}
	flag("by", a.by...)
	flag("grain", a.grain)
	flag("at", a.at...)
	flag("from", a.from)
	flag("to", a.to)
	number("last", a.last)
	flag("compare", a.compare...)
	for _, w := range a.where {
		flag("where", w)
	}
	for _, h := range a.having {
		flag("having", h)
	}
	flag("order", a.order...)
	number("limit", a.limit)
	number("top", a.top)
	if a.other {
		b.WriteString("--other\n")
	}
	if a.totals {
		b.WriteString("--totals\n")
	}
	if a.present {
		flag("rows", "present")
	}
	flag("as-of", a.asOf)
	return b.String()
}

// readAsk reads what String writes.
func readAsk(text string) (ask, error) {
	var a ask
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		list := strings.Split(value, ",")
		var err error
		switch name {
		case "", "#":
		case "query":
			a.kpis = strings.Fields(value)
		case "--by":
			a.by = list
		case "--grain":
			a.grain = value
		case "--at":
			a.at = list
		case "--from":
			a.from = value
		case "--to":
			a.to = value
		case "--last":
			a.last, err = strconv.Atoi(value)
		case "--compare":
			a.compare = list
		case "--where":
			a.where = append(a.where, value)
		case "--having":
			a.having = append(a.having, value)
		case "--order":
			a.order = list
		case "--limit":
			a.limit, err = strconv.Atoi(value)
		case "--top":
			a.top, err = strconv.Atoi(value)
		case "--other":
			a.other = true
		case "--totals":
			a.totals = true
		case "--rows":
			a.present = value == "present"
		case "--as-of":
			a.asOf = value
		default:
			err = fmt.Errorf("unknown flag %q", name)
		}
		if err != nil {
			return a, err
		}
	}
	return a, nil
}

func (a ask) grainWord() metrics.Grain { return metrics.Grain(a.grain) }

// requestFile is the name of the request in an archive.
const requestFile = "request"

// archive writes a trial as one text, with a comment that says what it shows.
func (t trial) archive(comment string) []byte {
	a := &txtar.Archive{Comment: []byte(comment)}
	for _, name := range slices.Sorted(maps.Keys(t.files)) {
		a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(t.files[name])})
	}
	a.Files = append(a.Files, txtar.File{Name: requestFile, Data: []byte(t.ask.String())})
	return txtar.Format(a)
}

func readTrial(text []byte) (trial, error) {
	t := trial{files: map[string]string{}}
	var err error
	for _, f := range txtar.Parse(text).Files {
		if f.Name == requestFile {
			t.ask, err = readAsk(string(f.Data))
			continue
		}
		t.files[f.Name] = string(f.Data)
	}
	return t, err
}
