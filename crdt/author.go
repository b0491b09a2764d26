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
	text := d.now()
	return func(yield func(Authored) bool) {
		now := Authored{From: max(from, 0)}
		now.To = now.From
		for w := text.walk(from, to); w.next(); {
			author := d.logs[d.run(w.span.run).number].replica
			if author != now.Author && now.To > now.From {
				if !yield(now) {
					return
				}
				now.From = now.To
			}
			now.Author = author
			now.To += int(w.span.n)
		}
		if now.To > now.From {
			yield(now)
		}
	}
}
