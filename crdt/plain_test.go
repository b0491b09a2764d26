package crdt

import "slices"

// plain is all that the replicas of a session ever did, kept in the plainest way:
// the paper's tree with one node a byte, which is walked anew when its order is
// asked for, and the list that the walk gives. It serves all replicas at once.
// Each has seen a part, and that lies in the same order there.
type plain struct {
	numbers  map[ReplicaID]int
	replicas []ReplicaID // by number
	deeds    [][]deed    // each replica's units
	inserted [][]*letter // and bytes
	root     *letter
	list     []*letter // all but the root, in order
	stale    bool      // list lacks some
}

// mark names a unit: the seq-th of the replica with the number by.
type mark struct {
	by  int
	seq uint64
}

// view is what a replica has seen: how many units of each, by number.
type view []uint64

func (v view) has(m mark) bool { return m.seq < v[m.by] }

// letter is a byte that was ever inserted.
type letter struct {
	mark
	name         name
	b            byte
	parent       *letter
	origin       *letter // the right one, nil for the end
	right        bool    // a right child
	lefts, rests []*letter
	deletions    []*deletion
	at           int // in list
}

// deletion is one deletion of a letter, with the units that cancelled it.
type deletion struct {
	mark
	of       *letter
	restored []mark
}

// deed is what one unit did, one of these.
type deed struct {
	inserts  *letter
	deletes  *deletion
	restores *deletion
}

func newPlain() *plain {
	return &plain{numbers: map[ReplicaID]int{}, root: &letter{at: -1}}
}

// add gives a replica its number, the next one.
func (p *plain) add(id ReplicaID) (number int) {
	number = len(p.replicas)
	p.numbers[id] = number
	p.replicas = append(p.replicas, id)
	p.deeds = append(p.deeds, nil)
	p.inserted = append(p.inserted, nil)
	return number
}

// take takes in op, which is the newest of its replica.
func (p *plain) take(op Op) {
	by := p.numbers[op.replica]
	for k := range op.n {
		m := mark{by, uint64(len(p.deeds[by]))}
		var d deed
		switch op.kind {
		case remove:
			d = p.remove(m, name{op.a.replica, op.a.seq + uint64(k)})
		case removeBack:
			d = p.remove(m, name{op.a.replica, op.a.seq - uint64(k)})
		case restore:
			d.restores = p.deeds[p.numbers[op.a.replica]][op.a.seq+uint64(k)].deletes
			d.restores.restored = append(d.restores.restored, m)
		default:
			d.inserts = p.insert(m, op, k)
		}
		p.deeds[by] = append(p.deeds[by], d)
	}
}

func (p *plain) remove(m mark, target name) deed {
	l := p.letter(target)
	d := &deletion{mark: m, of: l}
	l.deletions = append(l.deletions, d)
	return deed{deletes: d}
}

// letter returns the byte called n, nil for the edge.
func (p *plain) letter(n name) *letter {
	if n == edgeName {
		return nil
	}
	return p.inserted[p.numbers[n.replica]][n.seq]
}

// insert hangs the k-th byte of op into the tree.
func (p *plain) insert(m mark, op Op, k int) *letter {
	mine := p.inserted[m.by]
	l := &letter{mark: m, name: name{op.replica, uint64(len(mine))}, b: op.text[k], right: true}
	switch {
	case k > 0 || op.kind == insertOn:
		l.parent = mine[len(mine)-1]
		l.origin = l.parent.origin
	case op.kind == insertLeft:
		l.parent, l.right = p.letter(op.b), false
		l.origin = l.parent
	default:
		if l.parent = p.letter(op.a); l.parent == nil {
			l.parent = p.root
		}
		l.origin = p.letter(op.b)
	}
	p.inserted[m.by] = append(mine, l)
	p.hang(l)
	return l
}

// hang puts l among its siblings: left ones by name, right ones with the later
// right origin first and then by name.
func (p *plain) hang(l *letter) {
	if !l.right {
		l.parent.lefts = append(l.parent.lefts, l)
		slices.SortFunc(l.parent.lefts, func(a, b *letter) int { return order(a.name.less(b.name)) })
	} else {
		if len(l.parent.rests) > 0 {
			p.walk()
		}
		l.parent.rests = append(l.parent.rests, l)
		slices.SortFunc(l.parent.rests, func(a, b *letter) int {
			switch {
			case a.origin == b.origin:
				return order(a.name.less(b.name))
			case a.origin == nil || b.origin == nil:
				return order(a.origin == nil)
			default:
				return order(a.origin.at > b.origin.at)
			}
		})
	}
	p.stale = true
}

// walk brings list up to date.
func (p *plain) walk() {
	if !p.stale {
		return
	}
	p.list, p.stale = p.list[:0], false
	p.visit(p.root)
}

func (p *plain) visit(l *letter) {
	for _, k := range l.lefts {
		p.visit(k)
	}
	if l != p.root {
		l.at = len(p.list)
		p.list = append(p.list, l)
	}
	for _, k := range l.rests {
		p.visit(k)
	}
}

// shows reports whether l is visible to who has seen v.
func (l *letter) shows(v view) bool {
	return v.has(l.mark) && !slices.ContainsFunc(l.deletions, func(d *deletion) bool {
		return v.has(d.mark) && !slices.ContainsFunc(d.restored, v.has)
	})
}

// shown appends to dst what is visible to who has seen v.
func (p *plain) shown(dst []*letter, v view) []*letter {
	p.walk()
	for _, l := range p.list {
		if l.shows(v) {
			dst = append(dst, l)
		}
	}
	return dst
}

// names returns the bytes that v has, the deleted ones too.
func (p *plain) names(v view) (all []name) {
	p.walk()
	for _, l := range p.list {
		if v.has(l.mark) {
			all = append(all, l.name)
		}
	}
	return all
}

// insertion returns how the paper hangs what is typed directly after left, nil
// for the start, by who has seen v.
func (p *plain) insertion(v view, left *letter) (parent, origin *letter, right bool) {
	if left == nil {
		left = p.root
	}
	p.walk()
	i := left.at + 1
	for i < len(p.list) && !v.has(p.list[i].mark) {
		i++
	}
	if i == len(p.list) {
		return left, nil, true
	}
	next := p.list[i]
	for up := next; up != nil; up = up.parent {
		if up == left {
			return next, next, false
		}
	}
	return left, next, true
}

// parcel is the units [from, to) of a replica, which came as one op.
type parcel struct {
	by       int
	from, to uint64
}

// settle adds to v those of the parcels that build on nothing which has not
// come, and returns the others.
func (p *plain) settle(v view, waiting []parcel) []parcel {
	for settled := false; !settled; {
		settled = true
		waiting = slices.DeleteFunc(waiting, func(x parcel) bool {
			if x.to > v[x.by] && p.fits(v, x) {
				v[x.by] = x.to
				settled = false
			}
			return x.to <= v[x.by]
		})
	}
	return waiting
}

func (p *plain) fits(v view, x parcel) bool {
	if x.from > v[x.by] {
		return false
	}
	has := func(m mark) bool { return v.has(m) || m.by == x.by && m.seq < x.to }
	for _, d := range p.deeds[x.by][v[x.by]:x.to] {
		switch {
		case d.deletes != nil && !has(d.deletes.of.mark),
			d.restores != nil && !has(d.restores.mark),
			d.inserts != nil && d.inserts.parent != p.root && !has(d.inserts.parent.mark),
			d.inserts != nil && d.inserts.origin != nil && !has(d.inserts.origin.mark):
			return false
		}
	}
	return true
}
