package crdt

import "fmt"

// Writer is one author's hand in a document, with their undo history.
type Writer struct {
	doc  *Doc
	log  *log
	open bool // the newest group of done takes further edits
	done []interval
	// undone are the groups to redo, as the ops that took them back.
	undone []interval
}

// Edit is what one change did to the visible text: at Offset, Deleted bytes
// went and Inserted bytes came.
type Edit struct{ Offset, Deleted, Inserted int }

// Insert puts text before the byte at off.
func (w *Writer) Insert(off int, text []byte) error {
	d := w.doc
	if !d.text.onBoundary(off) {
		return fmt.Errorf("insert at %d of %d bytes: %w", off, d.Len(), ErrRange)
	}
	if len(text) == 0 {
		return nil
	}
	if !w.log.hasRoom(len(text)) {
		return fmt.Errorf("insert %d bytes: %w", len(text), errFull)
	}
	g := d.spans.after(off)
	left, right := d.spans.neighbours(g)
	k := insertRight
	if !w.log.types(left, right) && right != edge && d.leftOrigin(right) == left {
		k = insertLeft
	}
	seq := w.log.next
	d.insert(w.log, g, off, k, left, right, text)
	w.edited(seq)
	return nil
}

// Delete removes the n bytes from off on.
func (w *Writer) Delete(off, n int) error {
	d := w.doc
	if n < 0 || !d.text.onBoundary(off) || !d.text.onBoundary(off+n) {
		return fmt.Errorf("delete %d bytes at %d of %d: %w", n, off, d.Len(), ErrRange)
	}
	if n == 0 {
		return nil
	}
	if !w.log.hasRoom(n) {
		return fmt.Errorf("delete %d bytes: %w", n, errFull)
	}
	seq := w.log.next
	d.text.remove(off, off+n)
	for left := n; left > 0; {
		g := d.spans.at(off)
		s := g.leaf.spans[g.i]
		m := min(left, s.n-g.k)
		w.log.remove(s.id+id(g.k), m)
		d.spans.cover(g, m, +1)
		left -= m
	}
	w.edited(seq)
	return nil
}

// edited takes w's units from seq on into its open group.
func (w *Writer) edited(seq uint64) {
	w.doc.arrived(w.log, seq)
	w.undone = nil
	if !w.open {
		w.done = append(w.done, interval{from: seq})
		w.open = true
	}
	w.done[len(w.done)-1].to = w.log.next
}
