package crdt

import (
	"slices"
	"sort"
	"unicode/utf8"
)

// kind says what the units of an op do.
type kind uint8

const (
	insertRight kind = iota // insert a byte as the right child of its left origin
	insertLeft              // insert a byte as the left child of its right origin
	insertOn                // insert a byte after the one that the replica inserted last
	remove                  // delete the bytes from a on
	removeBack              // delete the bytes from a on backwards
	restore                 // cancel the deletions from a on
)

func (k kind) inserts() bool { return k <= insertOn }

func (k kind) removes() bool { return k == remove || k == removeBack }

// row is units of a replica that follow each other and say the same of targets
// that follow each other: a run, or deletions, or deletions cancelled.
type row struct {
	head uint64 // the kind, and the seq of the first unit
	ref  uint64 // the run's number; the first target's id; the first deletion as a unit
}

func makeRow(k kind, seq, ref uint64) row { return row{uint64(k)<<seqBits | seq, ref} }

func (r row) kind() kind { return kind(r.head >> seqBits) }

func (r row) seq() uint64 { return r.head & maxUnits }

func (r row) run() uint32 { return uint32(r.ref) }

// target returns what n units of r delete, from the k-th on: the first of them.
func (r row) target(k, n int) id {
	if r.kind() == removeBack {
		return id(r.ref) - id(k+n-1)
	}
	return id(r.ref) + id(k)
}

// deletion returns which deletion the k-th unit of r cancels.
func (r row) deletion(k int) unit { return unit(r.ref) + unit(k) }

// log is all that one replica did, in order.
type log struct {
	replica  ReplicaID
	number   uint32
	next     uint64 // the next unit's seq
	inserted uint64 // how many bytes it inserted
	rows     list[row]
	writer   *Writer
	// The newest row is an insertion if tail, its last byte, is not edge: in the
	// run tailRun, with the right origin tailRight.
	tail, tailRight id
	tailRun         uint32
	// The addresses [free, room) are reserved for what it inserts next. Of those,
	// block is the rest of a block of the arena.
	free, room id
	block      []byte
	endsRune   bool // what it inserted last surely ends with a whole rune
	// backTo is which byte the newest row goes on with if it deletes backwards.
	backTo    id
	stretches []stretch // those of the arena that are the replica's
	// cancelled are the deletions that are not live any more, as ranges of seqs
	// in order, apart from each other.
	cancelled []interval
}

// interval is the seqs [from, to).
type interval struct{ from, to uint64 }

// find returns the place of the row that holds seq, which must be below next.
func (l *log) find(seq uint64) int {
	if n := l.rows.n; n > 0 && seq >= l.rows.at(n-1).seq() {
		return n - 1
	}
	return sort.Search(l.rows.n, func(i int) bool { return l.rows.at(i).seq() > seq }) - 1
}

// end returns the seq after the i-th row.
func (l *log) end(i int) uint64 {
	if i+1 < l.rows.n {
		return l.rows.at(i + 1).seq()
	}
	return l.next
}

// within calls f for each part of a row in the seqs [from, to), oldest first:
// the n units of r from its k-th on. What f logs here is not visited.
func (l *log) within(from, to uint64, f func(r row, k, n int)) {
	for i := l.find(from); from < to && i < l.rows.n; i++ {
		r, end := *l.rows.at(i), min(l.end(i), to)
		f(r, int(from-r.seq()), int(end-from))
		from = end
	}
}

// hasRoom reports whether the log can take n more units.
func (l *log) hasRoom(n int) bool { return uint64(n) <= maxUnits-l.next }

// add logs n units as a row of their own.
func (l *log) add(k kind, ref uint64, n int) {
	l.rows.add(makeRow(k, l.next, ref))
	l.next += uint64(n)
	l.tail, l.backTo = edge, edge
}

// address returns where the seq-th byte is that the replica inserted.
func (l *log) address(seq uint64) id {
	s := &l.stretches[l.stretch(seq)]
	return s.at + id(seq-s.seq)
}

// stretch returns the place of the stretch with the seq-th byte.
func (l *log) stretch(seq uint64) int {
	i := len(l.stretches) - 1
	if seq < l.stretches[i].seq {
		i = sort.Search(i, func(i int) bool { return l.stretches[i].seq > seq }) - 1
	}
	return i
}

// inRow returns how many of the n bytes from the seq-th on lie at addresses in a row.
func (l *log) inRow(seq uint64, n int) int {
	i := l.stretch(seq)
	if i+1 < len(l.stretches) {
		n = min(n, int(l.stretches[i+1].seq-seq))
	}
	return n
}

// inRowBefore returns how many of the n bytes up to the seq-th lie at addresses in
// a row.
func (l *log) inRowBefore(seq uint64, n int) int {
	return min(n, int(seq-l.stretches[l.stretch(seq)].seq)+1)
}

