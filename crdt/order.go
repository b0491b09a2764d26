package crdt

// leftOrigin returns the left origin of u: the unit whose right subtree begins
// with u when u came to be.
func (d *Doc) leftOrigin(u id) id {
	l := d.logs[u.number()]
	r := l.runs[l.find(u.seq())]
	if u.seq() > r.seq {
		return u - 1
	}
	return r.a
}

// hangs returns how u hangs in the tree. Its left origin is its parent if it is
// a right child; its right origin is its parent if it is a left child.
func (d *Doc) hangs(u id) (k kind, left, right id) {
	l := d.logs[u.number()]
	r := l.runs[l.find(u.seq())]
	if u.seq() > r.seq {
		return insertRight, u - 1, r.b
	}
	return r.kind, r.a, r.b
}

// placeRight returns where the new unit me belongs, a right child of left with
// the right origin right: among left's right children, those with the later
// right origin first, and each child's subtree in one piece ("The Art of the
// Fugue", FugueMax).
//
// A unit's left origin tells whose right subtree it begins, so the walk needs no
// tree: a child's subtree begins at the first unit with left as its left origin,
// and left's subtree ends at the first whose left origin comes before left.
func (d *Doc) placeRight(left, right id, me name) gap {
	at := d.spans.gapAfter(left)
	g, ok := at.forward()
	if !ok || d.leftOrigin(g.unit()) != left {
		return at
	}
	start, passing := g, false
	for ; ok; g, ok = g.next() {
		k, l, r := d.hangs(g.unit())
		if l != left {
			if left != edge && (l == edge || d.precedes(l, left)) {
				return g
			}
			continue
		}
		if !passing {
			start, passing = g, true
		}
		if k == insertRight {
			if d.rightSiblingsLess(right, me, r, d.name(g.unit())) {
				return start
			}
			passing = false
		}
	}
	return d.spans.end()
}

// rightSiblingsLess reports whether the right child a with the right origin r
// comes before its sibling b with the right origin s.
func (d *Doc) rightSiblingsLess(r id, a name, s id, b name) bool {
	switch {
	case r == s:
		return a.less(b)
	case r == edge || s == edge:
		return r == edge
	default:
		return d.precedes(s, r)
	}
}

// placeLeft returns where the new unit me belongs, a left child of parent, whose
// left origin is left: among parent's left children by name.
//
// All units between left and parent hang below left. Those with left as their
// left origin are parent's left children, what begins their subtrees, or what
// begins or hangs above subtrees that parent is not in.
func (d *Doc) placeLeft(left, parent id, me name) gap {
	var start gap
	passing := false
	for g, ok := d.spans.gapAfter(left).forward(); ok; g, ok = g.next() {
		u := g.unit()
		if u == parent {
			return g
		}
		k, l, r := d.hangs(u)
		if l != left {
			continue
		}
		if !passing {
			start, passing = g, true
		}
		switch {
		case k == insertLeft && r == parent:
			if me.less(d.name(u)) {
				return start
			}
			passing = false
		case k == insertRight || d.precedes(parent, r):
			passing = false
		}
	}
	panic("crdt: parent not after its left origin")
}

// less orders siblings that nothing else orders, alike everywhere.
func (a name) less(b name) bool {
	return a.replica < b.replica || a.replica == b.replica && a.seq < b.seq
}

// precedes reports whether the unit u lies before v in the list.
func (d *Doc) precedes(u, v id) bool {
	g, _ := d.spans.find(u)
	h, _ := d.spans.find(v)
	return g.before(h)
}
