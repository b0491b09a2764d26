package crdt

import (
	"fmt"
	"unicode/utf8"
)

// DeleteSeen deletes those of the n bytes from off on in s, a snapshot of the
// document however old, that are still visible. What was inserted between them
// since stays. It returns ErrRange if one end is not a place in s, or s is of
// another document. It runs in O(log n) of the document's runs for each span of
// what it deletes.
func (w *Writer) DeleteSeen(s Snapshot, off, n int) error {
	d, l := w.doc, w.log
	if s.doc != d || n < 0 || off < 0 || off > s.Len()-n || !s.onBoundary(off) || !s.onBoundary(off+n) {
		return fmt.Errorf("delete %d bytes at %d of a snapshot of %d: %w", n, off, s.Len(), ErrRange)
	}
	if !l.hasRoom(n) {
		return fmt.Errorf("delete %d bytes: %w", n, errFull)
	}
	seq := l.next
	for at := s.walk(off, off+n); at.next(); {
		for first, left := at.span.id, int(at.span.n); left > 0; {
			g, _ := d.tree.find(first)
			m := min(left, int(g.span().n)-g.k)
			if g.span().deletes == 0 {
				l.remove(first, m)
				d.cover(nil, first, m, +1)
			}
			first, left = first+id(m), left-m
		}
	}
	if l.next > seq {
		w.edited(seq)
	}
	return nil
}

// Undoable returns how many groups of edits Undo can take back, also such as have
// no effect any more. One that still takes edits counts.
func (w *Writer) Undoable() int { return len(w.done) }

// onBoundary is that of Doc, for a snapshot.
func (s *Snapshot) onBoundary(off int) bool {
	if off <= 0 || off >= s.Len() {
		return off == 0 || off == s.Len()
	}
	from := max(off-utf8.UTFMax+1, 0)
	window := s.Append(nil, from, off+utf8.UTFMax-1)
	start := off - from
	if utf8.RuneStart(window[start]) {
		return true
	}
	for start > 0 && !utf8.RuneStart(window[start]) {
		start--
	}
	_, n := utf8.DecodeRune(window[start:])
	return start+n <= off-from
}
