package crdt

// builder makes an empty document of ops that come in order, as those of a saved
// one do: first it only logs them, and then it puts all at once where one after
// the other would have led. The list is the depth-first walk of the Fugue tree,
// so it takes a sort by parent instead of a search for each op.
//
// What it leaves to the ordinary way are ops out of order, and siblings whose
// order their right origins decide, which takes the list that is yet to be.
type builder struct {
	doc     *Doc
	failed  bool     // there was an op that it could not log
	lengths []uint32 // of each run
	byPlace []keyed  // the runs, by where they begin
	parents []uint32 // the run that each run hangs on
	kids    []keyed  // the runs that hang on a byte, by where
	first   []uint32 // each run's first in kids
	covers  []cover  // how many live deletions cover bytes, by where that changes
	covered []uint32 // each run's last in covers at or before the byte that comes next
	scratch []keyed
}

// cover is how many live deletions there are from a place on.
type cover struct {
	at uint64
	n  uint32
}

// log notes op, unless it has failed.
func (b *builder) log(op *Op) {
	d := b.doc
	l, next := d.known(op.replica), uint64(0)
	if l != nil {
		next = l.next
	}
	b.failed = b.failed || op.seq != next
	if !b.failed {
		_, b.failed = d.missing(op, next)
	}
	if b.failed = b.failed || !d.fits(op, l); b.failed {
		return
	}
	if l == nil {
		if l = d.log(op.replica); l == nil {
			b.failed = true
			return
		}
	}
	switch {
	case op.kind.inserts():
		b.logInsert(l, op)
	case op.kind == restore:
		of := d.known(op.a.replica)
		l.restore(makeUnit(of.number, op.a.seq), op.n)
		of.cancel(op.a.seq, op.a.seq+uint64(op.n), func(uint64, uint64) {})
	default:
		l.removeOp(d.known(op.a.replica), op, func(id, int) {})
	}
	d.arrived(l, next)
}

func (b *builder) logInsert(l *log, op *Op) {
	d := b.doc
	var h hook
	switch op.kind {
	case insertOn:
		h = l.hook(insertRight, l.address(l.inserted-1), l.tailRight)
	case insertRight:
		h = l.hook(insertRight, d.id(op.a), d.id(op.b))
	default:
		h = l.hook(insertLeft, edge, d.id(op.b)) // hang says what its left origin is
	}
	if op.lost {
		d.logInsert(l, h, l.reserveLost(&d.arena, op.n), op.n)
	} else {
		d.logInsert(l, h, l.write(&d.arena, op.text), op.n)
	}
}

// build puts the runs that were logged into the tree, and reports whether it could.
func (b *builder) build() bool {
	if b.doc.runs.n == 0 {
		return true
	}
	b.doc.edits++
	b.measure()
	if !b.hang() {
		return false
	}
	b.findCovers()
	b.walk()
	return true
}

// dense is u without the distance to addresses of bytes whose text is not kept.
func (b *builder) dense(u id) uint64 {
	if u >= lostFrom {
		return uint64(b.doc.arena.top + 1 + u - lostFrom)
	}
	return uint64(u)
}

// measure finds how long each run is.
func (b *builder) measure() {
	b.lengths = make([]uint32, b.doc.runs.n)
	for _, l := range b.doc.logs {
		for i := range l.rows.n {
			if r := l.rows.at(i); r.kind().inserts() {
				b.lengths[r.run()] = uint32(l.end(i) - r.seq())
			}
		}
	}
}

// hang finds what hangs on each byte, and reports whether names say the order of
// all siblings.
func (b *builder) hang() bool {
	d := b.doc
	n := d.runs.n
	b.byPlace, b.kids, b.scratch = make([]keyed, 0, n), make([]keyed, 0, n), make([]keyed, n)
	for i := range uint32(n) {
		x := d.run(i)
		b.byPlace = append(b.byPlace, keyed{b.dense(x.at), i})
		switch {
		case x.leftChild:
			b.kids = append(b.kids, keyed{2*b.dense(x.right) + 2, i})
		case x.left == edge:
			b.kids = append(b.kids, keyed{0, i})
		default:
			b.kids = append(b.kids, keyed{2*b.dense(x.left) + 3, i})
		}
	}
	b.byPlace, b.scratch = sortKeyed(b.byPlace, b.scratch)
	b.kids, b.scratch = sortKeyed(b.kids, b.scratch)
	b.first, b.parents = make([]uint32, n), make([]uint32, n)
	k := 0
	for k < n && b.kids[k].key == 0 {
		k++
	}
	for _, p := range b.byPlace {
		b.first[p.val] = uint32(k)
		for end := 2*(p.key+uint64(b.lengths[p.val])) + 2; k < n && b.kids[k].key < end; k++ {
			b.parents[b.kids[k].val] = p.val
		}
	}
	for i := range uint32(n) {
		x, parent := d.run(i), d.run(b.parents[i])
		switch {
		case !x.leftChild && x.left == edge:
			x.root = noRun
		case !x.leftChild:
			x.root = parent.root
		default:
			if x.left = parent.left; x.right > parent.at {
				x.left = x.right - 1
			}
		}
	}
	return b.orderSiblings()
}

