package crdt

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
)

// newRand returns a source of chance that a failed test can be run with again.
func newRand(t testing.TB) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	if s := os.Getenv("TSHARE_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatalf("TSHARE_SEED: %v", err)
		}
		seed = n
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("run it again with TSHARE_SEED=%d", seed)
		}
	})
	return rand.New(rand.NewPCG(seed, seed))
}

// checkInvariants fails t if d's parts contradict each other.
func checkInvariants(t testing.TB, d *Doc) {
	t.Helper()
	if err := d.check(); err != nil {
		t.Fatal(err)
	}
}

func (d *Doc) check() error {
	visible, err := d.checkSpans()
	if err != nil {
		return err
	}
	if err := d.checkLogs(); err != nil {
		return err
	}
	size, shown, err := d.checkText(d.text.root, true)
	if err != nil {
		return err
	}
	if size != d.text.size {
		return fmt.Errorf("text holds %v, says %v", size, d.text.size)
	}
	if !slices.Equal(visible, shown) {
		return fmt.Errorf("spans show the units %v, the text %v", visible, shown)
	}
	return d.checkIndex()
}

// checkSpans walks the list and returns the ids of the visible units.
func (d *Doc) checkSpans() (visible []id, err error) {
	deletes := d.countDeletes()
	seen := map[id]bool{}
	next := d.spans.first
	depth := -1
	var walk func(b *spanBranch, level int) (int, error)
	walk = func(b *spanBranch, level int) (total int, err error) {
		for i := range b.n {
			sum := 0
			if k := b.kids[i]; k != nil {
				if k.parent != b {
					return 0, fmt.Errorf("branch has a wrong parent")
				}
				if sum, err = walk(k, level+1); err != nil {
					return 0, err
				}
			} else {
				l := b.leaves[i]
				if l != next || l.parent != b {
					return 0, fmt.Errorf("leaf out of the chain or with a wrong parent")
				}
				if depth < 0 {
					depth = level
				}
				if depth != level {
					return 0, fmt.Errorf("leaves at depths %d and %d", depth, level)
				}
				next = l.next
				for j, s := range l.spans[:l.n] {
					if s.n <= 0 {
						return 0, fmt.Errorf("span %v is empty", s)
					}
					if j > 0 && s.continues(l.spans[j-1]) {
						return 0, fmt.Errorf("spans %v and %v are not joined", l.spans[j-1], s)
					}
					r := d.logs[s.id.number()].runs[s.run]
					if !r.inserts() || s.id.seq() < r.seq || s.end().seq() > r.seq+uint64(r.n) {
						return 0, fmt.Errorf("span %v is not in its run %v", s, r)
					}
					sum += s.visible()
					for k := range s.n {
						u := s.id + id(k)
						if seen[u] {
							return 0, fmt.Errorf("unit %x is twice in the list", u)
						}
						seen[u] = true
						if int(s.deletes) != deletes[u] {
							return 0, fmt.Errorf("unit %x says %d deletions, has %d", u, s.deletes, deletes[u])
						}
						if s.deletes == 0 {
							visible = append(visible, u)
						}
					}
				}
			}
			if sum != b.sums[i] {
				return 0, fmt.Errorf("branch says %d visible bytes, has %d", b.sums[i], sum)
			}
			total += sum
		}
		return total, nil
	}
	if _, err := walk(d.spans.root, 0); err != nil {
		return nil, err
	}
	if next != nil {
		return nil, fmt.Errorf("leaves beyond the tree")
	}
	inserted := 0
	for _, l := range d.logs {
		for _, r := range l.runs {
			if r.inserts() {
				inserted += r.n
			}
		}
	}
	if inserted != len(seen) {
		return nil, fmt.Errorf("%d units inserted, %d in the list", inserted, len(seen))
	}
	return visible, nil
}

