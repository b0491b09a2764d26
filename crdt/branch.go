package crdt

const branchKids = 16

// branch is a node above leaves or other branches, of which it knows how much
// visible text each holds.
type branch struct {
	generation uint64
	no         uint32
	n          int32
	sums       [branchKids]measure
	kids       [branchKids]*branch
	leaves     [branchKids]*leaf // in the lowest branches, instead of kids
}

func (b *branch) measure() (m measure) {
	for i := range b.sums[:b.n] {
		m = m.plus(b.sums[i])
	}
	return m
}

func (b *branch) slot(k *branch) int {
	for i := range b.kids[:b.n] {
		if b.kids[i] == k {
			return i
		}
	}
	panic("crdt: branch not in its parent")
}

func (b *branch) slotOfLeaf(l *leaf) int {
	for i := range b.leaves[:b.n] {
		if b.leaves[i] == l {
			return i
		}
	}
	panic("crdt: leaf not in its branch")
}

// insert puts a kid or a leaf that holds m at the i-th place of b, which has room.
func (b *branch) insert(i int, kid *branch, l *leaf, m measure) {
	copy(b.sums[i+1:], b.sums[i:b.n])
	copy(b.kids[i+1:], b.kids[i:b.n])
	copy(b.leaves[i+1:], b.leaves[i:b.n])
	b.sums[i], b.kids[i], b.leaves[i] = m, kid, l
	b.n++
}

// halve moves the right half of b to right, which is empty.
func (b *branch) halve(right *branch) {
	const half = branchKids / 2
	right.n = int32(copy(right.sums[:], b.sums[half:b.n]))
	copy(right.kids[:], b.kids[half:b.n])
	copy(right.leaves[:], b.leaves[half:b.n])
	clear(b.sums[half:])
	clear(b.kids[half:])
	clear(b.leaves[half:])
	b.n = half
}
