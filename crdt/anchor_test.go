package crdt

import (
	"testing"
)

func TestAnchorStaysWithItsCharacter(t *testing.T) {
	d := Load([]byte("one two"))
	w := d.Writer(1)
	left, right := d.Anchor(3, Left), d.Anchor(3, Right)
	start, end := d.Anchor(0, Left), d.Anchor(7, Right)
	if start != (Anchor{}) || end != End() {
		t.Errorf("anchors of both ends are %v and %v, want %v and %v", start, end, Anchor{}, End())
	}
	check := func(what string, wantLeft, wantRight int) {
		t.Helper()
		if l, r := d.Offset(left), d.Offset(right); l != wantLeft || r != wantRight {
			t.Errorf("%s: anchors at %d and %d, want %d and %d", what, l, r, wantLeft, wantRight)
		}
		if s, e := d.Offset(start), d.Offset(end); s != 0 || e != d.Len() {
			t.Errorf("%s: ends at %d and %d, want 0 and %d", what, s, e, d.Len())
		}
	}
	check("at first", 3, 3)
	insert(t, w, 3, "!!")
	check("text inserted there", 3, 5)
	insert(t, w, 0, "> ")
	check("text inserted before", 5, 7)
	erase(t, w, 4, 4)
	check("characters deleted", 4, 4)
	insert(t, w, 4, "xy")
	check("text inserted where they were", 6, 6)
	for len(w.Undo()) > 0 {
	}
	check("all undone", 3, 3)
	insert(t, d.Writer(2), d.Len(), "tail")
	insert(t, d.Writer(2), 0, "head")
	check("text inserted at both ends", 7, 7)
}

func TestAnchorOfAnOldSnapshotHoldsInTheNewestText(t *testing.T) {
	d := Load([]byte("one two three"))
	s := d.Snapshot()
	erase(t, d.Writer(1), 0, 4)
	insert(t, d.Writer(1), 0, "1, ")
	for _, c := range []struct {
		off  int
		bias Bias
		want int
	}{
		{-1, Left, 0},
		{0, Left, 0},
		{0, Right, 3}, {3, Left, 3}, {4, Left, 3}, {4, Right, 3},
		{5, Left, 4}, {13, Left, 12}, {13, Right, 12}, {99, Right, 12},
	} {
		if got := d.Offset(s.Anchor(c.off, c.bias)); got != c.want {
			t.Errorf("offset %d, bias %d is now at %d, want %d", c.off, c.bias, got, c.want)
		}
	}
}

func TestAnchorOfAnotherDocumentIsHarmless(t *testing.T) {
	d := Load([]byte("a long text that the other one does not have"))
	insert(t, d.Writer(5), 10, "more")
	for off := range d.Len() {
		if got := New().Offset(d.Anchor(off, Right)); got != 0 {
			t.Errorf("Offset of a foreign anchor = %d, want 0", got)
		}
	}
}

func TestAnchorsFollowTheirUnitsThroughRandomEdits(t *testing.T) {
	r := newRand(t)
	for range 20 {
		d := Load(someText(r))
		type held struct {
			a    Anchor
			bias Bias
			unit id
		}
		var all []held
		for range 200 {
			if n := d.Len(); n > 0 {
				h := held{bias: Bias(r.IntN(2))}
				off := r.IntN(n)
				s := d.Snapshot()
				h.unit = s.idAt(off)
				if h.bias == Left {
					off++
				}
				h.a = d.Snapshot().Anchor(off, h.bias)
				all = append(all, h)
			}
			w := d.Writer(ReplicaID(1 + r.IntN(3)))
			text := []byte(content(d))
			off := boundary(r, text)
			switch r.IntN(5) {
			case 0:
				end := off + boundary(r, text[off:])
				if d.onBoundary(end) {
					erase(t, w, off, end-off)
				}
			case 1:
				w.Undo()
			case 2:
				w.EndGroup()
			default:
				insert(t, w, off, string(someText(r)))
			}
			before := d.plainOffsets()
			for _, h := range all {
				want := before[h.unit].off
				if h.bias == Left && before[h.unit].visible {
					want++
				}
				if got := d.Offset(h.a); got != want {
					t.Fatalf("anchor of unit %x at %d, want %d", h.unit, got, want)
				}
			}
		}
	}
}

type plainOffset struct {
	off     int
	visible bool
}

// plainOffsets walks the whole list and returns how many visible bytes lie
// before each unit.
func (d *Doc) plainOffsets() map[id]plainOffset {
	at, off := map[id]plainOffset{}, 0
	for no := uint32(0); no != noLeaf; no = d.tree.place(no).next {
		for _, s := range d.tree.place(no).leaf.used() {
			for k := range s.n {
				at[s.id+id(k)] = plainOffset{off, s.deletes == 0}
				if s.deletes == 0 {
					off++
				}
			}
		}
	}
	return at
}
