package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

// queryFlags are the flags of query as they are written.
type queryFlags struct {
	by, compare, order listFlag
	grain, from, to    string
	at                 listFlag
	last, limit, top   int
	where, having      []string
	totals, other      bool
	sql, explain       bool
	rows               string
	published          bool
	run                int
	reportedAt         string
	format, out        string
}

func (a *app) query() *cobra.Command {
	var f queryFlags
	c := &cobra.Command{
		Use:   "query KPI...",
		Short: "Compute KPIs now, from the sources, or show them as published",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, kpis []string) error {
			if err := f.check(c); err != nil {
				return err
			}
			p, err := a.open(c.Context(), runtime.Options{})
			if err != nil {
				return err
			}
			if f.out != "" && p.Reads(f.out) {
				return a.report(diag.List{wouldOverwrite(f.out)})
			}
			if err := a.knownGrain(c.Context(), p, &f); err != nil {
				return err
			}
			r, diags := a.request(p, kpis, &f)
			if err := a.report(diags); err != nil {
				return err
			}
			return a.answer(c, p, r, &f)
		},
		ValidArgsFunction: a.completeKPIs,
	}
	f.register(c)
	return c
}

func (f *queryFlags) register(c *cobra.Command) {
	flags := c.Flags()
	flags.Var(&f.by, "by", "cuts: dimensions, or columns such as orders.customers.region")
	flags.StringVar(&f.grain, "grain", "", "hour, day, week, month, quarter, year or a calendar (default: one row over all)")
	flags.StringVar(&f.from, "from", "", "first period or day, included")
	flags.StringVar(&f.to, "to", "", "last period or day, included")
	flags.Var(&f.at, "at", "these periods alone: 2026-W46,2026-W45")
	flags.IntVar(&f.last, "last", 0, "the last N periods, ending with the last one begun")
	flags.Var(&f.compare, "compare", "previous, year_ago, target")
	flags.StringArrayVar(&f.where, "where", nil, `only rows of which this is true: 'region == "East"'`)
	flags.StringArrayVar(&f.having, "having", nil, `only results of which this is true: 'kpi.sales > 1000'`)
	flags.Var(&f.order, "order", "columns to sort by, -column for the largest first")
	flags.IntVar(&f.limit, "limit", 0, "at most N rows in all")
	flags.BoolVar(&f.totals, "totals", false, "a row a period over all members, computed from rows")
	flags.IntVar(&f.top, "top", 0, "in each period the N members with the largest values of the first KPI")
	flags.BoolVar(&f.other, "other", false, "with --top, a row of all other members, computed from their rows")
	flags.StringVar(&f.rows, "rows", "all", "all: periods without rows too; present: only what has rows")
	flags.BoolVar(&f.published, "published", false, "as published by apply, not computed now")
	flags.IntVar(&f.run, "run", 0, "as published after this run")
	flags.StringVar(&f.reportedAt, "reported-at", "", "as published at this time")
	flags.StringVar(&f.format, "format", "table", "table, csv, json or markdown")
	flags.StringVarP(&f.out, "output", "o", "", "write to a file: .parquet, .csv, .json or .md")
	flags.BoolVar(&f.sql, "sql", false, "show the SQL and compute nothing")
	flags.BoolVar(&f.explain, "explain", false, "say which scans are made, and which KPIs add up, instead of running")
}

// check refuses flags that can't be used together.
func (f *queryFlags) check(c *cobra.Command) error {
	if err := oneOf("format", f.format, view.ResultFormats); err != nil {
		return err
	}
	if err := oneOf("rows", f.rows, []string{"all", "present"}); err != nil {
		return err
	}
	for _, pair := range [][2]string{{"at", "from"}, {"at", "to"}, {"at", "last"}, {"last", "from"}} {
		if c.Flags().Changed(pair[0]) && c.Flags().Changed(pair[1]) {
			return fmt.Errorf("--%s and --%s exclude each other", pair[0], pair[1])
		}
	}
	if f.out != "" {
		if _, err := outputFormat(f.out); err != nil {
			return err
		}
	}
	if c.Flags().Changed("last") && f.last < 1 || c.Flags().Changed("limit") && f.limit < 1 || c.Flags().Changed("top") && f.top < 1 {
		return fmt.Errorf("--last, --limit and --top want a number from 1")
	}
	if f.run != 0 || f.reportedAt != "" {
		f.published = true
	}
	if f.published {
		return f.checkPublished(c)
	}
	return nil
}

func (f *queryFlags) checkPublished(c *cobra.Command) error {
	if f.run != 0 && f.reportedAt != "" {
		return fmt.Errorf("--run and --reported-at exclude each other")
	}
	if f.grain == "" && len(f.at) == 0 {
		return fmt.Errorf("%s shows what was published, by period: give a --grain", f.publishedBy())
	}
	for _, name := range []string{"where", "having", "compare", "totals", "top", "other", "sql", "rows"} {
		if c.Flags().Changed(name) {
			return fmt.Errorf("--%s works on rows, %s shows what was reported: leave one out", name, f.publishedBy())
		}
	}
	return nil
}

