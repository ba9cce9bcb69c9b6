package plan

import (
	"fmt"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// FileFormat is the version of saved plans.
const FileFormat = 1

// Plan is what apply would do, and what that rests on.
type Plan struct {
	Format   int              `json:"format"`
	Verdict  Verdict          `json:"verdict"`
	Basis    Basis            `json:"basis"`
	Changes  []metrics.Change `json:"changes"`
	Sources  []SourceChange   `json:"sources"`
	Drift    []Drift          `json:"drift"`
	Periods  []Periods        `json:"periods"`
	Blocking []Block          `json:"blocking"`
	// Downstream is what the changed definitions reach through others, itself not edited.
	Downstream []Dependent `json:"downstream"`
	// Compute is the KPIs whose values are computed, in order of name.
	Compute []string `json:"compute"`
	// Checks is what the checks found that apply rests on.
	Checks []metrics.CheckResult `json:"checks"`
}

// Verdict is the plan in one line, and its counts.
type Verdict struct {
	Text    string                `json:"text"`
	Nothing bool                  `json:"nothing_to_do"`
	Classes map[metrics.Class]int `json:"classes,omitempty"`
}

// Basis is what a plan was made from. A plan is stale when any of it has moved.
type Basis struct {
	Project string            `json:"project"`
	Store   string            `json:"store"` // generation of the store; "none" before the first apply
	Run     int               `json:"run"`   // the last one, 0 before the first
	RunAt   *time.Time        `json:"run_at,omitempty"`
	Files   string            `json:"files"` // hash of the definitions
	Data    map[string]string `json:"data"`  // hash of each source's input
	AsOf    time.Time         `json:"as_of"` // the instant that apply computes as of
	// RunAsOf is that of the last run, where it lies after AsOf: what was published since goes.
	RunAsOf   *time.Time        `json:"run_as_of,omitempty"`
	Variables map[string]string `json:"variables,omitempty"`
	Rows      int64             `json:"rows"` // clean rows of all sources that read files
	Version   string            `json:"version"`
	// Against is the revision that the definitions were compared with, as it was asked
	// for, "" for the store; Commit is what it was, Head the one that is checked out.
	Against string `json:"against,omitempty"`
	Commit  string `json:"commit,omitempty"`
	Head    string `json:"head,omitempty"`
	Folder  string `json:"folder,omitempty"` // of the project, relative to the root of the repository
}

// SourceChange is a source whose rows are other than at the last run.
type SourceChange struct {
	Source  string           `json:"source"`
	Reason  string           `json:"reason"`                  // "new", "definition", "data"
	Files   []string         `json:"files,omitempty"`         // new or changed ones
	Changed []string         `json:"files_changed,omitempty"` // those of them that were there before
	Gone    []string         `json:"files_gone,omitempty"`
	Account metrics.Account  `json:"account"`
	Before  *metrics.Account `json:"before,omitempty"`
	Healed  int64            `json:"healed,omitempty"` // rejects of the last run that are none now
}

// Healed is how many rejects of the last run are none now.
func (p *Plan) Healed() int64 {
	var n int64
	for _, s := range p.Sources {
		n += s.Healed
	}
	return n
}

// Periods is a stretch of periods that apply computes.
type Periods struct {
	Grain metrics.Grain `json:"grain"`
	From  string        `json:"from"`
	To    string        `json:"to"`
	Count int           `json:"count"`
	KPIs  int           `json:"kpis"`
	Moved []Moved       `json:"moved,omitempty"` // the rows that moved in them, as far as files have them
}

// Moved is rows of one file that came or went in a period since the last run.
type Moved struct {
	Period string    `json:"period"`
	Start  time.Time `json:"start"`
	Source string    `json:"source"`
	File   string    `json:"file,omitempty"` // "" where the rows are of no file
	New    int64     `json:"new"`            // came on days after the last that the source had
	Late   int64     `json:"late"`           // came on days that it had or that lie before
	Gone   int64     `json:"gone"`
}

// Finish counts the changes and puts the verdict into words.
func (p *Plan) Finish() {
	p.Format = FileFormat
	p.Verdict.Classes = map[metrics.Class]int{}
	for _, c := range p.Changes {
		p.Verdict.Classes[c.Class]++
	}
	p.Verdict.Nothing = len(p.Changes) == 0 && len(p.Compute) == 0 && len(p.Sources) == 0
	p.Verdict.Text = p.words()
}

func (p *Plan) words() string {
	if p.Verdict.Nothing && p.Basis.Against != "" {
		return "No definition differs from " + p.Basis.Against + "."
	}
	if p.Verdict.Nothing {
		return "Nothing to do: definitions, data and settled periods are as published."
	}
	var parts []string
	for _, c := range []struct {
		class metrics.Class
		verb  string
	}{
		{metrics.Breaking, "breaking"}, {metrics.ValueChanging, "changing value"}, {metrics.Additive, "new or extended"},
		{metrics.AlertOnly, "judged another way"}, {metrics.Cosmetic, "cosmetic"},
	} {
		if n := p.Verdict.Classes[c.class]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, c.verb))
		}
	}
	text := "No definition changes"
	if len(parts) > 0 {
		text = "Definitions: " + strings.Join(parts, ", ")
	}
	if n := p.Verdict.Classes[metrics.Indirect]; n > 0 {
		text += fmt.Sprintf(". %d follow%s", n, third(n))
	}
	if n := len(p.Blocking); n > 0 {
		text += fmt.Sprintf(". %d problem%s in the way", n, plural(n))
	}
	if n := len(p.Sources); n > 0 {
		text += fmt.Sprintf(". %d source%s with new rows", n, plural(n))
	}
	if n := len(p.Compute); n > 0 {
		return text + fmt.Sprintf(". %d KPI%s to compute.", n, plural(n))
	}
	if p.Basis.Against != "" {
		return text + "."
	}
	return text + ". Nothing to compute."
}

// third is the ending of a verb.
func third(n int) string {
	if n == 1 {
		return "s"
	}
	return ""
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}
