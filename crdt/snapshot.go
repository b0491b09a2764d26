package crdt

import "iter"

// Snapshot is a document's text at one version, immutable and safe for any
// goroutine. Lines count from 0 and end after their line feed. The zero Snapshot
// is an empty text.
type Snapshot struct {
	root  *branch
	size  measure
	texts *texts
	// hot is the leaf in which the last edit was, if root does not know of it yet:
	// it stands in the place of one that holds was, after start.
	hot             *leaf
	start, was, now measure
	// patch stands in the place of hot's two spans from the patched-th on.
	patched int
	patch   [2]span
	doc     *Doc // never read, and no other has it
	edits   uint64
}

// Snapshot returns the text as it is now, immutable, in O(1).
func (d *Doc) Snapshot() Snapshot {
	t := &d.tree
	t.generation++
	if !t.focus.settled() {
		t.focus.leaf.generation = t.generation // which no snapshot reads
	}
	return d.now()
}

// now returns the text as it is, valid until the next change.
func (d *Doc) now() Snapshot {
	t := &d.tree
	s := Snapshot{root: t.root, size: t.size, texts: d.arena.texts, doc: d, edits: d.edits}
	if f := &t.focus; !f.settled() {
		s.start, s.was, s.now = f.start, f.was, f.now
		if s.hot, s.patched = f.freeze(); s.patched != unchanged {
			copy(s.patch[:], f.leaf.spans[s.patched:])
		}
	}
	return s
}

// Len returns the length of the text in bytes.
func (s Snapshot) Len() int { return s.size.bytes }

// Lines returns the number of lines: one more than there are line feeds.
func (s Snapshot) Lines() int { return s.size.feeds + 1 }

// Same reports whether both are snapshots of the same text of one document: a
// visible edit in between always makes them differ. It costs nothing.
func (s Snapshot) Same(t Snapshot) bool { return s.doc == t.doc && s.edits == t.edits }

// LineStart returns the offset of the first byte of line, clamped to the text.
// LineStart(Lines()) is Len(). It runs in O(log n) of the document's runs.
func (s Snapshot) LineStart(line int) int {
	switch {
	case line <= 0:
		return 0
	case line > s.size.feeds:
		return s.size.bytes
	}
	l, before := s.leafWith(line, func(m measure) int { return m.feeds })
	line -= before.feeds
	off := before.bytes
	for i := range l.used() {
		at := s.span(l, i)
		m := at.measure()
		if line <= m.feeds {
			return off + s.texts.afterFeed(at.id, m.bytes, line)
		}
		line -= m.feeds
		off += m.bytes
	}
	panic("crdt: leaf holds less than its branch says")
}

// LineAt returns the line that the byte at off is in; off is clamped. It runs in
// O(log n) of the document's runs.
func (s Snapshot) LineAt(off int) int {
	switch {
	case off <= 0:
		return 0
	case off >= s.size.bytes:
		return s.size.feeds
	}
	l, before := s.leafAt(off)
	off -= before.bytes
	line := before.feeds
	for i := range l.used() {
		at := s.span(l, i)
		m := at.measure()
		if off < m.bytes {
			return line + s.texts.count(at.id, off)
		}
		off -= m.bytes
		line += m.feeds
	}
	panic("crdt: leaf holds less than its branch says")
}

// span returns the i-th span of l.
func (s *Snapshot) span(l *leaf, i int) *span {
	if k := i - s.patched; l == s.hot && uint(k) < uint(len(s.patch)) {
		return &s.patch[k]
	}
	return &l.spans[i]
}

// leafAt returns the leaf with the byte at off, which must be in the text, and
// what lies before the leaf.
func (s *Snapshot) leafAt(off int) (l *leaf, before measure) {
	return s.leafWith(off+1, func(m measure) int { return m.bytes })
}

// leafWith returns the leaf with the n-th of what count counts, which must be in
// the text, and what lies before the leaf.
func (s *Snapshot) leafWith(n int, count func(measure) int) (l *leaf, before measure) {
	var shift measure
	if s.hot != nil && n > count(s.start) {
		if n <= count(s.start)+count(s.now) {
			return s.hot, s.start
		}
		shift = s.now.minus(s.was)
		n -= count(shift)
	}
	b := s.root
	for {
		i := 0
		for n > count(before)+count(b.sums[i]) {
			before = before.plus(b.sums[i])
			i++
		}
		if b.kids[i] == nil {
			return b.leaves[i], before.plus(shift)
		}
		b = b.kids[i]
	}
}

// Append appends the bytes [from, to) to dst; both are clamped.
func (s Snapshot) Append(dst []byte, from, to int) []byte {
	for w := s.walk(from, to); w.next(); {
		dst = s.texts.append(dst, w.span.id, int(w.span.n))
	}
	return dst
}

// Chunks yields the bytes [from, to) in pieces that must not be changed. A rune
// may begin in one piece and end in the next. Both ends are clamped.
func (s Snapshot) Chunks(from, to int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for w := s.walk(from, to); w.next(); {
			for u, n := w.span.id, int(w.span.n); n > 0; {
				b := s.texts.at(u, min(n, maxChunk))
				if !yield(b) {
					return
				}
				u, n = u+id(len(b)), n-len(b)
			}
		}
	}
}

// Loaded returns the text, which must not be changed, if it is what Load was given or a
// part of that in one piece; then that costs no memory.
func (s Snapshot) Loaded() (text []byte, ok bool) {
	w := s.walk(0, s.size.bytes)
	if !w.next() || w.span.end() > id(len(s.texts.base)) {
		return nil, false
	}
	from, to := w.span.id, w.span.end()
	for w.next() {
		if w.span.id != to || w.span.end() > id(len(s.texts.base)) {
			return nil, false
		}
		to = w.span.end()
	}
	return s.texts.base[from:to:to], true
}

// maxChunk is the longest piece of a text, in bytes: short enough that who looks
// for something in one can stop in between.
const maxChunk = 64 << 10

// Anchor returns the anchor of off in this snapshot, however far the document
// has moved on since; off is clamped to the text. It runs in O(log n) of the
// document's runs.
func (s Snapshot) Anchor(off int, bias Bias) Anchor {
	return anchor(off, s.size.bytes, bias, s.idAt)
}

// idAt returns the byte at off, which must be in the text.
func (s *Snapshot) idAt(off int) id {
	w := s.walk(off, off+1)
	w.next()
	return w.span.id
}

// walk goes through the visible text of a snapshot, span by span.
type walk struct {
	s       *Snapshot
	off, to int // where the next span begins, and the end
	leaf    *leaf
	i       int  // the next span of leaf
	skip    int  // how much of it lies before off
	span    span // the span at hand, cut to what was asked for
}

// walk returns a walk through the bytes [from, to), which are clamped.
func (s *Snapshot) walk(from, to int) walk {
	to = min(to, s.size.bytes)
	return walk{s: s, off: max(from, 0), to: to}
}

// next goes on to the next span, and reports whether there is one.
func (w *walk) next() bool {
	if w.off >= w.to {
		return false
	}
	for {
		if w.leaf == nil || w.i == int(w.leaf.n) {
			leaf, before := w.s.leafAt(w.off)
			w.leaf, w.i, w.skip = leaf, 0, w.off-before.bytes
		}
		s := w.s.span(w.leaf, w.i)
		w.i++
		n := s.visible()
		if w.skip >= n {
			w.skip -= n
			continue
		}
		w.span = *s
		w.span.id += id(w.skip)
		w.span.n = uint32(min(n-w.skip, w.to-w.off))
		w.off += int(w.span.n)
		w.skip = 0
		return true
	}
}
