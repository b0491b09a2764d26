package crdt

import "fmt"

// Op is one immutable edit as it travels between replicas: inserted text with
// its place in the Fugue tree, or a row of deletions, or of deletions cancelled.
// It has one unit for each byte that it inserts, deletes or brings back.
type Op struct {
	unit name // its first
	kind kind
	n    int
	a, b name // as in run; an insertLeft has no a
	text []byte
}

// name is what a unit is called everywhere.
type name struct {
	replica ReplicaID
	seq     uint64
}

// edgeName is what edge is called everywhere.
var edgeName = name{0, ^uint64(0)}

// Replica returns which replica made o. Who receives it from outside must check
// that the sender may write as that one.
func (o Op) Replica() ReplicaID { return o.unit.replica }

// Units returns how many units o has.
func (o Op) Units() int { return o.n }

// String returns o in a form for a log, without its text.
func (o Op) String() string {
	return fmt.Sprintf("%x/%d %v %d", uint64(o.unit.replica), o.unit.seq, o.kind, o.n)
}

func (k kind) String() string {
	switch k {
	case insertRight, insertLeft:
		return "insert"
	case remove, removeBack:
		return "delete"
	case restore:
		return "restore"
	}
	return "unknown"
}

// end returns the seq after o's last unit.
func (o Op) end() uint64 { return o.unit.seq + uint64(o.n) }

// after returns o without its first k units.
func (o Op) after(k int) Op {
	switch {
	case o.kind <= insertLeft:
		o.text = o.text[k:]
		o.kind, o.a = insertRight, name{o.unit.replica, o.unit.seq + uint64(k) - 1}
	case o.kind == removeBack:
		o.a.seq -= uint64(k)
	default:
		o.a.seq += uint64(k)
	}
	o.unit.seq += uint64(k)
	o.n -= k
	return o
}

// firstTarget returns the first unit in seq order that o deletes, or whose
// deletion it cancels.
func (o Op) firstTarget() name {
	if o.kind == removeBack {
		return name{o.a.replica, o.a.seq - uint64(o.n-1)}
	}
	return o.a
}

// name returns what u is called everywhere.
func (d *Doc) name(u id) name {
	if u == edge {
		return edgeName
	}
	return name{d.logs[u.number()].replica, u.seq()}
}

// ops appends the units [from, to) of l to ops.
func (d *Doc) ops(ops []Op, l *log, from, to uint64) []Op {
	l.within(from, to, func(r run, k, n int) {
		op := Op{unit: name{l.replica, r.seq + uint64(k)}, kind: r.kind, n: n}
		if !r.inserts() {
			op.a = d.name(r.a)
			if r.kind == removeBack {
				op.a.seq -= uint64(k)
			} else {
				op.a.seq += uint64(k)
			}
			ops = append(ops, op)
			return
		}
		op.b = d.name(r.b)
		if k > 0 {
			op.kind, op.a = insertRight, name{l.replica, op.unit.seq - 1}
		} else if r.kind == insertRight {
			op.a = d.name(r.a)
		}
		for op.n = n; op.n > 0; {
			text := l.arena.at(r.text+k, op.n)
			part := op
			part.n, part.text = len(text), text[:len(text):len(text)]
			ops = append(ops, part)
			k += len(text)
			op.n -= len(text)
			op.unit.seq += uint64(len(text))
			op.kind, op.a = insertRight, name{l.replica, op.unit.seq - 1}
		}
	})
	return ops
}
