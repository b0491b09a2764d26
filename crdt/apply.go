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
	var ready []Op // that waited, newest last
	for i := 0; i < len(ops) || len(ready) > 0; {
		var op Op
		if n := len(ready) - 1; n >= 0 {
			op, ready = ready[n], ready[:n]
		} else {
			op = ops[i]
			i++
		}
		var wrong error
		if edits, wrong = d.receive(edits, op); wrong != nil {
			if err == nil {
				err = fmt.Errorf("apply %v: %w", op, wrong)
			}
		} else if d.waiting.n > 0 {
			ready = d.waiting.release(ready, op.unit.replica, d.seen(op.unit.replica))
		}
	}
	return edits, err
}

// seen returns how many units of the replica d has.
func (d *Doc) seen(replica ReplicaID) uint64 {
	if n, ok := d.numbers[replica]; ok {
		return d.logs[n].next
	}
	return 0
}

// receive applies op, or keeps it back if it came too early, and appends to
// edits what that does to the text.
func (d *Doc) receive(edits []Edit, op Op) ([]Edit, error) {
	if err := op.check(); err != nil {
		return edits, err
	}
	next := d.seen(op.unit.replica)
	if op.end() <= next {
		return edits, nil
	}
	if op.unit.seq < next {
		op = op.after(int(next - op.unit.seq))
	}
	if need, missing := d.missing(op, next); missing {
		return edits, d.waiting.hold(op, need)
	}
	if !d.fits(op) {
		return edits, ErrOp
	}
	l := d.log(op.unit.replica)
	if l == nil {
		return edits, errFull
	}
	edits = d.integrate(edits, l, op)
	d.arrived(l, next)
	return edits, nil
}

// maxOpText is how many bytes an op may insert: more than ops from Since ever do,
// so that one fits any frame.
const maxOpText = 64 << 10

// check returns an error if op is wrong whatever else has come.
func (o Op) check() error {
	var ok bool
	switch o.kind {
	case insertRight:
		ok = o.n == len(o.text) && o.earlier(o.a, 1) && o.earlier(o.b, 1)
	case insertLeft:
		ok = o.n == len(o.text) && o.earlier(o.b, 1) && o.b != edgeName
	case remove, removeBack, restore:
		back := o.kind == removeBack && uint64(o.n) > o.a.seq+1
		ok = !back && o.a != edgeName && o.earlier(o.firstTarget(), o.n)
	}
	if !ok || o.n <= 0 || len(o.text) > maxOpText || !fitsLog(o.unit.seq, o.n) {
		return ErrOp
	}
	return nil
}

// earlier reports whether the n units from u on can exist before o.
func (o Op) earlier(u name, n int) bool {
	if u == edgeName {
		return true
	}
	return n > 0 && fitsLog(u.seq, n) && (u.replica != o.unit.replica || u.seq+uint64(n) <= o.unit.seq)
}

// fitsLog reports whether a log may hold the n units from seq on.
func fitsLog(seq uint64, n int) bool { return uint64(n) <= maxUnits && seq <= maxUnits-uint64(n) }

// missing returns a unit that must come before op and has not. Of op's replica
// next units have.
func (d *Doc) missing(op Op, next uint64) (need name, missing bool) {
	if op.unit.seq > next {
		return name{op.unit.replica, op.unit.seq - 1}, true
	}
	switch op.kind {
	case insertRight:
		if !d.has(op.a) {
			return op.a, true
		}
		return op.b, !d.has(op.b)
	case insertLeft:
		return op.b, !d.has(op.b)
	default:
		last := op.firstTarget()
		last.seq += uint64(op.n - 1)
		return last, !d.has(last)
	}
}

func (d *Doc) has(u name) bool { return u == edgeName || u.seq < d.seen(u.replica) }

// fits reports whether the units that op names, which have all come, are such
// as it can do something to.
func (d *Doc) fits(op Op) bool {
	switch op.kind {
	case insertRight:
		return d.all(op.a, 1, run.inserts) && d.all(op.b, 1, run.inserts)
	case insertLeft:
		return d.all(op.b, 1, run.inserts)
	case restore:
		return d.all(op.a, op.n, run.removes)
	default:
		return d.all(op.firstTarget(), op.n, run.inserts)
	}
}

// all reports whether the n units from first on are all in runs such as is says.
func (d *Doc) all(first name, n int, is func(run) bool) bool {
	if first == edgeName {
		return true
	}
	l := d.logs[d.numbers[first.replica]]
	end := first.seq + uint64(n)
	for i := l.find(first.seq); i < len(l.runs) && l.runs[i].seq < end; i++ {
		if !is(l.runs[i]) {
			return false
		}
	}
	return true
}

// integrate applies op, which is sound and next in l.
func (d *Doc) integrate(edits []Edit, l *log, op Op) []Edit {
	switch op.kind {
	case insertRight, insertLeft:
		left, right := d.unit(op.a), d.unit(op.b)
		var g gap
		if op.kind == insertRight {
			g = d.placeRight(left, right, op.unit)
		} else {
			left = d.leftOrigin(right)
			g = d.placeLeft(left, right, op.unit)
		}
		off := d.spans.offset(g)
		d.insert(l, g, off, op.kind, left, right, op.text)
		return appendEdit(edits, Edit{Offset: off, Inserted: op.n})
	case restore:
		target := d.unit(op.a)
		l.restore(target, op.n)
		return d.cancel(edits, target, op.n)
	default:
		l.removeRow(op.kind, d.unit(op.a), op.n)
		return d.cover(edits, d.unit(op.firstTarget()), op.n, +1)
	}
}

// unit returns what the unit called n is here.
func (d *Doc) unit(n name) id {
	if n == edgeName {
		return edge
	}
	return makeID(d.numbers[n.replica], n.seq)
}
