package crdt

import (
	"errors"
	"fmt"
)

// ErrOp tells that an op contradicts the ops before it: no replica made it.
var ErrOp = errors.New("crdt: op that no replica can have made")

// Apply takes ops of other replicas in, in any order and any number of times,
// and returns what that did to the text. An op that builds on others which have
// not come is kept back until they have.
//
// The caller answers for who may write as which replica: see Op.Replica.
//
// An error concerns single ops, which are left out, and tells of the first; all
// others are applied. It is ErrOp for one that is wrong, ErrWaiting if too many
// wait: then ask again for what is missing since Version.
func (d *Doc) Apply(ops []Op) (edits []Edit, err error) {
	for i := range ops {
		var wrong error
		if edits, wrong = d.take(edits, &ops[i]); err == nil {
			err = wrong
		}
	}
	return edits, err
}

// take applies op and what waited for it, and appends to edits what that does to
// the text.
func (d *Doc) take(edits []Edit, op *Op) ([]Edit, error) {
	edits, l, err := d.receive(edits, op)
	if err != nil {
		return edits, fmt.Errorf("apply %v: %w", op, err)
	}
	if d.waiting.n == 0 || l == nil {
		return edits, nil
	}
	ready := d.waiting.release(nil, l) // newest last
	for len(ready) > 0 {
		op := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		var wrong error
		if edits, l, wrong = d.receive(edits, &op); wrong != nil && err == nil {
			err = fmt.Errorf("apply %v: %w", &op, wrong)
		}
		if l != nil {
			ready = d.waiting.release(ready, l)
		}
	}
	return edits, err
}

// receive applies op, or keeps it back if it came too early, and appends to
// edits what that does to the text. It returns the log of op's replica if it took
// something in.
func (d *Doc) receive(edits []Edit, op *Op) ([]Edit, *log, error) {
	l := d.known(op.replica)
	if op.kind == insertOn && l != nil && op.seq == l.next && op.first == l.inserted && op.n == len(op.text) && l.hasRoom(op.n) {
		// What is typed needs no more looks: types allows no more than maxSpan.
		if off, ok := d.types(l, op.n); ok && op.n > 0 {
			d.typeOn(l, op.text)
			d.arrived(l, op.seq)
			return appendEdit(edits, Edit{Offset: off, Inserted: op.n}), l, nil
		}
	}
	if !op.sound() {
		return edits, nil, ErrOp
	}
	next := uint64(0)
	if l != nil {
		next = l.next
	}
	if op.end() <= next {
		return edits, nil, nil
	}
	if op.seq < next {
		rest := op.after(int(next - op.seq))
		op = &rest
	}
	if need, early := d.missing(op, next); early {
		if need.replica == op.replica && op.seq == next {
			return edits, nil, ErrOp
		}
		return edits, nil, d.waiting.hold(op, need)
	}
	if !d.fits(op, l) {
		return edits, nil, ErrOp
	}
	if l == nil {
		if l = d.log(op.replica); l == nil {
			return edits, nil, errFull
		}
	}
	edits = d.integrate(edits, l, op)
	d.arrived(l, next)
	return edits, l, nil
}

// known returns the log of the replica, or nil if d has none.
func (d *Doc) known(replica ReplicaID) *log {
	if d.recent != nil && d.recent.replica == replica {
		return d.recent
	}
	if n, ok := d.numbers[replica]; ok {
		d.recent = d.logs[n]
		return d.recent
	}
	return nil
}

// sound reports whether op may be right, whatever else has come.
func (o *Op) sound() bool {
	if o.n <= 0 || o.n > maxOpUnits || !fitsLog(o.seq, o.n) {
		return false
	}
	switch o.kind {
	case insertRight, insertOn, insertLeft:
		text := len(o.text) == o.n && o.n <= maxOpText || o.lost && o.text == nil
		return text && fitsLog(o.first, o.n) && o.originsSound()
	case remove, removeBack:
		return (o.kind == remove || uint64(o.n) <= o.a.seq+1) && fitsLog(o.firstTarget().seq, o.n)
	case restore:
		return fitsLog(o.a.seq, o.n) && (o.a.replica != o.replica || o.a.seq+uint64(o.n) <= o.seq)
	}
	return false
}

