package dashboard_test

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/runtime/dashboard"
)

// chromium is the browser of this machine, "" for none.
func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// inBrowser opens a page without network, runs a script in it and returns what the
// script's function probe() gives.
func inBrowser(t *testing.T, page []byte, script string) map[string]any {
	t.Helper()
	browser := chromium()
	if browser == "" {
		t.Skip("no Chromium on this machine: install it to test pages in a browser")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "page.html")
	probe := `<script>` + script + `
addEventListener("load", function () { Promise.resolve(probe()).then(function (r) {
  var out = document.createElement("pre"); out.id = "probe"; out.textContent = JSON.stringify(r); document.body.appendChild(out); }); });</script></body>`
	if err := os.WriteFile(file, bytes.Replace(page, []byte("</body>"), []byte(probe), 1), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir="+filepath.Join(dir, "profile"),
		"--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=20000", "--dump-dom", "file://"+file).Output()
	if err != nil {
		t.Skipf("the browser doesn't run here: %v", err)
	}
	_, rest, found := strings.Cut(string(out), `<pre id="probe">`)
	if !found {
		t.Fatal("the script in the page gave no answer")
	}
	text, _, _ := strings.Cut(rest, "</pre>")
	var got map[string]any
	if err := json.Unmarshal([]byte(html.UnescapeString(text)), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

// TestInBrowser drives the page as a reader would: rows unfold, columns sort, the theme
// changes, arrow keys go along a chart, links open definitions.
func TestInBrowser(t *testing.T) {
	page, err := dashboard.Draw(dashboard.Build(input(t, 1)), "html")
	if err != nil {
		t.Fatal(err)
	}
	got := inBrowser(t, page, `
function shown(table) { return Array.from(table.tBodies[0].rows).filter(function (r) { return !r.hidden; }).map(function (r) { return r.cells[0].textContent.replace(/[▸▾]/g, "").trim(); }); }
function probe() {
  var r = {}, deep = document.querySelector("table.deep");
  r.folded = shown(deep);
  deep.querySelectorAll(".unfold")[0].click();
  r.unfolded = shown(deep);
  deep.querySelectorAll(".sort")[1].click();
  r.sorted = shown(deep);
  r.order = deep.querySelector("th[aria-sort]").getAttribute("aria-sort");
  deep.querySelectorAll(".unfold")[0].click();
  var before = document.documentElement.dataset.theme || "";
  document.getElementById("theme").click();
  r.theme = document.documentElement.dataset.theme !== before;
  var slots = document.querySelectorAll(".area")[0].querySelectorAll(".slot");
  var last = slots[slots.length - 1];
  r.stops = Array.from(slots).filter(function (s) { return s.tabIndex === 0; }).length;
  last.focus();
  last.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
  r.moved = document.activeElement === slots[slots.length - 2];
  r.tip = document.getElementById("tip").textContent;
  location.hash = "#d-sales";
  r.requests = performance.getEntriesByType("resource").length;
  return new Promise(function (done) { setTimeout(function () { r.opened = document.getElementById("d-sales").open; done(r); }, 100); });
}`)
	for name, want := range map[string]string{
		"folded": `["Total","store","web"]`, "order": `"descending"`, "theme": `true`, "moved": `true`, "stops": `1`, "requests": `0`, "opened": `true`,
		"unfolded": `["Total","store","<script>alert(1)</script>","a","=HYPERLINK(\"evil\",\"click\")","web"]`,
		"sorted":   `["Total","store","<script>alert(1)</script>","a","=HYPERLINK(\"evil\",\"click\")","web"]`,
	} {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(got[name]); err != nil || strings.TrimSpace(b.String()) != want {
			t.Errorf("%s is %s, want %s", name, strings.TrimSpace(b.String()), want)
		}
	}
	if tip, _ := got["tip"].(string); !strings.HasPrefix(tip, "2026-W09\nSales <b> ¥") {
		t.Errorf("the tip says %q", tip)
	}
}

// TestAccessible runs axe-core over the page, in light and dark. axe-core comes from the
// package manager of Node where the machine has one.
func TestAccessible(t *testing.T) {
	if chromium() == "" {
		t.Skip("no Chromium on this machine")
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skip("no npm on this machine, which fetches axe-core")
	}
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	fetch := exec.CommandContext(ctx, npm, "install", "--no-save", "--no-audit", "--no-fund", "--prefix", dir, "axe-core@4.10.3")
	if out, err := fetch.CombinedOutput(); err != nil {
		t.Skipf("axe-core can't be fetched here: %s", bytes.TrimSpace(out))
	}
	axe, err := os.ReadFile(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Skip("axe-core can't be fetched here:", err)
	}
	page, err := dashboard.Draw(dashboard.Build(input(t, 1)), "html")
	if err != nil {
		t.Fatal(err)
	}
	for _, theme := range []string{"light", "dark"} {
		got := inBrowser(t, page, string(axe)+`
function probe() {
  document.documentElement.dataset.theme = "`+theme+`";
  return axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }).then(function (r) {
    return { passes: r.passes.length, violations: r.violations.map(function (v) { return v.id + ": " + v.help + " " + v.nodes.slice(0, 2).map(function (n) { return n.html.slice(0, 160) + " " + (n.any[0] ? n.any[0].message : ""); }).join(" | "); }) };
  });
}`)
		if passes, _ := got["passes"].(float64); passes < 20 {
			t.Errorf("%s: only %v rules passed: did axe run?", theme, passes)
		}
		violations, _ := got["violations"].([]any)
		for _, v := range violations {
			t.Errorf("%s: %v", theme, v)
		}
	}
}
