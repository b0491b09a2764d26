package crdt

import (
	"errors"
	"slices"
	"sort"
)

const (
	// maxWaiting is how many ops are kept back at once. Ops that come in order
	// never wait, and after a break one asks for what is missing.
	maxWaiting = 4096
	// maxWaitingBytes is how many bytes of text they may hold together.
	maxWaitingBytes = 16 << 20
)

// ErrWaiting tells that an op came too early, and too many others did.
var ErrWaiting = errors.New("crdt: too many ops wait for earlier ones")

// waiting holds the ops that came before what they build on.
type waiting struct {
	ops   map[ReplicaID][]held // by the replica whose unit they miss, in its order
	n     int
	bytes int
}

type held struct {
	op   Op
	need uint64 // the seq that op misses
}

// hold keeps op back until need has come.
func (w *waiting) hold(op Op, need name) error {
	list := w.ops[need.replica]
	i := sort.Search(len(list), func(i int) bool { return list[i].need >= need.seq })
	for j := i; j < len(list) && list[j].need == need.seq; j++ {
		if list[j].op.unit == op.unit && list[j].op.n >= op.n {
			return nil
		}
	}
	if w.n >= maxWaiting || w.bytes+len(op.text) > maxWaitingBytes {
		return ErrWaiting
	}
	if w.ops == nil {
		w.ops = map[ReplicaID][]held{}
	}
	op.text = slices.Clone(op.text) // which may be a small part of what came
	w.ops[need.replica] = slices.Insert(list, i, held{op, need.seq})
	w.n++
	w.bytes += len(op.text)
	return nil
}

// release appends to ops those that need wait no longer, now that seen units of
// the replica have come.
func (w *waiting) release(ops []Op, replica ReplicaID, seen uint64) []Op {
	list := w.ops[replica]
	n := 0
	for ; n < len(list) && list[n].need < seen; n++ {
		ops = append(ops, list[n].op)
		w.bytes -= len(list[n].op.text)
	}
	w.n -= n
	switch {
	case n == 0:
	case n == len(list):
		delete(w.ops, replica)
	default:
		w.ops[replica] = slices.Delete(list, 0, n)
	}
	return ops
}
