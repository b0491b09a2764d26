package crdt

import "testing"

func TestIndexAnswersLikeATable(t *testing.T) {
	r := newRand(t)
	leaves := make([]*spanLeaf, 20)
	for i := range leaves {
		leaves[i] = new(spanLeaf)
	}
	var x index
	const units = 3000
	var table [3][]*spanLeaf // of each replica
	for step := range 4000 {
		number := r.IntN(len(table))
		known := table[number]
		from, n := len(known), 1+r.IntN(3)
		if len(known) == units || len(known) > 0 && r.IntN(3) > 0 {
			from = r.IntN(len(known))
			if r.IntN(20) == 0 {
				n = 1 + r.IntN(units)
			}
			n = min(n, len(known)-from)
		}
		leaf := leaves[r.IntN(len(leaves))]
		for i := from; i < from+n; i++ {
			if i == len(known) {
				known = append(known, nil)
			}
			known[i] = leaf
		}
		table[number] = known
		x.assign(makeID(uint32(number), uint64(from)), makeID(uint32(number), uint64(from+n)), leaf, from+n == len(known))
		if step%50 > 0 {
			continue
		}
		for number, known := range table {
			for seq, want := range known {
				if got := x.find(makeID(uint32(number), uint64(seq))); got != want {
					t.Fatalf("step %d: unit %d/%d leads to a wrong leaf", step, number, seq)
				}
			}
		}
	}
	if len(x.chunks) < 3 {
		t.Errorf("the index has %d chunks, too few to try them", len(x.chunks))
	}
}
