package canvas_test

import (
	"testing"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/tui/canvas"
)

var hints = []canvas.Hint{{Key: "y", Name: "copy"}, {Key: "Esc", Name: "close"}, {Key: "q", Name: "QR code"}}

func TestHintsAreWholeOrNotThere(t *testing.T) {
	for w, want := range map[int]string{
		40: "y copy   Esc close   q QR code",
		29: "y copy  Esc close  q QR code",
		27: "y copy Esc close q QR code",
		25: "y copy   Esc close",
		10: "y copy",
		5:  "",
	} {
		got := draw(t, w, func(c canvas.Canvas) { c.Hints(0, 0, hints, uv.Style{}, uv.Style{}) })
		if got != want {
			t.Errorf("in %d cells: %q, want %q", w, got, want)
		}
	}
}

func TestHintRowsKeepAllHints(t *testing.T) {
	for w, want := range map[int][]int{40: {3}, 30: {3}, 29: {2, 1}, 12: {1, 1, 1}, 1: {1, 1, 1}} {
		rows := canvas.HintRows(hints, w)
		if len(rows) != len(want) {
			t.Fatalf("in %d cells: rows %v, want lengths %v", w, rows, want)
		}
		for i, n := range want {
			if len(rows[i]) != n {
				t.Errorf("in %d cells: row %d has %v, want %d hints", w, i, rows[i], n)
			}
		}
	}
}

func TestKeyName(t *testing.T) {
	for key, want := range map[string]string{
		"ctrl+s": "Ctrl+S", "esc": "Esc", "enter": "Enter", "s": "s", "S": "S", "shift+tab": "Shift+Tab", "f1": "F1", "é": "é", "": "",
		"pgdown": "PgDn", "ctrl+pgup": "Ctrl+PgUp", "ctrl++": "Ctrl++", "+": "+", "alt+.": "Alt+.",
	} {
		if got := canvas.KeyName(key); got != want {
			t.Errorf("KeyName(%q) = %q, want %q", key, got, want)
		}
	}
}
