package crdt

import "testing"

func TestIndexAnswersLikeATable(t *testing.T) {
	r := newRand(t)
	var x index
	const size = 20000
	a := &arena{}
	table := make([]uint32, 0, size) // the leaf of each address in use
	for step := range 12000 {
		from, n := len(table), 1+r.IntN(3)
		if len(table) == size || len(table) > 0 && r.IntN(3) > 0 {
			from = r.IntN(len(table))
			if r.IntN(1000) == 0 {
				n = 1 + r.IntN(size)
			}
			n = min(n, len(table)-from)
		}
		leaf := uint32(r.IntN(20))
		for i := from; i < from+n; i++ {
			if i == len(table) {
				table = append(table, 0)
			}
			table[i] = leaf
		}
		a.top = id(len(table))
		x.assign(id(from), id(from+n), leaf, a)
		if step%200 > 0 {
			continue
		}
		for u, want := range table {
			if got := x.find(id(u)); got != want {
				t.Fatalf("step %d: address %d leads to leaf %d, want %d", step, u, got, want)
			}
		}
	}
	if len(x.chunks) < 3 {
		t.Errorf("the index has %d chunks, too few to try them", len(x.chunks))
	}
}
