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
	ops   map[source][]held // by what they miss something of, in its order
	n     int
	bytes int
}

// source is the units of a replica, or the bytes that it inserts.
type source struct {
	replica ReplicaID
	byte    bool
}

type held struct {
	op   Op
	need uint64 // the seq that op misses
}

// hold keeps op back until need has come.
func (w *waiting) hold(op *Op, need want) error {
	of := source{need.replica, need.byte}
	list := w.ops[of]
	i := sort.Search(len(list), func(i int) bool { return list[i].need >= need.seq })
	for j := i; j < len(list) && list[j].need == need.seq; j++ {
		if has := &list[j].op; has.replica == op.replica && has.seq == op.seq && has.n == op.n {
			return nil
		}
	}
	if w.n >= maxWaiting || w.bytes+len(op.text) > maxWaitingBytes {
		return ErrWaiting
	}
	if w.ops == nil {
		w.ops = map[source][]held{}
	}
	kept := *op
	kept.text = slices.Clone(op.text) // which may be a small part of what came
	w.ops[of] = slices.Insert(list, i, held{kept, need.seq})
	w.n++
	w.bytes += len(kept.text)
	return nil
}

// release appends to ops those that need wait no longer for l.
func (w *waiting) release(ops []Op, l *log) []Op {
	ops = w.releaseFrom(ops, source{l.replica, false}, l.next)
	return w.releaseFrom(ops, source{l.replica, true}, l.inserted)
}

// releaseFrom appends to ops those that need wait no longer, now that seen of
// the source have come.
func (w *waiting) releaseFrom(ops []Op, of source, seen uint64) []Op {
	list := w.ops[of]
	n := 0
	for ; n < len(list) && list[n].need < seen; n++ {
		ops = append(ops, list[n].op)
		w.bytes -= len(list[n].op.text)
	}
	w.n -= n
	switch {
	case n == 0:
	case n == len(list):
		delete(w.ops, of)
	default:
		w.ops[of] = slices.Delete(list, 0, n)
	}
	return ops
}
