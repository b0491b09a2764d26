package crdt

// focus is the leaf in which the newest edits were made.
type focus struct {
	leaf  *leaf
	held  *leaf   // the one that its parent knows in its place
	start measure // what of the text lies before it
	was   measure // what its parent says that it holds
	now   measure // what it holds
	// The visible bytes before the i-th span, near which the last edit was.
	i, before int
	// frozen is the leaf as it was at a snapshot, or nil. Since then only the two
	// spans from the changed-th on have other ends, or none if that is unchanged.
	frozen  *leaf
	changed int
}

// unchanged is far enough from any span of a leaf.
const unchanged = -2

// change notes that the i-th span gets another end, and the one after it, if any,
// another start.
func (f *focus) change(i int) {
	switch {
	case f.frozen == nil || f.changed == i:
	case f.changed == unchanged:
		f.changed = i
	default:
		f.frozen = nil
	}
}

// grow notes that the i-th span gets another end.
func (f *focus) grow(i int) {
	if f.changed != i-1 {
		f.change(i)
	}
}

// freeze returns a leaf that stays as the focus is now, but for the two spans
// from the changed-th on, which the focus has.
func (f *focus) freeze() (frozen *leaf, changed int) {
	if f.frozen == nil {
		f.frozen, f.changed = f.leaf.copy(), unchanged
	}
	return f.frozen, f.changed
}

// settle tells the ancestors of the focus what changed in it.
func (t *tree) settle() {
	f := &t.focus
	if f.leaf != f.held || f.now != f.was {
		t.ownPath(f.leaf.no, f.held, f.leaf, f.now.minus(f.was))
		f.held, f.was = f.leaf, f.now
	}
}

// settled reports whether the ancestors of the focus know all of it.
func (f *focus) settled() bool { return f.leaf == f.held && f.now == f.was }

// forget forgets where the last edit was, if that depends on the i-th span.
func (f *focus) forget(i int) {
	if f.i > i {
		f.i, f.before = 0, 0
	}
}

// moveTo makes l, before which start lies and which holds m, the focus. The
// tree is settled.
func (t *tree) moveTo(l *leaf, start, m measure) {
	t.focus = focus{leaf: l, held: l, start: start, was: m, now: m}
}

// look makes the leaf numbered no the focus.
func (t *tree) look(no uint32) {
	if t.focus.leaf.no != no {
		t.settle()
		l := t.place(no).leaf
		t.moveTo(l, t.start(no), l.measure())
	}
}

// ownLeaf returns the focus, as a leaf that may be changed.
func (t *tree) ownLeaf() *leaf {
	if t.focus.leaf.generation != t.generation {
		t.copyLeaf()
	}
	return t.focus.leaf
}

// copyLeaf puts a copy that may be changed in the place of the focus.
func (t *tree) copyLeaf() {
	f := &t.focus
	f.leaf = f.leaf.copy()
	f.leaf.generation = t.generation
	t.place(f.leaf.no).leaf = f.leaf
}

// offsetIn returns how many visible bytes lie before g, which is in the focus,
// and takes g for where the next edit is.
func (t *tree) offsetIn(g gap) int {
	f := &t.focus
	if g.i != f.i {
		f.i, f.before = g.i, f.leaf.offset(g.i, 0)
	}
	off := f.start.bytes + f.before
	if g.i < int(f.leaf.n) && g.span().deletes == 0 {
		off += g.k
	}
	return off
}

// at makes the leaf with the visible byte at off, which must be in the text, the
// focus, and returns the byte's span and its place there.
func (t *tree) at(off int) (i, k int) {
	f := &t.focus
	if uint(off-f.start.bytes) >= uint(f.now.bytes) {
		t.descend(off)
	}
	off -= f.start.bytes
	i, before := f.i, f.before
	if off < before {
		i, before = 0, 0
	}
	for {
		v := f.leaf.spans[i].visible()
		if off-before < v {
			f.i, f.before = i, before
			return i, off - before
		}
		before += v
		i++
	}
}

func (t *tree) descend(off int) {
	t.settle()
	b := t.root
	var start measure
	for {
		i := 0
		for off-start.bytes >= b.sums[i].bytes {
			start = start.plus(b.sums[i])
			i++
		}
		if b.kids[i] == nil {
			t.moveTo(b.leaves[i], start, b.sums[i])
			return
		}
		b = b.kids[i]
	}
}

// after makes the leaf with the gap right after the visible byte at off-1 the
// focus, or with the very start if off is 0, and returns the gap: before the k-th
// byte of the i-th span. Deleted bytes at off come after the gap.
func (t *tree) after(off int) (i, k int) {
	if off == 0 {
		t.look(0)
		return 0, 0
	}
	i, k = t.at(off - 1)
	return i, k + 1
}

// makeRoom returns where the gap is once the focus has room for two more spans.
func (t *tree) makeRoom(i, k int) (int, int) {
	if int(t.focus.leaf.n)+2 <= leafSpans {
		return i, k
	}
	t.split()
	left := t.focus.leaf
	if n := int(left.n); i >= n {
		right := t.place(t.place(left.no).next).leaf
		t.moveTo(right, t.focus.start.plus(t.focus.now), right.measure())
		i -= n
	}
	return i, k
}

