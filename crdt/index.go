package crdt

import "sort"

// indexChunk is how many entries a chunk of the index holds at most.
const indexChunk = 128

// index tells in which leaf of the tree a byte lies. It is a map of intervals: an
// entry holds for the addresses from its own up to the next entry's, so that what
// happens inside a leaf does not concern it. Addresses of no byte lead anywhere.
//
// The entries lie in order in chunks, the chunks in order in one slice: a flat
// B+tree of two levels, enough for tens of millions of spans.
type index struct {
	firsts []id // the first entry of each chunk
	chunks []*chunk
}

type chunk struct {
	n      int
	ids    [indexChunk]id
	leaves [indexChunk]uint32
}

// find returns the number of the leaf of u, or noLeaf if nothing is up to it.
func (x *index) find(u id) uint32 {
	c, i := x.floor(u)
	if c < 0 {
		return noLeaf
	}
	return x.chunks[c].leaves[i]
}

// assign makes the addresses [from, to) lead to the leaf numbered no.
func (x *index) assign(from, to id, no uint32, a *arena) {
	c, i := x.floor(from)
	if c < 0 || c+1 < len(x.chunks) && x.firsts[c+1] <= to || x.chunks[c].n+2 > indexChunk {
		x.assignAcross(from, to, no, a)
		return
	}
	k := x.chunks[c]
	was := noLeaf // what leads up to from
	lo := i       // the first entry in [from, to]
	if k.ids[i] < from {
		was, lo = k.leaves[i], i+1
	}
	hi := lo // the first entry after to
	for hi < k.n && k.ids[hi] <= to {
		hi++
	}
	after := noLeaf
	if to != a.top && to != a.lost {
		after = k.leaves[max(hi-1, i)]
	}
	var ids [2]id
	var leaves [2]uint32
	n := 0
	if was != no || from == lostFrom {
		ids[n], leaves[n] = from, no
		n++
	}
	if after != noLeaf && after != no {
		ids[n], leaves[n] = to, after
		n++
	}
	if n != hi-lo {
		copy(k.ids[lo+n:], k.ids[hi:k.n])
		copy(k.leaves[lo+n:], k.leaves[hi:k.n])
		k.n += n - (hi - lo)
	}
	copy(k.ids[lo:], ids[:n])
	copy(k.leaves[lo:], leaves[:n])
	if k.n == 0 {
		x.removeChunk(c)
	} else {
		x.firsts[c] = k.ids[0]
	}
}

// assignAcross is assign where more than a chunk is concerned, or one is full.
func (x *index) assignAcross(from, to id, no uint32, a *arena) {
	if to != a.top && to != a.lost {
		if after := x.find(to); after != no && after != noLeaf {
			x.set(to, after)
		}
	}
	x.clear(from, to)
	if from == lostFrom || x.find(from) != no {
		x.set(from, no)
	}
}

// move makes the bytes of spans lead to the leaf numbered no.
func (x *index) move(spans []span, no uint32, d *Doc) {
	type interval struct{ from, to id }
	var moved [leafSpans]interval
	for n := range spans {
		s := interval{spans[n].id, d.until(&spans[n])}
		i := n
		for ; i > 0 && moved[i-1].from > s.from; i-- {
			moved[i] = moved[i-1]
		}
		moved[i] = s
	}
	for i := 0; i < len(spans); {
		now := moved[i]
		for i++; i < len(spans) && moved[i].from == now.to; i++ {
			now.to = moved[i].to
		}
		x.assign(now.from, now.to, no, &d.arena)
	}
}

// floor returns the chunk and the place in it of the last entry at or before u;
// chunk -1 if there is none.
func (x *index) floor(u id) (c, i int) {
	c = sort.Search(len(x.firsts), func(i int) bool { return x.firsts[i] > u }) - 1
	if c < 0 {
		return -1, 0
	}
	k := x.chunks[c]
	lo, hi := 0, k.n
	for lo < hi {
		if mid := int(uint(lo+hi) / 2); k.ids[mid] > u {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return c, lo - 1
}

// set adds the entry u, or changes it.
func (x *index) set(u id, no uint32) {
	c, i := x.floor(u)
	switch {
	case c < 0 && len(x.chunks) == 0:
		x.insertChunk(0, &chunk{n: 1, ids: [indexChunk]id{u}, leaves: [indexChunk]uint32{no}})
		return
	case c < 0:
		c, i = 0, -1
	case x.chunks[c].ids[i] == u:
		x.chunks[c].leaves[i] = no
		return
	}
	if k := x.chunks[c]; k.n == indexChunk {
		x.splitChunk(c)
		if i >= k.n {
			c, i = c+1, i-k.n
		}
	}
	k := x.chunks[c]
	i++
	copy(k.ids[i+1:], k.ids[i:k.n])
	copy(k.leaves[i+1:], k.leaves[i:k.n])
	k.ids[i], k.leaves[i] = u, no
	k.n++
	x.firsts[c] = k.ids[0]
}

// clear removes the entries [from, to).
func (x *index) clear(from, to id) {
	c, i := x.floor(from)
	if c < 0 {
		c, i = 0, 0
	} else if x.chunks[c].ids[i] < from {
		i++
	}
	for c < len(x.chunks) {
		k := x.chunks[c]
		end := i
		for end < k.n && k.ids[end] < to {
			end++
		}
		if end == i && i < k.n {
			return
		}
		copy(k.ids[i:], k.ids[end:k.n])
		copy(k.leaves[i:], k.leaves[end:k.n])
		k.n -= end - i
		if k.n == 0 {
			x.removeChunk(c)
			i = 0
			continue
		}
		x.firsts[c] = k.ids[0]
		if i < k.n {
			return
		}
		c, i = c+1, 0
	}
}

// splitChunk moves the right half of the chunk c into a chunk of its own.
func (x *index) splitChunk(c int) {
	left, right := x.chunks[c], new(chunk)
	half := indexChunk / 2
	right.n = copy(right.ids[:], left.ids[half:])
	copy(right.leaves[:], left.leaves[half:])
	left.n = half
	x.insertChunk(c+1, right)
}

func (x *index) insertChunk(c int, k *chunk) {
	x.chunks = append(x.chunks, nil)
	copy(x.chunks[c+1:], x.chunks[c:])
	x.chunks[c] = k
	x.firsts = append(x.firsts, 0)
	copy(x.firsts[c+1:], x.firsts[c:])
	x.firsts[c] = k.ids[0]
}

func (x *index) removeChunk(c int) {
	x.chunks = append(x.chunks[:c], x.chunks[c+1:]...)
	x.firsts = append(x.firsts[:c], x.firsts[c+1:]...)
}
