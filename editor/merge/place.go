package merge

import "bytes"

// Who tells which side changed some lines since both had the same.
type Who uint8

// The sides.
const (
	I      Who = iota + 1 // mine
	They                  // theirs
	Both                  // both, each in its way
	agreed                // both in the same way
)

// place is units of the base that were changed, and what they are on both sides.
type place struct {
	base, mine, theirs span
	who                Who
}

// places returns where mine or theirs differs from base, in order.
func (w *words) places(base, mine, theirs *units) []place {
	return sweep(mine, theirs, w.paired(base, mine), w.paired(base, theirs))
}

// sweep goes through the hunks of both sides, and takes those together that
// overlap.
func sweep(mine, theirs *units, ours, others []hunk) []place {
	var list []place
	m, t := side{hunks: ours}, side{hunks: others}
	for len(m.hunks)+len(t.hunks) > 0 {
		p := place{base: first(m, t)}
		before := [2]int{m.shift, t.shift}
		var changed [2]bool
		for more := true; more; {
			a, b := m.take(&p.base), t.take(&p.base)
			changed[0], changed[1] = changed[0] || a, changed[1] || b
			more = a || b
		}
		p.mine = span{p.base.from + before[0], p.base.to + m.shift}
		p.theirs = span{p.base.from + before[1], p.base.to + t.shift}
		switch {
		case !changed[1]:
			p.who = I
		case !changed[0]:
			p.who = They
		case bytes.Equal(mine.part(p.mine), theirs.part(p.theirs)):
			p.who = agreed
		default:
			p.who = Both
		}
		list = append(list, p)
	}
	return list
}

// side is the hunks of one side that are still to come.
type side struct {
	hunks []hunk
	shift int // how far what follows those before has moved
}

// first returns where the next hunk of the two sides is.
func first(m, t side) span {
	switch {
	case len(m.hunks) == 0:
		return t.hunks[0].of
	case len(t.hunks) == 0:
		return m.hunks[0].of
	}
	a, b := m.hunks[0].of, t.hunks[0].of
	if b.from < a.from || b.from == a.from && b.to < a.to {
		return b
	}
	return a
}

// take takes the next hunk if it overlaps with at, which it widens.
func (s *side) take(at *span) bool {
	if len(s.hunks) == 0 || !s.hunks[0].of.overlaps(*at) {
		return false
	}
	h := s.hunks[0]
	at.from, at.to = min(at.from, h.of.from), max(at.to, h.of.to)
	s.shift = h.with.to - h.of.to
	s.hunks = s.hunks[1:]
	return true
}

// overlaps reports whether s and t have something in common, or are the same
// place between two units. To lie side by side is no overlap.
func (s span) overlaps(t span) bool {
	return s.from < t.to && t.from < s.to || s == t
}
