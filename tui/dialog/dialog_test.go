package dialog

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"tshare/tui/canvas/canvastest"
	"tshare/tui/theme"
)

type answer string

func quit() *Question {
	return Ask("Quit", "2 guests are connected, and 1 document is not saved: src/parser/main.go.",
		Choice{"e", "end the session for all", answer("end")},
		Choice{"d", "detach: guests go on, tshare brings you back", answer("detach")},
		Choice{"ctrl+s", "save first", answer("save")})
}

func TestQuestionScreens(t *testing.T) {
	th := theme.Default()
	short := Ask("Reload?", "main.go changed on disk.", Choice{"enter", "reload", answer("r")})
	long := Ask("Nothing was written", strings.Repeat("The disk is full, and this goes on and on. ", 20),
		Choice{"r", "try again", answer("r")})
	hostile := Ask("a\x1b]0;x\a", "one\ntwo \u202e three", Choice{"y", "yes\x9b", answer("y")})
	for name, q := range map[string]*Question{"quit": quit(), "short": short, "long": long, "hostile": hostile} {
		canvastest.Golden(t, name, q.Picture(th), 80, 24)
		canvastest.Golden(t, name, q.Picture(th), 40, 15)
	}
	for _, size := range [][2]int{{1, 1}, {3, 3}, {10, 4}, {0, 0}} {
		canvastest.Draw(t, quit().Picture(th), size[0], size[1])
	}
}

func TestQuestionAnswers(t *testing.T) {
	q := quit()
	for key, want := range map[string]tea.Msg{
		"e": answer("end"), "E": answer("end"), "ctrl+s": answer("save"), "esc": CancelMsg{},
		"enter": nil, "space": nil, "x": nil, "s": nil,
	} {
		if got := q.Key(canvastest.Key(t, key)); got != want {
			t.Errorf("%s answers %v, want %v", key, got, want)
		}
	}
}

func TestCapsLockDoesNotMixUpTwoAnswers(t *testing.T) {
	q := Ask("", "", Choice{"d", "deny", answer("deny")}, Choice{"D", "deny and mute", answer("mute")})
	for key, want := range map[string]tea.Msg{"d": answer("deny"), "D": answer("mute")} {
		if got := q.Key(canvastest.Key(t, key)); got != want {
			t.Errorf("%s answers %v, want %v", key, got, want)
		}
	}
}

func TestPromptScreens(t *testing.T) {
	th := theme.Default()
	p := NewPrompt("Find:", "needle")
	p.Say("3 of 17")
	canvastest.Golden(t, "prompt", p.Picture(th), 80, 1)
	p.Paste("a needle in a haystack that is longer than the row of a small screen")
	canvastest.Golden(t, "prompt-long", p.Picture(th), 80, 1)
	canvastest.Golden(t, "prompt-long", p.Picture(th), 40, 1)
	canvastest.Golden(t, "prompt-long", p.Picture(th), 20, 1)
	canvastest.Draw(t, p.Picture(th), 3, 1)
	canvastest.Draw(t, p.Picture(th), 0, 1)
	canvastest.Immutable(t, p.Picture(th), 40, 1, func() { p.Key(canvastest.Key(t, "x")); p.Say("none") })
}

func TestPromptTellsWhatIsTyped(t *testing.T) {
	p := NewPrompt("Go to line:", "12")
	steps := []struct {
		key  string
		want tea.Msg
	}{
		{"4", TypedMsg{Text: "4"}},
		{"2", TypedMsg{Text: "42"}},
		{"left", TypedMsg{Text: "42"}},
		{"backspace", TypedMsg{Text: "2"}},
		{"up", nil},
		{"ctrl+g", nil},
		{"enter", TypedMsg{Text: "2", Done: true}},
		{"esc", CancelMsg{}},
	}
	for _, s := range steps {
		if got := p.Key(canvastest.Key(t, s.key)); got != s.want {
			t.Errorf("%s gives %v, want %v", s.key, got, s.want)
		}
	}
	if got, want := p.Paste("a\nb"), (TypedMsg{Text: "a b2"}); got != want {
		t.Errorf("Paste gives %v, want %v", got, want)
	}
}

func TestPromptCursor(t *testing.T) {
	p := NewPrompt("Find:", "needle")
	for w, want := range map[int]int{80: 13, 10: 9, 3: 2, 1: 0, 0: 0} {
		if got := p.Cursor(w); got != want {
			t.Errorf("Cursor(%d) = %d, want %d", w, got, want)
		}
	}
}
