package search

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/session"
	"tshare/tui/canvas/canvastest"
	"tshare/tui/theme"
)

// hit returns the hit in a line of a file in which « and » are around the match.
func hit(path string, line int, text string) session.Hit {
	from := strings.Index(text, "«")
	to := strings.Index(text, "»") - len("«")
	return session.Hit{Path: path, Line: line, Column: from, Text: strings.NewReplacer("«", "", "»", "").Replace(text), From: from, To: to}
}

func sample() *Dialog {
	d := New("need")
	d.SetFound("need", session.Found{Files: 12, Large: 1, Hits: []session.Hit{
		hit("main.go", 7, "func main() { «need»le() }"),
		hit("docs/notes.md", 0, "\t\tWhat we «Need» is here, in a line that is longer than what fits into the dialog of this screen"),
		hit("a/folder/in/which/there/is/a/file/with/a/long/path.txt", 12345, "«need»"),
		hit("evil\x1b\u202e.txt", 1, "\x1b]0;x\a«need»\u202e\r"),
	}}, "")
	return d
}

func TestScreens(t *testing.T) {
	th := theme.Default()
	none, waiting, trouble := New("none"), New("wait"), New("x")
	none.SetFound("none", session.Found{Files: 1}, "")
	trouble.SetFound("x", session.Found{}, "Frozen by the host")
	many := New("x")
	var hits []session.Hit
	for i := range 100 {
		hits = append(hits, hit("a.txt", i, "«x»"))
	}
	many.SetFound("x", session.Found{Files: 3, More: true, Hits: hits}, "")
	many.pick.At = 50
	for name, d := range map[string]*Dialog{"found": sample(), "none": none, "waiting": waiting, "trouble": trouble, "many": many, "empty": New("")} {
		canvastest.Golden(t, name, d.Picture(th), 80, 24)
	}
	canvastest.Golden(t, "found", sample().Picture(th), 40, 15)
	for _, size := range [][2]int{{1, 1}, {3, 3}, {10, 4}, {0, 0}, {61, 2}} {
		canvastest.Draw(t, sample().Picture(th), size[0], size[1])
		sample().Cursor(size[0], size[1])
	}
	d := sample()
	canvastest.Immutable(t, d.Picture(th), 80, 24, func() { d.Key(canvastest.Key(t, "down")); d.SetFound("need", session.Found{}, "") })
}

func TestKeys(t *testing.T) {
	d := sample()
	press := func(keys string) (last tea.Msg) {
		for _, k := range canvastest.Keys(t, keys) {
			last = d.Key(k)
		}
		return last
	}
	if got := press("down down up enter"); got != (OpenMsg{d.found.Hits[1], "need"}) {
		t.Errorf("enter gives %v", got)
	}
	if got := press("up up enter"); got != (OpenMsg{d.found.Hits[3], "need"}) {
		t.Errorf("round the top: %v", got)
	}
	if got := press("end l"); got != (LookMsg{"needl"}) {
		t.Errorf("typing gives %v", got)
	}
	if got := press("enter"); got != nil {
		t.Errorf("enter before the answer gives %v", got)
	}
	d.SetFound("need", session.Found{Files: 1}, "") // of what was typed over
	if len(d.found.Hits) != 4 {
		t.Error("an old answer took the place of what is shown")
	}
	if got := press("backspace"); got != nil { // which is known
		t.Errorf("back to what is known: %v", got)
	}
	if got := d.Paste("x\ny"); got != (LookMsg{"needx y"}) {
		t.Errorf("Paste gives %v", got)
	}
	if got := press("ctrl+u"); got != (LookMsg{""}) || len(d.found.Hits) != 0 {
		t.Errorf("emptied: %v, %d hits", got, len(d.found.Hits))
	}
	if got := press("esc"); got != (CloseMsg{}) {
		t.Errorf("esc gives %v", got)
	}
}

func TestMouse(t *testing.T) {
	d := sample()
	d.Cursor(80, 24)
	f := shape.Place(80, 24)
	click := func(x, y int) tea.Msg { return d.Mouse(tea.MouseClickMsg{Button: tea.MouseLeft}, x, y) }
	if got := click(f.X+5, f.Row(1)); got != (OpenMsg{d.found.Hits[1], "need"}) {
		t.Errorf("a click on the second: %v", got)
	}
	if got := click(f.X+5, f.Row(9)); got != nil {
		t.Errorf("a click below the last: %v", got)
	}
	if got := click(0, 0); got != (CloseMsg{}) {
		t.Errorf("a click beside it: %v", got)
	}
	d.Mouse(tea.MouseWheelMsg{Button: tea.MouseWheelDown}, 10, 10)
	if d.pick.At != 3 {
		t.Errorf("the wheel leads to %d", d.pick.At)
	}
}
