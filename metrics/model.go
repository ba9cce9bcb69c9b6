package metrics

import (
	"slices"
	"strings"
	"time"
)

// Model is a checked project: what the definitions mean, without where they
// stand. Sources, Dimensions and KPIs are in order of name.
type Model struct {
	Project    Project      `json:"project"`
	Sources    []*Source    `json:"sources"`
	Dimensions []*Dimension `json:"dimensions"`
	KPIs       []*KPI       `json:"kpis"`
	// Calendars are in order of name.
	Calendars []*NamedCalendar `json:"calendars,omitempty"`
	Checks    []*Check         `json:"checks,omitempty"` // in order of name
	// Thresholds are in order of name.
	Thresholds []*Threshold `json:"thresholds,omitempty"`
	Tests      []*Test      `json:"-"` // in order of name
	// Dashboards and Annotations are in order of name.
	Dashboards  []*Dashboard  `json:"dashboards,omitempty"`
	Annotations []*Annotation `json:"annotations,omitempty"`
	Renamed     []Renamed     `json:"renamed,omitempty"`
	Announced   []*Announced  `json:"announced,omitempty"` // change blocks, in order of name

	health   map[string]*KPI    // KPIs that nobody defines, by name
	accounts map[string]*Source // what these count, by name
}

func lookup[T any](all []T, name string, key func(T) string) (T, bool) {
	i, found := slices.BinarySearchFunc(all, name, func(x T, n string) int { return strings.Compare(key(x), n) })
	if !found {
		var none T
		return none, false
	}
	return all[i], true
}

// Source returns the source or account of that name, or nil.
func (m *Model) Source(name string) *Source {
	if s, found := lookup(m.Sources, name, func(s *Source) string { return s.Name }); found {
		return s
	}
	return m.accounts[name]
}

// Dimension returns the dimension of that name, or nil.
func (m *Model) Dimension(name string) *Dimension {
	d, _ := lookup(m.Dimensions, name, func(d *Dimension) string { return d.Name })
	return d
}

// KPI returns the KPI of that name, one of health too, or nil.
func (m *Model) KPI(name string) *KPI {
	if k, found := lookup(m.KPIs, name, func(k *KPI) string { return k.Name }); found {
		return k
	}
	return m.health[name]
}

// Project is the settings that hold for all definitions.
type Project struct {
	Name      string       `json:"name"`
	Label     string       `json:"label,omitempty"`
	Timezone  string       `json:"timezone"` // IANA name
	WeekStart time.Weekday `json:"week_start"`
	// FiscalYearStart is the month in which years and quarters start.
	FiscalYearStart time.Month `json:"fiscal_year_start"`
	Currency        string     `json:"currency,omitempty"`
	FX              string     `json:"fx,omitempty"`    // source of the rates of convert()
	AsOf            string     `json:"as_of,omitempty"` // as written; "" is now
	Grains          []Grain    `json:"grains"`          // what apply keeps, unless a KPI says otherwise
	History         Span       `json:"history"`         // how far back apply keeps results current; zero: all
	Notice          Span       `json:"notice"`
	Store           string     `json:"store"` // folder, relative to the project
	// AllowConfidential names the confidential columns, as source.column, that may
	// stand in results.
	AllowConfidential []string `json:"allow_confidential,omitempty"`
	Retention         Span     `json:"retention"`
}

