package report

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// Column is a column of a table.
type Column struct {
	Key      string // of the figure
	Title    string
	Decimals int
	Compared Comparison
}

// Comparison is whether a column is followed by its ratio to the first peer's.
type Comparison uint8

// The comparisons.
const (
	Alone Comparison = iota
	Ratio
)

// Print prints a table for each case: for each peer the medians of its figures over its
// runs, and their ratios to the first peer's. A ratio is taken in each round, and is the
// median of those: so what makes the whole machine slower for a while has no part in it.
func Print(w io.Writer, runs []Run, columns []Column) error {
	for _, name := range distinct(runs, func(r Run) string { return r.Case }) {
		of := slices.DeleteFunc(slices.Clone(runs), func(r Run) bool { return r.Case != name })
		if _, err := fmt.Fprintf(w, "\n%s: %s (medians; x is the ratio to the first, round by round)\n", of[0].Bench, name); err != nil {
			return err
		}
		if err := printCase(w, of, columns); err != nil {
			return err
		}
	}
	return nil
}

func distinct(runs []Run, of func(Run) string) []string {
	var found []string
	for _, r := range runs {
		if !slices.Contains(found, of(r)) {
			found = append(found, of(r))
		}
	}
	return found
}

func printCase(w io.Writer, runs []Run, columns []Column) error {
	columns = slices.DeleteFunc(slices.Clone(columns), func(c Column) bool {
		return !slices.ContainsFunc(runs, func(r Run) bool { _, has := r.Figures[c.Key]; return has })
	})
	table := tabwriter.NewWriter(w, 0, 2, 2, ' ', 0)
	fmt.Fprint(table, "peer\truns")
	for _, c := range columns {
		fmt.Fprint(table, "\t"+c.Title)
		if c.Compared == Ratio {
			fmt.Fprint(table, "\tx")
		}
	}
	fmt.Fprintln(table)
	peers := distinct(runs, func(r Run) string { return r.Peer })
	for _, peer := range peers {
		own, first := ofPeer(runs, peer), ofPeer(runs, peers[0])
		fmt.Fprintf(table, "%s\t%d", peer, len(own))
		for _, c := range columns {
			fmt.Fprint(table, "\t"+number(Median(values(own, c.Key)), c.Decimals))
			if c.Compared == Ratio {
				fmt.Fprint(table, "\t"+number(Median(ratios(own, first, c.Key)), 2))
			}
		}
		fmt.Fprintln(table)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return printProblems(w, runs)
}

// maxProblem is how much of a problem is told below a table, in letters; JSON has all.
const maxProblem = 240

// printProblems says why figures are missing, in a line each.
func printProblems(w io.Writer, runs []Run) error {
	told := map[string]bool{}
	for _, r := range runs {
		if r.Problem == "" || told[r.Peer] {
			continue
		}
		told[r.Peer] = true
		text := []rune(strings.Join(strings.Fields(r.Problem), " "))
		if len(text) > maxProblem {
			text = append(text[:maxProblem], '…')
		}
		if _, err := fmt.Fprintf(w, "%s, round %d: %s\n", r.Peer, r.Round, string(text)); err != nil {
			return err
		}
	}
	return nil
}

func ofPeer(runs []Run, peer string) []Run {
	return slices.DeleteFunc(slices.Clone(runs), func(r Run) bool { return r.Peer != peer })
}

func values(runs []Run, key string) []float64 {
	var found []float64
	for _, r := range runs {
		if value, ok := r.Figures[key]; ok {
			found = append(found, value)
		}
	}
	return found
}

// ratios returns the ratios of a figure to the first peer's, of each round in which both
// have it.
func ratios(runs, first []Run, key string) []float64 {
	var found []float64
	for _, r := range runs {
		for _, f := range first {
			own, has := r.Figures[key]
			if other := f.Figures[key]; has && f.Round == r.Round && other > 0 {
				found = append(found, own/other)
			}
		}
	}
	return found
}

func number(value float64, decimals int) string {
	if math.IsNaN(value) {
		return "-"
	}
	return fmt.Sprintf("%.*f", decimals, value)
}