// write puts text where the replica inserts next and returns its address: after
// what it inserted before, unless others got addresses there meanwhile.
func (l *log) write(a *arena, text []byte) (at id) {
	if int(l.room-l.free) < len(text) {
		l.reserve(a, len(text))
	}
	at = l.free
	l.endsRune = text[len(text)-1] < utf8.RuneSelf
	for len(text) > 0 {
		if len(l.block) == 0 {
			l.block = a.block(l.free, int(l.room-l.free))
		}
		n := copy(l.block, text)
		l.block, text = l.block[n:], text[n:]
		l.free += id(n)
	}
	return at
}

// reserve makes room for n more bytes at addresses in a row.
func (l *log) reserve(a *arena, n int) {
	more := id(n) + id(min(max(l.inserted, minReserve), blockSize))
	if i := len(l.stretches) - 1; i < 0 || l.room != a.top || !l.stretches[i].goesOn(l.free, l.number, l.inserted) {
		l.free = a.top + 1 // no deletion goes from one stretch to the next
		s := stretch{l.free, l.inserted, l.number}
		a.stretches = append(a.stretches, s)
		l.stretches = append(l.stretches, s)
	}
	a.top = l.free + more
	l.room = a.top
	l.block = nil
}

// reserveLost gives n addresses to bytes whose text is not kept.
func (l *log) reserveLost(a *arena, n int) (at id) {
	if i := len(l.stretches) - 1; i < 0 || !l.stretches[i].goesOn(a.lost, l.number, l.inserted) {
		if len(a.lostStretches) > 0 {
			a.lost++
		}
		s := stretch{a.lost, l.inserted, l.number}
		a.lostStretches = append(a.lostStretches, s)
		l.stretches = append(l.stretches, s)
	}
	at = a.lost
	a.lost += id(n)
	l.free, l.room, l.block = 0, 0, nil
	return at
}

// remove logs the deletion of the n bytes from target on.
func (l *log) remove(target id, n int) {
	if target+id(n-1) == l.backTo && n <= maxBackspace {
		l.backTo -= id(n)
		l.next += uint64(n)
		return
	}
	if n > maxBackspace || l.endsInRemoval(target) {
		l.removeRow(remove, target, n)
	} else {
		l.removeRow(removeBack, target+id(n-1), n)
	}
}

// maxBackspace is the length of a deletion that is taken for a backspace: one
// character. Logged backwards, the next backspace lengthens its row.
const maxBackspace = 4

// endsInRemoval reports whether the newest units delete what is before target.
func (l *log) endsInRemoval(target id) bool {
	if l.rows.n == 0 {
		return false
	}
	r := l.rows.last()
	return r.kind() == remove && target == id(r.ref)+id(l.next-r.seq())
}

// removeOp logs a removal of bytes that the replica of the log of inserted, and
// calls f for each part of them at addresses in a row.
func (l *log) removeOp(of *log, op *Op, f func(first id, n int)) {
	for seq, n := op.a.seq, op.n; n > 0; {
		at, m := of.address(seq), 0
		if op.kind == remove {
			m = of.inRow(seq, n)
			seq += uint64(m)
		} else {
			m = of.inRowBefore(seq, n)
			seq -= uint64(m)
		}
		l.removeRow(op.kind, at, m)
		if op.kind == removeBack {
			at -= id(m - 1)
		}
		f(at, m)
		n -= m
	}
}

// removeRow logs n deletions of the bytes from a on, in the direction of k.
func (l *log) removeRow(k kind, a id, n int) {
	if l.rows.n > 0 && l.rows.last().kind().removes() {
		r := l.rows.last()
		has := l.next - r.seq()
		switch is := r.kind(); {
		case (is == remove || has == 1) && (k == remove || n == 1) && a == id(r.ref)+id(has):
			*r = makeRow(remove, r.seq(), r.ref)
			l.next += uint64(n)
			l.backTo = edge
			return
		case (is == removeBack || has == 1) && (k == removeBack || n == 1) && a == id(r.ref)-id(has):
			*r = makeRow(removeBack, r.seq(), r.ref)
			l.next += uint64(n)
			l.backTo = a - id(n)
			return
		}
	}
	l.add(k, uint64(a), n)
	if k == removeBack && a >= id(n) {
		l.backTo = a - id(n)
	}
}

// restore logs that the n deletions from target on are cancelled.
func (l *log) restore(target unit, n int) {
	if l.rows.n > 0 {
		if r := l.rows.last(); r.kind() == restore && target == r.deletion(int(l.next-r.seq())) {
			l.next += uint64(n)
			return
		}
	}
	l.add(restore, uint64(target), n)
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
