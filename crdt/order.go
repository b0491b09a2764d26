package crdt

// hangs returns how the byte after g hangs in the tree. Its left origin is its
// parent if it is a right child; its right origin is its parent if it is a left
// child.
func (d *Doc) hangs(g gap) (k kind, left, right id) {
	r, u := d.run(g.span().run), g.id()
	switch {
	case u > r.at:
		return insertRight, u - 1, r.right
	case r.leftChild:
		return insertLeft, r.left, r.right
	default:
		return insertRight, r.left, r.right
	}
}

// placeRight returns where the new byte me belongs, a right child of left with
// the right origin right: among left's right children, those with the later
// right origin first, and each child's subtree in one piece ("The Art of the
// Fugue", FugueMax).
//
// A byte's left origin tells whose right subtree it begins, so the walk needs no
// tree: a child's subtree begins at the first byte with left as its left origin,
// and left's subtree ends at the first whose left origin comes before left.
func (d *Doc) placeRight(left, right id, me name) gap {
	t := &d.tree
	at := t.gapAfter(left)
	g, ok := t.forward(at)
	if !ok {
		return at
	}
	if _, l, _ := d.hangs(g); l != left {
		return at
	}
	start, passing := g, false
	for ; ok; g, ok = t.next(g) {
		k, l, r := d.hangs(g)
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
			if d.rightSiblingsLess(right, me, r, d.name(g.id())) {
				return start
			}
			passing = false
		}
	}
	return t.end()
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

// placeLeft returns where the new byte me belongs, a left child of parent: among
// parent's left children by name.
//
// The walk goes back from parent, from left child to left child. What lies right
// before a place in parent's left subtree is there, too, if the nearest left child
// up the tree from it hangs on parent, or on what lies before parent: and all
// between that left child and the place is below it.
func (d *Doc) placeLeft(parent id, me name) gap {
	t := &d.tree
	g, _ := t.find(parent)
	for {
		s, ok := t.lastBefore(g)
		if !ok || d.run(s.run).root == noRun {
			return g
		}
		child := d.run(d.run(s.run).root)
		if child.right == parent {
			if d.name(child.at).less(me) {
				return g
			}
		} else if !d.precedes(child.right, parent) {
			return g
		}
		g, _ = t.find(child.at)
	}
}

// precedes reports whether the byte u lies before v in the list.
func (d *Doc) precedes(u, v id) bool {
	g, _ := d.tree.find(u)
	h, _ := d.tree.find(v)
	return d.tree.before(g, h)
}
