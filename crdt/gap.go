package crdt

// gap is a place between two units: before the k-th of a leaf's i-th span.
type gap struct {
	leaf *spanLeaf
	i, k int
}

// before reports whether g lies before h.
func (g gap) before(h gap) bool {
	if g.leaf == h.leaf {
		return g.i < h.i || g.i == h.i && g.k < h.k
	}
	a, b := g.leaf.parent, h.leaf.parent
	if a == b {
		return a.slotOfLeaf(g.leaf) < a.slotOfLeaf(h.leaf)
	}
	for a.parent != b.parent {
		a, b = a.parent, b.parent
	}
	return a.slot() < b.slot()
}

// next returns the gap before the span after g's; ok is false at the end.
func (g gap) next() (gap, bool) {
	if g.i+1 < g.leaf.n {
		return gap{g.leaf, g.i + 1, 0}, true
	}
	if g.leaf.next != nil {
		return gap{leaf: g.leaf.next}, true
	}
	return gap{}, false
}

// forward returns g as the gap before a unit; ok is false at the end.
func (g gap) forward() (gap, bool) {
	if g.i < g.leaf.n && g.k < g.leaf.spans[g.i].n {
		return g, true
	}
	return g.next()
}

// unit returns the unit after g, which must not be a span's end.
func (g gap) unit() id { return g.leaf.spans[g.i].id + id(g.k) }
