package tree

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/workspace"
	"tshare/tui/canvas/canvastest"
	"tshare/tui/theme"
)

// disk is a folder for the tests: what each folder holds.
var disk = map[string][]string{
	"":            {"assets/", "editor/", "empty/", "LICENSE", "main.go", "main_test.go", "README.md"},
	"assets":      {"logo.svg"},
	"editor":      {"safe/", "buffer.go", "caret.go"},
	"editor/safe": {"name.go", "safe.go"},
	"empty":       {},
}

func entries(dir string) []workspace.Entry {
	var es []workspace.Entry
	for _, name := range disk[dir] {
		e := workspace.Entry{Name: strings.TrimSuffix(name, "/"), Dir: strings.HasSuffix(name, "/")}
		e.Path = strings.TrimPrefix(dir+"/"+e.Name, "/")
		es = append(es, e)
	}
	return es
}

// answer gives the pane what it asks for, as the app does.
func answer(p *Pane, msgs ...tea.Msg) {
	for _, m := range msgs {
		if m, ok := m.(ListMsg); ok {
			p.SetEntries(m.Dir, entries(m.Dir), nil)
		}
	}
}

func sample(h int) *Pane {
	p := New("parser")
	p.SetSize(30, h)
	answer(p, p.Refresh()...)
	return p
}

// press gives the pane keys, answers what it asks for, and returns the last message.
func press(t *testing.T, p *Pane, keys string) tea.Msg {
	t.Helper()
	var last tea.Msg
	for _, k := range canvastest.Keys(t, keys) {
		last = p.Key(k)
		answer(p, last)
	}
	return last
}

// at returns the path of the row of the highlight.
func at(p *Pane) string { return p.rows[p.at].path }

func TestScreens(t *testing.T) {
	th := theme.Default()
	p := sample(23)
	answer(p, p.Reveal("editor/safe/safe.go")...)
	press(t, p, "e")
	marks := Marks{
		Unsaved: map[string]bool{"editor/safe/safe.go": true, "main.go": true},
		People:  map[string][]int{"editor/safe/safe.go": {1, 2}, "main.go": {3, 4, 5, 6}, "README.md": {7}},
	}
	for _, size := range [][2]int{{24, 23}, {30, 23}, {14, 14}} {
		p.SetSize(size[0], size[1])
		canvastest.Golden(t, "tree", p.Picture(th, true, marks), size[0], size[1])
	}
	for w := range 14 {
		p.SetSize(w, 3)
		canvastest.Draw(t, p.Picture(th, false, marks), w, 3)
	}
}

func TestStates(t *testing.T) {
	th := theme.Default()
	draw := func(name string, p *Pane) {
		p.SetSize(24, 5)
		canvastest.Golden(t, name, p.Picture(th, true, Marks{}), 24, 5)
	}
	draw("unknown", New("parser"))
	p := New("a\x1b]0;x\a\u202e")
	p.SetEntries("", nil, nil)
	draw("empty", p)
	p.SetEntries("", nil, errors.New("permission denied"))
	draw("error", p)
	p.SetEntries("", []workspace.Entry{{Path: "evil\x1b[2J\n", Name: "evil\x1b[2J\n"}, {Path: "文書", Name: "文書", Dir: true}}, nil)
	draw("hostile", p)
}

func TestKeysMove(t *testing.T) {
	tests := []struct {
		keys, at string
		msg      tea.Msg
	}{
		{"", "assets", nil},
		{"down down", "empty", nil},
		{"up", "assets", nil},
		{"end", "README.md", nil},
		{"end down home", "assets", nil},
		{"pgdown", "LICENSE", nil},
		{"pgdown pgup", "assets", nil},
		{"enter", "assets", ListMsg{"assets"}},
		{"enter down", "assets/logo.svg", nil},
		{"enter down enter", "assets/logo.svg", OpenMsg{"assets/logo.svg"}},
		{"enter enter down", "editor", nil},
		{"down right right right right", "editor/safe/name.go", nil},
		{"down right right left", "editor", nil},
		{"down right right right left", "editor/safe", nil},
		{"down right right right left left", "editor", nil},
		{"down right right right down left", "editor/safe", nil},
		{"down right left left left", "editor", nil},
		{"end right", "README.md", nil},
		{"end enter", "README.md", OpenMsg{"README.md"}},
		{"m", "main.go", nil},
		{"m m", "main_test.go", nil},
		{"m m m", "main.go", nil},
		{"m a i n _", "main_test.go", nil},
		{"m a i n _ backspace .", "main.go", nil},
		{"r", "README.md", nil},
		{"R e", "README.md", nil},
		{"z", "assets", nil},
		{"m down e", "editor", nil},
		{"m esc", "main.go", nil},
		{"m esc esc", "main.go", LeaveMsg{}},
		{"tab", "assets", LeaveMsg{}},
		{"f3", "assets", nil},
	}
	for _, tt := range tests {
		p := sample(4)
		msg := press(t, p, tt.keys)
		if at(p) != tt.at || msg != tt.msg {
			t.Errorf("%s: at %q with %v, want %q with %v", tt.keys, at(p), msg, tt.at, tt.msg)
		}
	}
}

