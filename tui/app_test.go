package tui

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"tshare/editor/access"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

func TestCommandTable(t *testing.T) {
	seen := map[string]string{}
	names := map[string]bool{}
	for _, s := range sections() {
		for _, c := range s.commands {
			if c.name == "" || len(c.keys) == 0 || c.run == nil {
				t.Errorf("%s: a command is not complete: %q, %q", s.title, c.name, c.keys)
			}
			if names[c.name] {
				t.Errorf("two commands are called %q", c.name)
			}
			names[c.name] = true
			for _, key := range c.keys {
				if other, taken := seen[key]; taken {
					t.Errorf("%s means both %q and %q", key, other, c.name)
				}
				seen[key] = c.name
			}
		}
	}
	for _, hint := range []string{"help", "save", "open", "share", "quit", "answer", "files", "people", "undo"} {
		if !names[hint] {
			t.Errorf("no command is called %q, which hints name", hint)
		}
	}
}

func TestOwnersFirstScreen(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		s := r.join("", access.Owner, 80, 24, "")
		s.mustShow("parser", "main.go", "docs", "Ctrl+P", "open a file", "LIVE 0 guests")
		s.press("down", "down", "enter")
		s.mustShow("package main")
		if f := s.Frame(); f.Title == "" || f.Cursor.Hidden {
			t.Errorf("title %q, cursor %+v", f.Title, f.Cursor)
		}
	})
}

func TestTreeHidesInNarrowTerminals(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		s := r.join("", access.Owner, 50, 15, "main.go")
		s.mustNotShow("docs")
		s.press("f4")
		s.mustShow("docs")
		s.press("esc")
		s.mustNotShow("docs")
		s.send(tea.WindowSizeMsg{Width: 90, Height: 24})
		s.mustShow("docs")
		s.press("f4", "f4")
		s.mustNotShow("docs")
	})
}

func TestMouseGoesWhereItIs(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		owner.run(owner.openPath("go.mod"))
		r.settle()
		ar := owner.areas()
		click := func(x, y int) { owner.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft}) }
		click(ar.edit.Min.X+4+3, ar.edit.Min.Y)
		owner.send(tea.MouseReleaseMsg{X: ar.edit.Min.X, Y: ar.edit.Min.Y})
		if got := owner.marked(); !strings.HasPrefix(got, "mod|ule") {
			t.Errorf("after a click: %q", got)
		}
		click(ar.tabs.Min.X+2, 0)
		if owner.view.Path != "main.go" {
			t.Errorf("a click on the first tab shows %s", owner.view.Path)
		}
		click(3, 1)
		if owner.focus != onTree {
			t.Error("a click into the tree does not go there")
		}
		owner.send(tea.MouseClickMsg{X: ar.edit.Min.X + 8, Y: ar.edit.Min.Y + 1, Button: tea.MouseLeft})
		owner.send(tea.MouseMotionMsg{X: 0, Y: ar.edit.Min.Y + 3, Button: tea.MouseLeft}) // out of the pane
		if s := owner.own(); s.Empty() {
			t.Error("dragging selects nothing")
		}
		owner.send(tea.MouseReleaseMsg{X: 0, Y: 3})
		owner.send(tea.MouseWheelMsg{X: ar.edit.Min.X + 3, Y: 3, Button: tea.MouseWheelDown})
		if top, _ := owner.pane.Viewport(); top == 0 {
			t.Error("the wheel does not scroll")
		}
	})
}

func TestWheelStaysScrolledWhileOthersType(t *testing.T) {
	inRig(t, map[string]string{"long.txt": strings.Repeat("a line\n", 300)}, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "long.txt")
		guest := r.join("bob", access.Editor, 80, 24, "")
		for range 20 {
			owner.send(tea.MouseWheelMsg{X: 40, Y: 3, Button: tea.MouseWheelDown})
		}
		before := owner.lines()[:20]
		guest.types("x\ny")
		if after := owner.lines()[:20]; !slices.EqualFunc(before, after, func(a, b string) bool { return a[len(a)-6:] == b[len(b)-6:] }) || owner.shows("xa line") {
			t.Errorf("the text moved:\n%s", strings.Join(after, "\n"))
		}
		owner.types("z")
		owner.mustShow("zx")
	})
}

func TestToggles(t *testing.T) {
	inRig(t, map[string]string{"a.txt": strings.Repeat("word ", 40)}, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "a.txt")
		owner.mustShow("↳")
		owner.press("alt+w")
		owner.mustNotShow("↳")
		owner.mustShow("›", "Long lines are cut off")
		redraws := owner.Frame().Redraws
		owner.press("ctrl+l")
		if owner.Frame().Redraws != redraws+1 {
			t.Error("the screen is not drawn afresh")
		}
	})
}

func TestAnySizeAndAnyKeyDoNotPanic(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		r.join("bob", access.Editor, 80, 24, "")
		r.knock("alice")
		sizes := [][2]int{{1, 1}, {1, 24}, {80, 1}, {2, 2}, {5, 3}, {40, 15}, {59, 7}, {60, 6}, {200, 60}}
		for _, open := range []string{"esc", "f1", "f5", "f6", "ctrl+p", "ctrl+f", "ctrl+g", "f4", "ctrl+k", "ctrl+q"} {
			owner.press("esc", "esc", open)
			for _, size := range sizes {
				owner.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				f := owner.Frame()
				f.Draw(canvas.NewGrid(f.Width, f.Height))
				if c := f.Cursor; !c.Hidden && (c.X < 0 || c.X >= f.Width || c.Y < 0 || c.Y >= f.Height) {
					t.Errorf("%s at %v: cursor at %d,%d", open, size, c.X, c.Y)
				}
				owner.send(tea.MouseClickMsg{X: size[0] / 2, Y: size[1] / 2, Button: tea.MouseMiddle})
			}
		}
	})
}

func TestEveryCellIsDrawn(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		owner.run(owner.openPath("go.mod"))
		r.settle()
		r.knock("alice")
		owner.press("ctrl+f")
		owner.run(tea.Batch())
		scr := canvas.NewGrid(80, 24)
		unset := uv.Cell{Content: "?", Width: 1}
		for y := range 24 {
			for x := range 80 {
				scr.SetCell(x, y, &unset)
			}
		}
		owner.Frame().Draw(scr)
		for y := range 24 {
			for x := range 80 {
				if c := scr.CellAt(x, y); c.Equal(&unset) {
					t.Fatalf("cell %d,%d is not drawn", x, y)
				}
			}
		}
	})
}

func TestFramesAreImmutable(t *testing.T) {
	inRig(t, sources(), func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 80, 24, "main.go")
		frame := owner.Frame()
		drawn := make(chan struct{})
		go func() {
			defer close(drawn)
			for range 20 {
				frame.Draw(canvas.NewGrid(80, 24))
			}
		}()
		owner.types("xyz")
		owner.press("down", "ctrl+p", "esc", "f4", "ctrl+f", "p", "esc", "f6", "esc", "f1", "esc")
		owner.send(tea.WindowSizeMsg{Width: 50, Height: 10})
		<-drawn
	})
}

func TestWelcomeIsSmallToo(t *testing.T) {
	inRig(t, nil, func(t *testing.T, r *rig) {
		owner := r.join("", access.Owner, 20, 5, "")
		c := canvas.On(canvas.NewGrid(3, 1))
		owner.welcome(theme.Default()).Draw(c)
	})
}
