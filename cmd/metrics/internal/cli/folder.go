package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/metrics/diag"
)

var projectBlock = regexp.MustCompile(`(?m)^\s*project\s+"`)

// folder is the project's: as given, or the nearest one above with a project
// block, or here.
func (a *app) folder() string {
	if a.dir != "" {
		return a.dir
	}
	here, err := os.Getwd()
	if err != nil {
		return "."
	}
	return projectAround(here)
}

// projectAround is the nearest folder from dir upwards that has a project block,
// dir where none has.
func projectAround(dir string) string {
	for above := dir; ; above = filepath.Dir(above) {
		if hasProject(above) {
			return above
		}
		if above == filepath.Dir(above) {
			return dir
		}
	}
}

func hasProject(dir string) bool {
	files, err := filepath.Glob(filepath.Join(dir, "*.hcl"))
	if err != nil {
		return false
	}
	for _, f := range files {
		if !isFile(f) {
			continue // reading a pipe would wait for whoever writes to it
		}
		if text, err := os.ReadFile(f); err == nil && projectBlock.Match(text) {
			return true
		}
	}
	return false
}

// environment is what METRICS_VAR_x sets variables to.
func environment() map[string]string {
	out := map[string]string{}
	for _, entry := range os.Environ() {
		if name, found := strings.CutPrefix(entry, "METRICS_VAR_"); found {
			key, value, _ := strings.Cut(name, "=")
			out[key] = value
		}
	}
	return out
}

// memoryVariable says how much memory reading and computing may take.
const memoryVariable = "METRICS_MEMORY"

var memoryPattern = regexp.MustCompile(`^[1-9][0-9]*([.][0-9]+)? ?[KMGT]i?B$`)

// memoryLimit is the limit that the environment sets; "" for none.
func memoryLimit() (string, error) {
	limit := os.Getenv(memoryVariable)
	if limit != "" && !memoryPattern.MatchString(limit) {
		return "", fmt.Errorf("%s=%q is no amount of memory: write it as 4GB or 500MB", memoryVariable, limit)
	}
	return limit, nil
}

// values is what variables are set to by files and by flags; the later ones win.
func (a *app) values() (map[string]string, diag.List, error) {
	out := map[string]string{}
	for _, file := range a.varFiles {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, nil, fmt.Errorf("--var-file %s can't be read: %w", file, err)
		}
		more, diags := compiler.VariableFile(file, text)
		if diags.HasErrors() {
			return nil, diags, nil
		}
		for name, value := range more {
			out[name] = value
		}
	}
	for _, entry := range a.variables {
		name, value, found := strings.Cut(entry, "=")
		if !found || name == "" {
			return nil, nil, fmt.Errorf("--var %q is not of the form NAME=VALUE", entry)
		}
		out[name] = value
	}
	return out, nil, nil
}
