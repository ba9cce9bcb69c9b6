package dashboard

import "fmt"

// Formats are the forms of a page.
var Formats = []string{"html", "markdown", "text", "xlsx", "csv"}

// Draw makes a page a file's contents.
func Draw(p *Page, format string) ([]byte, error) {
	switch format {
	case "html":
		return HTML(p)
	case "markdown":
		return Markdown(p), nil
	case "text":
		return Text(p), nil
	case "xlsx":
		return Workbook(p)
	case "csv":
		return CSV(p)
	}
	return nil, fmt.Errorf("a page has no format %q", format)
}
