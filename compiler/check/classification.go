package check

import (
	"cmp"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// classify carries the levels of columns to what is made of them, and checks what
// is declared against that. Levels only rise, so that this ends, whatever reads
// whatever.
func (c *checker) classify() {
	declared := map[*metrics.Column]metrics.Classification{}
	for _, s := range c.model.Sources {
		for _, column := range s.Columns {
			declared[column] = column.Classification
		}
	}
	for again := true; again; {
		again = false
		for _, s := range c.model.Sources {
			for _, column := range s.Columns {
				if level := c.levelOf(s, column); level.Above(column.Classification) {
					column.Classification, again = level, true
				}
			}
		}
	}
	for _, s := range c.graph.Sources {
		for _, column := range s.Value.Columns {
			c.declaredLevel(s, column, declared[column])
			c.mask(s, column)
		}
		c.guardedRoles(s)
	}
	c.allowed()
}

// levelOf is the highest level of what a column is made of.
func (c *checker) levelOf(s *metrics.Source, column *metrics.Column) metrics.Classification {
	if column.Value != nil {
		return metrics.Sources(c.model.Source).Carried(column.Value)
	}
	level := metrics.Classification("")
	for _, part := range c.partsOf(s, column) {
		if part.Classification.Above(level) {
			level = part.Classification
		}
	}
	return level
}

// partsOf is the columns of other sources whose values a column of a union or
// entity takes over.
func (c *checker) partsOf(s *metrics.Source, column *metrics.Column) []*metrics.Column {
	var out []*metrics.Column
	add := func(source, name string) {
		if from := c.model.Source(source); from != nil {
			if part := from.Column(name); part != nil {
				out = append(out, part)
			}
		}
	}
	switch r := s.Reader.(type) {
	case *metrics.Union:
		for _, leaf := range r.Sources {
			if !column.Tag {
				add(leaf, cmp.Or(column.From, column.Name))
			}
		}
	case *metrics.SQL:
		if column.Value != nil {
			break
		}
		for _, read := range r.Reads {
			add(read.Source, read.Column)
		}
	case *metrics.Entity:
		for _, from := range r.From {
			if column.Name == metrics.EntityKey {
				add(from.Source, from.Key)
			}
		}
	}
	return out
}

// declaredLevel refuses a level below that of what the column is made of.
func (c *checker) declaredLevel(s *decode.Decl[metrics.Source], column *metrics.Column, declared metrics.Classification) {
	if declared == "" || !column.Classification.Above(declared) {
		return
	}
	c.report(diag.LowerLevel, s.Address, s.At("columns", column.Name, "classification"), quote(column.Name)+" is "+string(column.Classification),
		"It is made of values that are "+string(column.Classification)+", so that "+string(declared)+" would open them. Remove classification here"+
			" and, where its values may show in results, name the column in the project: allow_confidential = ["+s.Value.Name+"."+column.Name+"].")
}

// mask settles how the values of a column are shown: as declared, else as those of
// the parts of a union or entity are where these agree.
func (c *checker) mask(s *decode.Decl[metrics.Source], column *metrics.Column) {
	at := s.At("columns", column.Name, "mask")
	switch {
	case column.Mask == "":
		c.inheritMask(s.Value, column)
	case !column.Classification.Guarded():
		c.report(diag.BadMask, s.Address, at, "A mask on a column that is not confidential",
			"Its values are shown as they are. Add classification = confidential, or remove mask.")
	case column.Classification == metrics.Secret && column.Mask != metrics.MaskHash && column.Mask != metrics.MaskHide:
		c.report(diag.BadMask, s.Address, at, "A mask that shows part of a secret",
			"Of secret values nothing may be seen. Write mask = hide or mask = hash, or make the column confidential.")
	}
}

func (c *checker) inheritMask(s *metrics.Source, column *metrics.Column) {
	var masks []metrics.Mask
	for _, part := range c.partsOf(s, column) {
		if part.Classification.Guarded() && !slices.Contains(masks, part.Mask) {
			masks = append(masks, part.Mask)
		}
	}
	if len(masks) == 1 {
		column.Mask = masks[0]
	}
	partly := column.Mask == metrics.MaskPhone || column.Mask == metrics.MaskEmail
	if len(masks) > 1 || column.Classification == metrics.Secret && partly {
		column.Mask = metrics.MaskHide
	}
}

// guardedRoles refuses guarded columns where a source's rows are parted by them in
// results: as time, and as members that are judged alone.
func (c *checker) guardedRoles(s *decode.Decl[metrics.Source]) {
	roles := []struct {
		column string
		path   []string
	}{{s.Value.Time, []string{"time"}}}
	for _, name := range s.Value.CoverageBy {
		roles = append(roles, struct {
			column string
			path   []string
		}{name, []string{"coverage", "by"}})
	}
	for _, role := range roles {
		if column := s.Value.Column(role.column); column != nil && !c.model.Shows(s.Value, column) {
			c.guarded(s.Address, s.At(role.path...), s.Value, column)
		}
	}
}

// guardedIn refuses the guarded columns whose values would show in an expression of
// a result.
func (c *checker) guardedIn(address string, e metrics.Expr, at func(metrics.Expr) diag.Range) {
	for _, ref := range metrics.Seen(e) {
		s := metrics.Sources(c.model.Source).End(c.model.Source(ref.Source), ref.Path)
		if s == nil {
			continue
		}
		if column := s.Column(ref.Column); column != nil && !c.model.Shows(s, column) {
			c.guarded(address, at(ref), s, column)
		}
	}
}

func (c *checker) guarded(address string, at diag.Range, s *metrics.Source, column *metrics.Column) {
	d := metrics.GuardedColumn(s, column)
	c.report(d.Code, address, at, d.Summary, d.Detail)
}

// positioned finds the place of a node of an expression of a declaration.
func (c *checker) positioned(fallback diag.Range) func(metrics.Expr) diag.Range {
	return func(e metrics.Expr) diag.Range {
		if r, ok := c.graph.Positions.Range(e.Base().ID); ok {
			return r
		}
		return fallback
	}
}

// allowed checks the columns that the project opens.
func (c *checker) allowed() {
	project := c.graph.Project
	if project == nil {
		return
	}
	names := project.Value.AllowConfidential
	for i, name := range names {
		at := project.At("allow_confidential", name)
		source, columnName, _ := strings.Cut(name, ".")
		s := c.model.Source(source)
		if s == nil {
			c.report(diag.UnknownSource, project.Address, at, "Unknown source "+quote(source), "No source has this name."+diag.DidYouMean(source, c.sourceNames()))
			continue
		}
		column := s.Column(columnName)
		switch {
		case slices.Contains(names[:i], name):
			c.report(diag.Duplicate, project.Address, at, name+" is named twice", "Name it once.")
		case column == nil && !c.graph.Open[source]:
			c.report(diag.UnknownColumn, project.Address, at, "Unknown column "+quote(columnName), "source."+source+" has no such column."+diag.DidYouMean(columnName, columnNames(s)))
		case column != nil && column.Classification == metrics.Secret:
			c.report(diag.NothingToAllow, project.Address, at, name+" is secret",
				"Secret values never show in results. If people may see them, the column is confidential: classification = confidential.")
		case column != nil && !column.Classification.Guarded():
			c.report(diag.NothingToAllow, project.Address, at, name+" is not confidential", "Its values show in results anyway. Take it out of the list.")
		}
	}
}

func (c *checker) sourceNames() []string {
	names := make([]string, len(c.model.Sources))
	for i, s := range c.model.Sources {
		names[i] = s.Name
	}
	return names
}

func columnNames(s *metrics.Source) []string {
	names := make([]string, len(s.Columns))
	for i, column := range s.Columns {
		names[i] = column.Name
	}
	return names
}
