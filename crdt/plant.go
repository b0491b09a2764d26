package crdt

// planter makes a tree of spans that come in the order of the list.
type planter struct {
	b      *builder
	tree   *tree
	leaf   *leaf
	lastIn []uint32 // the leaf that each run's last span is in
	places []keyed  // where a run goes on in another leaf, and that leaf
}

const (
	// leafFill is how many spans the planter puts into a leaf: room is left for
	// the edits to come.
	leafFill = leafSpans * 4 / 5
	// branchFill is how many kids it hangs on a branch.
	branchFill = branchKids * 4 / 5
)

func newPlanter(b *builder) *planter {
	t := &b.doc.tree
	t.leaves = list[leafPlace]{}
	p := &planter{b: b, tree: t, lastIn: make([]uint32, b.doc.runs.n)}
	for i := range p.lastIn {
		p.lastIn[i] = noLeaf
	}
	p.places = make([]keyed, 0, 2*len(b.byPlace))
	return p
}

// plant adds the bytes [from, to) of a run.
func (p *planter) plant(number, from, to uint32) {
	b := p.b
	x := b.doc.run(number)
	covers, c := b.covers, b.covered[number]
	start := b.dense(x.at)
	for from < to {
		at := start + uint64(from)
		for int(c)+1 < len(covers) && covers[c+1].at <= at {
			c++
		}
		end := min(to, from+maxSpan)
		s := span{id: x.at + id(from), deletes: lost, run: number}
		if s.id < lostFrom {
			if int(c)+1 < len(covers) {
				end = uint32(min(uint64(end), covers[c+1].at-start))
			}
			s.deletes = covers[c].n
			s.feeds = uint32(b.doc.arena.texts.count(s.id, int(end-from)))
		}
		s.n = end - from
		p.add(s)
		from = end
	}
	b.covered[number] = c
}

func (p *planter) add(s span) {
	t := p.tree
	if p.leaf != nil && t.continues(&s, &p.leaf.spans[p.leaf.n-1]) {
		last := &p.leaf.spans[p.leaf.n-1]
		last.n, last.feeds = last.n+s.n, last.feeds+s.feeds
		return
	}
	if p.leaf == nil || p.leaf.n == leafFill {
		p.leaf = &leaf{generation: t.generation, no: uint32(t.leaves.n)}
		place := leafPlace{leaf: p.leaf, prev: noLeaf, next: noLeaf}
		if t.leaves.n > 0 {
			place.prev = p.leaf.no - 1
			t.leaves.last().next = p.leaf.no
		}
		t.leaves.add(place)
	}
	p.leaf.spans[p.leaf.n] = s
	p.leaf.n++
	if p.lastIn[s.run] != p.leaf.no {
		p.lastIn[s.run] = p.leaf.no
		p.places = append(p.places, keyed{p.b.dense(s.id), p.leaf.no})
	}
}

// finish hangs the leaves on branches, those on others, and fills the index.
func (p *planter) finish() {
	t := p.tree
	t.branches = list[branchPlace]{}
	var row []*branch
	for i := range t.leaves.n {
		place := t.leaves.at(i)
		row = t.grow(row)
		b := row[len(row)-1]
		b.insert(int(b.n), nil, place.leaf, place.leaf.measure())
		place.parent = b.no
	}
	for len(row) > 1 {
		var above []*branch
		for _, k := range row {
			above = t.grow(above)
			b := above[len(above)-1]
			b.insert(int(b.n), k, nil, k.measure())
			t.branchPlace(k.no).parent = b.no
		}
		row = above
	}
	t.root = row[0]
	t.branchPlace(t.root.no).parent = t.root.no
	t.size = t.root.measure()
	first := t.place(0).leaf
	t.moveTo(first, measure{}, first.measure())
	p.fillIndex()
}

// grow appends a branch to row if its last has no room.
func (t *tree) grow(row []*branch) []*branch {
	if n := len(row); n > 0 && row[n-1].n < branchFill {
		return row
	}
	b := &branch{generation: t.generation, no: uint32(t.branches.n)}
	t.branches.add(branchPlace{branch: b})
	return append(row, b)
}

func (p *planter) fillIndex() {
	top := uint64(p.b.doc.arena.top)
	var places []keyed
	places, p.b.scratch = sortKeyed(p.places, p.b.scratch)
	x := &p.tree.index
	*x = index{}
	was := noLeaf
	lost := false
	for _, e := range places {
		u := id(e.key)
		if e.key > top {
			u = lostFrom + u - id(top) - 1
		}
		if e.val == was && (lost || u < lostFrom) {
			continue
		}
		was, lost = e.val, u >= lostFrom
		n := len(x.chunks) - 1
		if n < 0 || x.chunks[n].n == indexChunk*3/4 {
			x.chunks = append(x.chunks, new(chunk))
			x.firsts = append(x.firsts, u)
			n++
		}
		k := x.chunks[n]
		k.ids[k.n], k.leaves[k.n] = u, e.val
		k.n++
	}
}
