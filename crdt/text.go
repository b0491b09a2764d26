package crdt

import (
	"unicode/utf8"
)

// text is the visible text: a B+tree of pieces, summing bytes and line feeds.
// It is copied on write: a snapshot takes the root and starts a new generation,
// and a node made in an older one is copied before it changes.
type text struct {
	root       *textNode
	size       measure
	generation uint64
}

func (t *text) init() {
	t.generation = 1
	t.root = &textNode{generation: t.generation}
}

// load fills an empty tree with what the arena holds, under the ids from first on.
func (t *text) load(first id, a *arena) {
	var leaves []*textLeaf
	for at := 0; at < a.len; {
		if at/blockSize%leafPieces == 0 {
			leaves = append(leaves, &textLeaf{generation: t.generation})
		}
		l := leaves[len(leaves)-1]
		p := newPiece(first+id(at), a.at(at, a.len-at))
		l.pieces[l.n] = p
		l.n++
		at += len(p.text)
		t.size = t.size.plus(p.measure())
	}
	var row []*textNode
	for i, l := range leaves {
		if i%nodeKids == 0 {
			row = append(row, &textNode{generation: t.generation})
		}
		b := row[len(row)-1]
		b.leaves[b.n], b.sums[b.n] = l, l.measure()
		b.n++
	}
	for len(row) > 1 {
		var above []*textNode
		for i, k := range row {
			if i%nodeKids == 0 {
				above = append(above, &textNode{generation: t.generation})
			}
			b := above[len(above)-1]
			b.kids[b.n], b.sums[b.n] = k, k.measure()
			b.n++
		}
		row = above
	}
	if len(row) > 0 {
		t.root = row[0]
	}
}

// insert puts p before the byte at off.
func (t *text) insert(off int, p piece) {
	t.size = t.size.plus(p.measure())
	t.root = t.ownNode(t.root)
	if right := t.insertBelow(t.root, off, p); right != nil {
		t.grow(right)
	}
}

// insertBelow puts p at off below b, which is owned. It returns the right half
// of b if b had to be split.
func (t *text) insertBelow(b *textNode, off int, p piece) (right *textNode) {
	if b.n == 0 {
		l := &textLeaf{generation: t.generation, n: 1}
		l.pieces[0] = p
		b.leaves[0], b.sums[0], b.n = l, p.measure(), 1
		return nil
	}
	i := 0
	for off > b.sums[i].bytes {
		off -= b.sums[i].bytes
		i++
	}
	if b.kids[i] != nil {
		kid := t.ownNode(b.kids[i])
		b.kids[i] = kid
		if more := t.insertBelow(kid, off, p); more != nil {
			b.sums[i] = kid.measure()
			return t.hang(b, i+1, more, nil, more.measure())
		}
	} else {
		leaf := t.ownLeaf(b.leaves[i])
		b.leaves[i] = leaf
		if more := t.insertIn(leaf, off, p); more != nil {
			b.sums[i] = leaf.measure()
			return t.hang(b, i+1, nil, more, more.measure())
		}
	}
	b.sums[i] = b.sums[i].plus(p.measure())
	return nil
}

// insertIn puts p at off in l, which is owned, and returns its right half if l
// had to be split.
func (t *text) insertIn(l *textLeaf, off int, p piece) (right *textLeaf) {
	i := 0
	for off > len(l.pieces[i].text) {
		off -= len(l.pieces[i].text)
		i++
	}
	if l.n+2 > leafPieces {
		right = t.halve(l)
		if i >= l.n {
			right.replace(i-l.n, off, p)
			return right
		}
	}
	l.replace(i, off, p)
	return right
}

// hang puts a kid or a leaf at the i-th place of b, which is owned, and returns
// the right half of b if b had to be split.
func (t *text) hang(b *textNode, i int, kid *textNode, leaf *textLeaf, m measure) (right *textNode) {
	to := b
	if b.n == nodeKids {
		const half = nodeKids / 2
		right = &textNode{generation: t.generation, n: nodeKids - half}
		copy(right.sums[:], b.sums[half:])
		copy(right.kids[:], b.kids[half:])
		copy(right.leaves[:], b.leaves[half:])
		b.truncate(half)
		if i > half {
			to, i = right, i-half
		}
	}
	copy(to.sums[i+1:], to.sums[i:to.n])
	copy(to.kids[i+1:], to.kids[i:to.n])
	copy(to.leaves[i+1:], to.leaves[i:to.n])
	to.sums[i], to.kids[i], to.leaves[i] = m, kid, leaf
	to.n++
	return right
}

// remove takes the bytes [from, to) out.
func (t *text) remove(from, to int) {
	if from == 0 && to == t.size.bytes {
		t.root, t.size = &textNode{generation: t.generation}, measure{}
		return
	}
	t.root = t.ownNode(t.root)
	gone, right := t.removeBelow(t.root, from, to)
	t.size = t.size.minus(gone)
	if right != nil {
		t.grow(right)
	}
	for t.root.n == 1 && t.root.kids[0] != nil {
		t.root = t.root.kids[0]
	}
}

// removeBelow takes [from, to), which is not all of it, out of b, which is
// owned. It returns what that was, and the right half of b if b had to be split:
// to cut a hole into a piece makes two.
func (t *text) removeBelow(b *textNode, from, to int) (gone measure, right *textNode) {
	i := 0
	for from >= b.sums[i].bytes {
		from -= b.sums[i].bytes
		to -= b.sums[i].bytes
		i++
	}
	first, last := i, i // the kids [first, last) go as a whole
	for ; to > 0; last++ {
		n := b.sums[last].bytes
		if from > 0 || to < n {
			part, more := t.removeInKid(b, last, from, min(to, n))
			gone = gone.plus(part)
			if more != nil {
				return gone, more
			}
			if from == 0 {
				break
			}
			first++
		} else {
			gone = gone.plus(b.sums[last])
		}
		from, to = 0, to-n
	}
	b.drop(first, last)
	t.merge(b, first)
	t.merge(b, first-1)
	return gone, nil
}

