package crdt

import (
	"bytes"
)

// measure is what is known of a stretch of text: its bytes and line feeds.
type measure struct{ bytes, feeds int }

func (m measure) plus(o measure) measure { return measure{m.bytes + o.bytes, m.feeds + o.feeds} }

func (m measure) minus(o measure) measure { return measure{m.bytes - o.bytes, m.feeds - o.feeds} }

// piece is a stretch of visible bytes whose ids are consecutive, in one block.
type piece struct {
	id    id // of the first byte
	text  []byte
	feeds int
}

func newPiece(first id, b []byte) piece {
	return piece{first, b, bytes.Count(b, lineFeed)}
}

var lineFeed = []byte{'\n'}

func (p piece) measure() measure { return measure{len(p.text), p.feeds} }

// split returns the first k bytes of p and the others.
func (p piece) split(k int) (left, right piece) {
	left, right = piece{id: p.id, text: p.text[:k]}, piece{id: p.id + id(k), text: p.text[k:]}
	if k <= len(p.text)/2 {
		left.feeds = bytes.Count(left.text, lineFeed)
		right.feeds = p.feeds - left.feeds
	} else {
		right.feeds = bytes.Count(right.text, lineFeed)
		left.feeds = p.feeds - right.feeds
	}
	return left, right
}

// continues reports whether p goes on where before ends, as one piece.
func (p piece) continues(before piece) bool {
	n := len(before.text)
	return p.id == before.id+id(n) && cap(before.text) > n && &before.text[:n+1][n] == &p.text[0]
}

// join lengthens p by after, which continues it.
func (p *piece) join(after piece) {
	p.text = p.text[:len(p.text)+len(after.text)]
	p.feeds += after.feeds
}
