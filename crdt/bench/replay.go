package main

import (
	"errors"

	"tshare/crdt"
)

// errConcurrent tells that a trace has no one order to replay.
var errConcurrent = errors.New("a concurrent trace cannot be replayed by one replica")

// replay times all patches as local edits.
func replay(t *trace, runs int) (result, error) {
	return t.timedReplay(runs, func(*crdt.Doc) func() { return func() {} })
}

// replayWithSnapshots also takes a snapshot after each edit, as the session does.
func replayWithSnapshots(t *trace, runs int) (result, error) {
	return t.timedReplay(runs, func(d *crdt.Doc) func() {
		return func() { d.Snapshot() }
	})
}

// replayWithUpdates also encodes each edit as an update of its own, and keeps it.
func replayWithUpdates(t *trace, runs int) (result, error) {
	return t.timedReplay(runs, func(d *crdt.Doc) func() {
		var kept updates
		feed := d.Feed(d.Version())
		return func() { kept.add(feed) }
	})
}

// timedReplay times the replay with what each does after each edit.
func (t *trace) timedReplay(runs int, each func(*crdt.Doc) func()) (result, error) {
	if t.txns != nil {
		return result{}, errConcurrent
	}
	nanos, err := timed(runs, func() (run, error) {
		d := crdt.New()
		after := each(d)
		return run{
			do:    func() error { return t.replayInto(d, after) },
			check: func() error { return t.checkEnd(d) },
		}, nil
	})
	return result{Edits: len(t.patches), Nanos: nanos}, err
}

// replayInto makes all edits of a sequential trace and calls after after each.
func (t *trace) replayInto(d *crdt.Doc, after func()) error {
	w := d.Writer(author(0))
	for _, p := range t.patches {
		if err := t.edit(w, p); err != nil {
			return err
		}
		after()
	}
	return nil
}

// applyUpdates times an empty replica that takes the updates of all edits in, one
// by one, in the order of the file.
func applyUpdates(t *trace, runs int) (result, error) {
	us, err := t.updates()
	if err != nil {
		return result{}, err
	}
	size := 0
	for i := range us.len() {
		size += len(us.at(i))
	}
	nanos, err := timed(runs, func() (run, error) {
		d := crdt.New()
		return run{
			do:    func() error { return mergeAll(d, &us) },
			check: func() error { return t.checkEnd(d) },
		}, nil
	})
	return result{Edits: us.len(), Nanos: nanos, Bytes: size}, err
}

// updates returns the update of each edit.
func (t *trace) updates() (updates, error) {
	if t.txns != nil {
		return t.play()
	}
	var us updates
	d := crdt.New()
	feed := d.Feed(d.Version())
	err := t.replayInto(d, func() { us.add(feed) })
	return us, err
}

func mergeAll(d *crdt.Doc, us *updates) error {
	for i := range us.len() {
		if _, err := d.Merge(us.at(i)); err != nil {
			return err
		}
	}
	return nil
}

// updates are the encoded edits of a replay, in few pieces of memory: the
// collector, which looks at each, belongs to no edit.
type updates struct {
	blocks [][]byte
	places []updatePlace
}

// updatePlace is where an update lies: the bytes [from, to) of a block.
type updatePlace struct{ block, from, to int }

const (
	// updateBlock is how many bytes of updates lie in one block.
	updateBlock = 64 << 10
	// updateRoom is what a block must have left for another update, in bytes. A
	// longer one moves to a block of its own.
	updateRoom = 256
)

func (us *updates) len() int { return len(us.places) }

func (us *updates) at(i int) []byte {
	p := us.places[i]
	return us.blocks[p.block][p.from:p.to]
}

// add appends what feed has.
func (us *updates) add(feed *crdt.Feed) {
	n := len(us.blocks) - 1
	if n < 0 || cap(us.blocks[n])-len(us.blocks[n]) < updateRoom {
		us.blocks = append(us.blocks, make([]byte, 0, updateBlock))
		n++
	}
	from := len(us.blocks[n])
	us.blocks[n] = feed.Append(us.blocks[n])
	us.places = append(us.places, updatePlace{n, from, len(us.blocks[n])})
}