// insert puts s, of which no byte was in the list before, into the gap.
func (t *tree) insert(i, k int, s span) {
	m := s.measure()
	t.size = t.size.plus(m)
	if at := &t.focus.leaf.spans[i]; k > 0 && k == int(at.n) && t.continues(&s, at) {
		at = &t.ownLeaf().spans[i]
		at.n += s.n
		at.feeds += s.feeds
		t.focus.now = t.focus.now.plus(m)
		t.focus.forget(i)
		t.focus.grow(i)
		return // and the index leads on to this leaf
	}
	i, k = t.makeRoom(i, k)
	l := t.ownLeaf()
	t.focus.now = t.focus.now.plus(m)
	switch {
	case k == 0:
		t.splice(i, 0, s)
	case k == int(l.spans[i].n):
		copy(l.spans[i+2:], l.spans[i+1:l.n])
		l.spans[i+1] = s
		l.n++
		t.focus.forget(i)
		t.focus.frozen = nil
	default:
		before, after := t.part(l.spans[i], k)
		t.splice(i, 1, before, s, after)
	}
	t.index.assign(s.id, t.doc.until(&s), l.no, &t.doc.arena)
}

// cover changes by delta how many live deletions cover the n bytes after the
// gap, which lie in one span.
func (t *tree) cover(i, k, n, delta int) {
	if t.focus.leaf.spans[i].deletes == lost {
		return
	}
	if t.shift(i, k, n, delta) {
		return
	}
	i, k = t.makeRoom(i, k)
	l := t.ownLeaf()
	s := &l.spans[i]
	was := s.measure()
	before, rest := t.part(*s, k)
	changed, after := t.part(rest, n)
	changed.deletes = uint32(int(changed.deletes) + delta)
	now := before.measure().plus(changed.measure()).plus(after.measure())
	t.size, t.focus.now = t.size.plus(now).minus(was), t.focus.now.plus(now).minus(was)
	t.splice(i, 1, before, changed, after)
}

// shift does what cover does if that only moves the border between two spans, as
// the backspace and the delete key do when they are held.
func (t *tree) shift(i, k, n, delta int) bool {
	f := &t.focus
	s := &f.leaf.spans[i]
	moved := span{s.id + id(k), uint32(n), 0, uint32(int(s.deletes) + delta), s.run}
	switch {
	case n == int(s.n):
		return false
	case k+n == int(s.n) && i+1 < int(f.leaf.n) && t.continues(&f.leaf.spans[i+1], &moved):
		s = &t.ownLeaf().spans[i]
		f.change(i)
		next := &f.leaf.spans[i+1]
		moved.feeds = t.feeds(s, &moved)
		next.id, next.n, next.feeds = moved.id, next.n+moved.n, next.feeds+moved.feeds
	case k == 0 && i > 0 && t.continues(&moved, &f.leaf.spans[i-1]):
		s = &t.ownLeaf().spans[i]
		f.change(i - 1)
		prev := &f.leaf.spans[i-1]
		moved.feeds = t.feeds(s, &moved)
		prev.n, prev.feeds = prev.n+moved.n, prev.feeds+moved.feeds
		s.id += id(n)
		f.forget(i - 1)
	default:
		return false
	}
	s.n, s.feeds = s.n-moved.n, s.feeds-moved.feeds
	f.forget(i)
	m := measure{n, int(moved.feeds)}
	if s.deletes == 0 {
		t.size, f.now = t.size.minus(m), f.now.minus(m)
	} else if moved.deletes == 0 {
		t.size, f.now = t.size.plus(m), f.now.plus(m)
	}
	return true
}

// feeds returns how many line feeds part, a part of s, has.
func (t *tree) feeds(s, part *span) uint32 {
	if s.feeds == 0 || s.id >= lostFrom {
		return 0
	}
	return uint32(t.doc.arena.texts.count(part.id, int(part.n)))
}

// part returns the first k bytes of s and the others.
func (t *tree) part(s span, k int) (left, right span) {
	left, right = s, s
	left.n = uint32(k)
	right.id += id(k)
	right.n -= uint32(k)
	if left.n <= right.n {
		left.feeds = t.feeds(&s, &left)
		right.feeds -= left.feeds
	} else {
		right.feeds = t.feeds(&s, &right)
		left.feeds -= right.feeds
	}
	return left, right
}

// continues reports whether s goes on where before ends, as one span.
func (t *tree) continues(s, before *span) bool {
	if s.id != before.end() || s.run != before.run || s.deletes != before.deletes {
		return false
	}
	n := int(s.n) + int(before.n)
	return n <= maxSpan || n <= maxBaseSpan && int(s.id) < len(t.doc.arena.texts.base)
}

// splice puts with, empty spans left out, in the place of n spans of the focus
// from the i-th on, and joins what continues. The focus must have room.
func (t *tree) splice(i, n int, with ...span) {
	l := t.focus.leaf
	var joined [5]span
	m, lo, hi := 0, i, i+n
	add := func(s *span) {
		switch {
		case s.n == 0:
		case m > 0 && t.continues(s, &joined[m-1]):
			joined[m-1].n += s.n
			joined[m-1].feeds += s.feeds
		default:
			joined[m] = *s
			m++
		}
	}
	if lo > 0 {
		lo--
		add(&l.spans[lo])
	}
	for j := range with {
		add(&with[j])
	}
	if hi < int(l.n) {
		add(&l.spans[hi])
		hi++
	}
	copy(l.spans[lo+m:], l.spans[hi:l.n])
	copy(l.spans[lo:], joined[:m])
	l.n += int32(m - (hi - lo))
	t.focus.forget(lo)
	t.focus.frozen = nil
}
