package crdt

import "testing"

func TestPlaceIsTheSameInEveryReplica(t *testing.T) {
	r := newRand(t)
	d := edited(t, r, 200)
	// Another replica has other addresses: it heard of other replicas first.
	other := New()
	insert(t, other.Writer(1000), 0, "first of all")
	other.Writer(1000).Undo()
	apply(t, other, d.Since(nil))
	apply(t, d, other.Since(d.Version()))
	wantContent(t, other, content(d))
	for off := range d.Len() + 1 {
		for _, bias := range []Bias{Left, Right} {
			p := d.Place(d.Anchor(off, bias))
			a, ok := other.At(p)
			if !ok || other.Offset(a) != off || other.Place(a) != p {
				t.Fatalf("offset %d is %+v, which is at %d elsewhere, %v", off, p, other.Offset(a), ok)
			}
		}
	}
	for _, p := range []Place{{Side: 4}, {Replica: 9999, Side: 1}, {Replica: 1000, Byte: 12, Side: 2}, {Byte: ^uint64(0), Side: 1}} {
		if a, ok := d.At(p); ok {
			t.Errorf("%+v is taken for %v", p, a)
		}
	}
}
