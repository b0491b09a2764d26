package editor

import "tshare/crdt"

// Selection is from Tail, where it began, to Head, the caret; both are offsets
// in one snapshot. With Tail == Head nothing is selected.
type Selection struct {
	Tail, Head int
	Goal       int // the column, in cells, that moving up and down keeps to; -1 for the caret's own
}

// Caret returns a selection of nothing at off.
func Caret(off int) Selection { return Selection{Tail: off, Head: off, Goal: -1} }

// Range returns the selection's offsets in order.
func (s Selection) Range() (from, to int) { return min(s.Tail, s.Head), max(s.Tail, s.Head) }

// Empty reports whether nothing is selected.
func (s Selection) Empty() bool { return s.Tail == s.Head }

// Motion leads from one selection to another on one text. It is pure: the
// session applies it to the newest text, however stale the screen was.
type Motion func(text crdt.Snapshot, s Selection) Selection

// Extend returns m as it selects: the caret goes where m leads and the
// selection still begins where it began.
func Extend(m Motion) Motion {
	return func(text crdt.Snapshot, s Selection) Selection {
		to := m(text, Selection{Tail: s.Head, Head: s.Head, Goal: s.Goal})
		return Selection{Tail: s.Tail, Head: to.Head, Goal: to.Goal}
	}
}

// All selects the whole text.
func All(text crdt.Snapshot, _ Selection) Selection {
	return Selection{Tail: 0, Head: text.Len(), Goal: -1}
}

// Drop leaves the caret where it is with nothing selected.
func Drop(_ crdt.Snapshot, s Selection) Selection { return Caret(s.Head) }
