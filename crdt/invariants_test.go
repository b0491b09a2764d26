package crdt

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// newRand returns a source of chance that a failed test can be run with again.
func newRand(t testing.TB) *rand.Rand {
	t.Helper()
	seed := setting(t, "TSHARE_SEED", rand.Uint64())
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("run it again with TSHARE_SEED=%d", seed)
		}
	})
	return rand.New(rand.NewPCG(seed, seed))
}

// setting returns the number that the environment sets, or else value.
func setting(t testing.TB, name string, value uint64) uint64 {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return value
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// checkInvariants fails t if d's parts contradict each other.
func checkInvariants(t testing.TB, d *Doc) {
	t.Helper()
	if err := d.check(); err != nil {
		t.Fatal(err)
	}
}

func (d *Doc) check() error {
	for _, check := range []func() error{d.checkTree, d.checkLogs, d.checkSnapshot, d.checkIndex, d.checkArena} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// checkTree walks the list, the newest node in the place of each, and compares
// it with the logs.
func (d *Doc) checkTree() error {
	t := &d.tree
	deletes := d.countDeletes()
	seen := map[id]bool{}
	next, depth, before := uint32(0), -1, noLeaf
	size := measure{}
	var walk func(b *branch, level int) (measure, error)
	walk = func(b *branch, level int) (total measure, err error) {
		if t.branchPlace(b.no).branch != b {
			return total, fmt.Errorf("branch %d is not the newest", b.no)
		}
		for i := range b.n {
			var m measure
			if k := b.kids[i]; k != nil {
				if t.branchPlace(k.no).parent != b.no || k.generation > b.generation {
					return total, fmt.Errorf("branch %d has a wrong parent, or is younger than that", k.no)
				}
				if m, err = walk(k, level+1); err != nil {
					return total, err
				}
			} else {
				l := b.leaves[i]
				if l == t.focus.held {
					l = t.focus.leaf
				}
				if t.place(l.no).leaf != l || l.no != next || t.place(l.no).parent != b.no {
					return total, fmt.Errorf("leaf %d is not the newest, out of the chain or with a wrong parent", l.no)
				}
				if depth < 0 {
					depth = level
				}
				if depth != level {
					return total, fmt.Errorf("leaves at depths %d and %d", depth, level)
				}
				if l == t.focus.leaf && size != t.focus.start {
					return total, fmt.Errorf("focus says that %v lies before it, not %v", t.focus.start, size)
				}
				if prev := t.place(l.no).prev; prev != before {
					return total, fmt.Errorf("leaf %d says that %d lies before it, not %d", l.no, prev, before)
				}
				before = l.no
				next = t.place(l.no).next
				if m, err = d.checkLeaf(l, seen, deletes); err != nil {
					return total, err
				}
				size = size.plus(m)
				if l == t.focus.leaf {
					if m != t.focus.now {
						return total, fmt.Errorf("focus says %v, has %v", t.focus.now, m)
					}
					m = t.focus.was
				}
			}
			if m != b.sums[i] {
				return total, fmt.Errorf("branch says %v, has %v", b.sums[i], m)
			}
			total = total.plus(m)
		}
		for i := b.n; i < branchKids; i++ {
			if b.kids[i] != nil || b.leaves[i] != nil {
				return total, fmt.Errorf("branch keeps a dropped kid")
			}
		}
		return total, nil
	}
	if _, err := walk(t.root, 0); err != nil {
		return err
	}
	if next != noLeaf || size != t.size {
		return fmt.Errorf("leaves beyond the tree, or %v in it and not %v", size, t.size)
	}
	inserted := uint64(0)
	for _, l := range d.logs {
		inserted += l.inserted
	}
	if inserted != uint64(len(seen)) {
		return fmt.Errorf("%d bytes inserted, %d in the list", inserted, len(seen))
	}
	f := &t.focus
	if f.before != f.leaf.offset(f.i, 0) {
		return fmt.Errorf("focus says %d bytes before its span %d", f.before, f.i)
	}
	return nil
}

func (d *Doc) checkLeaf(l *leaf, seen map[id]bool, deletes map[id]int) (size measure, err error) {
	if l.n == 0 && l.no > 0 {
		return size, fmt.Errorf("leaf %d is empty", l.no)
	}
	for j, s := range l.used() {
		if s.n == 0 {
			return size, fmt.Errorf("span %v is empty", s)
		}
		if j > 0 && d.tree.continues(&s, &l.spans[j-1]) {
			return size, fmt.Errorf("spans %v and %v are not joined", l.spans[j-1], s)
		}
		if r := d.run(s.run); s.id < r.at {
			return size, fmt.Errorf("span %v is not in its run %v", s, r)
		}
		if s.id < lostFrom {
			if feeds := bytes.Count(d.arena.texts.append(nil, s.id, int(s.n)), lineFeed); feeds != int(s.feeds) {
				return size, fmt.Errorf("span %v has %d line feeds", s, feeds)
			}
		}
		for k := range s.n {
			u := s.id + id(k)
			if seen[u] {
				return size, fmt.Errorf("byte %x is twice in the list", u)
			}
			seen[u] = true
			if got := s.deletes; u < lostFrom && int(got) != deletes[u] || u >= lostFrom && got != lost {
				return size, fmt.Errorf("byte %x says %d deletions, has %d", u, got, deletes[u])
			}
		}
		size = size.plus(s.measure())
	}
	return size, nil
}

// countDeletes counts the live deletions of each byte from the logs alone.
func (d *Doc) countDeletes() map[id]int {
	dead := map[unit]bool{}
	d.eachRow(func(l *log, r row, n int) {
		for k := range n {
			if r.kind() == restore {
				dead[r.deletion(k)] = true
			}
		}
	})
	count := map[id]int{}
	d.eachRow(func(l *log, r row, n int) {
		for k := range n {
			if r.kind().removes() && !dead[makeUnit(l.number, r.seq()+uint64(k))] {
				count[r.target(k, 1)]++
			}
		}
	})
	return count
}

func (d *Doc) eachRow(f func(l *log, r row, n int)) {
	for _, l := range d.logs {
		for i := range l.rows.n {
			r := *l.rows.at(i)
			f(l, r, int(l.end(i)-r.seq()))
		}
	}
}

func (d *Doc) checkLogs() error {
	for n, l := range d.logs {
		if int(l.number) != n || d.numbers[l.replica] != l.number {
			return fmt.Errorf("replica %d has a wrong number", l.replica)
		}
		inserted, seq := uint64(0), uint64(0)
		for i := range l.rows.n {
			r := l.rows.at(i)
			if i == 0 && r.seq() != 0 || l.end(i) <= r.seq() {
				return fmt.Errorf("row %d begins at %d and ends at %d", i, r.seq(), l.end(i))
			}
			seq = l.end(i)
			if r.kind().inserts() {
				x := d.run(r.run())
				if number, first := d.arena.owner(x.at); number != l.number || first != inserted || l.address(inserted) != x.at {
					return fmt.Errorf("run %v of replica %d is not at its byte %d", x, l.replica, inserted)
				}
				if x.leftChild != (r.kind() == insertLeft) || x.number != l.number {
					return fmt.Errorf("run %v does not agree with its row", x)
				}
				inserted += l.end(i) - r.seq()
			}
		}
		if seq != l.next || inserted != l.inserted {
			return fmt.Errorf("log ends at %d with %d bytes, says %d and %d", seq, inserted, l.next, l.inserted)
		}
		for i, c := range l.cancelled {
			if c.from >= c.to || i > 0 && l.cancelled[i-1].to >= c.from {
				return fmt.Errorf("cancelled %v is not apart or empty", l.cancelled)
			}
		}
	}
	return nil
}

// checkSnapshot compares what readers see with the list.
func (d *Doc) checkSnapshot() error {
	var want []byte
	for no := uint32(0); no != noLeaf; no = d.tree.place(no).next {
		l := d.tree.place(no).leaf
		for i := range l.used() {
			if s := &l.spans[i]; s.deletes == 0 {
				want = d.arena.texts.append(want, s.id, int(s.n))
			}
		}
	}
	s := d.now()
	if got := s.Append(nil, 0, s.Len()); !bytes.Equal(got, want) {
		return fmt.Errorf("snapshot reads %q, list has %q", got, want)
	}
	if feeds := bytes.Count(want, lineFeed); s.size.feeds != feeds {
		return fmt.Errorf("snapshot has %d line feeds, not %d", s.size.feeds, feeds)
	}
	return nil
}

func (d *Doc) checkIndex() error {
	x := &d.tree.index
	for no := uint32(0); no != noLeaf; no = d.tree.place(no).next {
		l := d.tree.place(no).leaf
		for i := range l.used() {
			for k := range l.spans[i].n {
				if u := l.spans[i].id + id(k); x.find(u) != no {
					return fmt.Errorf("index leads byte %x to a wrong leaf", u)
				}
			}
			// What a replica inserts next may lengthen the span without a word to the index.
			if u := d.until(&l.spans[i]); u > l.spans[i].end() && x.find(u-1) != no {
				return fmt.Errorf("index leads what follows span %v to a wrong leaf", l.spans[i])
			}
		}
	}
	last := id(0)
	for c, k := range x.chunks {
		if k.n == 0 || x.firsts[c] != k.ids[0] {
			return fmt.Errorf("index chunk %d is empty or under a wrong first address", c)
		}
		for i, u := range k.ids[:k.n] {
			if u <= last && c+i > 0 {
				return fmt.Errorf("index entries out of order")
			}
			last = u
		}
	}
	return nil
}

// checkArena sees to it that no two replicas have an address.
func (d *Doc) checkArena() error {
	for _, list := range [][]stretch{d.arena.stretches, d.arena.lostStretches} {
		for i := 1; i < len(list); i++ {
			if list[i].at <= list[i-1].at {
				return fmt.Errorf("stretches out of order")
			}
		}
	}
	for _, l := range d.logs {
		if l.free > l.room || l.room > d.arena.top {
			return fmt.Errorf("replica %d may write from %d to %d, of %d", l.replica, l.free, l.room, d.arena.top)
		}
	}
	return nil
}
