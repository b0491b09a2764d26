package crdt

// Small nodes, since an edit after a snapshot copies one in each row.
const (
	leafPieces = 8
	nodeKids   = 8
)

// textNode is a branch, or in the lowest row a branch whose kids are leaves.
type textNode struct {
	generation uint64
	n          int
	sums       [nodeKids]measure
	kids       [nodeKids]*textNode
	leaves     [nodeKids]*textLeaf
}

type textLeaf struct {
	generation uint64
	n          int
	pieces     [leafPieces]piece
}

// replace puts p at off in the i-th piece.
func (l *textLeaf) replace(i, off int, p piece) {
	before, after := l.pieces[i], piece{}
	if off == len(before.text) && p.continues(before) {
		l.pieces[i].join(p)
		if i+1 < l.n && l.pieces[i+1].continues(l.pieces[i]) {
			l.splice(i+1, 0)
		}
		return
	}
	if off == 0 {
		before, after = after, before
	} else if off < len(before.text) {
		before, after = before.split(off)
	}
	l.splice(i, 1, before, p, after)
}

// splice puts with, empty pieces left out, in the place of n pieces from the
// i-th on, and joins what continues. The leaf must be owned and have room.
func (l *textLeaf) splice(i, n int, with ...piece) {
	var joined [5]piece
	m, lo, hi := 0, i, i+n
	add := func(p piece) {
		switch {
		case len(p.text) == 0:
		case m > 0 && p.continues(joined[m-1]):
			joined[m-1].join(p)
		default:
			joined[m] = p
			m++
		}
	}
	if lo > 0 {
		lo--
		add(l.pieces[lo])
	}
	for _, p := range with {
		add(p)
	}
	if hi < l.n {
		add(l.pieces[hi])
		hi++
	}
	was := l.n
	copy(l.pieces[lo+m:], l.pieces[hi:was])
	copy(l.pieces[lo:], joined[:m])
	l.n += m - (hi - lo)
	if l.n < was {
		clear(l.pieces[l.n:was])
	}
}

// drop takes the kids [from, to) out of b.
func (b *textNode) drop(from, to int) {
	if from < to {
		copy(b.sums[from:], b.sums[to:b.n])
		copy(b.kids[from:], b.kids[to:b.n])
		copy(b.leaves[from:], b.leaves[to:b.n])
		b.truncate(b.n - (to - from))
	}
}

// truncate drops all but the first n kids of b.
func (b *textNode) truncate(n int) {
	clear(b.sums[n:b.n])
	clear(b.kids[n:b.n])
	clear(b.leaves[n:b.n])
	b.n = n
}

func (b *textNode) measure() (m measure) {
	for i := range b.sums[:b.n] {
		m = m.plus(b.sums[i])
	}
	return m
}

func (l *textLeaf) measure() (m measure) {
	for i := range l.pieces[:l.n] {
		m = m.plus(l.pieces[i].measure())
	}
	return m
}

// find returns the piece that holds the byte at off, which must be in the text,
// and the byte's offset in it.
func (b *textNode) find(off int) (*piece, int) {
	for {
		i := 0
		for off >= b.sums[i].bytes {
			off -= b.sums[i].bytes
			i++
		}
		if b.kids[i] != nil {
			b = b.kids[i]
			continue
		}
		l, i := b.leaves[i], 0
		for off >= len(l.pieces[i].text) {
			off -= len(l.pieces[i].text)
			i++
		}
		return &l.pieces[i], off
	}
}

func (b *textNode) byteAt(off int) byte {
	p, k := b.find(off)
	return p.text[k]
}

func (b *textNode) idAt(off int) id {
	p, k := b.find(off)
	return p.id + id(k)
}

func (b *textNode) append(dst []byte, from, to int) []byte {
	for i := 0; i < b.n && to > 0; i++ {
		n := b.sums[i].bytes
		switch {
		case from >= n:
		case b.kids[i] != nil:
			dst = b.kids[i].append(dst, max(from, 0), min(to, n))
		default:
			dst = b.leaves[i].append(dst, max(from, 0), min(to, n))
		}
		from, to = from-n, to-n
	}
	return dst
}

func (l *textLeaf) append(dst []byte, from, to int) []byte {
	for i := 0; i < l.n && to > 0; i++ {
		text := l.pieces[i].text
		if from < len(text) {
			dst = append(dst, text[max(from, 0):min(to, len(text))]...)
		}
		from, to = from-len(text), to-len(text)
	}
	return dst
}

// pieces yields the bytes [from, to) below b and reports whether to go on.
func (b *textNode) pieces(from, to int, yield func(piece) bool) bool {
	for i := 0; i < b.n && to > 0; i++ {
		n, more := b.sums[i].bytes, true
		switch {
		case from >= n:
		case b.kids[i] != nil:
			more = b.kids[i].pieces(max(from, 0), min(to, n), yield)
		default:
			more = b.leaves[i].yield(max(from, 0), min(to, n), yield)
		}
		if !more {
			return false
		}
		from, to = from-n, to-n
	}
	return true
}

func (l *textLeaf) yield(from, to int, yield func(piece) bool) bool {
	for i := 0; i < l.n && to > 0; i++ {
		p := l.pieces[i]
		n := len(p.text)
		if from < n {
			k, end := max(from, 0), min(to, n)
			if !yield(piece{id: p.id + id(k), text: p.text[k:end:end]}) {
				return false
			}
		}
		from, to = from-n, to-n
	}
	return true
}
