package status

import (
	"strings"
	"testing"

	"tshare/tui/canvas/canvastest"
	"tshare/tui/theme"
)

var keys = []Key{{"F1", "help"}, {"Ctrl+S", "save"}, {"Ctrl+P", "open"}, {"Ctrl+G", "share"}, {"Ctrl+Q", "quit"}}

func bar(change func(*Bar)) Bar {
	b := Bar{Path: "src/parser/main.go", Line: 311, Column: 17, Unsaved: true, Role: "owner", Live: true, Guests: 2, Keys: keys}
	change(&b)
	return b
}

var bars = map[string]Bar{
	"live":        bar(func(*Bar) {}),
	"one-guest":   bar(func(b *Bar) { b.Guests = 1; b.Unsaved = false }),
	"not-shared":  bar(func(b *Bar) { b.Live = false }),
	"guest":       bar(func(b *Bar) { b.Role = "viewer"; b.Guests = 12 }),
	"guest-only":  bar(func(b *Bar) { b.Role = "editor"; b.Live = false }),
	"warnings":    bar(func(b *Bar) { b.Disk = "changed on disk"; b.ReadOnly = true; b.Hidden = true }),
	"notice":      bar(func(b *Bar) { b.Notice = "alice joined, editor" }),
	"urgent":      bar(func(b *Bar) { b.Notice = "The host turned off editing for you"; b.Urgent = true }),
	"long-notice": bar(func(b *Bar) { b.Notice = strings.Repeat("The disk is full: nothing was written. ", 4) }),
	"long-path":   bar(func(b *Bar) { b.Path = "a/rather/deep/folder/in/a/project/with/many/more/folders/file_with_name.go" }),
	"no-document": bar(func(b *Bar) { b.Path = "" }),
	"wide-name":   bar(func(b *Bar) { b.Path = "文書/設計書.md"; b.Line = 0; b.Column = 0 }),
	"hostile":     bar(func(b *Bar) { b.Path = "a\x1b[2J\u202e.go"; b.Notice = "\x9b31m evil\nline" }),
}

func TestScreens(t *testing.T) {
	th := theme.Default()
	for name, b := range bars {
		canvastest.Golden(t, name, b.Picture(th), 80, 1)
		canvastest.Golden(t, name, b.Picture(th), 40, 1)
		for w := range 40 {
			canvastest.Draw(t, b.Picture(th), w, 1)
		}
	}
}

func TestFortyCellsTellTheMostImportant(t *testing.T) {
	line := canvastest.Lines(t, bars["live"].Picture(theme.Default()), 40, 1)[0]
	for _, want := range []string{"main.go", "●", "312:18", "F1 help", "LIVE 2"} {
		if !strings.Contains(line, want) {
			t.Errorf("%q does not tell %q", line, want)
		}
	}
}

func TestSavedDocumentHasNoMark(t *testing.T) {
	line := canvastest.Lines(t, bars["one-guest"].Picture(theme.Default()), 80, 1)[0]
	if strings.Contains(line, "●") {
		t.Errorf("%q marks a saved document as unsaved", line)
	}
}

func TestHintsStayWhereTheyAre(t *testing.T) {
	for name, change := range map[string]func(*Bar){
		"host":  func(*Bar) {},
		"guest": func(b *Bar) { b.Role = "editor" },
	} {
		at := map[int]bool{}
		for line := range 1000 {
			b := bar(change)
			b.Path, b.Line, b.Column, b.Unsaved = "main.go", line, 0, line%2 == 0
			text := canvastest.Lines(t, b.Picture(theme.Default()), 80, 1)[0]
			at[len([]rune(text[:strings.Index(text, "F1")]))] = true
		}
		if len(at) != 1 {
			t.Errorf("%s: the hints begin at the columns %v", name, at)
		}
	}
}

func TestTextThatIsOnlyInMemoryIsToldOf(t *testing.T) {
	b := bars["live"]
	b.Exposed = true
	th := theme.Default()
	scr := canvastest.Draw(t, b.Picture(th), 80, 1)
	line := canvastest.Lines(t, b.Picture(th), 80, 1)[0]
	at := strings.Index(line, "only in memory")
	if at < 0 {
		t.Fatalf("%q does not tell of it", line)
	}
	if got := scr.CellAt(len([]rune(line[:at])), 0).Style; !got.Equal(&th.Live) {
		t.Errorf("it has style %v, want %v", got, th.Live)
	}
}

func TestLiveIsRed(t *testing.T) {
	th := theme.Default()
	scr := canvastest.Draw(t, bars["live"].Picture(th), 80, 1)
	if got := scr.CellAt(78, 0).Style; !got.Equal(&th.Live) {
		t.Errorf("LIVE has style %v, want %v", got, th.Live)
	}
}
