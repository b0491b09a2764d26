package crdt

// Bias says to which neighbour an anchor clings.
type Bias uint8

const (
	// Left stays with the character before: text inserted at the anchor comes after it.
	Left Bias = iota
	// Right stays with the character after: text inserted at the anchor comes before it.
	Right
)

// Anchor is a place that stays with its character, also after that is deleted.
// The zero Anchor is the start of the text. Anchors are comparable values, and
// mean something only to the Doc that they come from.
type Anchor struct {
	id   id
	side side
}

// side is where an anchor lies.
type side uint8

const (
	atStart side = iota
	afterByte
	beforeByte
	atEnd
)

// End returns the anchor that is always the end of the text, as the zero Anchor
// is its start.
func End() Anchor { return Anchor{side: atEnd} }

// Anchor returns the anchor of off, in bytes; off is clamped to the text. At the
// start, a Left anchor clings to the start itself; at the end, a Right one to
// the end.
func (d *Doc) Anchor(off int, bias Bias) Anchor {
	return anchor(off, d.Len(), bias, func(off int) id {
		i, k := d.tree.at(off)
		return d.tree.focus.leaf.spans[i].id + id(k)
	})
}

// anchor returns the anchor of off in a text of size bytes, of which idAt tells
// the one at an offset.
func anchor(off, size int, bias Bias, idAt func(off int) id) Anchor {
	off = min(max(off, 0), size)
	switch {
	case bias == Left && off == 0:
		return Anchor{}
	case bias == Left:
		return Anchor{idAt(off - 1), afterByte}
	case off == size:
		return End()
	default:
		return Anchor{idAt(off), beforeByte}
	}
}

// Offset returns where a is now, in bytes from the start of the text. An anchor
// whose character was deleted lies where that would be. One from another
// document is as good as the start. It runs in O(log n) of the document's runs.
func (d *Doc) Offset(a Anchor) int {
	switch a.side {
	case atStart:
		return 0
	case atEnd:
		return d.Len()
	}
	g, ok := d.tree.find(a.id)
	if !ok {
		return 0
	}
	if a.side == afterByte {
		g.k++
	}
	return d.tree.offset(g)
}
