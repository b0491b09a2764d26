package crdt

// EndGroup ends the current group of edits: what follows is undone apart from it.
func (w *Writer) EndGroup() {
	if w.open {
		w.open = false
		w.done[len(w.done)-1].to = w.log.next
	}
}

// Undo takes back the author's newest group of edits that is not undone. It
// returns what that did to the text, in the order in which it was done; none
// if there is nothing to undo. A group that others have since undone the
// effect of, so that nothing would change, is passed over.
func (w *Writer) Undo() []Edit {
	w.EndGroup()
	return w.invert(undoing, &w.done)
}

// Redo brings back the group that was undone last. A new edit forgets it.
func (w *Writer) Redo() []Edit {
	w.EndGroup()
	return w.invert(redoing, &w.undone)
}

// invert takes back the newest of groups that still shows, which how makes one of
// the other kind.
func (w *Writer) invert(how cause, groups *[]interval) []Edit {
	for len(*groups) > 0 {
		group := (*groups)[len(*groups)-1]
		if !w.log.hasRoom(int(group.to - group.from)) {
			return nil
		}
		start := w.log.next
		edits := w.invertGroup(group)
		w.doc.arrived(w.log, start)
		w.step(how, start)
		if len(edits) > 0 {
			return edits
		}
	}
	return nil
}

// invertGroup takes back the units of group: what was inserted is deleted, a
// deletion is cancelled, and a cancelled one made again. Deletions go first, so
// that text which the group both inserted and deleted does not show in between.
func (w *Writer) invertGroup(group interval) (edits []Edit) {
	d, l := w.doc, w.log
	hide := func(target id, n int) {
		l.remove(target, n)
		edits = d.cover(edits, target, n, +1)
	}
	l.within(group.from, group.to, func(r row, k, n int) {
		if r.kind().inserts() {
			hide(d.run(r.run()).at+id(k), n)
		} else if r.kind() == restore {
			d.targets(r.deletion(k), n, hide)
		}
	})
	l.within(group.from, group.to, func(r row, k, n int) {
		if r.kind().removes() {
			deletion := makeUnit(l.number, r.seq()+uint64(k))
			l.restore(deletion, n)
			edits = d.cancel(edits, deletion, n)
		}
	})
	return edits
}
