package diag

import "slices"

// Code names a kind of problem. Each has a page in docs/errors with a wrong and
// a right example that a test runs.
type Code string

// E00xx: the text of the files.
const (
	Syntax       Code = "E0001" // HCL can't be parsed, none of the cases below
	MinusInName  Code = "E0002" // kpi.gross-kpi.refunds is one name
	BareDate     Code = "E0003" // 2026-01-05 is a subtraction
	NotHCL       Code = "E0004" // and, or, not, <>, =, 'a', 15%, 28d, x in [...]
	FullWidth    Code = "E0005" // full-width quotes, commas, brackets
	TwoOnALine   Code = "E0006" // two attributes on one line
	BrokenLine   Code = "E0007" // an expression broken over lines without parentheses
	DuplicateKey Code = "E0008" // a key twice in { }
	NotUTF8      Code = "E0009" // a file that is not UTF-8 text
	SlashComment Code = "E0010" // a // b is a comment
	Template     Code = "E0011" // "${...}" and for expressions, splats
	TooDeep      Code = "E0012" // an expression nested beyond any use
)

// E01xx: names.
const (
	UnknownName      Code = "E0101" // a name that nothing in scope has
	UnknownColumn    Code = "E0102"
	UnknownSource    Code = "E0103"
	UnknownKPI       Code = "E0104"
	UnknownDimension Code = "E0105"
	UnknownFunction  Code = "E0106"
	UnknownVariable  Code = "E0107" // var.x or local.x
	Cycle            Code = "E0108"
	Duplicate        Code = "E0109" // two blocks of one name
	AmbiguousPath    Code = "E0110" // two ways to one source
	NotAKey          Code = "E0111" // a reference to a column that is not the target's key
	WrongDirection   Code = "E0112" // reaching from one row to many
	NoValue          Code = "E0113" // a variable without value
	BadName          Code = "E0114" // a block label that can't be a name
	Unreachable      Code = "E0115" // a column of a source that the expression's source doesn't reference
)

// E02xx: blocks and attributes.
const (
	UnknownBlock     Code = "E0201"
	UnknownAttribute Code = "E0202"
	MissingAttribute Code = "E0203"
	NotSupported     Code = "E0204" // part of the language, not of this version
	WrongLabels      Code = "E0205" // a block with too few or too many labels
	WrongValue       Code = "E0206" // an attribute whose value is of the wrong kind or not one of its words
	NoProject        Code = "E0207" // a folder without a project block
	TwoReaders       Code = "E0208" // a source with no or several formats
	NotConstant      Code = "E0209" // an attribute that must be known without data
	Conflict         Code = "E0210" // attributes that exclude each other
	RepeatedBlock    Code = "E0211" // a nested block that may stand once
	InvalidVariable  Code = "E0212" // a value that a variable's validation refuses
)

// E03xx: types, units, additivity.
const (
	WrongType        Code = "E0301"
	WrongArguments   Code = "E0302" // number of arguments
	MixedUnits       Code = "E0303"
	NotAnAggregate   Code = "E0304" // a column outside an aggregate
	NestedAggregate  Code = "E0305"
	ManySources      Code = "E0306" // an aggregate, where or time over columns of several sources
	MixedTax         Code = "E0307"
	CannotCut        Code = "E0308" // a cut that a source can't supply
	GrainTooFine     Code = "E0309" // a grain that a source or KPI can't have
	NoTime           Code = "E0310" // a source without time, asked by grain
	BadLiteral       Code = "E0311" // a literal that can't be the type it meets: "2026-13-01" as a date
	UnionMismatch    Code = "E0312" // leaves of a union that don't agree
	NotAdditiveByRow Code = "E0313" // an aggregate in a place for values of a row
	BadFormat        Code = "E0314" // a number or date format that can't be used
	NoMeaning        Code = "E0315" // functions over KPIs that can't stand within each other
	NoSeries         Code = "E0316" // a balance of a source whose key tells no series
	CoverageDiffers  Code = "E0317" // a union whose sources judge their members unlike
	BadExpressionSQL Code = "E0318" // sql() with what it may not have, or that doesn't fit its columns
)