// Source is rows as they arrive, and what makes them trustworthy.
type Source struct {
	Name        string    `json:"name"`
	Label       string    `json:"label,omitempty"`
	Description string    `json:"description,omitempty"`
	Owner       string    `json:"owner,omitempty"`
	Tags        []string  `json:"tags,omitempty"`
	Reader      Reader    `json:"reader"`
	Contract    bool      `json:"contract"` // columns are declared, not inferred from the data
	Columns     []*Column `json:"columns"`  // in declared order, tag and computed ones included
	Key         []string  `json:"key,omitempty"`
	Time        string    `json:"time,omitempty"` // column of the default event time
	Where       Expr      `json:"-"`
	Dedupe      *Dedupe   `json:"dedupe,omitempty"`
	Grain       Grain     `json:"grain,omitempty"`    // each row stands for a whole period
	Allocate    string    `json:"allocate,omitempty"` // how those are spread over days: Even, or "" for not at all
	Ahead       bool      `json:"ahead,omitempty"`    // rows after as-of are plans
	Covered     *Covered  `json:"covered,omitempty"`
	// CoverageBy are the columns whose members are each judged alone: zero or missing.
	CoverageBy []string     `json:"coverage_by,omitempty"`
	Silence    *Silence     `json:"silence,omitempty"` // of members of CoverageBy
	RowUnit    Unit         `json:"row_unit,omitempty"`
	Valid      *Valid       `json:"valid,omitempty"`  // when a row holds; nil: always
	Checks     []*RowCheck  `json:"checks,omitempty"` // in order of name
	Freshness  *Freshness   `json:"freshness,omitempty"`
	Anomalies  []*Anomaly   `json:"anomalies,omitempty"`  // in order of name
	References []*Reference `json:"references,omitempty"` // in order of name
	// AccountOf is the source all rows of which, as they were read, are the rows here,
	// for the KPIs of health; "" for a source as defined.
	AccountOf string `json:"-"`
}

// Even spreads what a row holds over the days of its period, alike.
const Even = "even"

// Allocated tells whether rows stand for whole periods and are spread over their days.
func (s *Source) Allocated() bool { return s.Allocate != "" && s.Grain != NoGrain }

