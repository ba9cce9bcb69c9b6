// Command generate writes the data of the weekly_sales example: two years of a
// small home-goods company that sells in several channels, with the faults and
// the turns of events that its README lists.
//
// It is run from examples/weekly_sales:
//
//	go run ./generate                         # writes data/
//	go run ./generate -facts                  # and prints what is planted
//	go run ./generate -until 2026-11-23 -o D  # the same company one week later
//
// The same flags give the same bytes: nothing depends on the clock, the machine
// or the order of a map, and all arithmetic is on whole numbers, because
// floating point may round differently on another processor.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	out := flag.String("o", "data", "folder to write to")
	until := flag.String("until", "2026-11-16", "first day that is not written")
	facts := flag.Bool("facts", false, "print what is planted, as a Markdown table")
	flag.Parse()
	if err := run(*out, *until, *facts, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// run writes the company's files as they stood at the start of the day until.
func run(out, until string, facts bool, w io.Writer) error {
	day, err := parseDay(until)
	if err != nil {
		return err
	}
	if day < earliest || day > horizon {
		return fmt.Errorf("-until %s: want a day from %s to %s", until, dateOf(earliest), dateOf(horizon))
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	c := simulate()
	x := newExport(c, day)
	files := x.files()
	for _, f := range files {
		if err := f.write(out); err != nil {
			return err
		}
	}
	if facts {
		_, err = io.WriteString(w, x.factsTable(files))
	}
	return err
}

// company is everything that happens, from the first day to the horizon. The
// export cuts it off at a day; so a later cut only adds to an earlier one.
type company struct {
	customers []customer
	acquired  map[acquisition]int64 // new customers by channel, campaign, week
	orders    []order
	sessions  map[string][]int64 // by channel and day
	gmv       map[string][]int64 // cents by channel and week, cancelled orders out
	expected  map[string][]int64 // orders in thousandths, by channel and week, had nothing been planted
	counted   map[string][]int64 // orders by channel and week
	ads       []adDay
	leads     []lead
}

func simulate() *company {
	c := &company{}
	c.simulateCustomers()
	c.simulateOrders()
	c.plantOrphans()
	c.addUp()
	c.simulateAds()
	c.simulateLeads()
	return c
}