// orderSiblings puts runs that hang on one side of a byte in their order, and
// reports whether their names, which say that of left children, say it of right
// ones, too.
func (b *builder) orderSiblings() bool {
	d := b.doc
	for i := 0; i < len(b.kids); {
		j := i + 1
		for j < len(b.kids) && b.kids[j].key == b.kids[i].key {
			j++
		}
		same := b.kids[i:j]
		x := d.run(same[0].val)
		if !x.leftChild {
			for _, k := range same[1:] {
				if d.run(k.val).right != x.right {
					return false
				}
			}
			// The byte that goes on with the run is a right child, too.
			if x.left != edge {
				p := b.parents[same[0].val]
				if on := d.run(p); x.left+1 < on.at+id(b.lengths[p]) && on.right != x.right {
					return false
				}
			}
		}
		for k := 1; k < len(same); k++ {
			for m := k; m > 0 && b.nameOf(same[m]).less(b.nameOf(same[m-1])); m-- {
				same[m], same[m-1] = same[m-1], same[m]
			}
		}
		i = j
	}
	return true
}

func (b *builder) nameOf(k keyed) name { return b.doc.name(b.doc.run(k.val).at) }

// findCovers finds how many live deletions cover what.
func (b *builder) findCovers() {
	d := b.doc
	rows := 0
	for _, l := range d.logs {
		rows += l.rows.n
	}
	removals := make([]keyed, 0, rows-d.runs.n) // where each begins, and how long it is
	for _, l := range d.logs {
		live := func(from, to uint64) {
			l.within(from, to, func(r row, k, n int) {
				if r.kind().removes() {
					removals = append(removals, keyed{b.dense(r.target(k, n)), uint32(n)})
				}
			})
		}
		seq := uint64(0)
		for _, c := range l.cancelled {
			live(seq, c.from)
			seq = c.to
		}
		live(seq, l.next)
	}
	removals, b.scratch = sortKeyed(removals, b.scratch)
	b.covers = append(make([]cover, 0, 2*len(removals)+1), cover{})
	end := uint64(0)
	for i, r := range removals {
		if r.key < end {
			b.addOverlapping(removals[i:], end)
			break
		}
		b.addCover(r.key, 1)
		end = r.key + uint64(r.val)
		if i+1 == len(removals) || removals[i+1].key >= end {
			b.addCover(end, 0)
		}
	}
	b.covered = make([]uint32, d.runs.n)
	k := 0
	for _, p := range b.byPlace {
		for k+1 < len(b.covers) && b.covers[k+1].at <= p.key {
			k++
		}
		b.covered[p.val] = uint32(k)
	}
}

// addOverlapping adds to covers those of removals, in order, the first of which
// begins before end, up to where one deletion goes on.
func (b *builder) addOverlapping(removals []keyed, end uint64) {
	ends := []keyed{{end, 0}}
	for _, r := range removals {
		ends = append(ends, keyed{r.key + uint64(r.val), 0})
	}
	ends, b.scratch = sortKeyed(ends, b.scratch)
	n, i := uint32(1), 0
	for _, e := range ends {
		for ; i < len(removals) && removals[i].key < e.key; i++ {
			n++
			b.addCover(removals[i].key, n)
		}
		n--
		b.addCover(e.key, n)
	}
}

// addCover notes that n live deletions cover the bytes from at on, which is not
// before what was noted last.
func (b *builder) addCover(at uint64, n uint32) {
	if last := &b.covers[len(b.covers)-1]; last.at == at {
		last.n = n
	} else if last.n != n {
		b.covers = append(b.covers, cover{at, n})
	}
}

// task is a run to walk from its k-th byte on, of whose children those from kid on
// are still to come.
type task struct {
	run, k, kid uint32
}

// walk puts all bytes into the tree, depth first.
func (b *builder) walk() {
	d := b.doc
	t := newPlanter(b)
	var tasks []task
	push := func(same []keyed) {
		for i := len(same) - 1; i >= 0; i-- {
			tasks = append(tasks, task{run: same[i].val, kid: b.first[same[i].val]})
		}
	}
	push(b.kids[:b.siblings(0)])
	for len(tasks) > 0 {
		now := tasks[len(tasks)-1]
		tasks = tasks[:len(tasks)-1]
		at, n := b.dense(d.run(now.run).at), b.lengths[now.run]
		kid := int(now.kid)
		if kid == len(b.kids) || b.kids[kid].key >= 2*(at+uint64(n))+2 {
			t.plant(now.run, now.k, n)
			continue
		}
		on := uint32((b.kids[kid].key-2)/2 - at) // the byte that it hangs on
		same := b.kids[kid : kid+b.siblings(kid)]
		kid += len(same)
		if d.run(same[0].val).leftChild {
			t.plant(now.run, now.k, on)
			tasks = append(tasks, task{now.run, on, uint32(kid)})
			push(same)
			continue
		}
		t.plant(now.run, now.k, on+1)
		before := 0 // how many lie before the byte that goes on with the run
		if on+1 < n {
			next := d.name(d.run(now.run).at + id(on) + 1)
			for before < len(same) && b.nameOf(same[before]).less(next) {
				before++
			}
		}
		push(same[before:])
		if on+1 < n {
			tasks = append(tasks, task{run: now.run, k: on + 1, kid: uint32(kid)})
		}
		push(same[:before])
	}
	t.finish()
}

// siblings returns how many of kids from i on hang where the first does.
func (b *builder) siblings(i int) (n int) {
	for i+n < len(b.kids) && b.kids[i+n].key == b.kids[i].key {
		n++
	}
	return n
}