// Column returns the column of that name, or nil.
func (s *Source) Column(name string) *Column {
	for _, c := range s.Columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Reference returns the reference of that name, or nil.
func (s *Source) Reference(name string) *Reference {
	for _, r := range s.References {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// Reader says where a source's rows come from. It is one of CSV, Parquet,
// JSON, XLSX, DuckDB, Inline, Union, Entity, SQL.
type Reader interface {
	// Format is the word for it: of one that reads files, the name of its block.
	Format() string
}

// CSV is delimited text; Path may be a glob, and end in .gz or .zst.
type CSV struct {
	Path      string   `json:"path"`
	Null      []string `json:"null"` // spellings of null; default: the empty string
	Delimiter string   `json:"delimiter"`
	Quote     string   `json:"quote"`
	Header    bool     `json:"header"`
	Skip      int      `json:"skip"` // lines before the header
	// Encoding is one of the constants below; "" is UTF-8, or what a byte order
	// mark says.
	Encoding  string `json:"encoding,omitempty"`
	Decimal   string `json:"decimal,omitempty"`   // mark of numbers; "" is a point
	Thousands string `json:"thousands,omitempty"` // separator in numbers; "" is none
}

// The encodings of delimited text.
const (
	UTF8    = "utf-8"
	UTF16LE = "utf-16le"
	UTF16BE = "utf-16be"
	Latin1  = "latin-1"
	Win1252 = "windows-1252"
	GBK     = "gbk"
	GB18030 = "gb18030"
)

// Encodings are the names of the encodings of delimited text.
var Encodings = []string{UTF8, UTF16LE, UTF16BE, Latin1, Win1252, GBK, GB18030}

// Parquet is parquet files; Path may be a glob.
type Parquet struct {
	Path string `json:"path"`
}

// JSON is an array of objects or an object a line; Path may be a glob, and end in .gz.
type JSON struct {
	Path string `json:"path"`
}

// XLSX is a sheet of workbooks; Path may be a glob.
type XLSX struct {
	Path  string `json:"path"`
	Sheet string `json:"sheet,omitempty"` // "" is the first
	Range string `json:"range,omitempty"` // such as B3:F100, or B:F; "" is all cells
	// HeaderRow is the row with the names of the columns; 0 is the first with a value.
	HeaderRow int      `json:"header_row,omitempty"`
	Header    bool     `json:"header"`
	Null      []string `json:"null"` // texts and errors that mean null; default: the empty text
}

// DuckDB is a table of database files of the engine; Path may be a glob.
type DuckDB struct {
	Path string `json:"path"`
	// Table is its name, with the schema in front where it is not in main.
	Table string `json:"table"`
}

// Inline is rows written in the definition. Cells are in the order of Names,
// literals, absent ones null.
type Inline struct {
	Names []string     `json:"names"`
	Rows  [][]*Literal `json:"-"`
}

// Union is the rows of other sources together, by column name.
type Union struct {
	Sources []string `json:"sources"`
	Tag     string   `json:"tag,omitempty"` // column with the name of the source a row came from
}

func (*CSV) Format() string     { return "csv" }
func (*Parquet) Format() string { return "parquet" }
func (*JSON) Format() string    { return "json" }
func (*XLSX) Format() string    { return "xlsx" }
func (*DuckDB) Format() string  { return "duckdb" }
func (*Inline) Format() string  { return "inline" }
func (*Union) Format() string   { return "union" }

// FilePath is the path of the files that a reader names; "" where its rows come from no
// file.
func FilePath(r Reader) string {
	switch r := r.(type) {
	case *CSV:
		return r.Path
	case *Parquet:
		return r.Path
	case *JSON:
		return r.Path
	case *XLSX:
		return r.Path
	case *DuckDB:
		return r.Path
	}
	return ""
}

// OnFail says what becomes of a row that fails a check.
type OnFail string

// What a failed check can do. Quarantine moves the row to the rejects, Warn keeps
// and counts it, Stop ends the apply.
const (
	Quarantine OnFail = "quarantine"
	Warn       OnFail = "warn"
	Stop       OnFail = "stop"
)

// Column is one column of a source after cleaning.
type Column struct {
	Name        string       `json:"name"`
	Label       string       `json:"label,omitempty"`
	Description string       `json:"description,omitempty"`
	Type        Type         `json:"type"`
	Unit        Unit         `json:"unit,omitempty"`
	Tax         Tax          `json:"tax,omitempty"`
	From        string       `json:"from,omitempty"`     // name in the files, where it differs
	Formats     []string     `json:"formats,omitempty"`  // strptime formats of dates and timestamps, tried as a list
	Timezone    string       `json:"timezone,omitempty"` // of timestamps without offset; default: the project's
	Strip       []string     `json:"strip,omitempty"`    // texts removed before parsing
	Fold        []Fold       `json:"fold,omitempty"`
	Map         []MapEntry   `json:"map,omitempty"` // values replaced, after fold; others stay
	Value       Expr         `json:"-"`             // computed from the row's other columns
	Tag         bool         `json:"tag,omitempty"` // the union's tag
	Required    bool         `json:"required,omitempty"`
	Values      []string     `json:"values,omitempty"` // accepted, as text
	Range       *[2]*Literal `json:"-"`                // accepted, both included; an open end is nil
	// OnFail is for all checks of the column; "" is Quarantine for values that can't be
	// read and nulls where one is required, else Warn. See Unread and Missing.
	OnFail OnFail `json:"on_fail,omitempty"`
	// Classification is the declared level, or the highest of what the column is made of.
	Classification Classification `json:"classification,omitempty"`
	Mask           Mask           `json:"mask,omitempty"` // of guarded values; "" is by the kind of each value
}

// Unread says what becomes of a row whose value can't be read, or that has not the
// whole of its key: there is no value to keep it with.
func (c *Column) Unread() OnFail {
	if c.OnFail == Stop {
		return Stop
	}
	return Quarantine
}

// Missing says what becomes of a row that lacks a required value.
func (c *Column) Missing() OnFail {
	if c.OnFail == "" {
		return Quarantine
	}
	return c.OnFail
}

// Filled tells whether every clean row has a value.
func (c *Column) Filled() bool { return c.Required && c.Missing() == Quarantine }

// Fold is a step that brings spellings of a text together.
type Fold string

// The folds. FoldWidth is Unicode NFKC: full-width to half-width.
const (
	FoldTrim  Fold = "trim"
	FoldLower Fold = "lower"
	FoldUpper Fold = "upper"
	FoldWidth Fold = "width"
)

// MapEntry replaces one text by another.
type MapEntry struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Dedupe keeps one row of those that are equal in By (all columns as read when
// All); Order decides which, ties by file and line.
type Dedupe struct {
	All   bool     `json:"all,omitempty"`
	By    []string `json:"by,omitempty"`
	Order []string `json:"order,omitempty"`
	Keep  string   `json:"keep"` // "first" or "last" in that order
}

// Covered says which days the rows stand for, both included, as YYYY-MM-DD.
type Covered struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Reference is a many-to-one path to another source.
type Reference struct {
	Name string   `json:"name"`
	To   string   `json:"to"`
	On   []JoinOn `json:"on"`
	// Latest picks, of the rows that match, the last by these columns, the first of
	// them at or before the referring row's time, and within Within of it.
	Latest []string `json:"latest,omitempty"`
	Within Span     `json:"within,omitzero"`
	OnFail OnFail   `json:"on_fail"`          // of rows without a match; default Warn
	Entity bool     `json:"entity,omitempty"` // made by an entity's from block
}

// JoinOn equates a column of the referring source with one of the target's key.
type JoinOn struct {
	Column string `json:"column"`
	Target string `json:"target"`
}

// Dimension is one name for a cut over several sources.
type Dimension struct {
	Name        string           `json:"name"`
	Label       string           `json:"label,omitempty"`
	Description string           `json:"description,omitempty"`
	Owner       string           `json:"owner,omitempty"`
	From        []*DimensionFrom `json:"from"` // in order of source
	Values      []string         `json:"values,omitempty"`
	Parent      string           `json:"parent,omitempty"`
	Type        Type             `json:"type"`
}

// DimensionFrom is how one source supplies a dimension.
type DimensionFrom struct {
	Source string `json:"source"`
	Value  Expr   `json:"-"` // over that source's columns
}

// KPI is one number.
type KPI struct {
	Name        string     `json:"name"`
	Label       string     `json:"label,omitempty"`
	Description string     `json:"description,omitempty"`
	Tier        string     `json:"tier,omitempty"`
	Owner       string     `json:"owner,omitempty"`
	Tags        []string   `json:"tags,omitempty"`
	Value       Expr       `json:"-"` // over Aggregates and KPIRefs
	Where       Expr       `json:"-"` // holds for the aggregates written in Value
	Time        *ColumnRef `json:"-"` // nil: each source's own
	Lag         Span       `json:"lag"`
	Carry       Span       `json:"carry,omitzero"`      // how far back first() and last() reach for a series without a row
	Grains      []Grain    `json:"grains"`              // what apply keeps: own, or the project's as far as it can have them
	By          [][]string `json:"by,omitempty"`        // cut sets that apply keeps beside the total
	Shown       []Kept     `json:"shown,omitempty"`     // cut sets that pages and thresholds need, each at a grain
	Direction   string     `json:"direction,omitempty"` // "up", "down" or ""
	Target      *Target    `json:"-"`
	Format      string     `json:"format,omitempty"`
	Type        Type       `json:"type"`
	Unit        Unit       `json:"unit,omitempty"`
	Tax         Tax        `json:"tax,omitempty"`
	// Sources are all that the value reads, KPIs below included, in order of name.
	Sources []string `json:"sources"`
}

// Target is what a KPI should be: a KPI, a number, or a range (Low and High).
type Target struct {
	KPI       string
	Value     *Literal
	Low, High *Literal
}

// Display returns the label, or the name where there is none.
func Display(label, name string) string {
	if label != "" {
		return label
	}
	return name
}
