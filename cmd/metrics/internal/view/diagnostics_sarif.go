package view

import (
	"bytes"
	"io"
	"net/url"
	"path"
	"slices"
	"unicode/utf8"

	"github.com/metricsascode/metrics/metrics/diag"
)

// The parts of SARIF 2.1.0 that code scanning reads.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string    `json:"id"`
		ShortDescription sarifText `json:"shortDescription"`
		HelpURI          string    `json:"helpUri"`
		Help             sarifText `json:"help"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID           string          `json:"ruleId"`
		RuleIndex        int             `json:"ruleIndex"`
		Level            diag.Severity   `json:"level"`
		Message          sarifText       `json:"message"`
		Locations        []sarifLocation `json:"locations,omitempty"`
		RelatedLocations []sarifLocation `json:"relatedLocations,omitempty"`
	}
	sarifLocation struct {
		ID       *int           `json:"id,omitempty"`
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
		Message  *sarifText     `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI       string `json:"uri"`
		URIBaseID string `json:"uriBaseId"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifLogical struct {
		FullyQualifiedName string `json:"fullyQualifiedName"`
	}
)

const projectURL = "https://github.com/metricsascode/metrics"

// errorPage is where the docs explain a code, from the top of the repository.
func errorPage(c diag.Code) string { return "docs/errors/" + string(c) + ".md" }

// diagnosticsSARIF writes what code scanning reads.
func diagnosticsSARIF(w io.Writer, ds diag.List, opt DiagnosticOptions) error {
	var codes []diag.Code
	for _, d := range ds {
		codes = append(codes, d.Code)
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	driver := sarifDriver{Name: "metrics", Version: opt.Version, InformationURI: projectURL, Rules: []sarifRule{}}
	for _, c := range codes {
		driver.Rules = append(driver.Rules, sarifRule{
			ID:               string(c),
			ShortDescription: sarifText{diag.Titles[c]},
			HelpURI:          projectURL + "/blob/main/" + errorPage(c), // must be absolute
			Help:             sarifText{"A wrong and a right example: " + errorPage(c)},
		})
	}
	run := sarifRun{Tool: sarifTool{driver}, ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	for _, d := range ds {
		index, _ := slices.BinarySearch(codes, d.Code)
		run.Results = append(run.Results, sarifResultOf(d, index, opt))
	}
	return writeJSON(w, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

func sarifResultOf(d diag.Diagnostic, ruleIndex int, opt DiagnosticOptions) sarifResult {
	message := d.Summary
	if d.Detail != "" {
		message += ". " + d.Detail
	}
	r := sarifResult{RuleID: string(d.Code), RuleIndex: ruleIndex, Level: d.Severity, Message: sarifText{message}}
	var place sarifLocation
	if d.Range != nil {
		place.Physical = sarifPhysicalOf(*d.Range, opt)
	}
	if d.Address != "" {
		place.Logical = []sarifLogical{{d.Address}}
	}
	if place.Physical != nil || place.Logical != nil {
		r.Locations = []sarifLocation{place}
	}
	for i, l := range d.Labels {
		r.RelatedLocations = append(r.RelatedLocations, sarifLocation{
			ID: &i, Physical: sarifPhysicalOf(l.Range, opt), Message: &sarifText{l.Text},
		})
	}
	return r
}

func sarifPhysicalOf(r diag.Range, opt DiagnosticOptions) *sarifPhysical {
	uri := url.URL{Path: path.Join(opt.Base, r.File)}
	p := &sarifPhysical{Artifact: sarifArtifact{uri.String(), "%SRCROOT%"}}
	if r.Start.Line > 0 {
		src := opt.Source(r.File)
		p.Region = &sarifRegion{
			StartLine: r.Start.Line, StartColumn: codePointColumn(src, r.Start),
		}
		if r.End.Line > 0 {
			p.Region.EndLine, p.Region.EndColumn = r.End.Line, codePointColumn(src, r.End)
		}
	}
	return p
}

// codePointColumn is the column of a place in Unicode code points; without the
// source, that in characters is as near as we get.
func codePointColumn(src []byte, at diag.Pos) int {
	if at.Byte < 0 || at.Byte > len(src) || src == nil {
		return at.Column
	}
	start := bytes.LastIndexByte(src[:at.Byte], '\n') + 1
	return utf8.RuneCount(src[start:at.Byte]) + 1
}