// countDeletes counts the live deletions of each unit from the logs alone.
func (d *Doc) countDeletes() map[id]int {
	dead := map[id]bool{}
	for _, l := range d.logs {
		for _, r := range l.runs {
			for k := range r.n {
				if r.kind == restore {
					dead[r.target(k, 1)] = true
				}
			}
		}
	}
	count := map[id]int{}
	for _, l := range d.logs {
		for _, r := range l.runs {
			for k := range r.n {
				if r.removes() && !dead[makeID(l.number, r.seq+uint64(k))] {
					count[r.target(k, 1)]++
				}
			}
		}
	}
	return count
}

func (d *Doc) checkLogs() error {
	for n, l := range d.logs {
		if int(l.number) != n || d.numbers[l.replica] != l.number {
			return fmt.Errorf("replica %d has a wrong number", l.replica)
		}
		seq := uint64(0)
		for _, r := range l.runs {
			if r.seq != seq || r.n <= 0 {
				return fmt.Errorf("run %v does not begin at %d", r, seq)
			}
			seq += uint64(r.n)
		}
		if seq != l.next {
			return fmt.Errorf("log ends at %d, says %d", seq, l.next)
		}
		for i, c := range l.cancelled {
			if c.from >= c.to || i > 0 && l.cancelled[i-1].to >= c.from {
				return fmt.Errorf("cancelled %v is not apart or empty", l.cancelled)
			}
		}
	}
	return nil
}

// checkText returns what is below b and the ids of its bytes.
func (d *Doc) checkText(b *textNode, root bool) (size measure, ids []id, err error) {
	if b.n == 0 && !root {
		return size, nil, fmt.Errorf("text node is empty")
	}
	for i := range b.n {
		var m measure
		var below []id
		if b.kids[i] != nil {
			if b.kids[i].generation > b.generation {
				return size, nil, fmt.Errorf("text node is younger than its parent")
			}
			m, below, err = d.checkText(b.kids[i], false)
		} else {
			m, below, err = d.checkTextLeaf(b.leaves[i])
		}
		if err != nil {
			return size, nil, err
		}
		if m != b.sums[i] {
			return size, nil, fmt.Errorf("text node says %v, has %v", b.sums[i], m)
		}
		size, ids = size.plus(m), append(ids, below...)
	}
	for i := b.n; i < nodeKids; i++ {
		if b.kids[i] != nil || b.leaves[i] != nil {
			return size, nil, fmt.Errorf("text node keeps a dropped kid")
		}
	}
	return size, ids, nil
}

func (d *Doc) checkTextLeaf(l *textLeaf) (size measure, ids []id, err error) {
	if l.n == 0 {
		return size, nil, fmt.Errorf("text leaf is empty")
	}
	for i, p := range l.pieces[:l.n] {
		if i > 0 && p.continues(l.pieces[i-1]) {
			return size, nil, fmt.Errorf("pieces are not joined")
		}
		if len(p.text) == 0 || p.feeds != bytes.Count(p.text, lineFeed) {
			return size, nil, fmt.Errorf("piece of %d bytes says %d line feeds", len(p.text), p.feeds)
		}
		log := d.logs[p.id.number()]
		for k, c := range p.text {
			u := p.id + id(k)
			r := log.runs[log.find(u.seq())]
			if want := log.arena.at(r.text+int(u.seq()-r.seq), 1)[0]; c != want {
				return size, nil, fmt.Errorf("unit %x is %q in the text, %q in the arena", u, c, want)
			}
			ids = append(ids, u)
		}
		size = size.plus(p.measure())
	}
	for _, p := range l.pieces[l.n:] {
		if p.text != nil {
			return size, nil, fmt.Errorf("text leaf keeps a dropped piece")
		}
	}
	return size, ids, nil
}

func (d *Doc) checkIndex() error {
	for l := d.spans.first; l != nil; l = l.next {
		for _, s := range l.spans[:l.n] {
			for k := range s.n {
				if got := d.spans.index.find(s.id + id(k)); got != l {
					return fmt.Errorf("index leads unit %x to a wrong leaf", s.id+id(k))
				}
			}
		}
	}
	last := id(0)
	for c, k := range d.spans.index.chunks {
		if k.n == 0 || d.spans.index.firsts[c] != k.ids[0] {
			return fmt.Errorf("index chunk %d is empty or under a wrong first id", c)
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
