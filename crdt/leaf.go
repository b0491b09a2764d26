package crdt

// leafSpans makes a leaf 512 bytes: an edit after a snapshot copies one.
const leafSpans = 20

// leaf is spans side by side. It holds no pointers, so that the garbage
// collector passes it by.
type leaf struct {
	generation uint64
	no         uint32
	n          int32
	spans      [leafSpans]span
}

func (l *leaf) used() []span { return l.spans[:l.n] }

// copy returns a leaf with the same spans, of no generation.
func (l *leaf) copy() *leaf {
	mine := &leaf{no: l.no, n: l.n}
	copy(mine.spans[:], l.used())
	return mine
}

func (l *leaf) measure() (m measure) {
	for i := range l.used() {
		m = m.plus(l.spans[i].measure())
	}
	return m
}

// find returns which span of l holds u, and where in it; -1 if none does.
func (l *leaf) find(u id) (i, k int) {
	for i := range l.used() {
		if s := &l.spans[i]; u-s.id < id(s.n) {
			return i, int(u - s.id)
		}
	}
	return -1, 0
}

// offset returns how many visible bytes of l lie before the k-th byte of its
// i-th span.
func (l *leaf) offset(i, k int) (off int) {
	for j := range l.spans[:i] {
		off += l.spans[j].visible()
	}
	if i < int(l.n) && l.spans[i].deletes == 0 {
		off += k
	}
	return off
}
