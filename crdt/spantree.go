package crdt

// Larger nodes than the visible text has, since these are never copied.
const (
	leafSpans  = 32
	branchKids = 16
)

// spanTree is the Fugue list, deleted units included, as a B+tree of spans in
// which every branch knows how many visible bytes lie below. Leaves are never
// emptied, since nothing ever leaves the list.
type spanTree struct {
	root  *spanBranch
	first *spanLeaf
	index index
	logs  *[]*log
}

type spanBranch struct {
	parent *spanBranch
	n      int
	sums   [branchKids]int // visible bytes
	kids   [branchKids]*spanBranch
	leaves [branchKids]*spanLeaf // in the lowest branches, instead of kids
}

type spanLeaf struct {
	parent *spanBranch
	next   *spanLeaf
	n      int
	spans  [leafSpans]span
}

func (t *spanTree) init(logs *[]*log) {
	t.first = new(spanLeaf)
	t.root = &spanBranch{n: 1}
	t.root.leaves[0] = t.first
	t.first.parent = t.root
	t.logs = logs
}

// after returns the gap right after the visible unit at off-1, or at the very
// start if off is 0. Deleted units at off come after the gap.
func (t *spanTree) after(off int) gap {
	if off == 0 {
		return gap{leaf: t.first}
	}
	g := t.at(off - 1)
	g.k++
	return g
}

// at returns the gap before the visible unit at off, which must be in the text.
func (t *spanTree) at(off int) gap {
	b := t.root
	for {
		i := 0
		for off >= b.sums[i] {
			off -= b.sums[i]
			i++
		}
		if b.kids[i] == nil {
			leaf := b.leaves[i]
			for j := range leaf.spans[:leaf.n] {
				v := leaf.spans[j].visible()
				if off < v {
					return gap{leaf, j, off}
				}
				off -= v
			}
			panic("crdt: leaf holds less than its branch says")
		}
		b = b.kids[i]
	}
}

// find returns the gap before the unit u; ok is false if u is not in the list.
func (t *spanTree) find(u id) (g gap, ok bool) {
	leaf := t.index.find(u)
	if leaf == nil {
		return gap{}, false
	}
	for i := range leaf.spans[:leaf.n] {
		if s := &leaf.spans[i]; u-s.id < id(s.n) {
			return gap{leaf, i, int(u - s.id)}, true
		}
	}
	return gap{}, false
}

// gapAfter returns the gap right after the unit u, or at the start for edge.
func (t *spanTree) gapAfter(u id) gap {
	if u == edge {
		return gap{leaf: t.first}
	}
	g, ok := t.find(u)
	if !ok {
		panic("crdt: unit not in the list")
	}
	g.k++
	return g
}

// end returns the gap after the last unit.
func (t *spanTree) end() gap {
	b := t.root
	for b.kids[b.n-1] != nil {
		b = b.kids[b.n-1]
	}
	leaf := b.leaves[b.n-1]
	if leaf.n == 0 {
		return gap{leaf: leaf}
	}
	return gap{leaf, leaf.n - 1, leaf.spans[leaf.n-1].n}
}

// offset returns how many visible bytes lie before g.
func (t *spanTree) offset(g gap) int {
	off := 0
	for i := range g.leaf.spans[:g.i] {
		off += g.leaf.spans[i].visible()
	}
	if g.i < g.leaf.n && g.leaf.spans[g.i].deletes == 0 {
		off += g.k
	}
	b := g.leaf.parent
	for i := range b.leaves[:b.slotOfLeaf(g.leaf)] {
		off += b.sums[i]
	}
	for ; b.parent != nil; b = b.parent {
		for i := range b.parent.kids[:b.slot()] {
			off += b.parent.sums[i]
		}
	}
	return off
}

// neighbours returns the units on both sides of g, edge where there is none.
func (t *spanTree) neighbours(g gap) (left, right id) {
	left, right = edge, edge
	if g.i < g.leaf.n {
		s := &g.leaf.spans[g.i]
		if g.k < s.n {
			right = s.id + id(g.k)
		} else if next, ok := g.next(); ok {
			right = next.leaf.spans[next.i].id
		}
		if g.k > 0 {
			left = s.id + id(g.k-1)
		}
	}
	return left, right
}

// insert puts s, of which no unit was in the list before, at g, whose leaf has room.
func (t *spanTree) insert(g gap, s span) {
	t.add(g.leaf, s.visible())
	if g.k > 0 {
		at := &g.leaf.spans[g.i]
		if g.k == at.n && s.continues(*at) {
			at.n += s.n // and the index leads on to this leaf
			return
		}
		before, after := at.split(g.k)
		g.leaf.splice(g.i, 1, before, s, after)
	} else {
		g.leaf.splice(g.i, 0, s)
	}
	t.index.assign(s.id, s.end(), g.leaf, t.newest(s))
}

