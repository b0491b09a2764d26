package crdt

// gap is a place between two bytes: before the k-th of a leaf's i-th span.
type gap struct {
	leaf *leaf
	i, k int
}

// find returns the gap before the byte u; ok is false if u is not in the list.
func (t *tree) find(u id) (g gap, ok bool) {
	l := t.focus.leaf
	if s := &l.spans[t.focus.i]; u-s.id < id(s.n) {
		return gap{l, t.focus.i, int(u - s.id)}, true
	}
	i, k := l.find(u)
	if i < 0 {
		no := t.index.find(u)
		if no == noLeaf {
			return gap{}, false
		}
		l = t.place(no).leaf
		i, k = l.find(u)
	}
	return gap{l, i, k}, i >= 0
}

// gapAfter returns the gap right after the byte u, or at the start for edge.
func (t *tree) gapAfter(u id) gap {
	if u == edge {
		return gap{leaf: t.place(0).leaf}
	}
	g, ok := t.find(u)
	if !ok {
		panic("crdt: byte not in the list")
	}
	g.k++
	return g
}

// end returns the gap after the last byte.
func (t *tree) end() gap {
	b := t.root
	for b.kids[b.n-1] != nil {
		b = b.kids[b.n-1]
	}
	l := t.place(b.leaves[b.n-1].no).leaf
	if l.n == 0 {
		return gap{leaf: l}
	}
	return gap{l, int(l.n) - 1, int(l.spans[l.n-1].n)}
}

// offset returns how many visible bytes lie before g.
func (t *tree) offset(g gap) int {
	t.look(g.leaf.no)
	return t.offsetIn(g)
}

// before reports whether g lies before h.
func (t *tree) before(g, h gap) bool {
	if g.leaf == h.leaf {
		return g.i < h.i || g.i == h.i && g.k < h.k
	}
	t.settle()
	a, b := t.branchPlace(t.place(g.leaf.no).parent).branch, t.branchPlace(t.place(h.leaf.no).parent).branch
	if a == b {
		return a.slotOfLeaf(g.leaf) < a.slotOfLeaf(h.leaf)
	}
	for {
		over, other := t.branchPlace(a.no).parent, t.branchPlace(b.no).parent
		if over == other {
			above := t.branchPlace(over).branch
			return above.slot(a) < above.slot(b)
		}
		a, b = t.branchPlace(over).branch, t.branchPlace(other).branch
	}
}

// next returns the gap before the span after g's; ok is false at the end.
func (t *tree) next(g gap) (gap, bool) {
	if g.i+1 < int(g.leaf.n) {
		return gap{g.leaf, g.i + 1, 0}, true
	}
	if no := t.place(g.leaf.no).next; no != noLeaf {
		return gap{leaf: t.place(no).leaf}, true
	}
	return gap{}, false
}

// lastBefore returns the span with the byte before g, which is before a byte; ok is
// false at the start.
func (t *tree) lastBefore(g gap) (s *span, ok bool) {
	switch prev := t.place(g.leaf.no).prev; {
	case g.k > 0:
		return &g.leaf.spans[g.i], true
	case g.i > 0:
		return &g.leaf.spans[g.i-1], true
	case prev != noLeaf:
		l := t.place(prev).leaf
		return &l.spans[l.n-1], true
	}
	return nil, false
}

// forward returns g as the gap before a byte; ok is false at the end.
func (t *tree) forward(g gap) (gap, bool) {
	if g.i < int(g.leaf.n) && g.k < int(g.leaf.spans[g.i].n) {
		return g, true
	}
	return t.next(g)
}

// span returns the span with the byte after g, which must not be a span's end.
func (g gap) span() *span { return &g.leaf.spans[g.i] }

// id returns the byte after g, which must not be a span's end.
func (g gap) id() id { return g.leaf.spans[g.i].id + id(g.k) }
