package crdt

import (
	"slices"
	"sort"
)

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
	if c == len(x.chunks)-1 && (c < 0 || i == x.chunks[c].n-1 && x.chunks[c].ids[i] < from) {
		x.append(c, from, to, no, a)
		return
	}
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

// append is assign where all entries, of which the last is in the chunk c, are
// before from.
func (x *index) append(c int, from, to id, no uint32, a *arena) {
	was := noLeaf
	if c >= 0 {
		was = x.chunks[c].leaves[x.chunks[c].n-1]
	}
	if was == no && from != lostFrom {
		return
	}
	x.set(from, no)
	if to != a.top && to != a.lost && was != noLeaf {
		x.set(to, was)
	}
}

// move makes the bytes of spans lead to the leaf numbered no.
func (x *index) move(spans []span, no uint32, t *tree) {
	type interval struct{ from, to id }
	var moved [leafSpans]interval
	n := 0
	for i := range spans {
		moved[n] = interval{spans[i].id, t.doc.until(&spans[i])}
		n++
	}
	slices.SortFunc(moved[:n], func(a, b interval) int {
		if a.from < b.from {
			return -1
		}
		return 1
	})
	for i := 0; i < n; {
		now := moved[i]
		for i++; i < n && moved[i].from == now.to; i++ {
			now.to = moved[i].to
		}
		x.assign(now.from, now.to, no, &t.doc.arena)
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
			x.chunks = append(x.chunks[:c], x.chunks[c+1:]...)
			x.firsts = append(x.firsts[:c], x.firsts[c+1:]...)
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
