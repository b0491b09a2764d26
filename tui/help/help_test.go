package help

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"tshare/tui/canvas/canvastest"
	"tshare/tui/theme"
)

var sections = []Section{
	{"Files", []Row{{"Ctrl+P", "open a file by name"}, {"Ctrl+B", "files"}, {"Ctrl+S", "save"}, {"Ctrl+W", "close"}}},
	{"Moving", []Row{{"Ctrl+Left", "word back"}, {"Ctrl+Right", "word ahead"}, {"Home", "start of the line, or of its text"},
		{"Ctrl+Home", "start of the document"}, {"PgUp PgDn", "a page"}, {"Ctrl+L", "go to a line"}}},
	{"Editing", []Row{{"Ctrl+Z", "take back your last change"}, {"Ctrl+Y", "bring it back"}, {"Ctrl+Shift+Left Ctrl+Shift+Right", "select by word"}}},
	{"Finding", []Row{{"Ctrl+F", "find"}, {"F3", "next"}, {"Shift+F3", "the one before"}}},
	{"People", []Row{{"F2", "who is here"}, {"Ctrl+G", "share: invite somebody"}, {"Ctrl+K", "answer who knocks"}}},
	{"Program", []Row{{"F1", "this page"}, {"Ctrl+Q", "quit"}}},
}

func TestScreens(t *testing.T) {
	th := theme.Default()
	p := New(sections)
	for _, size := range [][2]int{{80, 24}, {40, 15}, {130, 24}} {
		p.SetSize(size[0], size[1])
		canvastest.Golden(t, "top", p.Picture(th), size[0], size[1])
		p.Key(canvastest.Key(t, "end"))
		canvastest.Golden(t, "end", p.Picture(th), size[0], size[1])
		p.Key(canvastest.Key(t, "home"))
	}
	for _, size := range [][2]int{{0, 0}, {1, 1}, {6, 3}, {20, 4}, {3, 40}, {400, 2}} {
		canvastest.Draw(t, p.Picture(th), size[0], size[1])
	}
	canvastest.Draw(t, New(nil).Picture(th), 80, 24)
	hostile := []Section{{"\x1b]0;x\a", []Row{{"\u202e", "\x9b"}}}}
	canvastest.Draw(t, New(hostile).Picture(th), 80, 24)
}

// TestEverythingCanBeRead scrolls through the page on a small screen.
func TestEverythingCanBeRead(t *testing.T) {
	for _, size := range [][2]int{{40, 15}, {40, 6}, {80, 9}} {
		p := New(sections)
		p.SetSize(size[0], size[1])
		seen := ""
		for range 60 {
			seen += strings.Join(canvastest.Lines(t, p.Picture(theme.Default()), size[0], size[1]), "\n")
			p.Key(canvastest.Key(t, "down"))
		}
		for _, s := range sections {
			for _, r := range s.Rows {
				if word := strings.Fields(r.Text)[0]; !strings.Contains(seen, s.Title) || !strings.Contains(seen, word) {
					t.Errorf("in %v: %s, %q is never seen", size, s.Title, r.Text)
				}
			}
		}
	}
}

func TestScrollingEndsWithTheText(t *testing.T) {
	p := New(sections)
	p.SetSize(40, 15)
	first := canvastest.Lines(t, p.Picture(theme.Default()), 40, 15)
	for _, keys := range []string{"end pgdown down down", "space space space space j j"} {
		for _, k := range canvastest.Keys(t, keys) {
			p.Key(k)
		}
		last := p.top
		p.Mouse(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
		if p.top != last-wheelRows {
			t.Errorf("after %s the wheel goes from line %d to %d", keys, last, p.top)
		}
		for range 50 {
			p.Mouse(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
		}
		if got := canvastest.Lines(t, p.Picture(theme.Default()), 40, 15); got[2] != first[2] {
			t.Errorf("the wheel does not lead back to the top: %q", got[2])
		}
	}
	p.SetSize(130, 24)
	if p.top != 0 {
		t.Errorf("with all of it seen, %d lines are scrolled away", p.top)
	}
}

func TestKeysClose(t *testing.T) {
	for _, key := range []string{"esc", "q", "enter", "f1"} {
		if got := New(sections).Key(canvastest.Key(t, key)); got != (CloseMsg{}) {
			t.Errorf("%s gives %v", key, got)
		}
	}
	for _, key := range []string{"x", "up", "pgup", "tab"} {
		if got := New(sections).Key(canvastest.Key(t, key)); got != nil {
			t.Errorf("%s gives %v", key, got)
		}
	}
}
