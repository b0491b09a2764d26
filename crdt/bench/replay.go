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
	for _, u := range us.all {
		size += len(u)
	}
	nanos, err := timed(runs, func() (run, error) {
		d := crdt.New()
		return run{
			do:    func() error { return mergeAll(d, &us) },
			check: func() error { return t.checkEnd(d) },
		}, nil
	})
	return result{Edits: us.n, Nanos: nanos, Bytes: size}, err
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
	for _, u := range us.all {
		if _, err := d.Merge(u); err != nil {
			return err
		}
	}
	return nil
}

// updates are the encoded edits of a replay, in few pieces of memory and little
// of it: what the collector looks at and the kernel hands out for them belongs to
// no edit.
type updates struct {
	blocks [][]byte
	ends   [][]uint32 // where each update ends in the block that it is in
	n      int
}

const (
	// updateBlock is how many bytes of updates lie in one block, and of how many
	// updates the ends lie together.
	updateBlock = 64 << 10
	// updateRoom is what a block must have left for another update, in bytes. A
	// longer one moves to a block of its own.
	updateRoom = 256
)

// add appends what feed has, and returns that.
func (us *updates) add(feed *crdt.Feed) []byte {
	last := len(us.blocks) - 1
	if last < 0 || cap(us.blocks[last])-len(us.blocks[last]) < updateRoom {
		us.blocks = append(us.blocks, make([]byte, 0, updateBlock))
		us.ends = append(us.ends, make([]uint32, 0, updateBlock/16))
		last++
	}
	from := len(us.blocks[last])
	us.blocks[last] = feed.Append(us.blocks[last])
	us.ends[last] = append(us.ends[last], uint32(len(us.blocks[last])))
	us.n++
	return us.blocks[last][from:]
}

// all yields the updates in order.
func (us *updates) all(yield func(i int, update []byte) bool) {
	i := 0
	for k, block := range us.blocks {
		from := uint32(0)
		for _, to := range us.ends[k] {
			if !yield(i, block[from:to]) {
				return
			}
			from = to
			i++
		}
	}
}
