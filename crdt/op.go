package crdt

import "fmt"

// Op is one immutable edit as it travels between replicas: inserted text with
// its place in the Fugue tree, or a row of deletions, or of deletions cancelled.
// It has one unit for each byte that it inserts, deletes or brings back.
type Op struct {
	replica ReplicaID
	seq     uint64 // of its first unit
	first   uint64 // how many bytes its replica had inserted before
	kind    kind
	n       int
	// Of an insertRight the origins; of an insertLeft b is the right one; of a
	// removal a is the first target; of a restore, the first deletion as a unit.
	a, b name
	text []byte
	lost bool // the text of the n inserted bytes is not kept
}

// Replica returns which replica made o. Who receives it from outside must check
// that the sender may write as that one.
func (o *Op) Replica() ReplicaID { return o.replica }

// Units returns how many units o has.
func (o *Op) Units() int { return o.n }

// String returns o in a form for a log, without its text.
func (o *Op) String() string {
	return fmt.Sprintf("%x/%d %v %d", uint64(o.replica), o.seq, o.kind, o.n)
}

func (k kind) String() string {
	switch k {
	case insertRight, insertLeft, insertOn:
		return "insert"
	case remove, removeBack:
		return "delete"
	case restore:
		return "restore"
	}
	return "unknown"
}

// end returns the seq after o's last unit.
func (o *Op) end() uint64 { return o.seq + uint64(o.n) }

// after returns o without its first k units, of which there are more.
func (o Op) after(k int) Op {
	switch {
	case k == 0:
		return o
	case o.kind.inserts():
		o.kind, o.a, o.b = insertOn, name{}, name{}
		o.first += uint64(k)
		if !o.lost {
			o.text = o.text[k:]
		}
	case o.kind == removeBack:
		o.a.seq -= uint64(k)
	default:
		o.a.seq += uint64(k)
	}
	o.seq += uint64(k)
	o.n -= k
	return o
}

// firstTarget returns the first byte in order that o deletes, or the first unit
// that it cancels.
func (o *Op) firstTarget() name {
	if o.kind == removeBack {
		return name{o.a.replica, o.a.seq - uint64(o.n-1)}
	}
	return o.a
}

const (
	// maxOpText is how many bytes an op may insert.
	maxOpText = 64 << 10
	// maxOpUnits is how many units any op may have.
	maxOpUnits = 1 << 30
)

// ops appends the units [from, to) of l to ops.
func (d *Doc) ops(ops []Op, l *log, from, to uint64) []Op {
	first := d.insertedBefore(l, from)
	l.within(from, to, func(r row, k, n int) {
		op := Op{replica: l.replica, seq: r.seq() + uint64(k), first: first, kind: r.kind(), n: n}
		switch {
		case op.kind.inserts():
			ops = d.insertions(ops, op, l, r.run(), k)
			first += uint64(n)
			return
		case op.kind == restore:
			u := r.deletion(k)
			op.a = name{d.logs[u.number()].replica, u.seq()}
		default:
			op.a = d.name(r.target(k, 1))
		}
		for ; n > maxOpUnits; n -= maxOpUnits {
			op.n = maxOpUnits
			ops = append(ops, op)
			op.n = n
			op = op.after(maxOpUnits)
		}
		ops = append(ops, op)
	})
	return ops
}

// newestOp makes op that of l's units from seq on if it is a short one: what one
// key did, in the newest row. What ops of its kind do not have stays as it was.
func (d *Doc) newestOp(op *Op, l *log, seq uint64) bool {
	r := l.rows.last()
	n := int(l.next - seq)
	if seq < r.seq() || n > blockSize {
		return false
	}
	op.replica, op.seq, op.n, op.kind = l.replica, seq, n, r.kind()
	switch {
	case op.kind.removes():
		op.a, op.text = d.name(r.target(int(seq-r.seq()), 1)), nil
		return true
	case seq == r.seq() || l.tail == edge || l.tail >= lostFrom:
		return false
	}
	op.kind, op.first = insertOn, l.inserted-uint64(n)
	op.text = d.arena.texts.at(l.tail+1-id(n), n)
	return len(op.text) == n
}

// insertedBefore returns how many bytes l had inserted before its unit seq.
func (d *Doc) insertedBefore(l *log, seq uint64) uint64 {
	for i := l.find(seq); i >= 0 && i < l.rows.n; i++ {
		if r := l.rows.at(i); r.kind().inserts() {
			_, first := d.arena.owner(d.run(r.run()).at)
			return first + max(seq, r.seq()) - r.seq()
		}
	}
	return l.inserted
}

// insertions appends op to ops, which inserts n bytes of the numbered run from
// its k-th on, in as many parts as its text has.
func (d *Doc) insertions(ops []Op, op Op, l *log, number uint32, k int) []Op {
	x := d.run(number)
	switch {
	case k > 0 || d.isNext(l, x, op.first):
		op.kind = insertOn
	case x.leftChild:
		op.kind, op.b = insertLeft, d.name(x.right)
	default:
		op.kind, op.a, op.b = insertRight, d.name(x.left), d.name(x.right)
	}
	at, left := x.at+id(k), op.n
	for {
		if at >= lostFrom {
			op.lost, op.n = true, min(left, maxOpUnits)
		} else {
			op.text = d.arena.texts.at(at, min(left, maxOpText))
			op.n = len(op.text)
		}
		ops = append(ops, op)
		at, left = at+id(op.n), left-op.n
		if left == 0 {
			return ops
		}
		op.seq, op.first = op.end(), op.first+uint64(op.n)
		op.kind, op.a, op.b = insertOn, name{}, name{}
	}
}

// isNext reports whether the run x, whose first byte is the seq-th that l
// inserted, goes on with the byte before that.
func (d *Doc) isNext(l *log, x *run, seq uint64) bool {
	if seq == 0 || x.leftChild || x.left == edge || x.left != l.address(seq-1) {
		return false
	}
	g, _ := d.tree.find(x.left)
	return d.run(g.span().run).right == x.right
}
