package crdt

// TakeBack takes back what author did between from and to, in bytes, as w's
// edits: what they inserted there is deleted, and what they deleted there comes
// back unless somebody else has deleted it, too. Deleted text lies between the
// visible bytes that it was between, so it can be had where from is to. Both ends
// are clamped.
//
// It returns what that did to the text, in the order in which it was done, and is
// one group that w.Undo takes back. It runs in O(log n) for each span there, and
// once through the deletions of author.
func (w *Writer) TakeBack(author ReplicaID, from, to int) (edits []Edit) {
	d, l := w.doc, w.log
	of := d.known(author)
	from, to = max(from, 0), min(to, d.Len())
	if of == nil || from > to {
		return nil
	}
	w.EndGroup()
	seq := l.next
	// Deletions first: what they say of places holds while text only comes.
	after, before := d.Anchor(from, Left), d.Anchor(to, Right)
	for _, deletion := range d.deletions(of, after, before) {
		n := int(deletion.to - deletion.from)
		if !l.hasRoom(n) {
			break
		}
		first := makeUnit(of.number, deletion.from)
		l.restore(first, n)
		edits = d.cancel(edits, first, n)
	}
	from, to = d.Offset(after), d.Offset(before)
	for _, s := range d.writtenBy(of, from, to) {
		if !l.hasRoom(int(s.n)) {
			break
		}
		l.remove(s.id, int(s.n))
		edits = d.cover(edits, s.id, int(s.n), +1)
	}
	if l.next > seq {
		w.edited(seq)
		w.EndGroup()
	}
	return edits
}

// deletions returns which live deletions of l, as seqs, are of bytes that lie
// after the anchor after and before the anchor before.
func (d *Doc) deletions(l *log, after, before Anchor) (inside []interval) {
	lo, hi := d.gapOf(after), d.gapOf(before)
	live := func(from, to uint64) {
		l.within(from, to, func(r row, k, n int) {
			for k, n := k, n; r.kind().removes() && n > 0; {
				g, _ := d.tree.find(r.target(k, 1))
				m := min(n, int(g.span().n)-g.k)
				if r.kind() == removeBack {
					m = min(n, g.k+1)
				}
				if !d.tree.before(g, lo) && d.tree.before(g, hi) {
					seq := r.seq() + uint64(k)
					inside = append(inside, interval{seq, seq + uint64(m)})
				}
				k, n = k+m, n-m
			}
		})
	}
	seq := uint64(0)
	for _, c := range l.cancelled {
		live(seq, c.from)
		seq = c.to
	}
	live(seq, l.next)
	return inside
}

// gapOf returns where in the list a is.
func (d *Doc) gapOf(a Anchor) gap {
	switch a.side {
	case atStart:
		return d.tree.gapAfter(edge)
	case atEnd:
		return d.tree.end()
	case afterByte:
		return d.tree.gapAfter(a.id)
	}
	g, _ := d.tree.find(a.id)
	return g
}

// writtenBy returns the visible spans between from and to that l inserted.
func (d *Doc) writtenBy(l *log, from, to int) (spans []span) {
	text := d.now()
	for w := text.walk(from, to); w.next(); {
		if d.run(w.span.run).number == l.number {
			spans = append(spans, w.span)
		}
	}
	return spans
}
