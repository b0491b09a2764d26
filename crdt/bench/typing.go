package main

import (
	"fmt"
	"slices"
	"time"

	"tshare/crdt"
)

const (
	typists = 32
	// typedEdits is how many edits one run has: some three thousand a person, more
	// than a long session.
	typedEdits = 100_000
	// longPause is what a person may begin to feel when twenty of them add up.
	longPause = time.Millisecond
)

// pauses are the slowest single edits, in nanoseconds, with the clock read after
// each.
type pauses struct {
	// MaxOfMedians is the greatest of all edits' medians over the runs. Every run
	// makes the same edits, so that what is always slow stays, and what strikes
	// here and there, a collection or another process, does not.
	MaxOfMedians int64 `json:"maxOfMedians"`
	Max          int64 `json:"max"`   // of all edits of all runs
	Above        int   `json:"above"` // how many took longer than longPause
	Of           int   `json:"of"`
	// IdleMax and IdleAbove are the same of a loop that only reads the clock, for
	// as long: what the machine does by itself.
	IdleMax   int64 `json:"idleMax"`
	IdleAbove int   `json:"idleAbove"`
}

// typeInTurn times people who type in turn, each at their own place of 1 MB. Half
// of the runs are timed as a whole, the other half edit by edit.
func typeInTurn(_ []int, runs int) (result, error) {
	base := lines(1)
	nanos, err := timed(runs, func() (run, error) {
		r := newTyping(base)
		return run{func() error { return r.typeAll(func(int) {}) }, r.check}, nil
	})
	if err != nil {
		return result{}, err
	}
	took := make([][]int64, runs) // of each edit of each run
	for i := range took {
		took[i] = make([]int64, typedEdits)
	}
	i := 0
	_, err = timed(runs, func() (run, error) {
		r := newTyping(base)
		mine := took[i%runs] // those of the warm-ups are overwritten
		i++
		return run{func() error {
			last := time.Now()
			return r.typeAll(func(edit int) {
				now := time.Now()
				mine[edit] = now.Sub(last).Nanoseconds()
				last = now
			})
		}, r.check}, nil
	})
	if err != nil {
		return result{}, err
	}
	return result{Edits: typedEdits, Nanos: nanos, Pauses: pausesOf(took)}, nil
}

func pausesOf(took [][]int64) *pauses {
	p := &pauses{Of: len(took) * typedEdits}
	var total time.Duration
	of := make([]int64, len(took))
	for edit := range typedEdits {
		for run := range took {
			of[run] = took[run][edit]
			total += time.Duration(of[run])
			if of[run] > longPause.Nanoseconds() {
				p.Above++
			}
		}
		slices.Sort(of)
		p.MaxOfMedians = max(p.MaxOfMedians, of[len(of)/2])
		p.Max = max(p.Max, of[len(of)-1])
	}
	p.IdleMax, p.IdleAbove = idle(total)
	return p
}

// idle reads the clock for a while, and returns the longest time between two
// readings, in nanoseconds, and how many were longer than longPause.
func idle(while time.Duration) (longest int64, above int) {
	start := time.Now()
	for last := start; last.Sub(start) < while; {
		now := time.Now()
		longest = max(longest, now.Sub(last).Nanoseconds())
		if now.Sub(last) > longPause {
			above++
		}
		last = now
	}
	return longest, above
}

// typing is people at their places of one document.
type typing struct {
	doc    *crdt.Doc
	hands  []*crdt.Writer
	carets []crdt.Anchor
	before int
}

func newTyping(base []byte) *typing {
	d := crdt.Load(base)
	t := &typing{doc: d, before: d.Len()}
	for i := range typists {
		t.hands = append(t.hands, d.Writer(author(i)))
		t.carets = append(t.carets, d.Anchor(d.Len()*(2*i+1)/(2*typists), crdt.Left))
	}
	return t
}

// typeAll has everyone type a letter in turn, until the edits are made. An edit is
// to find one's caret, to insert, and to anchor the caret again.
func (t *typing) typeAll(after func(edit int)) error {
	letter := []byte("x")
	for edit := range typedEdits {
		i := edit % typists
		off := t.doc.Offset(t.carets[i])
		if err := t.hands[i].Insert(off, letter); err != nil {
			return err
		}
		t.carets[i] = t.doc.Anchor(off+1, crdt.Left)
		after(edit)
	}
	return nil
}

func (t *typing) check() error {
	if got, want := t.doc.Len(), t.before+typedEdits; got != want {
		return fmt.Errorf("the document has %d bytes after typing, want %d", got, want)
	}
	return nil
}