// removeInKid takes [from, to), which is not all of it, out of the i-th kid of
// b, which is owned. It returns what removeBelow does.
func (t *text) removeInKid(b *textNode, i, from, to int) (gone measure, right *textNode) {
	if b.kids[i] != nil {
		var more *textNode
		b.kids[i] = t.ownNode(b.kids[i])
		gone, more = t.removeBelow(b.kids[i], from, to)
		if more != nil {
			b.sums[i] = b.kids[i].measure()
			return gone, t.hang(b, i+1, more, nil, more.measure())
		}
	} else {
		var more *textLeaf
		b.leaves[i] = t.ownLeaf(b.leaves[i])
		gone, more = t.removeIn(b.leaves[i], from, to)
		if more != nil {
			b.sums[i] = b.leaves[i].measure()
			return gone, t.hang(b, i+1, nil, more, more.measure())
		}
	}
	b.sums[i] = b.sums[i].minus(gone)
	return gone, nil
}

// removeIn takes [from, to), which is not all of it, out of l, which is owned.
// It returns what that was, and the right half of l if l had to be split.
func (t *text) removeIn(l *textLeaf, from, to int) (gone measure, right *textLeaf) {
	i := 0
	for from >= len(l.pieces[i].text) {
		from -= len(l.pieces[i].text)
		to -= len(l.pieces[i].text)
		i++
	}
	before, cut := l.pieces[i].split(from)
	j := i
	for to > len(l.pieces[j].text) {
		gone = gone.plus(cut.measure())
		to -= len(l.pieces[j].text)
		j++
		cut = l.pieces[j]
	}
	if i == j {
		to -= from
	}
	cut, after := cut.split(to)
	gone = gone.plus(cut.measure())
	if i == j && l.n == leafPieces && len(before.text) > 0 && len(after.text) > 0 {
		right = t.halve(l)
		if i >= l.n {
			right.splice(i-l.n, 1, before, after)
			return gone, right
		}
	}
	l.splice(i, j-i+1, before, after)
	return gone, right
}

// merge joins the i-th kid of b, which is owned, with the next if both together
// are at most half full.
func (t *text) merge(b *textNode, i int) {
	switch {
	case i < 0 || i+1 >= b.n:
		return
	case b.kids[i] != nil:
		left, right := b.kids[i], b.kids[i+1]
		if left.n >= nodeKids/2 || left.n+right.n > nodeKids/2 {
			return
		}
		left = t.ownNode(left)
		copy(left.sums[left.n:], right.sums[:right.n])
		copy(left.kids[left.n:], right.kids[:right.n])
		copy(left.leaves[left.n:], right.leaves[:right.n])
		left.n += right.n
		b.kids[i] = left
	default:
		left, right := b.leaves[i], b.leaves[i+1]
		if left.n >= leafPieces/2 || left.n+right.n > leafPieces/2 {
			return
		}
		left = t.ownLeaf(left)
		seam := left.n
		left.n += copy(left.pieces[left.n:], right.pieces[:right.n])
		left.splice(seam, 0)
		b.leaves[i] = left
	}
	b.sums[i] = b.sums[i].plus(b.sums[i+1])
	b.drop(i+1, i+2)
}

// halve moves the right half of l into a leaf of its own.
func (t *text) halve(l *textLeaf) (right *textLeaf) {
	half := l.n / 2
	right = &textLeaf{generation: t.generation}
	right.n = copy(right.pieces[:], l.pieces[half:l.n])
	clear(l.pieces[half:])
	l.n = half
	return right
}

// grow puts a new root above the root and right, its split right half.
func (t *text) grow(right *textNode) {
	left := t.root
	t.root = &textNode{generation: t.generation, n: 2}
	t.root.kids[0], t.root.sums[0] = left, left.measure()
	t.root.kids[1], t.root.sums[1] = right, right.measure()
}

// ownNode returns b if it may be changed, else a copy that may.
func (t *text) ownNode(b *textNode) *textNode {
	if b.generation == t.generation {
		return b
	}
	mine := *b
	mine.generation = t.generation
	return &mine
}

// ownLeaf returns l if it may be changed, else a copy that may.
func (t *text) ownLeaf(l *textLeaf) *textLeaf {
	if l.generation == t.generation {
		return l
	}
	mine := *l
	mine.generation = t.generation
	return &mine
}

// onBoundary reports whether off is in the text and not inside a rune. A byte
// that is no valid UTF-8 is a rune of its own.
func (t *text) onBoundary(off int) bool {
	if off <= 0 || off >= t.size.bytes {
		return off == 0 || off == t.size.bytes
	}
	if utf8.RuneStart(t.root.byteAt(off)) {
		return true
	}
	var around [2 * utf8.UTFMax]byte
	from := max(off-utf8.UTFMax+1, 0)
	window := t.root.append(around[:0], from, min(off+utf8.UTFMax-1, t.size.bytes))
	start := off - from
	for start > 0 && !utf8.RuneStart(window[start]) {
		start--
	}
	_, n := utf8.DecodeRune(window[start:])
	return start+n <= off-from
}

// now returns the text as it is, valid until the next change.
func (t *text) now() Snapshot { return Snapshot{t.root, t.size} }
