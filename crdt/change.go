package crdt

import (
	"bytes"
	"unicode/utf8"
)

// Edit is what one change did to the visible text: at Offset, Deleted bytes
// went and Inserted bytes came.
type Edit struct{ Offset, Deleted, Inserted int }

// hook is how new bytes hang in the tree.
type hook struct {
	kind        kind
	left, right id   // the origins
	goesOn      bool // with the newest row of their log
}

// hook returns how bytes that l inserts hang in the tree with the origins left and
// right, as the child that k says.
func (l *log) hook(k kind, left, right id) hook {
	goesOn := k != insertLeft && left == l.tail && right == l.tailRight && left != edge
	return hook{k, left, right, goesOn}
}

// insert puts text, which l inserts, into the gap (i, k) of the focus.
func (d *Doc) insert(l *log, i, k int, h hook, text []byte) {
	at := l.write(&d.arena, text)
	d.logInsert(l, h, at, len(text))
	d.edits++
	d.place(i, k, at, l.tailRun, len(text), maxSpan)
}

// types reports whether n bytes that l inserts after what it inserted last only
// lengthen the span where the last edit was: then they cost no search. It returns
// the offset.
func (d *Doc) types(l *log, n int) (off int, ok bool) {
	t, f := &d.tree, &d.tree.focus
	s := &f.leaf.spans[f.i]
	if s.end() != l.tail+1 || s.deletes > 0 || l.free != l.tail+1 || len(l.block) < n || int(s.n)+n > maxSpan {
		return 0, false
	}
	right := edge
	if i := f.i + 1; i < int(f.leaf.n) {
		right = f.leaf.spans[i].id
	} else if next, ok := t.next(gap{f.leaf, f.i, 0}); ok {
		right = next.id()
	}
	return f.start.bytes + f.before + int(s.n), right == l.tailRight
}

// typeOn inserts text where d.types allows it.
func (d *Doc) typeOn(l *log, text []byte) {
	t, f := &d.tree, &d.tree.focus
	s := &t.ownLeaf().spans[f.i]
	f.grow(f.i)
	n := len(text)
	m := measure{bytes: n}
	if n == 1 && text[0] != '\n' { // as a key does
		l.block[0] = text[0]
	} else {
		copy(l.block, text)
		m.feeds = bytes.Count(text, lineFeed)
	}
	s.n += uint32(n)
	s.feeds += uint32(m.feeds)
	t.size, f.now = t.size.plus(m), f.now.plus(m)
	l.block = l.block[n:]
	l.endsRune = text[n-1] < utf8.RuneSelf
	l.free += id(n)
	l.tail += id(n)
	l.inserted += uint64(n)
	l.next += uint64(n)
	d.edits++
}

// insertLost is insert for n bytes whose text is not kept.
func (d *Doc) insertLost(l *log, i, k int, h hook, n int) {
	at := l.reserveLost(&d.arena, n)
	d.logInsert(l, h, at, n)
	d.tree.insert(i, k, span{id: at, n: uint32(n), deletes: lost, run: l.tailRun})
}

// logInsert logs the insertion of the n bytes from at on.
func (d *Doc) logInsert(l *log, h hook, at id, n int) {
	if h.goesOn && at == h.left+1 {
		l.next += uint64(n)
	} else {
		l.tailRun = d.addRun(run{at, h.left, h.right, l.number, h.kind == insertLeft, d.root(h)})
		l.tailRight = h.right
		l.add(h.kind, uint64(l.tailRun), n)
	}
	l.tail = at + id(n) - 1
	l.inserted += uint64(n)
}

// root returns the number of the nearest left child up the tree from what hangs
// as h says, which is the next run if that is one itself.
func (d *Doc) root(h hook) uint32 {
	if h.kind == insertLeft {
		return uint32(d.runs.n)
	}
	if g, ok := d.tree.find(h.left); ok {
		return d.run(g.span().run).root
	}
	return noRun
}

// place puts the n bytes from at on into the gap of the focus, in spans of no
// more than most.
func (d *Doc) place(i, k int, at id, number uint32, n, most int) {
	for {
		m := min(n, most)
		d.tree.insert(i, k, span{id: at, n: uint32(m), feeds: uint32(d.arena.texts.count(at, m)), run: number})
		at, n = at+id(m), n-m
		if n == 0 {
			return
		}
		g := d.tree.gapAfter(at - 1)
		d.tree.look(g.leaf.no)
		i, k = g.i, g.k
	}
}

// targets calls f for the bytes that the n deletions from deletion on delete.
func (d *Doc) targets(deletion unit, n int, f func(target id, n int)) {
	seq := deletion.seq()
	d.logs[deletion.number()].within(seq, seq+uint64(n), func(r row, k, n int) {
		f(r.target(k, n), n)
	})
}

// cancel takes the n deletions from deletion on back, those that are still live,
// and appends to edits what that does to the text.
func (d *Doc) cancel(edits []Edit, deletion unit, n int) []Edit {
	l, seq := d.logs[deletion.number()], deletion.seq()
	l.cancel(seq, seq+uint64(n), func(from, to uint64) {
		d.targets(makeUnit(l.number, from), int(to-from), func(target id, n int) {
			edits = d.cover(edits, target, n, -1)
		})
	})
	return edits
}

// cover changes by delta how many live deletions cover the n bytes from first
// on, and appends to edits what that does to the text.
func (d *Doc) cover(edits []Edit, first id, n, delta int) []Edit {
	t := &d.tree
	for n > 0 {
		g, ok := t.find(first)
		if !ok {
			panic("crdt: deletion of a byte that is not there")
		}
		s := g.span()
		m := min(n, int(s.n)-g.k)
		e := Edit{}
		switch {
		case s.deletes == 0:
			e.Deleted = m
		case int(s.deletes)+delta == 0:
			e.Inserted = m
		}
		t.look(g.leaf.no)
		if e != (Edit{}) {
			e.Offset = t.offsetIn(g)
			edits = appendEdit(edits, e)
			d.edits++
		}
		t.cover(g.i, g.k, m, delta)
		first, n = first+id(m), n-m
	}
	return edits
}

// appendEdit appends e to edits, as part of the last if it goes on there.
func appendEdit(edits []Edit, e Edit) []Edit {
	if len(edits) > 0 {
		last := &edits[len(edits)-1]
		switch {
		case e.Inserted == 0 && last.Inserted == 0 && e.Offset == last.Offset:
			last.Deleted += e.Deleted
			return edits
		case e.Inserted == 0 && last.Inserted == 0 && e.Offset+e.Deleted == last.Offset:
			last.Offset, last.Deleted = e.Offset, last.Deleted+e.Deleted
			return edits
		case e.Deleted == 0 && last.Deleted == 0 && last.Offset <= e.Offset && e.Offset <= last.Offset+last.Inserted:
			last.Inserted += e.Inserted
			return edits
		}
	}
	return append(edits, e)
}
