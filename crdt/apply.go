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
// An error concerns single ops, which are left out; all others are applied. It
// is ErrOp for one that is wrong, ErrWaiting if too many wait: then ask again
// for what is missing since Version.
func (d *Doc) Apply(ops []Op) (edits []Edit, err error) {
	var ready []Op
	for _, op := range ops {
		ready = append(ready[:0], op)
		for len(ready) > 0 {
			op := ready[len(ready)-1]
			ready = ready[:len(ready)-1]
			more, wrong := d.receive(op)
			if wrong != nil {
				err = errors.Join(err, fmt.Errorf("apply %v: %w", op, wrong))
				continue
			}
			for _, e := range more {
				edits = appendEdit(edits, e)
			}
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

// receive applies op, or keeps it back if it came too early.
func (d *Doc) receive(op Op) ([]Edit, error) {
	if err := op.check(); err != nil {
		return nil, err
	}
	next := d.seen(op.unit.replica)
	if op.end() <= next {
		return nil, nil
	}
	if op.unit.seq < next {
		op = op.after(int(next - op.unit.seq))
	}
	if need, missing := d.missing(op); missing {
		return nil, d.waiting.hold(op, need)
	}
	if err := d.checkTargets(op); err != nil {
		return nil, err
	}
	if len(d.logs) == maxReplicas && next == 0 {
		return nil, ErrOp
	}
	l := d.log(op.unit.replica)
	edits := d.integrate(l, op)
	d.arrived(l, next)
	return edits, nil
}

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
	if !ok || o.n <= 0 || o.n > maxUnits || o.unit.seq > maxUnits-uint64(o.n) {
		return ErrOp
	}
	return nil
}

// earlier reports whether the n units from u on can exist before o.
func (o Op) earlier(u name, n int) bool {
	if u == edgeName {
		return true
	}
	if n <= 0 || n > maxUnits || u.seq > maxUnits-uint64(n) {
		return false
	}
	return u.replica != o.unit.replica || u.seq+uint64(n) <= o.unit.seq
}

// missing returns a unit that must come before op and has not.
func (d *Doc) missing(op Op) (need name, missing bool) {
	if op.unit.seq > d.seen(op.unit.replica) {
		return name{op.unit.replica, op.unit.seq - 1}, true
	}
	var needs [2]name
	switch op.kind {
	case insertRight:
		needs = [2]name{op.a, op.b}
	case insertLeft:
		needs = [2]name{op.b, op.b}
	default:
		last := op.firstTarget()
		last.seq += uint64(op.n - 1)
		needs = [2]name{last, last}
	}
	for _, u := range needs {
		if u != edgeName && u.seq >= d.seen(u.replica) {
			return u, true
		}
	}
	return name{}, false
}

// checkTargets returns an error unless the units that op names, which have all
// come, are such as it can do something to.
func (d *Doc) checkTargets(op Op) error {
	ok := true
	check := func(first name, n int, want func(r run) bool) {
		if first == edgeName {
			return
		}
		d.logs[d.numbers[first.replica]].within(first.seq, first.seq+uint64(n), func(r run, _, _ int) {
			ok = ok && want(r)
		})
	}
	switch op.kind {
	case insertRight:
		check(op.a, 1, run.inserts)
		check(op.b, 1, run.inserts)
	case insertLeft:
		check(op.b, 1, run.inserts)
	case restore:
		check(op.a, op.n, run.removes)
	default:
		check(op.firstTarget(), op.n, run.inserts)
	}
	if !ok {
		return ErrOp
	}
	return nil
}

// integrate applies op, which is sound and next in l.
func (d *Doc) integrate(l *log, op Op) []Edit {
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
		return []Edit{{Offset: off, Inserted: op.n}}
	case restore:
		target := d.unit(op.a)
		l.restore(target, op.n)
		return d.cancel(nil, target, op.n)
	default:
		target := d.unit(op.firstTarget())
		l.removeRow(op.kind, d.unit(op.a), op.n)
		return d.cover(nil, target, op.n, +1)
	}
}

// unit returns what the unit called n is here.
func (d *Doc) unit(n name) id {
	if n == edgeName {
		return edge
	}
	return makeID(d.numbers[n.replica], n.seq)
}