// cover changes by delta how many live deletions cover the n units after g,
// which lie in one span.
func (t *spanTree) cover(g gap, n, delta int) {
	g = t.makeRoom(g)
	old := g.leaf.spans[g.i]
	before, rest := old.split(g.k)
	changed, after := rest.split(n)
	changed.deletes = uint32(int(changed.deletes) + delta)
	g.leaf.splice(g.i, 1, before, changed, after)
	t.add(g.leaf, before.visible()+changed.visible()+after.visible()-old.visible())
}

// splice puts with, empty spans left out, in the place of n spans from the i-th
// on, and joins what continues. The leaf must have room.
func (l *spanLeaf) splice(i, n int, with ...span) {
	var joined [5]span
	m, lo, hi := 0, i, i+n
	add := func(s span) {
		switch {
		case s.n == 0:
		case m > 0 && s.continues(joined[m-1]):
			joined[m-1].n += s.n
		default:
			joined[m] = s
			m++
		}
	}
	if lo > 0 {
		lo--
		add(l.spans[lo])
	}
	for _, s := range with {
		add(s)
	}
	if hi < l.n {
		add(l.spans[hi])
		hi++
	}
	copy(l.spans[lo+m:], l.spans[hi:l.n])
	copy(l.spans[lo:], joined[:m])
	l.n += m - (hi - lo)
}

// newest reports whether no unit of its replica is younger than s.
func (t *spanTree) newest(s span) bool {
	return s.end().seq() == (*t.logs)[s.id.number()].next
}

// add adds delta to the visible bytes above leaf.
func (t *spanTree) add(leaf *spanLeaf, delta int) {
	if delta == 0 {
		return
	}
	b := leaf.parent
	b.sums[b.slotOfLeaf(leaf)] += delta
	for ; b.parent != nil; b = b.parent {
		b.parent.sums[b.slot()] += delta
	}
}

// makeRoom returns where g is once its leaf has room for two more spans.
func (t *spanTree) makeRoom(g gap) gap {
	if g.leaf.n+2 <= leafSpans {
		return g
	}
	left, right := g.leaf, new(spanLeaf)
	const half = leafSpans / 2
	right.n = copy(right.spans[:], left.spans[half:left.n])
	left.n = half
	right.next, left.next = left.next, right
	moved := 0
	for _, s := range right.spans[:right.n] {
		moved += s.visible()
		t.index.assign(s.id, s.end(), right, t.newest(s))
	}
	t.insertLeaf(left, right, moved)
	if g.i >= half {
		return gap{right, g.i - half, g.k}
	}
	return g
}

// insertLeaf hangs right beside left, from which it took moved visible bytes.
func (t *spanTree) insertLeaf(left, right *spanLeaf, moved int) {
	b := left.parent
	if b.n == branchKids {
		t.splitBranch(b)
		b = left.parent
	}
	i := b.slotOfLeaf(left) + 1
	copy(b.leaves[i+1:], b.leaves[i:b.n])
	copy(b.sums[i+1:], b.sums[i:b.n])
	b.leaves[i], b.sums[i] = right, moved
	b.sums[i-1] -= moved
	b.n++
	right.parent = b
}

// splitBranch moves the right half of b into a branch of its own.
func (t *spanTree) splitBranch(b *spanBranch) {
	if b.parent == nil {
		t.root = &spanBranch{n: 1}
		t.root.kids[0] = b
		for _, sum := range b.sums[:b.n] {
			t.root.sums[0] += sum
		}
		b.parent = t.root
	}
	if b.parent.n == branchKids {
		t.splitBranch(b.parent)
	}
	const half = branchKids / 2
	right := &spanBranch{parent: b.parent}
	right.n = copy(right.sums[:], b.sums[half:b.n])
	copy(right.kids[:], b.kids[half:b.n])
	copy(right.leaves[:], b.leaves[half:b.n])
	clear(b.sums[half:])
	clear(b.kids[half:])
	clear(b.leaves[half:])
	b.n = half
	moved := 0
	for i := range right.sums[:right.n] {
		moved += right.sums[i]
		if right.kids[i] != nil {
			right.kids[i].parent = right
		} else {
			right.leaves[i].parent = right
		}
	}
	p := b.parent
	i := b.slot() + 1
	copy(p.kids[i+1:], p.kids[i:p.n])
	copy(p.sums[i+1:], p.sums[i:p.n])
	p.kids[i], p.sums[i] = right, moved
	p.sums[i-1] -= moved
	p.n++
}

func (b *spanBranch) slot() int {
	for i, k := range b.parent.kids[:b.parent.n] {
		if k == b {
			return i
		}
	}
	panic("crdt: branch not in its parent")
}

func (b *spanBranch) slotOfLeaf(l *spanLeaf) int {
	for i, k := range b.leaves[:b.n] {
		if k == l {
			return i
		}
	}
	panic("crdt: leaf not in its branch")
}