// publishedBy is the flag that asks for what was published, as it was typed.
func (f *queryFlags) publishedBy() string {
	switch {
	case f.run != 0:
		return "--run"
	case f.reportedAt != "":
		return "--reported-at"
	}
	return "--published"
}

// request turns the flags into a request.
func (a *app) request(p *runtime.Project, kpis []string, f *queryFlags) (query.Request, diag.List) {
	r := query.Request{
		Grain: metrics.Grain(f.grain), Last: f.last, Limit: f.limit, Totals: f.totals, Top: f.top, Other: f.other, PresentOnly: f.rows == "present",
	}
	for _, b := range f.by {
		r.By = append(r.By, strings.TrimPrefix(b, "dimension."))
	}
	for _, k := range kpis {
		r.KPIs = append(r.KPIs, strings.TrimPrefix(k, "kpi."))
	}
	for _, c := range f.compare {
		r.Compare = append(r.Compare, query.Comparison(c))
	}
	for _, o := range f.order {
		r.Order = append(r.Order, query.Order{Column: strings.TrimPrefix(o, "-"), Desc: strings.HasPrefix(o, "-")})
	}
	var diags diag.List
	r.From, r.To = f.bound(p, "--from", f.from, &diags), f.bound(p, "--to", f.to, &diags)
	for _, text := range f.at {
		if period := f.bound(p, "--at", text, &diags); period != nil {
			r.Periods = append(r.Periods, *period)
		}
	}
	r.Where, diags = a.conditions(p, "--where", f.where, diags)
	r.Having, diags = a.conditions(p, "--having", f.having, diags)
	return r, diags
}

// conditions reads the expressions of a flag; diagnostics point into their text.
func (a *app) conditions(p *runtime.Project, flag string, texts []string, diags diag.List) ([]metrics.Expr, diag.List) {
	var out []metrics.Expr
	for i, text := range texts {
		name := flag
		if i > 0 {
			name = fmt.Sprintf("%s (%d)", flag, i+1)
		}
		a.texts[name] = []byte(text)
		e, more := p.Condition(text, name, flag == "--where")
		out, diags = append(out, e), append(diags, more...)
	}
	return out, diags
}

func (f *queryFlags) bound(p *runtime.Project, flag, text string, diags *diag.List) *metrics.Period {
	if text == "" {
		return nil
	}
	period, err := f.period(p, text)
	if err != nil {
		diags.Add(diag.Diagnostic{Code: diag.BadPeriod, Summary: fmt.Sprintf("%s %q is no period", flag, text),
			Detail: sentence(err) + " Give " + flag + " a period that the calendar has; one of a calendar block stands beside its --grain."})
		return nil
	}
	return &period
}

// sentence writes out an error that is a clause.
func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// answer computes and shows.
func (a *app) answer(c *cobra.Command, p *runtime.Project, r query.Request, f *queryFlags) error {
	switch {
	case f.sql:
		sql, diags := p.SQL(c.Context(), r)
		if err := a.report(diags); err != nil {
			return err
		}
		_, err := fmt.Fprint(a.stdout, sql)
		return err
	case f.explain:
		explain := p.Explain
		if f.published {
			explain = p.ExplainPublished
		}
		how, diags := explain(c.Context(), r)
		if err := a.report(diags); err != nil {
			return err
		}
		return view.Explanation(a.stdout, how)
	case f.published:
		moment, err := f.moment(p)
		if err != nil {
			return err
		}
		result, diags := p.Published(c.Context(), r, moment)
		if err := a.report(diags); err != nil {
			return err
		}
		return a.showResult(c, p, result, f)
	}
	answer, diags := p.Query(c.Context(), r)
	if err := a.report(diags); err != nil {
		return err
	}
	return a.showResult(c, p, answer.Result, f)
}

func (f *queryFlags) moment(p *runtime.Project) (runtime.Moment, error) {
	m := runtime.Moment{Run: f.run}
	if f.reportedAt != "" {
		t, ok := p.Instant(f.reportedAt)
		if !ok {
			return m, fmt.Errorf("--reported-at %q is no point in time: give a date, or a time such as 2026-11-16T08:00", f.reportedAt)
		}
		m.ReportedAt = t
	}
	return m, nil
}

func (a *app) showResult(c *cobra.Command, p *runtime.Project, r *metrics.Result, f *queryFlags) error {
	for _, note := range r.Notes {
		if f.format == "csv" || f.out != "" {
			fmt.Fprintln(a.stderr, "Note: "+note)
		}
	}
	if f.out != "" {
		return a.writeResult(c, p, r, f)
	}
	return view.Result(a.stdout, f.format, r, view.ResultOptions{Color: a.color(a.stdout)})
}
