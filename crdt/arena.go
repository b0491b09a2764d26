package crdt

import (
	"bytes"
	"sort"
)

const (
	// blockSize is the size of the arena's blocks and so the longest piece of
	// typed text without a seam, in bytes. Line feeds of the loaded file are
	// counted in as many bytes each.
	blockSize = 4096
	// minReserve is how many addresses a replica gets at the least: enough for a
	// word, little to lose where there are very many replicas.
	minReserve = 32
)

// texts is where the bytes lie: those of the loaded file at the addresses from 0
// on, the others in blocks after them. It never changes, and neither does a byte
// once a span names it, so snapshots read it while more is written.
type texts struct {
	base   []byte
	feeds  []int // line feeds in base before each blockSize bytes of it
	blocks []*[blockSize]byte
}

// at returns up to n bytes from u on: fewer where a block ends.
func (t *texts) at(u id, n int) []byte {
	if u < id(len(t.base)) {
		return t.base[u : int(u)+n : int(u)+n]
	}
	off := u - id(len(t.base))
	k := int(off % blockSize)
	end := min(k+n, blockSize)
	return t.blocks[off/blockSize][k:end:end]
}

// byteAt returns the byte u.
func (t *texts) byteAt(u id) byte {
	if u < id(len(t.base)) {
		return t.base[u]
	}
	off := u - id(len(t.base))
	return t.blocks[off/blockSize][off%blockSize]
}

// append appends the n bytes from u on to dst.
func (t *texts) append(dst []byte, u id, n int) []byte {
	for n > 0 {
		b := t.at(u, n)
		dst = append(dst, b...)
		u, n = u+id(len(b)), n-len(b)
	}
	return dst
}

var lineFeed = []byte{'\n'}

// count returns how many line feeds the n bytes from u on have. It looks at no
// more than maxSpan of them.
func (t *texts) count(u id, n int) (feeds int) {
	if u < id(len(t.base)) && n > 2*blockSize {
		return t.countBase(int(u)+n) - t.countBase(int(u))
	}
	for n > 0 {
		b := t.at(u, n)
		feeds += bytes.Count(b, lineFeed)
		u, n = u+id(len(b)), n-len(b)
	}
	return feeds
}

// countBase returns how many line feeds the first n bytes of the file have.
func (t *texts) countBase(n int) int {
	if n == len(t.base) {
		return t.feeds[len(t.feeds)-1]
	}
	return t.feeds[n/blockSize] + bytes.Count(t.base[n-n%blockSize:n], lineFeed)
}

// afterFeed returns how far after u, from where on there are n bytes, the
// line-th line feed ends, counted from 1.
func (t *texts) afterFeed(u id, n, line int) int {
	at := u
	if u < id(len(t.base)) && n > 2*blockSize {
		line += t.countBase(int(u))
		block := sort.SearchInts(t.feeds, line) - 1
		line -= t.feeds[block]
		at = id(block * blockSize)
		n = min(blockSize, len(t.base)-int(at))
	}
	for {
		b := t.at(at, n)
		if feeds := bytes.Count(b, lineFeed); feeds < line {
			line -= feeds
			at, n = at+id(len(b)), n-len(b)
			continue
		}
		return int(at) - int(u) + afterFeed(b, line)
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

// arena gives addresses to inserted bytes and keeps their text, the visible and
// the deleted.
type arena struct {
	texts *texts // replaced when there is a new block
	top   id     // the next address that no replica has
	lost  id     // the next for bytes whose text is not kept
	// stretches are the addresses that replicas got, in order; those from lostFrom
	// on are apart, as both kinds grow.
	stretches, lostStretches []stretch
}

// stretch is addresses in a row that one replica got.
type stretch struct {
	at     id
	seq    uint64 // of the byte at the first, among those of the replica
	number uint32 // of the replica
}

// goesOn reports whether the byte seq of the replica numbered number is one more
// of s if its address is u.
func (s stretch) goesOn(u id, number uint32, seq uint64) bool {
	return s.number == number && s.seq+uint64(u-s.at) == seq
}

func (a *arena) init() {
	a.texts = &texts{}
	a.lost = lostFrom
}

// load makes base the text of the addresses from 0 on, for the replica numbered 0.
func (a *arena) load(base []byte) {
	feeds := make([]int, 0, len(base)/blockSize+2)
	n := 0
	for at := 0; at < len(base); at += blockSize {
		feeds = append(feeds, n)
		n += bytes.Count(base[at:min(at+blockSize, len(base))], lineFeed)
	}
	a.texts = &texts{base: base, feeds: append(feeds, n)}
	a.top = id(len(base))
}

// block returns memory for up to n bytes from u on, which are reserved: fewer
// where a block ends.
func (a *arena) block(u id, n int) []byte {
	off := u - id(len(a.texts.base))
	if need := int(off/blockSize) + 1; need > len(a.texts.blocks) {
		more := *a.texts
		for len(more.blocks) < need {
			more.blocks = append(more.blocks, new([blockSize]byte))
		}
		a.texts = &more
	}
	return a.texts.at(u, n)
}

// owner returns which replica inserted u, by number, and which of its bytes that is.
func (a *arena) owner(u id) (number uint32, seq uint64) {
	in := a.stretches
	if u >= lostFrom {
		in = a.lostStretches
	}
	i := len(in) - 1
	if u < in[i].at {
		i = sort.Search(i, func(i int) bool { return in[i].at > u }) - 1
	}
	return in[i].number, in[i].seq + uint64(u-in[i].at)
}
