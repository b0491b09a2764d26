package tui

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/tui/canvas"
	"tshare/tui/painter"
)

// TestRandomInput does whatever people may do, in any order and at any size.
// Nothing may panic, the cursor stays on the screen and in the text, and a frame that
// is drawn over the one before looks as one that is drawn on nothing.
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
			over := map[*screen]*canvas.Grid{owner: canvas.NewGrid(80, 24), guest: canvas.NewGrid(60, 20)}
			for step := range 120 {
				s := []*screen{owner, guest}[random.IntN(2)]
				s.update(randomInput(t, random, keys, s))
				if step%10 == 0 {
					time.Sleep(time.Duration(random.IntN(2000)) * time.Millisecond)
					r.settle()
				}
				f := s.Frame()
				if c := f.Cursor; !c.Hidden && (c.X < 0 || c.X >= f.Width || c.Y < 0 || c.Y >= f.Height) {
					t.Fatalf("seed %d, step %d: cursor at %d,%d of %dx%d", seed, step, c.X, c.Y, f.Width, f.Height)
				}
				if w, h := over[s].Size(); w != f.Width || h != f.Height {
					over[s].Reset(f.Width, f.Height)
				}
				f.Draw(over[s])
				if where, same := alike(over[s], f); !same {
					t.Fatalf("seed %d, step %d: a frame over the one before is another: %s", seed, step, where)
				}
				if sel := s.own(); sel.Head > s.view.Text.Len() || sel.Tail > s.view.Text.Len() {
					t.Fatalf("seed %d, step %d: selection %+v of %d bytes", seed, step, sel, s.view.Text.Len())
				}
			}
			r.settle()
		})
	}
}

// alike reports whether g shows f as a grid does that showed nothing before, and
// where it does not.
func alike(g *canvas.Grid, f painter.Frame) (where string, same bool) {
	fresh := canvas.NewGrid(f.Width, f.Height)
	f.Draw(fresh)
	for y := range f.Height {
		for x := range f.Width {
			if got, want := g.CellAt(x, y), fresh.CellAt(x, y); !got.Equal(want) {
				return fmt.Sprintf("cell %d,%d is %v, want %v", x, y, got, want), false
			}
		}
	}
	return "", true
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
