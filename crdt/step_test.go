package crdt

import (
	"errors"
	"testing"
)

// saved returns what d.Save yields, in one piece.
func saved(d *Doc) (b []byte) {
	for frame := range d.Save() {
		b = append(b, frame...)
	}
	return b
}

// wantSameUndo fails t unless both documents' writers undo and redo alike.
func wantSameUndo(t *testing.T, a, b *Doc, writers ...ReplicaID) {
	t.Helper()
	for _, id := range writers {
		for n := 0; ; n++ {
			x, y := a.Writer(id).Undo(), b.Writer(id).Undo()
			if (len(x) > 0) != (len(y) > 0) || content(a) != content(b) {
				t.Fatalf("undo %d of %d changes the text by %v, want %v", n, id, y, x)
			}
			if n%3 == 2 {
				x, y = a.Writer(id).Redo(), b.Writer(id).Redo()
				if (len(x) > 0) != (len(y) > 0) || content(a) != content(b) {
					t.Fatalf("redo %d of %d changes the text by %v, want %v", n, id, y, x)
				}
				a.Writer(id).Undo()
				b.Writer(id).Undo()
			}
			if len(x) == 0 {
				break
			}
		}
	}
}

// editAtRandom has w do one thing.
func editAtRandom(t *testing.T, r interface{ IntN(int) int }, w *Writer) {
	t.Helper()
	switch n := w.doc.Len(); r.IntN(8) {
	case 0:
		w.Undo()
	case 1:
		w.Redo()
	case 2:
		w.EndGroup()
	case 3:
		if n > 0 {
			from := r.IntN(n)
			erase(t, w, from, 1+r.IntN(min(n-from, 5)))
		}
	case 4:
		if n > 0 {
			from := r.IntN(n)
			w.TakeBack(ReplicaID(1+r.IntN(3)), from, from+r.IntN(n-from+1))
		}
	default:
		insert(t, w, r.IntN(n+1), "abc\n"[r.IntN(4):])
	}
}

func TestUndoSurvivesBeingSavedAndFed(t *testing.T) {
	r := newRand(t)
	writers := []ReplicaID{1, 2, 3}
	for range 200 {
		d := Load([]byte("one two three"))
		fed := New()
		for range r.IntN(30) {
			editAtRandom(t, r, d.Writer(writers[r.IntN(3)]))
		}
		v, want := d.Version(), content(d)
		for range r.IntN(30) {
			editAtRandom(t, r, d.Writer(writers[r.IntN(3)]))
		}
		var journal []byte
		for frame := range Encode(d.Until(v)) {
			journal = append(journal, frame...)
		}
		before := New()
		if _, err := before.Merge(journal); err != nil {
			t.Fatal(err)
		}
		wantContent(t, before, want)
		feed := d.Journal(v)
		for range r.IntN(60) {
			editAtRandom(t, r, d.Writer(writers[r.IntN(3)]))
			if r.IntN(3) == 0 {
				journal = feed.Append(journal)
			}
		}
		journal = feed.Append(journal)
		for range 2 { // what comes twice counts once
			if _, err := fed.Merge(journal); err != nil {
				t.Fatal(err)
			}
		}
		opened, err := Open(saved(fed))
		if err != nil {
			t.Fatal(err)
		}
		wantContent(t, fed, content(d))
		for _, doc := range []*Doc{d, fed, opened} {
			for _, id := range writers {
				doc.Writer(id).EndGroup()
			}
		}
		for range 10 { // they go on as if nothing had happened
			seed := r.Uint64()
			for _, doc := range []*Doc{d, fed, opened} {
				editAtRandom(t, &fixed{seed}, doc.Writer(writers[seed%3]))
				checkInvariants(t, doc)
			}
			wantContent(t, fed, content(d))
			wantContent(t, opened, content(d))
		}
		again, err := Open(saved(d))
		if err != nil {
			t.Fatal(err)
		}
		wantSameUndo(t, fed, opened, writers...)
		wantSameUndo(t, d, again, writers...)
	}
}

// fixed is a source of the same numbers for several documents.
type fixed struct{ seed uint64 }

func (f *fixed) IntN(n int) int {
	f.seed = f.seed*6364136223846793005 + 1442695040888963407
	return int(f.seed >> 33 % uint64(n))
}

func TestStepsThatNobodyTookAreRefused(t *testing.T) {
	row := func(replica byte, at, n byte, steps ...byte) []byte {
		return appendFrame(nil, frameSteps, append([]byte{replica, 0, 0, 0, 0, 0, 0, 0, at, n}, steps...))
	}
	for name, c := range map[string]struct {
		frame []byte
		want  error
	}{
		"of a stranger":            {row(2, 0, 1, 0), ErrOp},
		"of the file":              {row(0, 0, 1, 0), ErrOp},
		"after one that is missed": {row(1, 2, 1, 0), ErrOp},
		"beyond what was typed":    {row(1, 1, 1, 5<<2), ErrOp},
		"redo of nothing":          {row(1, 1, 1, 4<<2|2), ErrOp},
		"undo of too much":         {row(1, 1, 2, 4<<2|1, 1), ErrOp},
		"of no kind":               {row(1, 1, 1, 4<<2|3), ErrOp},
		"cut short":                {row(1, 1, 2, 4<<2), ErrCorrupt},
		"cut in the name":          {appendFrame(nil, frameSteps, []byte{1, 0}), ErrCorrupt},
	} {
		d := New()
		insert(t, d.Writer(1), 0, "text")
		if _, err := d.Merge(c.frame); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		d.Writer(1).Redo()
		d.Writer(1).Undo()
		checkInvariants(t, d)
	}
}
