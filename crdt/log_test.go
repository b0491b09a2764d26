package crdt

import (
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
