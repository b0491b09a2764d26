package field

import (
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/tui/canvas"
	"tshare/tui/canvas/canvastest"
)

// parse returns the field written as text with | for the caret.
func parse(t *testing.T, s string) Field {
	t.Helper()
	before, after, ok := strings.Cut(s, "|")
	if !ok {
		t.Fatalf("%q has no caret", s)
	}
	return Field{text: before + after, at: len(before)}
}

func (f Field) String() string { return f.text[:f.at] + "|" + f.text[f.at:] }

func TestKeys(t *testing.T) {
	tests := []struct{ name, before, keys, after string }{
		{"type", "ac|", "left b", "ab|c"},
		{"type a blank", "a|b", "space", "a |b"},
		{"left by cluster", "xe\u0301|", "left", "x|e\u0301"},
		{"right by cluster", "x|👩\u200d💻y", "right", "x👩\u200d💻|y"},
		{"delete a cluster back", "x👍🏽|", "backspace", "x|"},
		{"delete a cluster ahead", "|🇩🇪x", "delete", "|x"},
		{"at the start", "|ab", "left backspace ctrl+w", "|ab"},
		{"at the end", "ab|", "right delete", "ab|"},
		{"home and end", "a|b", "home x end y", "xaby|"},
		{"word back in a path", "src/main.go|", "ctrl+left ctrl+left", "src/|main.go"},
		{"word ahead in a path", "|src/main.go", "ctrl+right ctrl+right", "src/main|.go"},
		{"delete a word", "src/main|", "ctrl+w", "src/|"},
		{"delete to the start", "src/ma|in", "ctrl+u", "|in"},
		{"mark joins what is there", "e|x", "\u0301", "e\u0301|x"},
	}
	for _, tt := range tests {
		f := parse(t, tt.before)
		for _, k := range canvastest.Keys(t, tt.keys) {
			if !f.Key(k) {
				t.Errorf("%s: %q is not for the field", tt.name, k)
			}
		}
		if got := f.String(); got != tt.after {
			t.Errorf("%s: %q, %s gives %q, want %q", tt.name, tt.before, tt.keys, got, tt.after)
		}
	}
}

func TestOtherKeysAreLeftAlone(t *testing.T) {
	f := parse(t, "ab|")
	for _, name := range []string{"enter", "esc", "tab", "up", "down", "f3", "ctrl+s", "alt+x"} {
		if f.Key(canvastest.Key(t, name)) {
			t.Errorf("the field took %s", name)
		}
	}
	if got := f.String(); got != "ab|" {
		t.Errorf("the field is %q now", got)
	}
}

func TestTypingReplacesTheFirstText(t *testing.T) {
	for keys, want := range map[string]string{
		"x": "x|", "backspace": "|", "left": "ol|d", "end x": "oldx|", "delete": "|", "ctrl+u y": "y|",
	} {
		f := New("old")
		for _, k := range canvastest.Keys(t, keys) {
			f.Key(k)
		}
		if got := f.String(); got != want {
			t.Errorf("%s gives %q, want %q", keys, got, want)
		}
	}
}

func TestPasteIsOneLine(t *testing.T) {
	f := parse(t, "a|b")
	f.Paste("one\r\ntwo\tthree\rfour\n")
	if got, want := f.String(), "aone two three four|b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	f.Paste(strings.Repeat("é", maxBytes))
	if n := len(f.Text()); n > maxBytes || n < maxBytes-1 {
		t.Errorf("the field holds %d bytes, want at most %d", n, maxBytes)
	}
}

func TestCaretIsAlwaysSeen(t *testing.T) {
	tests := []struct {
		field, shown string
		w, column    int
	}{
		{"short|", "short", 10, 5},
		{"exactly t|en", "exactly te", 10, 9},
		{"a longer text|", "…ger text", 10, 9},
		{"|a longer text", "a longer t", 10, 0},
		{"a\x1b|b", "a^[b", 10, 3},
		{"世界世界|x", "…世界x", 6, 5},
		{"ab|", "", 0, 0},
		{"ab|", "", 1, 0},
	}
	for _, tt := range tests {
		f := parse(t, tt.field)
		shown := canvastest.Lines(t, canvas.PictureFunc(func(c canvas.Canvas) {
			f.Draw(c, 0, uv.Style{}, uv.Style{})
		}), tt.w, 1)[0]
		if shown != tt.shown || f.Column(tt.w) != tt.column {
			t.Errorf("%q in %d cells: %q, column %d, want %q, column %d",
				tt.field, tt.w, shown, f.Column(tt.w), tt.shown, tt.column)
		}
	}
}

// FuzzField holds that the caret stays between clusters whatever is typed.
func FuzzField(f *testing.F) {
	f.Add("e\u0301👩\u200d💻", "\u0301", uint16(0o1234))
	f.Add("\r\n\x1b世", "🇩🇪", uint16(0o7654))
	names := []string{"left", "right", "backspace", "delete", "ctrl+w", "ctrl+left", "ctrl+right", "home"}
	f.Fuzz(func(t *testing.T, text, typed string, keys uint16) {
		l := New(text)
		for ; keys != 0; keys >>= 3 {
			l.Key(canvastest.Key(t, names[keys&7]))
			l.Paste(typed)
			if l.at < 0 || l.at > len(l.text) || l.boundary(l.at) != l.at {
				t.Fatalf("the caret of %q is at %d, inside a cluster", l.text, l.at)
			}
			if c := l.Column(8); c < 0 || c > 7 {
				t.Fatalf("the caret of %q is in column %d of 8", l.String(), c)
			}
		}
	})
}
