package crdt

import (
	"slices"
	"sort"
)

// kind says what the units of a run do.
type kind uint8

const (
	insertRight kind = iota // insert a byte as the right child of its left origin
	insertLeft              // insert a byte as the left child of its right origin
	remove                  // delete the units from a on
	removeBack              // delete the units from a on backwards
	restore                 // cancel the deletions from a on
)

// run is a row of a replica's units that say the same of consecutive targets.
//
// Inserted, each byte after the first is the right child of the byte before it,
// with the run's right origin: what typing or a paste makes.
type run struct {
	seq  uint64 // of the first unit
	n    int
	kind kind
	a, b id  // inserted: left and right origin of the first byte; else a is the first target
	text int // inserted: where its bytes begin in the arena
}

func (r run) inserts() bool { return r.kind <= insertLeft }

func (r run) removes() bool { return r.kind == remove || r.kind == removeBack }

// target returns what n units of r do something to, from the k-th unit on: the
// first in id order.
func (r run) target(k, n int) id {
	if r.kind == removeBack {
		return r.a - id(k+n-1)
	}
	return r.a + id(k)
}

// log is all that one replica did, in order, and the bytes that it inserted.
type log struct {
	replica ReplicaID
	number  uint32
	next    uint64 // the next unit's seq
	runs    []run
	arena   arena
	writer  *Writer
	// cancelled are the deletions that are not live any more, as ranges of seqs
	// in order, apart from each other.
	cancelled []interval
}

// interval is the seqs [from, to).
type interval struct{ from, to uint64 }

// find returns the number of the run that holds seq, which must be below next.
func (l *log) find(seq uint64) int {
	return sort.Search(len(l.runs), func(i int) bool { return l.runs[i].seq > seq }) - 1
}

// insert logs the insertion of text and returns its run's number.
func (l *log) insert(k kind, left, right id, text []byte) (number uint32) {
	at := l.arena.append(text)
	if k == insertRight && l.types(left, right) {
		l.lengthen(len(text))
	} else {
		l.add(run{n: len(text), kind: k, a: left, b: right, text: at})
	}
	return uint32(len(l.runs) - 1)
}

// types reports whether a byte inserted between left and right goes on with the
// newest run.
func (l *log) types(left, right id) bool {
	if left != makeID(l.number, l.next)-1 || len(l.runs) == 0 {
		return false
	}
	r := l.runs[len(l.runs)-1]
	return r.inserts() && r.b == right
}

// remove logs the deletion of the n units from target on.
func (l *log) remove(target id, n int) {
	if n > maxBackspace || l.endsInRemoval(target) {
		l.removeRow(remove, target, n)
	} else {
		l.removeRow(removeBack, target+id(n-1), n)
	}
}

// maxBackspace is the length of a deletion that is taken for a backspace: one
// character. Logged backwards, the next backspace lengthens its run.
const maxBackspace = 4

// endsInRemoval reports whether the newest units delete what is before target.
func (l *log) endsInRemoval(target id) bool {
	if len(l.runs) == 0 {
		return false
	}
	r := l.runs[len(l.runs)-1]
	return r.kind == remove && target == r.a+id(r.n)
}

// removeRow logs n deletions of the units from a on, in the direction of k.
func (l *log) removeRow(k kind, a id, n int) {
	if len(l.runs) > 0 {
		r := &l.runs[len(l.runs)-1]
		switch {
		case !r.removes():
		case (r.kind == remove || r.n == 1) && (k == remove || n == 1) && a == r.a+id(r.n):
			r.kind = remove
			l.lengthen(n)
			return
		case (r.kind == removeBack || r.n == 1) && (k == removeBack || n == 1) && a == r.a-id(r.n):
			r.kind = removeBack
			l.lengthen(n)
			return
		}
	}
	l.add(run{n: n, kind: k, a: a})
}

// lengthen adds n units to the newest run.
func (l *log) lengthen(n int) {
	l.runs[len(l.runs)-1].n += n
	l.next += uint64(n)
}

// restore logs that the n deletions from target on are cancelled.
func (l *log) restore(target id, n int) {
	if len(l.runs) > 0 {
		if r := &l.runs[len(l.runs)-1]; r.kind == restore && target == r.a+id(r.n) {
			l.lengthen(n)
			return
		}
	}
	l.add(run{n: n, kind: restore, a: target})
}

// hasRoom reports whether the log can take n more units.
func (l *log) hasRoom(n int) bool { return uint64(n) <= maxUnits-l.next }

func (l *log) add(r run) {
	r.seq = l.next
	l.runs = append(l.runs, r)
	l.next += uint64(r.n)
}

// within calls f for each part of a run in the seqs [from, to), oldest first:
// the n units of r from its k-th on. What f logs here is not visited.
func (l *log) within(from, to uint64, f func(r run, k, n int)) {
	for i := l.find(from); i < len(l.runs) && from < to; i++ {
		r := l.runs[i]
		k := int(from - r.seq)
		n := min(r.n-k, int(to-from))
		f(r, k, n)
		from += uint64(n)
	}
}

// cancel marks the deletions [from, to) as cancelled and calls f for those parts
// that were live.
func (l *log) cancel(from, to uint64, f func(from, to uint64)) {
	i := sort.Search(len(l.cancelled), func(i int) bool { return l.cancelled[i].to >= from })
	joined, live, j := interval{from, to}, from, i
	for ; j < len(l.cancelled) && l.cancelled[j].from <= to; j++ {
		c := l.cancelled[j]
		if live < c.from {
			f(live, c.from)
		}
		live = c.to
		joined = interval{min(joined.from, c.from), max(joined.to, c.to)}
	}
	if live < to {
		f(live, to)
	}
	l.cancelled = slices.Replace(l.cancelled, i, j, joined)
}
