package crdt

// span is consecutive units of one inserted run that lie side by side in the
// list and are covered by as many live deletions: none if they are visible.
type span struct {
	id      id // the first unit
	n       int
	deletes uint32
	run     uint32 // in its replica's log
}

func (s span) end() id { return s.id + id(s.n) }

func (s span) visible() int {
	if s.deletes > 0 {
		return 0
	}
	return s.n
}

// continues reports whether s goes on where before ends, as one span.
func (s span) continues(before span) bool {
	return s.id == before.end() && s.run == before.run && s.deletes == before.deletes
}

// split returns the first k units of s and the others.
func (s span) split(k int) (span, span) {
	left, right := s, s
	left.n = k
	right.id += id(k)
	right.n -= k
	return left, right
}
