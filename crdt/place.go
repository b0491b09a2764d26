package crdt

// Place is an Anchor as it travels: it means the same in every replica. The zero
// Place is the start of the text.
type Place struct {
	Replica ReplicaID // who inserted the character's byte
	Byte    uint64    // which of theirs it is, from 0
	Side    uint8     // 0 the start of the text, 1 after the byte, 2 before it, 3 the end
}

// Place returns what a, which is d's, is called everywhere.
func (d *Doc) Place(a Anchor) Place {
	p := Place{Side: uint8(a.side)}
	if a.side == afterByte || a.side == beforeByte {
		n := d.name(a.id)
		p.Replica, p.Byte = n.replica, n.seq
	}
	return p
}

// At returns the anchor for p; ok is false if the byte has not come to d yet, or p
// is none that Place returns.
func (d *Doc) At(p Place) (a Anchor, ok bool) {
	switch side := side(p.Side); side {
	case atStart, atEnd:
		return Anchor{side: side}, true
	case afterByte, beforeByte:
		n := name{p.Replica, p.Byte}
		if n == edgeName || !d.has(n) {
			return Anchor{}, false
		}
		return Anchor{d.id(n), side}, true
	}
	return Anchor{}, false
}