// E04xx: store, plan, apply.
const (
	StoreLocked     Code = "E0401"
	StoreNewer      Code = "E0402" // written by a newer version
	StoreDamaged    Code = "E0403"
	StalePlan       Code = "E0404"
	NotAPlan        Code = "E0405"
	NoStore         Code = "E0406" // nothing has been applied yet
	UnknownRun      Code = "E0407"
	NotPublished    Code = "E0408" // a KPI, cut or grain that apply doesn't keep
	StoreUnwritable Code = "E0409"
	NoticeMissing   Code = "E0412"
	NotRenamed      Code = "E0413" // a renamed block whose old name is still there
	UnknownRevision Code = "E0414" // --against names what the Git repository doesn't have
	BrokenRevision  Code = "E0415" // definitions of another version that can't be compiled
	TestsFail       Code = "E0416" // a test that fails by the definitions of a plan
	UnknownCell     Code = "E0417" // members of which a KPI has neither rows nor reports
	EarlierFrozen   Code = "E0421" // periods of an earlier definition that can't be computed any more
	StoreUnsound    Code = "E0420" // what the store holds contradicts itself
)

// E05xx: data.
const (
	FileMissing     Code = "E0501"
	FileEmpty       Code = "E0502"
	WrongColumns    Code = "E0503" // a file with other columns than declared
	UnreadableFile  Code = "E0504"
	UnreadableValue Code = "E0505" // a row that becomes a reject
	CheckFailed     Code = "E0506" // a check at stop
	CheckWarned     Code = "E0507" // a check at warn
	OutsideProject  Code = "E0508" // a path outside the project folder, links followed
	EngineFailed    Code = "E0509" // the engine refused a statement
	OutOfRange      Code = "E0510" // a number too large for its type
	Shortage        Code = "E0512" // a disk or memory that is too small
	Overlap         Code = "E0513" // rows of one key that are valid at the same time
	BadCalendar     Code = "E0511" // days of a calendar block that make no periods
	WrongEncoding   Code = "E0514" // a file that is text in another encoding than declared
	DamagedFile     Code = "E0515" // a packed file, workbook or database that can't be read to its end
	WrongSheet      Code = "E0516" // a workbook without the sheet, or with a header that can't be used
	BadQuery        Code = "E0517" // a query that can't be used: no SELECT, or names and functions that it may not have
	QueryFailed     Code = "E0518" // a query that fails on the rows that there are
	RowsLost        Code = "E0520" // rows of a source that are not accounted for, or twice
	BadDatabase     Code = "E0521" // a database file that is in use, unsettled, encrypted or newer
	WrongTable      Code = "E0522" // a database file without the table, or with a view of that name
	UnknownHealth   Code = "E0525" // no such measure of a source's health
)

// E054x: classification.
const (
	Guarded        Code = "E0540" // a confidential or secret column where its values would show
	LowerLevel     Code = "E0541" // a column declared less than what it is made of
	BadMask        Code = "E0542" // a mask that the column can't have
	NothingToAllow Code = "E0543" // allow_confidential names a column that it has no effect on
)

// E06xx: requests.
const (
	BadPeriod      Code = "E0601"
	BadExpression  Code = "E0602" // --where or --having that can't be read
	BadRequest     Code = "E0603" // options that exclude each other or name nothing
	UnknownTarget  Code = "E0604" // an address that nothing has
	TooManyPeriods Code = "E0605"
	BadAsOf        Code = "E0606"
)

// E07xx: thresholds and pages.
const (
	NotInCondition  Code = "E0701" // rows or KPIs without a name in a threshold's condition
	BadSpan         Code = "E0702" // a length of time that is no number of periods
	NoTarget        Code = "E0703" // target where the KPI has none, or another kind of it
	FiresOften      Code = "E0704" // a threshold that would have fired in most periods
	NeverFires      Code = "E0705" // a threshold that could never be judged
	NotAdditivePage Code = "E0711" // parts shown of what doesn't add up
	PageFilter      Code = "E0712" // a page's where that is no member of a dimension
)

