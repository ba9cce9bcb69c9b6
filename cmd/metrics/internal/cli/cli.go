// Package cli is the command line: one file a command, each turning flags into
// a request to the runtime and its answer over to package view.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

// The exit codes.
const (
	exitOK          = 0
	exitError       = 1
	exitUsage       = 2
	exitChanges     = 2 // with --detailed-exitcode
	exitUnformatted = 3
)

// app is one run of the program.
type app struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer

	dir        string
	variables  []string
	varFiles   []string
	asOf       string
	allowPaths []string

	project *runtime.Project  // the one that is open, for showing source text
	texts   map[string][]byte // of flags that hold expressions
}

// exitError ends the program with a code; what there was to say is said.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// Main runs the program and returns its exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, texts: map[string][]byte{}}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	var status exitStatus
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &status):
		return int(status)
	case errors.Is(err, syscall.EPIPE):
		return exitOK // the reader has seen enough
	}
	fmt.Fprintf(stderr, "metrics: %s\nSee: metrics --help\n", usage(err))
	return exitUsage
}

// usage takes the program's own name out of cobra's messages.
func usage(err error) string {
	return strings.TrimSuffix(err.Error(), " for \"metrics\"")
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "metrics",
		Short: "Metrics as code: define, check, plan and apply a company's numbers",
		Long: "metrics reads a folder of HCL files that define sources, dimensions and KPIs,\n" +
			"checks them, computes the numbers, and keeps what was published.",
		SilenceErrors: true, SilenceUsage: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = false
	flags := root.PersistentFlags()
	flags.StringVarP(&a.dir, "chdir", "C", "", "the project folder (default: here, or the nearest folder above with a project block)")
	flags.StringArrayVar(&a.variables, "var", nil, "value of a variable: NAME=VALUE (may be given again)")
	flags.StringArrayVar(&a.varFiles, "var-file", nil, "file with values of variables: NAME = VALUE a line (may be given again)")
	flags.StringVar(&a.asOf, "as-of", "", "compute as of a date, a time or the end of a period (default: the project's as_of, else now)")
	flags.StringArrayVar(&a.allowPaths, "allow-path", nil, "folder outside the project that sources may read (may be given again)")
	root.AddCommand(a.validate(), a.query(), a.plan(), a.apply(), a.list(), a.show(), a.lineage(), a.changes(), a.explain(), a.alerts(), a.rejects(), a.test(), a.pageReport(),
		a.store(), a.format(), a.initialize(), a.version())
	return root
}

// open compiles the project that the flags name, and shows what is wrong with
// it; an error ends the command.
func (a *app) open(ctx context.Context, options runtime.Options) (*runtime.Project, error) {
	p, diags, err := a.load(ctx, options)
	if err != nil {
		return nil, err
	}
	return p, a.report(diags)
}

// load compiles the project that the flags name.
func (a *app) load(ctx context.Context, options runtime.Options) (*runtime.Project, diag.List, error) {
	variables, diags, err := a.values()
	if err != nil || diags.HasErrors() {
		return nil, diags, err
	}
	for _, path := range a.allowPaths {
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			return nil, nil, fmt.Errorf("--allow-path %q is no folder: name one that exists", path)
		}
	}
	if options.Memory, err = memoryLimit(); err != nil {
		return nil, nil, err
	}
	options.Dir, options.Variables, options.Environment, options.AllowPaths = a.folder(), variables, environment(), a.allowPaths
	if options.AsOf == "" {
		options.AsOf = a.asOf
	}
	p, diags := runtime.Open(ctx, options)
	a.project = p
	return p, diags, nil
}

// report shows diagnostics on stderr, and ends the command where one is an error.
func (a *app) report(diags diag.List) error {
	if len(diags) > 0 {
		if err := a.showDiagnostics(a.stderr, "text", diags, ""); err != nil {
			return err
		}
	}
	if diags.HasErrors() {
		return exitStatus(exitError)
	}
	return nil
}

func (a *app) showDiagnostics(w io.Writer, format string, diags diag.List, summary string) error {
	return view.Diagnostics(w, format, diags, view.DiagnosticOptions{
		Source: a.source, Color: a.color(w), Summary: summary, Valid: !diags.HasErrors(), Version: runtime.Version,
	})
}

// source is the text of a file of the project or of a flag, for snippets.
func (a *app) source(file string) []byte {
	if text, isFlag := a.texts[file]; isFlag {
		return text
	}
	if a.project == nil || a.project.Project == nil {
		return nil
	}
	return a.project.Files.Bytes(file)
}

// color tells whether a stream is a terminal that shows colours.
func (a *app) color(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// oneOf demands that a flag has one of a few values.
func oneOf(flag, value string, values []string) error {
	for _, v := range values {
		if v == value {
			return nil
		}
	}
	return fmt.Errorf("--%s is one of %s, not %q.%s", flag, strings.Join(values, ", "), value, diag.DidYouMean(value, values))
}
