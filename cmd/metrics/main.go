// Command metrics compiles metric definitions and runs them on embedded DuckDB.
package main

import (
	"os"

	"github.com/metricsascode/metrics/cmd/metrics/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
