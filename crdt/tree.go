package crdt

// tree is the Fugue list, deleted bytes included, as a B+tree of spans. It is
// copied on write: a snapshot takes the root and starts a new generation, and a
// node of an older one is copied before it changes. What leads up and along,
// which readers of snapshots do not need, is in tables by the nodes' numbers,
// so that it is of the newest nodes and is never copied.
//
// Edits are made in one leaf, the focus, which its ancestors hear of only when
// the next edit is elsewhere. Leaves are never emptied, as nothing ever leaves
// the list.
type tree struct {
	root       *branch
	size       measure
	generation uint64
	leaves     list[leafPlace]
	branches   list[branchPlace]
	index      index
	focus      focus
	doc        *Doc // whose runs and arena the spans name
}

// leafPlace is where the leaf of a number is.
type leafPlace struct {
	leaf   *leaf
	parent uint32
	// The leaves before and after it, noLeaf where there is none.
	prev, next uint32
}

// branchPlace is where the branch of a number is.
type branchPlace struct {
	branch *branch
	parent uint32 // its own number for the root
}

const noLeaf = ^uint32(0)

// place returns where the leaf numbered no is.
func (t *tree) place(no uint32) *leafPlace { return t.leaves.at(int(no)) }

// branchPlace returns where the branch numbered no is.
func (t *tree) branchPlace(no uint32) *branchPlace { return t.branches.at(int(no)) }

func (t *tree) init(d *Doc) {
	t.doc, t.generation = d, 1
	first := &leaf{generation: t.generation}
	t.root = &branch{generation: t.generation, n: 1}
	t.root.leaves[0] = first
	t.leaves.add(leafPlace{first, 0, noLeaf, noLeaf})
	t.branches.add(branchPlace{t.root, 0})
	t.focus = focus{leaf: first, held: first}
}

// start returns what of the text lies before the leaf numbered no. The tree must
// be settled.
func (t *tree) start(no uint32) (m measure) {
	place := t.place(no)
	b := t.branchPlace(place.parent).branch
	for i := range b.leaves[:b.slotOfLeaf(place.leaf)] {
		m = m.plus(b.sums[i])
	}
	for b != t.root {
		above := t.branchPlace(t.branchPlace(b.no).parent).branch
		for i := range above.kids[:above.slot(b)] {
			m = m.plus(above.sums[i])
		}
		b = above
	}
	return m
}

// own returns b if it may be changed, else a copy that may, which its parent
// must be told of.
func (t *tree) own(b *branch) *branch {
	if b.generation == t.generation {
		return b
	}
	mine := *b
	mine.generation = t.generation
	t.branchPlace(b.no).branch = &mine
	return &mine
}

// ownPath makes the branches above the leaf numbered no such as may be changed,
// adds delta to what they say it holds, and puts leaf in the place of held.
func (t *tree) ownPath(no uint32, held, leaf *leaf, delta measure) {
	was := t.branchPlace(t.place(no).parent).branch
	b := t.own(was)
	i := b.slotOfLeaf(held)
	b.leaves[i] = leaf
	b.sums[i] = b.sums[i].plus(delta)
	for was != t.root {
		if was == b && delta == (measure{}) {
			return
		}
		over := t.branchPlace(t.branchPlace(b.no).parent).branch
		above := t.own(over)
		i := above.slot(was)
		above.kids[i] = b
		above.sums[i] = above.sums[i].plus(delta)
		was, b = over, above
	}
	t.root = b
}

// split moves the right half of the focus into a leaf of its own.
func (t *tree) split() {
	t.settle()
	left := t.ownLeaf()
	t.settle()
	right := &leaf{generation: t.generation, no: uint32(t.leaves.n)}
	const half = leafSpans / 2
	right.n = int32(copy(right.spans[:], left.spans[half:left.n]))
	left.n = half
	parent := t.place(left.no).parent
	next := t.place(left.no).next
	t.leaves.add(leafPlace{right, parent, left.no, next})
	t.place(left.no).next = right.no
	if next != noLeaf {
		t.place(next).prev = right.no
	}
	t.index.move(right.used(), right.no, t.doc)

	moved := right.measure()
	if t.branchPlace(parent).branch.n == branchKids {
		t.splitBranch(t.branchPlace(parent).branch)
		parent = t.place(left.no).parent
		t.place(right.no).parent = parent
	}
	b := t.branchPlace(parent).branch
	i := b.slotOfLeaf(left)
	b.sums[i] = b.sums[i].minus(moved)
	b.insert(i+1, nil, right, moved)
	t.focus.was = t.focus.was.minus(moved)
	t.focus.now = t.focus.was
	t.focus.i, t.focus.before, t.focus.frozen = 0, 0, nil
}

// splitBranch moves the right half of b, which may be changed like all above it,
// into a branch of its own.
func (t *tree) splitBranch(b *branch) {
	if b == t.root {
		t.root = &branch{generation: t.generation, no: uint32(t.branches.n)}
		t.branches.add(branchPlace{t.root, t.root.no})
		t.root.insert(0, b, nil, b.measure())
		t.branchPlace(b.no).parent = t.root.no
	}
	above := t.branchPlace(t.branchPlace(b.no).parent).branch
	if above.n == branchKids {
		t.splitBranch(above)
		above = t.branchPlace(t.branchPlace(b.no).parent).branch
	}
	right := &branch{generation: t.generation, no: uint32(t.branches.n)}
	t.branches.add(branchPlace{right, above.no})
	b.halve(right)
	for i := range right.n {
		if k := right.kids[i]; k != nil {
			t.branchPlace(k.no).parent = right.no
		} else {
			t.place(right.leaves[i].no).parent = right.no
		}
	}
	moved := right.measure()
	i := above.slot(b)
	above.sums[i] = above.sums[i].minus(moved)
	above.insert(i+1, right, nil, moved)
}
