package view

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// The JUnit XML of tests and checks, as CI systems read it.
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		File    string        `xml:"file,attr,omitempty"`
		Line    int           `xml:"line,attr,omitempty"`
		Time    string        `xml:"time,attr,omitempty"`
		Failure *junitProblem `xml:"failure"`
		Error   *junitProblem `xml:"error"`
		Out     string        `xml:"system-out,omitempty"`
	}
	junitProblem struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

func testsJUnit(w io.Writer, r TestReport) error {
	tests, checks := junitSuite{Name: "tests"}, junitSuite{Name: "checks"}
	for _, t := range r.Tests {
		tests.add(junitTest(r, t))
	}
	for i, c := range r.Checks {
		checks.add(junitCheck(c, r.CheckPlaces[i].File, r.CheckPlaces[i].Start.Line))
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	out := xml.NewEncoder(w)
	out.Indent("", "  ")
	if err := out.Encode(junitSuites{Suites: []junitSuite{tests, checks}}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Error != nil {
		s.Errors++
	}
	s.Cases = append(s.Cases, c)
}

func junitTest(r TestReport, t metrics.TestResult) junitCase {
	c := junitCase{
		Class: strings.TrimSuffix(t.Place.File, ".hcl"), Name: t.Name, File: t.Place.File, Line: t.Place.Start.Line,
		Time: fmt.Sprintf("%.4f", t.Took.Round(100*time.Microsecond).Seconds()),
	}
	switch t.Outcome {
	case metrics.Failed:
		c.Failure = &junitProblem{Message: counted(int64(len(t.Failures)), "expectation") + " not met", Text: plainText(r, t)}
	case metrics.Broken:
		c.Error = &junitProblem{Message: t.Problems[0].Summary, Text: plainText(r, t)}
	}
	return c
}

// plainText is what people are shown of a test, without colours.
func plainText(r TestReport, t metrics.TestResult) string {
	var b strings.Builder
	out := bufio.NewWriter(&b)
	testText(out, painter(false), r, t)
	if err := out.Flush(); err != nil {
		return "" // a strings.Builder takes all
	}
	return b.String()
}

func junitCheck(o metrics.CheckOutcome, file string, line int) junitCase {
	c := junitCase{Class: strings.TrimSuffix(file, ".hcl"), Name: "check." + o.Check, File: file, Line: line}
	text := fmt.Sprintf("does not hold in %d of %d periods", len(o.Failed), o.Periods)
	switch outcome(o) {
	case metrics.Failed:
		c.Failure = &junitProblem{Message: text}
		for _, f := range o.Failed {
			c.Failure.Text += f.Period + "\n"
		}
	case metrics.Warned:
		c.Out = text
	}
	return c
}
