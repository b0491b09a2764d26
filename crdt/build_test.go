package crdt

import (
	"slices"
	"testing"
)

// columnsOf returns ops as one frame in columns, however few they are.
func columnsOf(ops []Op) []byte {
	var w writer
	for i := range ops {
		w.add(&ops[i])
	}
	return w.append(nil)
}

// wantBuilt fails t unless a document built of ops at once is as one that took
// them one by one. It returns whether it was built at once.
func wantBuilt(t *testing.T, ops []Op) bool {
	t.Helper()
	want := New()
	apply(t, want, ops)
	d := New()
	first := builder{doc: d}
	for i := range ops {
		first.log(&ops[i])
	}
	built := !first.failed && first.build()
	if !built {
		d = New()
	}
	if _, err := d.Merge(columnsOf(ops)); err != nil {
		t.Fatal(err)
	}
	wantContent(t, d, content(want))
	if !slices.Equal(d.listed(), want.listed()) {
		t.Fatal("deleted text lies elsewhere")
	}
	return built
}

func TestDocumentIsBuiltAtOnceAsOpByOp(t *testing.T) {
	r := newRand(t)
	built := 0
	for range 40 {
		d := edited(t, r, 100)
		if wantBuilt(t, d.Since(nil)) {
			built++
		}
		if wantBuilt(t, d.trimmed()) {
			built++
		}
		// It goes on as any other.
		to := New()
		if _, err := to.Merge(columnsOf(d.Since(nil))); err != nil {
			t.Fatal(err)
		}
		for _, x := range []*Doc{d, to} {
			for range 20 {
				insert(t, x.Writer(5), 0, "more")
				erase(t, x.Writer(5), 0, 1)
			}
		}
		wantContent(t, to, content(d))
	}
	if built == 0 {
		t.Error("none was built at once")
	}
}

func TestSiblingsAreBuiltInTheirOrder(t *testing.T) {
	base := Load([]byte("ab"))
	common := base.Since(nil)
	since := func(id ReplicaID, edit func(*Writer)) []Op {
		d := Load([]byte("ab"))
		edit(d.Writer(id))
		return d.Since(base.Version())
	}
	typing := func(words ...string) func(*Writer) {
		return func(w *Writer) {
			for i, word := range words {
				insert(t, w, 1+i, word)
			}
		}
	}
	for what, lists := range map[string][][]Op{
		"typed at one place":      {since(7, typing("x", "y", "z")), since(8, typing("X", "Y", "Z")), since(6, typing("1"))},
		"the other way":           {since(8, typing("x", "y", "z")), since(7, typing("X", "Y", "Z")), since(9, typing("1"))},
		"at the end":              {since(7, func(w *Writer) { insert(t, w, 2, "x") }), since(8, func(w *Writer) { insert(t, w, 2, "y") })},
		"into what others delete": {since(7, func(w *Writer) { erase(t, w, 0, 2) }), since(8, typing("y"))},
	} {
		if !wantBuilt(t, slices.Concat(common, slices.Concat(lists...))) {
			t.Errorf("%s: not built at once", what)
		}
	}
	// x was typed by one who saw nothing between a and b, y by one who saw q there.
	q := Load([]byte("ab"))
	insert(t, q.Writer(1), 1, "q")
	saw := Load([]byte("ab"))
	apply(t, saw, q.Since(base.Version()))
	erase(t, saw.Writer(3), 0, 1)
	insert(t, saw.Writer(3), 0, "y")
	apply(t, saw, since(2, typing("x")))
	wantBuilt(t, saw.Since(nil))
}

func TestBuiltDocumentTakesInWhatWasTypedMeanwhile(t *testing.T) {
	for id, want := range map[ReplicaID]string{6: "(Bxy)z", 8: "(xyB)z"} {
		one, two := Load([]byte("()")), Load([]byte("()"))
		base := one.Version()
		w := one.Writer(7)
		insert(t, w, 1, "x")
		insert(t, w, 3, "z")
		insert(t, w, 2, "y")
		insert(t, two.Writer(id), 1, "B")
		d := New()
		if _, err := d.Merge(columnsOf(one.Since(nil))); err != nil {
			t.Fatal(err)
		}
		apply(t, d, two.Since(base))
		wantContent(t, d, want)
		apply(t, one, two.Since(base))
		wantContent(t, one, want)
	}
}
