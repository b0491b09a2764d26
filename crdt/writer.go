package crdt

import (
	"fmt"
	"unicode/utf8"
)

// Writer is one author's hand in a document, with their undo history.
type Writer struct {
	doc  *Doc
	log  *log
	open bool // the newest group of done takes further edits, and has no end yet
	done []interval
	// undone are the groups to redo, as the ops that took them back.
	undone []interval
	steps  []step // that led to these
}

// Insert puts text before the byte at off. It returns ErrRange if off is not a
// place in the text.
func (w *Writer) Insert(off int, text []byte) error {
	d, t, l := w.doc, &w.doc.tree, w.log
	seq := l.next
	if at, ok := d.types(l, len(text)); ok && at == off && len(text) > 0 && l.hasRoom(len(text)) && l.endsRune {
		d.typeOn(l, text)
		w.edited(seq)
		return nil
	}
	if uint(off) > uint(t.size.bytes) {
		return fmt.Errorf("insert at %d of %d bytes: %w", off, d.Len(), ErrRange)
	}
	i, k := t.after(off)
	left := edge
	if k > 0 {
		left = t.focus.leaf.spans[i].id + id(k-1)
	}
	if left == edge || !d.endsRune(left) {
		if !d.onBoundary(off) {
			return fmt.Errorf("insert at %d of %d bytes: %w", off, d.Len(), ErrRange)
		}
		i, k = t.after(off)
	}
	if len(text) == 0 {
		return nil
	}
	if !l.hasRoom(len(text)) {
		return fmt.Errorf("insert %d bytes: %w", len(text), errFull)
	}
	next, ok := t.forward(gap{t.focus.leaf, i, k})
	right := edge
	if ok {
		right = next.id()
	}
	h := l.hook(insertRight, left, right)
	if ok && !h.goesOn {
		if _, origin, _ := d.hangs(next); origin == left {
			h.kind = insertLeft
		}
	}
	d.insert(l, i, k, h, text)
	w.edited(seq)
	return nil
}

// Delete removes the n bytes from off on. It returns ErrRange if one end is not
// a place in the text.
func (w *Writer) Delete(off, n int) error {
	d, t := w.doc, &w.doc.tree
	if n < 0 || off < 0 || off > t.size.bytes-n || n == 0 && !d.onBoundary(off) {
		return fmt.Errorf("delete %d bytes at %d of %d: %w", n, off, d.Len(), ErrRange)
	}
	if n == 0 {
		return nil
	}
	i, k := t.at(off)
	if !d.isRunes(i, k, n) {
		if !d.onBoundary(off) || !d.onBoundary(off+n) {
			return fmt.Errorf("delete %d bytes at %d of %d: %w", n, off, d.Len(), ErrRange)
		}
		i, k = t.at(off)
	}
	if !w.log.hasRoom(n) {
		return fmt.Errorf("delete %d bytes: %w", n, errFull)
	}
	seq := w.log.next
	for {
		s := &t.focus.leaf.spans[i]
		m := min(n, int(s.n)-k)
		w.log.remove(s.id+id(k), m)
		t.cover(i, k, m, +1)
		if n -= m; n == 0 {
			break
		}
		i, k = t.at(off)
	}
	d.edits++
	w.edited(seq)
	return nil
}

// isRunes reports whether the n bytes after the gap (i, k) of the focus are surely
// whole runes.
func (d *Doc) isRunes(i, k, n int) bool {
	s := &d.tree.focus.leaf.spans[i]
	first, last := s.id+id(k), s.id+id(k+n-1)
	return last < s.end() && utf8.RuneStart(d.arena.texts.byteAt(first)) && d.endsRune(last)
}

// edited takes w's units from seq on into its open group.
func (w *Writer) edited(seq uint64) {
	if w.doc.newest != w.log {
		w.doc.arrived(w.log, seq)
	}
	if !w.open {
		w.step(editing, seq)
	}
}

// endsRune reports whether the byte u is surely the last of a rune.
func (d *Doc) endsRune(u id) bool { return d.arena.texts.byteAt(u) < utf8.RuneSelf }

// onBoundary reports whether off is in the text and not inside a rune. A byte
// that is no valid UTF-8 is a rune of its own.
func (d *Doc) onBoundary(off int) bool {
	size := d.Len()
	if off <= 0 || off >= size {
		return off == 0 || off == size
	}
	i, k := d.tree.at(off)
	if utf8.RuneStart(d.arena.texts.byteAt(d.tree.focus.leaf.spans[i].id + id(k))) {
		return true
	}
	var around [2 * utf8.UTFMax]byte
	from := max(off-utf8.UTFMax+1, 0)
	window := around[:0]
	for at := from; at < min(off+utf8.UTFMax-1, size); at++ {
		i, k := d.tree.at(at)
		window = append(window, d.arena.texts.byteAt(d.tree.focus.leaf.spans[i].id+id(k)))
	}
	start := off - from
	for start > 0 && !utf8.RuneStart(window[start]) {
		start--
	}
	_, n := utf8.DecodeRune(window[start:])
	return start+n <= off-from
}