// Titles names every code in a few words; the docs' index is made from it.
var Titles = map[Code]string{
	Syntax: "Syntax error", MinusInName: "Minus without spaces", BareDate: "Date without quotes",
	NotHCL: "Not HCL", FullWidth: "Full-width punctuation", TwoOnALine: "Two attributes on one line",
	BrokenLine: "Expression broken over lines", DuplicateKey: "Key given twice", NotUTF8: "Not UTF-8 text",
	SlashComment: "// starts a comment", Template: "Templates are not expressions here", TooDeep: "Nested too deeply",

	UnknownName: "Unknown name", UnknownColumn: "Unknown column", UnknownSource: "Unknown source",
	UnknownKPI: "Unknown KPI", UnknownDimension: "Unknown dimension", UnknownFunction: "Unknown function",
	UnknownVariable: "Unknown variable", Cycle: "Cycle", Duplicate: "Defined twice", AmbiguousPath: "Two paths",
	NotAKey: "Not the target's key", WrongDirection: "One row to many", NoValue: "Variable without value",
	BadName: "Not a name", Unreachable: "Source out of reach",

	UnknownBlock: "Unknown block", UnknownAttribute: "Unknown attribute", MissingAttribute: "Missing attribute",
	NotSupported: "Not supported yet", WrongLabels: "Wrong number of labels", WrongValue: "Wrong value",
	NoProject: "No project", TwoReaders: "One format per source", NotConstant: "Not a constant",
	Conflict: "Attributes exclude each other", RepeatedBlock: "Block given twice",
	InvalidVariable: "Value refused",

	WrongType: "Wrong type", WrongArguments: "Wrong number of arguments", MixedUnits: "Mixed units",
	NotAnAggregate: "Column outside an aggregate", NestedAggregate: "Aggregate within an aggregate",
	ManySources: "Columns of several sources", MixedTax: "Mixed tax basis", CannotCut: "Cut that a source can't supply",
	GrainTooFine: "Grain that a KPI can't have", NoTime: "Source without time", BadLiteral: "Unreadable constant",
	UnionMismatch: "Union of unlike columns", NotAdditiveByRow: "Aggregate among row values", BadFormat: "Unusable format",
	NoMeaning: "Functions that don't combine", NoSeries: "Balance without series", CoverageDiffers: "Union of unlike coverage",
	BadExpressionSQL: "Unusable SQL in an expression",

	StoreLocked: "Store is locked", StoreNewer: "Store of a newer version", StoreDamaged: "Store is damaged",
	StalePlan: "Stale plan", NotAPlan: "Not a plan", NoStore: "Nothing applied yet", UnknownRun: "Unknown run",
	NotPublished: "Not published", StoreUnwritable: "Store can't be written", NoticeMissing: "Change without notice",
	NotRenamed: "Not renamed", UnknownRevision: "Unknown revision",
	BrokenRevision: "Earlier definitions are broken", TestsFail: "A test fails",
	StoreUnsound: "Store contradicts itself", EarlierFrozen: "Earlier periods stay",
	UnknownCell: "Unknown cell",

	FileMissing: "Missing file", FileEmpty: "Empty file", WrongColumns: "Columns differ from the declared ones",
	UnreadableFile: "Unreadable file", UnreadableValue: "Unreadable value", CheckFailed: "Check failed",
	CheckWarned: "Check warned", OutsideProject: "Path outside the project", EngineFailed: "Engine failed",
	OutOfRange: "Number out of range", Shortage: "Too little disk or memory", Overlap: "Valid at the same time", BadCalendar: "Days without periods",
	WrongEncoding: "Wrong encoding", DamagedFile: "Damaged file", RowsLost: "Rows not accounted for",
	WrongSheet: "Unusable sheet", UnknownHealth: "Unknown measure of health",
	BadQuery:    "Unusable query",
	QueryFailed: "A query that failed",
	BadDatabase: "Database that can't be used", WrongTable: "No such table",

	Guarded: "Confidential values would show", LowerLevel: "Classified lower than its parts", BadMask: "Unusable mask",
	NothingToAllow: "Nothing to allow",

	BadPeriod: "Not a period", BadExpression: "Unreadable expression", BadRequest: "Unusable request",
	UnknownTarget: "Unknown address", TooManyPeriods: "Too many periods", BadAsOf: "Not a point in time",

	NotInCondition: "Not in a condition", BadSpan: "Not a number of periods", NoTarget: "No such target",
	FiresOften: "Fires too often", NeverFires: "Can never fire",
	NotAdditivePage: "Parts that don't add up", PageFilter: "Filter that no page has",
}

// Codes returns all codes in order.
func Codes() []Code {
	all := make([]Code, 0, len(Titles))
	for c := range Titles {
		all = append(all, c)
	}
	slices.Sort(all)
	return all
}