// originsSound reports whether the origins that o's kind has may be bytes of logs.
func (o *Op) originsSound() bool {
	switch o.kind {
	case insertRight:
		return o.a.mayBeByte() && o.b.mayBeByte()
	case insertLeft:
		return o.b != edgeName && o.b.mayBeByte()
	}
	return true
}

// mayBeByte reports whether a is the edge or a byte that a log may hold.
func (a name) mayBeByte() bool { return a == edgeName || fitsLog(a.seq, 1) }

// fitsLog reports whether a log may hold the n units from seq on.
func fitsLog(seq uint64, n int) bool { return uint64(n) <= maxUnits && seq <= maxUnits-uint64(n) }

// want is what an op waits for: the seq-th unit of a replica, or the seq-th byte
// that it inserts.
type want struct {
	name
	byte bool
}

// missing returns something that must come before op and has not. Of op's
// replica next units have.
func (d *Doc) missing(op *Op, next uint64) (need want, early bool) {
	if op.seq > next {
		return want{name{op.replica, op.seq - 1}, false}, true
	}
	switch op.kind {
	case insertOn:
		return need, false
	case insertRight:
		if !d.has(op.a) {
			return want{op.a, true}, true
		}
		return want{op.b, true}, !d.has(op.b)
	case insertLeft:
		return want{op.b, true}, !d.has(op.b)
	}
	last := op.firstTarget()
	last.seq += uint64(op.n - 1)
	if op.kind == restore {
		l := d.known(last.replica)
		return want{last, false}, l == nil || last.seq >= l.next
	}
	return want{last, true}, !d.has(last)
}

// has reports whether the byte u has come.
func (d *Doc) has(u name) bool {
	if u == edgeName {
		return true
	}
	l := d.known(u.replica)
	return l != nil && u.seq < l.inserted
}

// fits reports whether op agrees with what has come, which is all that it names.
// The log of its replica is l, nil if it is the first.
func (d *Doc) fits(op *Op, l *log) bool {
	switch op.kind {
	case insertOn, insertRight, insertLeft:
		inserted := uint64(0)
		if l != nil {
			inserted = l.inserted
		}
		return op.first == inserted && (op.kind != insertOn || inserted > 0)
	case restore:
		fits := true
		d.known(op.a.replica).within(op.a.seq, op.a.seq+uint64(op.n), func(r row, _, _ int) {
			fits = fits && r.kind().removes()
		})
		return fits
	}
	return true
}

// integrate applies op, which is sound and next in l.
func (d *Doc) integrate(edits []Edit, l *log, op *Op) []Edit {
	switch op.kind {
	case insertRight, insertLeft, insertOn:
		return d.integrateInsert(edits, l, op)
	case restore:
		target := makeUnit(d.known(op.a.replica).number, op.a.seq)
		l.restore(target, op.n)
		return d.cancel(edits, target, op.n)
	}
	l.removeOp(d.known(op.a.replica), op, func(first id, n int) {
		edits = d.cover(edits, first, n, +1)
	})
	return edits
}

func (d *Doc) integrateInsert(edits []Edit, l *log, op *Op) []Edit {
	t := &d.tree
	me := name{op.replica, l.inserted}
	how := op.kind
	var left, right id
	var g gap
	switch how {
	case insertOn:
		how = insertRight
		left = l.address(l.inserted - 1)
		at, _ := t.find(left)
		right = d.run(at.span().run).right
		g = d.placeRight(left, right, me)
	case insertRight:
		left, right = d.id(op.a), d.id(op.b)
		g = d.placeRight(left, right, me)
	default:
		right = d.id(op.b)
		at, _ := t.find(right)
		_, left, _ = d.hangs(at)
		g = d.placeLeft(right, me)
	}
	t.look(g.leaf.no)
	h := l.hook(how, left, right)
	if op.lost {
		d.insertLost(l, g.i, g.k, h, op.n)
		return edits
	}
	off := t.offsetIn(g)
	d.insert(l, g.i, g.k, h, op.text)
	return appendEdit(edits, Edit{Offset: off, Inserted: op.n})
}
