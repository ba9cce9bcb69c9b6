package dashboard

import "fmt"

// Draw makes a page a file's contents: "html", "markdown", "text", "xlsx" or "csv".
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
