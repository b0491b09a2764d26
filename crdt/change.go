package crdt

// insert puts text into the list at g, which hangs it in the tree as k, left and
// right say, and into the visible text at off.
func (d *Doc) insert(l *log, g gap, off int, k kind, left, right id, text []byte) {
	g = d.spans.makeRoom(g)
	first := makeID(l.number, l.next)
	number := l.insert(k, left, right, text)
	d.spans.insert(g, span{id: first, n: len(text), run: number})
	d.show(off, first, len(text), number)
}

// show puts n inserted bytes, from the unit first of the numbered run on, into
// the visible text at off.
func (d *Doc) show(off int, first id, n int, number uint32) {
	l := d.logs[first.number()]
	r := &l.runs[number]
	at := r.text + int(first.seq()-r.seq)
	for n > 0 {
		b := l.arena.at(at, n)
		d.text.insert(off, newPiece(first, b))
		off, first, at, n = off+len(b), first+id(len(b)), at+len(b), n-len(b)
	}
}

// targets calls f for the units that the n deletions from deletion on delete.
func (d *Doc) targets(deletion id, n int, f func(target id, n int)) {
	seq := deletion.seq()
	d.logs[deletion.number()].within(seq, seq+uint64(n), func(r run, k, n int) {
		f(r.target(k, n), n)
	})
}

// cancel takes the n deletions from deletion on back, those that are still live,
// and appends to edits what that does to the text.
func (d *Doc) cancel(edits []Edit, deletion id, n int) []Edit {
	l, seq := d.logs[deletion.number()], deletion.seq()
	l.cancel(seq, seq+uint64(n), func(from, to uint64) {
		d.targets(makeID(l.number, from), int(to-from), func(target id, n int) {
			edits = d.cover(edits, target, n, -1)
		})
	})
	return edits
}

// cover changes by delta how many live deletions cover the n inserted units from
// first on, and appends to edits what that does to the text.
func (d *Doc) cover(edits []Edit, first id, n, delta int) []Edit {
	for n > 0 {
		g, ok := d.spans.find(first)
		if !ok {
			panic("crdt: deletion of a unit that is not there")
		}
		s := g.leaf.spans[g.i]
		m := min(n, s.n-g.k)
		switch off := 0; {
		case s.deletes == 0:
			off = d.spans.offset(g)
			d.spans.cover(g, m, delta)
			d.text.remove(off, off+m)
			edits = appendEdit(edits, Edit{Offset: off, Deleted: m})
		case int(s.deletes)+delta == 0:
			off = d.spans.offset(g)
			d.spans.cover(g, m, delta)
			d.show(off, first, m, s.run)
			edits = appendEdit(edits, Edit{Offset: off, Inserted: m})
		default:
			d.spans.cover(g, m, delta)
		}
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
