package compare

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/merge"
	"tshare/tui/canvas/canvastest"
	"tshare/tui/theme"
)

type closed struct{}

func page(rows ...merge.Row) *Page { return New("src/main.go", rows, closed{}) }

func differences() []merge.Row {
	return merge.Rows(
		[]byte("package main\n\nfunc main() {\n\trun(1)\n\twait(30)\n\tstop()\n}\n// end\n"),
		[]byte("package main\n\nfunc main() {\n\trun(1, 2)\n\twait(60)\n\tstop()\n}\n// end"),
		[]byte("package main\r\n\nfunc main() {\n    run(1)\n\twait(45)\n\tstop()\n\tlog(\"this line is so long that it does not fit into the width of a screen of eighty cells\")\n}\n// end\n"))
}

func TestScreens(t *testing.T) {
	th := theme.Default()
	p := page(differences()...)
	for _, size := range [][2]int{{80, 24}, {40, 15}} {
		p.SetSize(size[0], size[1])
		canvastest.Golden(t, "differences", p.Picture(th), size[0], size[1])
		for _, k := range canvastest.Keys(t, "end right right") {
			p.Key(k)
		}
		canvastest.Golden(t, "end", p.Picture(th), size[0], size[1])
		p.Key(canvastest.Key(t, "home"))
		hostile := page(merge.Row{Sign: merge.Head, Who: merge.I}, merge.Row{Sign: merge.Mine, Text: "a\x1b]0;x\a\u202e b\x9b\xff"},
			merge.Row{Sign: merge.More, Line: 7})
		canvastest.Golden(t, "hostile", hostile.Picture(th), size[0], size[1])
		canvastest.Golden(t, "none", page().Picture(th), size[0], size[1])
	}
	for _, size := range [][2]int{{0, 0}, {1, 1}, {6, 3}, {20, 4}, {3, 40}, {400, 5}} {
		p.SetSize(size[0], size[1])
		canvastest.Draw(t, p.Picture(th), size[0], size[1])
	}
	canvastest.Immutable(t, p.Picture(th), 40, 15, func() { p.Key(canvastest.Key(t, "down")) })
}

func TestEverythingCanBeRead(t *testing.T) {
	for _, size := range [][2]int{{40, 15}, {40, 6}, {80, 9}} {
		p := page(differences()...)
		p.SetSize(size[0], size[1])
		seen := ""
		for range 60 {
			seen += strings.Join(canvastest.Lines(t, p.Picture(theme.Default()), size[0], size[1]), "\n")
			p.Key(canvastest.Key(t, "down"))
		}
		for _, want := range []string{"- package main^M", "+ →   run(1, 2)", "- →   wait(45)", "stop()", "changed on both sides", "+ // end (no line end)"} {
			if !strings.Contains(seen, want) {
				t.Errorf("in %v %q is never seen", size, want)
			}
		}
	}
}

func TestPlacesAreGoneTo(t *testing.T) {
	p := page(differences()...)
	p.SetSize(40, 6)
	var lines []int
	for _, k := range canvastest.Keys(t, "n n n p p p p") {
		p.Key(k)
		lines = append(lines, p.rows[p.top].Line)
		if p.rows[p.top].Sign != merge.Head {
			t.Errorf("row %d is no head", p.top)
		}
	}
	for i := range 3 {
		if lines[2] == lines[0] || i < 2 && lines[2-i] <= lines[1-i] {
			t.Errorf("n and p lead to the lines %v", lines)
		}
	}
	if lines[6] != 0 {
		t.Errorf("p does not lead to the first place: %v", lines)
	}
}

func TestScrollingEnds(t *testing.T) {
	p := page(differences()...)
	p.SetSize(80, 10)
	for _, k := range canvastest.Keys(t, "end pgdown down down n") {
		p.Key(k)
	}
	last := p.top
	p.Mouse(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	if p.top != last-wheelRows {
		t.Errorf("the wheel goes from row %d to %d", last, p.top)
	}
	p.Mouse(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	for range 40 {
		p.Key(canvastest.Key(t, "right"))
		p.Key(canvastest.Key(t, "pgup"))
	}
	if p.top != 0 || p.left > p.widest() {
		t.Errorf("row %d, cell %d", p.top, p.left)
	}
	p.Key(canvastest.Key(t, "home"))
	if p.left != 0 {
		t.Errorf("home leaves %d cells scrolled away", p.left)
	}
	p.SetSize(80, 60)
	p.Key(canvastest.Key(t, "end"))
	if p.top != 0 {
		t.Errorf("with all of it seen, %d rows are scrolled away", p.top)
	}
}

func TestKeysClose(t *testing.T) {
	for _, key := range []string{"esc", "q", "enter"} {
		if got := page().Key(canvastest.Key(t, key)); got != (closed{}) {
			t.Errorf("%s gives %v", key, got)
		}
	}
	for _, key := range []string{"x", "up", "n", "p", "end", "tab"} {
		if got := page().Key(canvastest.Key(t, key)); got != nil {
			t.Errorf("%s gives %v", key, got)
		}
	}
}
