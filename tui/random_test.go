package tui

import (
	"math/rand/v2"
	"testing"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/tui/canvas"
)

// TestRandomInput does whatever people may do, in any order and at any size.
// Nothing may panic, and the cursor stays on the screen and in the text.
func TestRandomInput(t *testing.T) {
	var keys []string
	for _, s := range sections() {
		for _, c := range s.commands {
			if c.name != "quit" {
				keys = append(keys, c.keys...)
			}
		}
	}
	for seed := range uint64(8) {
		inRig(t, sources(), func(t *testing.T, r *rig) {
			random := rand.New(rand.NewPCG(seed, 9))
			owner := r.join("", access.Owner, 80, 24, "main.go")
			guest := r.join("bob", access.Editor, 60, 20, "")
			r.knock("eve")
			for step := range 120 {
				s := []*screen{owner, guest}[random.IntN(2)]
				s.update(randomInput(t, random, keys, s))
				if step%10 == 0 {
					r.settle()
				}
				f := s.Frame()
				if c := f.Cursor; !c.Hidden && (c.X < 0 || c.X >= f.Width || c.Y < 0 || c.Y >= f.Height) {
					t.Fatalf("seed %d, step %d: cursor at %d,%d of %dx%d", seed, step, c.X, c.Y, f.Width, f.Height)
				}
				f.Draw(canvas.NewGrid(f.Width, f.Height))
				if sel := s.own(); sel.Head > s.view.Text.Len() || sel.Tail > s.view.Text.Len() {
					t.Fatalf("seed %d, step %d: selection %+v of %d bytes", seed, step, sel, s.view.Text.Len())
				}
			}
			r.settle()
		})
	}
}

// randomInput returns a key, a click, a paste or a size.
func randomInput(t *testing.T, r *rand.Rand, keys []string, s *screen) tea.Msg {
	place := tea.Mouse{X: r.IntN(s.w + 1), Y: r.IntN(s.h + 1), Button: tea.MouseLeft}
	switch r.IntN(12) {
	case 0:
		return tea.MouseClickMsg(place)
	case 1:
		return tea.MouseMotionMsg(place)
	case 2:
		return tea.MouseReleaseMsg(place)
	case 3:
		place.Button = []tea.MouseButton{tea.MouseWheelUp, tea.MouseWheelDown}[r.IntN(2)]
		return tea.MouseWheelMsg(place)
	case 4:
		return tea.PasteMsg{Content: []string{"a\nb\n", "漢字 👨‍👩‍👧\t", "\x1b[31m\u202e", "482 917", ""}[r.IntN(5)]}
	case 5:
		return tea.WindowSizeMsg{Width: 1 + r.IntN(120), Height: 1 + r.IntN(40)}
	case 6, 7, 8:
		c := rune(' ' + r.IntN(95))
		return tea.KeyPressMsg{Code: c, Text: string(c)}
	}
	if r.IntN(4) == 0 {
		return keyOf(t, "esc")
	}
	return keyOf(t, keys[r.IntN(len(keys))])
}
