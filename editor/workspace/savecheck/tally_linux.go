package savecheck

import (
	"fmt"
	"strings"
	"syscall"

	"tshare/editor/workspace/faultfs"
)

// Figures are what trials of one scene came to.
type Figures struct {
	Scene                                         string
	Points, Trials                                int
	Old, New, Copied, Damaged, Told, FailedYetNew int
	Broken                                        int
}

// Tally counts trials and keeps those that broke a promise.
type Tally struct {
	Rows   []*Figures
	Failed []*Outcome
	// Each is called, if not nil, with every outcome, one at a time.
	Each func(*Outcome)

	failures []Trial // to come: a program killed after something failed
}

func (t *Tally) row(scene string) *Figures {
	for _, row := range t.Rows {
		if row.Scene == scene {
			return row
		}
	}
	t.Rows = append(t.Rows, &Figures{Scene: scene})
	return t.Rows[len(t.Rows)-1]
}

func (t *Tally) count(o *Outcome) {
	row := t.row(o.Trial.Scene.Name)
	row.Trials++
	switch o.State {
	case Old:
		row.Old++
	case New:
		row.New++
	case Copied:
		row.Copied++
	case Damaged:
		row.Damaged++
	}
	if !o.stopped() && o.Exit != 0 {
		row.Told++
	}
	if o.FailedYetNew {
		row.FailedYetNew++
	}
	if len(o.Broken) > 0 {
		row.Broken++
		t.Failed = append(t.Failed, o)
	}
	if t.Each != nil {
		t.Each(o)
	}
	if f := o.Trial.Fault; o.Trial.Cut == NoCut && f.Do == faultfs.Fail && f.Err == syscall.EIO && !f.Last && f.Kill == 0 {
		for n := f.At + 1; n <= len(o.Ops); n++ {
			again := o.Trial
			again.Fault.Kill = n
			again.Op += ", then " + wordsFor(o.Ops[n-1])
			again.Cut = Cut(n % 2)
			t.failures = append(t.failures, again)
		}
	}
}

// Sum returns the figures of all scenes.
func (t *Tally) Sum() Figures {
	sum := Figures{Scene: "all"}
	for _, row := range t.Rows {
		sum.Points += row.Points
		sum.Trials += row.Trials
		sum.Old += row.Old
		sum.New += row.New
		sum.Copied += row.Copied
		sum.Damaged += row.Damaged
		sum.Told += row.Told
		sum.FailedYetNew += row.FailedYetNew
		sum.Broken += row.Broken
	}
	return sum
}

// String returns a table.
func (t *Tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-34s %6s %6s %6s %6s %6s %7s %6s %9s %7s\n", "scene", "points", "trials", "old", "new", "copy", "damaged", "told", "not told", "broken")
	sum := t.Sum()
	for _, row := range append(t.Rows[:len(t.Rows):len(t.Rows)], &sum) {
		fmt.Fprintf(&b, "%-34s %6d %6d %6d %6d %6d %7d %6d %9d %7d\n", row.Scene, row.Points, row.Trials, row.Old, row.New, row.Copied, row.Damaged,
			row.Told, row.FailedYetNew, row.Broken)
	}
	return b.String()
}
