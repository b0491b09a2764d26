package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"

	"tshare/crdt"
)

const (
	line = "a line of sixteen\n"
	// insertedEdits is how many insertions one run has.
	insertedEdits = 20_000
)

// lines returns mb megabytes of text.
func lines(mb int) []byte { return bytes.Repeat([]byte(line), mb<<20/len(line)) }

// newRand returns the same numbers in every run.
func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// insertInLarge times insertions at random places of the middle half of a large
// document, with a snapshot after each.
func insertInLarge(sizes []int, runs int) (result, error) {
	base, r := lines(sizes[0]), newRand()
	places := make([]int, insertedEdits)
	for i := range places {
		places[i] = len(base)/4 + r.IntN(len(base)/2)
	}
	letter := []byte("x")
	nanos, err := timed(runs, func() (run, error) {
		d := crdt.Load(base)
		w := d.Writer(author(0))
		return run{
			do: func() error {
				for _, off := range places {
					if err := w.Insert(off, letter); err != nil {
						return err
					}
					d.Snapshot()
				}
				return nil
			},
			check: func() error {
				if got, want := d.Len(), len(base)+insertedEdits; got != want {
					return fmt.Errorf("the document has %d bytes after insertions, want %d", got, want)
				}
				return nil
			},
		}, nil
	})
	return result{Edits: insertedEdits, Nanos: nanos}, err
}

// openLarge times the loading of a large text until its lines are counted.
func openLarge(sizes []int, runs int) (result, error) {
	base := lines(sizes[0])
	nanos, err := timed(runs, func() (run, error) {
		var d *crdt.Doc
		var found int
		return run{
			do: func() error {
				d = crdt.Load(base)
				found = d.Snapshot().Lines()
				return nil
			},
			check: func() error {
				if want := len(base)/len(line) + 1; found != want || d.Len() != len(base) {
					return fmt.Errorf("%d bytes in %d lines were loaded, want %d in %d", d.Len(), found, len(base), want)
				}
				return nil
			},
		}, nil
	})
	return result{Bytes: len(base), Nanos: nanos}, err
}

// mergeGenerated times an empty replica that takes a generated history in as one
// update and puts its text together.
func mergeGenerated(sizes []int, runs int) (result, error) {
	d, err := generate(sizes[0], sizes[1])
	if err != nil {
		return result{}, err
	}
	got, err := mergeOf(d, runs)
	got.Edits = sizes[0]
	return got, err
}
