package crdt

import "sort"

// indexChunk is how many entries a chunk of the index holds at most.
const indexChunk = 64

// index tells in which leaf of the span tree a unit lies. It is a map of
// intervals: an entry holds for its replica's ids from its own up to the next entry's,
// so that what happens inside a leaf does not concern it. Ids that name no
// inserted byte lead anywhere.
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
	leaves [indexChunk]*spanLeaf
}

// find returns the leaf of u, or nil if its replica has no entry up to it.
func (x *index) find(u id) *spanLeaf {
	c, i := x.floor(u)
	if c < 0 || x.chunks[c].ids[i].number() != u.number() {
		return nil
	}
	return x.chunks[c].leaves[i]
}

// assign makes the ids [from, to) lead to leaf. If nothing at to or after is in
// use, open says so and the interval is left open there.
func (x *index) assign(from, to id, leaf *spanLeaf, open bool) {
	if !open {
		if after := x.find(to); after != leaf && after != nil {
			x.set(to, after)
		}
	}
	x.clear(from, to)
	if x.find(from) != leaf {
		x.set(from, leaf)
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
		if mid := (lo + hi) / 2; k.ids[mid] > u {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return c, lo - 1
}

// set adds the entry u, or changes it.
func (x *index) set(u id, leaf *spanLeaf) {
	c, i := x.floor(u)
	switch {
	case c < 0 && len(x.chunks) == 0:
		x.insertChunk(0, &chunk{n: 1, ids: [indexChunk]id{u}, leaves: [indexChunk]*spanLeaf{leaf}})
		return
	case c < 0:
		c, i = 0, -1
	case x.chunks[c].ids[i] == u:
		x.chunks[c].leaves[i] = leaf
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
	k.ids[i], k.leaves[i] = u, leaf
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
		clear(k.leaves[k.n-(end-i) : k.n])
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

func (x *index) splitChunk(c int) {
	left, right := x.chunks[c], new(chunk)
	const half = indexChunk / 2
	right.n = copy(right.ids[:], left.ids[half:])
	copy(right.leaves[:], left.leaves[half:])
	clear(left.leaves[half:])
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
