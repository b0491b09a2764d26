package crdt

// Edit is what one change did to the visible text: at Offset, Deleted bytes
// went and Inserted bytes came.
type Edit struct{ Offset, Deleted, Inserted int }

// insert puts text, which l inserts, into the gap (i, k) of the focus. How it
// hangs in the tree, its kind and origins say.
func (d *Doc) insert(l *log, i, k int, how kind, left, right id, text []byte) {
	number, goesOn := d.goesOn(l, left, right)
	goesOn = goesOn && how != insertLeft
	l.reserve(&d.arena, len(text))
	if at := l.free; goesOn && at == left+1 {
		l.next += uint64(len(text))
	} else {
		number = d.runs.add(run{at, left, right, l.number, how == insertLeft})
		l.add(how, uint64(number), len(text))
	}
	at := l.free
	d.arena.write(at, text)
	l.free += id(len(text))
	l.inserted += uint64(len(text))
	d.edits++
	d.place(i, k, at, number, len(text), maxSpan)
}

// insertLost is insert for n bytes whose text is not kept.
func (d *Doc) insertLost(l *log, i, k int, how kind, left, right id, n int) {
	number, goesOn := d.goesOn(l, left, right)
	at := l.reserveLost(&d.arena, n)
	if goesOn && how != insertLeft && at == left+1 {
		l.next += uint64(n)
	} else {
		number = d.runs.add(run{at, left, right, l.number, how == insertLeft})
		l.add(how, uint64(number), n)
	}
	l.inserted += uint64(n)
	d.tree.insert(i, k, span{id: at, n: uint32(n), deletes: lost, run: number})
}

// goesOn reports whether a byte that l inserts between left and right goes on
// with its newest row, of which it returns the run.
func (d *Doc) goesOn(l *log, left, right id) (number uint32, ok bool) {
	if l.rows.n == 0 || !l.rows.last().kind().inserts() {
		return 0, false
	}
	r := l.rows.last()
	x := d.runs.at(r.run())
	return r.run(), x.right == right && left == x.at+id(l.next-r.seq())-1
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
			e.Offset = t.focus.start.bytes + g.leaf.offset(g.i, g.k)
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
