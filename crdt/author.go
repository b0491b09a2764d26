package crdt

import "iter"

// Authored is a stretch of visible text from one author: the bytes [From, To).
type Authored struct {
	Author   ReplicaID
	From, To int
}

// Authors yields who wrote the bytes [from, to), in order, neighbours of one
// author as one. Both ends are clamped. The document must not change meanwhile.
func (d *Doc) Authors(from, to int) iter.Seq[Authored] {
	text := d.text.now()
	from, to = text.clamp(from, to)
	return func(yield func(Authored) bool) {
		if from == to {
			return
		}
		var now Authored
		off := from
		going := text.root.pieces(from, to, func(p piece) bool {
			author := d.logs[p.id.number()].replica
			if author != now.Author || off == from {
				if off > from && !yield(now) {
					return false
				}
				now = Authored{author, off, off}
			}
			off += len(p.text)
			now.To = off
			return true
		})
		if going {
			yield(now)
		}
	}
}
