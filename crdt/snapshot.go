package crdt

import (
	"bytes"
	"iter"
)

// Snapshot is a document's text at one version, immutable and safe for any
// goroutine. Lines count from 0 and end after their line feed. The zero Snapshot
// is an empty text.
type Snapshot struct {
	root *textNode
	size measure
}

// Len returns the length of the text in bytes.
func (s Snapshot) Len() int { return s.size.bytes }

// Lines returns the number of lines: one more than there are line feeds.
func (s Snapshot) Lines() int { return s.size.feeds + 1 }

// LineStart returns the offset of the first byte of line, clamped to the text.
// LineStart(Lines()) is Len().
func (s Snapshot) LineStart(line int) int {
	switch {
	case line <= 0:
		return 0
	case line > s.size.feeds:
		return s.size.bytes
	}
	off, b := 0, s.root
	for {
		i := 0
		for line > b.sums[i].feeds {
			line -= b.sums[i].feeds
			off += b.sums[i].bytes
			i++
		}
		if b.kids[i] != nil {
			b = b.kids[i]
			continue
		}
		l, i := b.leaves[i], 0
		for line > l.pieces[i].feeds {
			line -= l.pieces[i].feeds
			off += len(l.pieces[i].text)
			i++
		}
		return off + afterFeed(l.pieces[i].text, line)
	}
}

// afterFeed returns the offset after the n-th line feed of b, counted from 1.
func afterFeed(b []byte, n int) int {
	const stride = 256 // counted at once, which is faster than line by line
	off := 0
	for off+stride < len(b) {
		feeds := bytes.Count(b[off:off+stride], lineFeed)
		if feeds >= n {
			break
		}
		n -= feeds
		off += stride
	}
	for ; n > 0; n-- {
		off += bytes.IndexByte(b[off:], '\n') + 1
	}
	return off
}

// LineAt returns the line that the byte at off is in; off is clamped.
func (s Snapshot) LineAt(off int) int {
	switch {
	case off <= 0:
		return 0
	case off >= s.size.bytes:
		return s.size.feeds
	}
	line, b := 0, s.root
	for {
		i := 0
		for off >= b.sums[i].bytes {
			off -= b.sums[i].bytes
			line += b.sums[i].feeds
			i++
		}
		if b.kids[i] != nil {
			b = b.kids[i]
			continue
		}
		l, i := b.leaves[i], 0
		for off >= len(l.pieces[i].text) {
			off -= len(l.pieces[i].text)
			line += l.pieces[i].feeds
			i++
		}
		return line + bytes.Count(l.pieces[i].text[:off], lineFeed)
	}
}

// Append appends the bytes [from, to) to dst; both are clamped.
func (s Snapshot) Append(dst []byte, from, to int) []byte {
	if from, to = s.clamp(from, to); from == to {
		return dst
	}
	return s.root.append(dst, from, to)
}

// Chunks yields the bytes [from, to) in pieces that must not be changed. A rune
// may begin in one piece and end in the next. Both ends are clamped.
func (s Snapshot) Chunks(from, to int) iter.Seq[[]byte] {
	from, to = s.clamp(from, to)
	return func(yield func([]byte) bool) {
		if from < to {
			s.root.pieces(from, to, func(p piece) bool { return yield(p.text) })
		}
	}
}

// Same reports whether both are snapshots of the same version of one document.
// It costs nothing: an edit always makes them differ, one without effect on the
// text does not.
func (s Snapshot) Same(t Snapshot) bool { return s.root == t.root }

// Anchor returns the anchor of off in this snapshot, however far the document
// has moved on since; off is clamped to the text.
func (s Snapshot) Anchor(off int, bias Bias) Anchor {
	off = min(max(off, 0), s.size.bytes)
	switch {
	case bias == Left && off == 0:
		return Anchor{}
	case bias == Left:
		return Anchor{s.root.idAt(off - 1), afterUnit}
	case off == s.size.bytes:
		return End()
	default:
		return Anchor{s.root.idAt(off), beforeUnit}
	}
}

func (s Snapshot) clamp(from, to int) (int, int) {
	to = min(to, s.size.bytes)
	return min(max(from, 0), max(to, 0)), max(to, 0)
}
