package crdt

import (
	"maps"
	"testing"
	"unicode/utf8"
)

func TestTypingAndHeldKeysAreOneRowEach(t *testing.T) {
	for _, text := range []string{"plain words", "\u4e16\u754c\u4e16\u754c", "a\u00e9\U0001f600b"} {
		d := New()
		w := d.Writer(1)
		for i, r := range text {
			insert(t, w, i, string(r))
		}
		for rest := text; rest != ""; {
			_, n := utf8.DecodeLastRuneInString(rest)
			rest = rest[:len(rest)-n]
			erase(t, w, len(rest), n)
		}
		if got := w.log.rows.n; got != 2 {
			t.Errorf("%q typed and erased again takes %d rows, want 2", text, got)
		}
		w.Undo()
		wantContent(t, d, "")
	}
	d := Load([]byte("plain words"))
	w := d.Writer(1)
	for range 8 {
		erase(t, w, 2, 1)
	}
	if got := w.log.rows.n; got != 1 {
		t.Errorf("the delete key held takes %d rows, want 1", got)
	}
	w.Undo()
	wantContent(t, d, "plain words")
}

// People who type in turn make few ops, not one for each key: what a journal begins with,
// and what who joins late is given, would take as much memory as there are keys.
func TestTypingInTurnIsFewOps(t *testing.T) {
	const people, keys, most = 20, 500, 8 * 20
	d := Load([]byte("base"))
	half := Version{}
	for k := range keys {
		if k == keys/2 {
			half = d.Version()
		}
		for i := range people {
			insert(t, d.Writer(ReplicaID(i+1)), len("base")+i*(k+1)+k, "x") // after their own
		}
	}
	until, since := d.Until(half), d.Since(half)
	if all := d.Since(nil); len(until) > most || len(since) > most || len(all) > most {
		t.Errorf("%d ops until the middle, %d since then, %d in all; want %d at most", len(until), len(since), len(all), most)
	}
	to := New()
	if _, err := to.Apply(until); err != nil || !maps.Equal(to.Version(), half) {
		t.Fatalf("the ops until %v give %v, %v", half, to.Version(), err)
	}
	if _, err := to.Apply(since); err != nil {
		t.Fatal(err)
	}
	wantContent(t, to, content(d))
}

// What one deletes as another types it, each time elsewhere, is given after it.
func TestOpsComeAfterWhatTheyBuildOn(t *testing.T) {
	d := Load([]byte("base"))
	for range 20 {
		insert(t, d.Writer(2), 0, "x")
		erase(t, d.Writer(1), 0, 1)
	}
	to := New()
	for i, op := range d.Since(nil) {
		if _, err := to.Apply([]Op{op}); err != nil || to.waiting.n > 0 {
			t.Fatalf("op %d has to wait for later ones, %v", i, err)
		}
	}
	wantContent(t, to, content(d))
}
