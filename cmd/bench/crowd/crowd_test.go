package crowd

import (
	"testing"
	"time"

	"tshare/cmd/bench/terminal"
)

// A screen that skips frames shows several keys at once; one that shows an old letter
// shows none.
func TestKeysAreShownUpToTheOneBeforeTheCaret(t *testing.T) {
	begin := time.Now()
	for _, c := range []struct {
		name, drawn string
		left        int
	}{
		{"nothing new", "x;", 3},
		{"the first", "x;a", 2},
		{"all at once", "x;abc", 0},
		{"two", "x;ab", 1},
		{"a caret elsewhere", "x;abc\x1b[1;1H", 3},
		{"an update that has not ended", "\x1b[?2026hx;abc", 3},
	} {
		g := Guest{screen: terminal.NewScreen(20, 4, nil)}
		for _, letter := range "abc" {
			g.waiting = append(g.waiting, key{letter, begin})
		}
		g.screen.Draw([]byte(c.drawn))
		g.lookLocked(begin.Add(time.Second))
		if len(g.waiting) != c.left || len(g.late) != 3-c.left {
			t.Errorf("%s: %d keys are waited for and %d were seen, want %d and %d", c.name, len(g.waiting), len(g.late), c.left, 3-c.left)
		}
		for _, late := range g.late {
			if late != time.Second {
				t.Errorf("%s: seen after %v, want 1s", c.name, late)
			}
		}
	}
}

func TestNoLetterIsTwiceInTheAlphabet(t *testing.T) {
	seen := map[rune]bool{}
	for _, letter := range alphabet {
		if seen[letter] {
			t.Errorf("%q is there twice", letter)
		}
		seen[letter] = true
	}
}