func TestHighlightIsAlwaysSeen(t *testing.T) {
	p := sample(4)
	for _, keys := range []string{"end", "up up", "home", "pgdown pgdown", "m", "down right right right"} {
		press(t, p, keys)
		if p.at < p.top || p.at >= p.top+p.page() {
			t.Errorf("after %s row %d is not in the %d rows from %d", keys, p.at, p.page(), p.top)
		}
	}
}

func TestRevealOpensFolders(t *testing.T) {
	p := New("parser")
	p.SetSize(30, 10)
	got := p.Reveal("editor/safe/safe.go")
	want := []tea.Msg{ListMsg{""}, ListMsg{"editor"}, ListMsg{"editor/safe"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Reveal = %v, want %v", got, want)
	}
	for i := len(got) - 1; i >= 0; i-- { // answers come in any order
		answer(p, got[i])
	}
	if at(p) != "editor/safe/safe.go" {
		t.Errorf("the highlight is on %q", at(p))
	}
	press(t, p, "home")
	answer(p, p.Refresh()...)
	if at(p) == "editor/safe/safe.go" {
		t.Error("a refresh took the highlight back to the revealed file")
	}
}

func TestRefreshKeepsHighlightAndPlace(t *testing.T) {
	p := sample(5)
	press(t, p, "m")
	row := p.at - p.top
	p.SetEntries("", append([]workspace.Entry{{Path: "aaa", Name: "aaa", Dir: true}}, entries("")...), nil)
	if at(p) != "main.go" || p.at-p.top != row {
		t.Errorf("at %q in row %d, want main.go in row %d", at(p), p.at-p.top, row)
	}
	p.SetEntries("", entries("")[:2], nil)
	if at(p) != "editor" {
		t.Errorf("with its file gone the highlight is on %q, want the last one left", at(p))
	}
	p.SetEntries("", nil, nil)
	if msg := press(t, p, "down enter right left end pgup"); msg != nil {
		t.Errorf("an empty folder gives %v", msg)
	}
}

func TestRefreshAsksForOpenFoldersOnly(t *testing.T) {
	p := sample(20)
	press(t, p, "down right right right left left") // editor and editor/safe were open, editor/safe is closed
	want := []tea.Msg{ListMsg{""}, ListMsg{"editor"}}
	if got := p.Refresh(); !reflect.DeepEqual(got, want) {
		t.Errorf("Refresh = %v, want %v", got, want)
	}
	p.SetEntries("", entries("")[2:], nil) // editor is gone
	want = want[:1]
	if got := p.Refresh(); !reflect.DeepEqual(got, want) {
		t.Errorf("Refresh = %v, want %v", got, want)
	}
}

func TestMouse(t *testing.T) {
	p := sample(5) // four rows of seven
	click := func(y int) tea.Msg { return p.Mouse(tea.MouseClickMsg{Button: tea.MouseLeft}, 3, y) }
	wheel := func(b tea.MouseButton) { p.Mouse(tea.MouseWheelMsg{Button: b}, 3, 1) }
	if got, want := click(1), (ListMsg{"assets"}); got != want || !p.open["assets"] {
		t.Errorf("a click on a folder gives %v, want %v and the folder open", got, want)
	}
	if click(1); p.open["assets"] {
		t.Error("a second click did not close the folder")
	}
	if got := click(0); got != nil {
		t.Errorf("a click on the title gives %v", got)
	}
	wheel(tea.MouseWheelDown)
	if p.top != 3 || at(p) != "assets" {
		t.Errorf("the wheel shows row %d with the highlight on %q", p.top, at(p))
	}
	if got, want := click(2), (OpenMsg{"main.go"}); got != want {
		t.Errorf("a click on a file gives %v, want %v", got, want)
	}
	wheel(tea.MouseWheelUp)
	wheel(tea.MouseWheelUp)
	if p.top != 0 {
		t.Errorf("the wheel stops at row %d", p.top)
	}
	if got := p.Mouse(tea.MouseClickMsg{Button: tea.MouseRight}, 3, 2); got != nil {
		t.Errorf("a click of the right button gives %v", got)
	}
}

func TestErrorIsTriedAgain(t *testing.T) {
	p := sample(10)
	p.Key(canvastest.Key(t, "enter"))
	p.SetEntries("assets", nil, errors.New("permission denied"))
	if got, want := press(t, p, "down enter"), (ListMsg{"assets"}); got != want {
		t.Errorf("Enter on the error gives %v, want %v", got, want)
	}
	if at(p) != "assets" || p.rows[1].path != "assets/logo.svg" {
		t.Errorf("after the answer the highlight is on %q", at(p))
	}
}

func TestPictureIsImmutable(t *testing.T) {
	p := sample(10)
	marks := Marks{Unsaved: map[string]bool{"main.go": true}, People: map[string][]int{"main.go": {1}}}
	canvastest.Immutable(t, p.Picture(theme.Default(), true, marks), 30, 10, func() {
		press(t, p, "down right m")
		p.SetEntries("", nil, nil)
		marks.Unsaved["LICENSE"] = true
		marks.People["main.go"][0] = 2
	})
}

func BenchmarkOpenFolder(b *testing.B) {
	p := New("large")
	p.SetSize(30, 50)
	es := make([]workspace.Entry, 20000)
	for i := range es {
		name := fmt.Sprintf("file%05d.go", i)
		es[i] = workspace.Entry{Path: name, Name: name}
	}
	for b.Loop() {
		p.SetEntries("", es, nil)
	}
}
