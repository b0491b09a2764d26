package crdt

// origins returns how a byte inserted at g hangs in the Fugue tree: as the right
// child of the unit before, or if that has right children already, as the left
// child of the unit after.
func (d *Doc) origins(g gap) (k kind, left, right id) {
	left, right = d.spans.neighbours(g)
	if right != edge && d.leftOrigin(right) == left {
		return insertLeft, left, right
	}
	return insertRight, left, right
}

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
