package terminal

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/vt"
)

func TestScreenShowsWhatSequencesSay(t *testing.T) {
	for _, c := range []struct {
		name, in string
		row      int
		want     string
	}{
		{"letters", "hello", 0, "hello"},
		{"a wrapped row", "0123456789ab", 1, "ab"},
		{"a place", "\x1b[2;3Hxy", 1, "  xy"},
		{"cells inserted", "abc\x1b[1;1H\x1b[2@", 0, "  abc"},
		{"more cells inserted than there are", "abc\x1b[1;1H\x1b[99@x", 0, "x"},
		{"cells deleted", "abcdef\x1b[1;2H\x1b[2P", 0, "adef"},
		{"more cells deleted than there are", "abcdef\x1b[1;2H\x1b[99P", 0, "a"},
		{"a line erased to its end", "abcdef\x1b[1;3H\x1b[K", 0, "ab"},
		{"cells erased", "abcdef\x1b[1;2H\x1b[2X", 0, "a  def"},
		{"a letter repeated", "a\x1b[3b", 0, "aaaa"},
		{"a scroll", "a\r\nb\r\nc\r\nd\r\ne", 0, "b"},
		{"a scroll of a region", "a\r\nb\r\nc\r\nd\x1b[2;3r\x1b[3;1H\n", 1, "c"},
		{"a line inserted", "a\r\nb\x1b[1;1H\x1b[L", 1, "a"},
		{"wide letters", "é世x", 0, "é世x"},
		{"a title", "\x1b]0;title\x07ok", 0, "ok"},
		{"a question", "\x1bP+q544e\x1b\\ok", 0, "ok"},
		{"colours", "\x1b[38;2;1;2;3mok\x1b[0m", 0, "ok"},
		{"parts of parameters", "\x1b[4:3mok", 0, "ok"},
		{"the keyboard's protocol", "\x1b[>1u\x1b[=1;1uok", 0, "ok"},
		{"lines", "\x1b(0x\x1b(Bx", 0, "\u2519x"},
		{"a step back", "ab\bX", 0, "aX"},
		{"insert mode", "abc\r\x1b[4hX\x1b[4l", 0, "Xabc"},
		{"the alternate screen", "main\x1b[?1049halt", 0, "    alt"},
		{"the main screen again", "main\x1b[?1049halt\x1b[?1049l", 0, "main"},
	} {
		s := NewScreen(10, 4, nil)
		s.Draw([]byte(c.in))
		if got := s.Row(c.row); got != c.want {
			t.Errorf("%s: after %q row %d = %q, want %q; the screen:\n%s", c.name, c.in, c.row, got, c.want, s.Text())
		}
	}
}

func TestSynchronisedUpdateIsShownAtItsEnd(t *testing.T) {
	s := NewScreen(10, 4, nil)
	for _, c := range []struct {
		in   string
		want bool
	}{{"x", true}, {"\x1b[?2026h", false}, {"y", false}, {"\x1b[?2026l", true}} {
		s.Draw([]byte(c.in))
		if got := s.Settled(); got != c.want {
			t.Errorf("Settled after %q = %v, want %v", c.in, got, c.want)
		}
	}
}

func TestScreenAnswers(t *testing.T) {
	var got bytes.Buffer
	s := NewScreen(10, 4, func(b []byte) { got.Write(b) })
	s.Draw([]byte("ab\x1b[6n\x1b[c\x1b[?2026$p\x1b]11;?\x07"))
	want := "\x1b[1;3R\x1b[?64;1;2;6;9;15;18;21;22c\x1b[?2026;2$y\x1b]11;rgb:1818/1818/1818\x1b\\"
	if got.String() != want {
		t.Errorf("the screen answers %q, want %q", got.String(), want)
	}
}

func TestFindSaysWhichRowShowsText(t *testing.T) {
	s := NewScreen(10, 4, nil)
	s.Draw([]byte("aab\r\n\r\n  xyz"))
	for _, c := range []struct {
		text string
		row  int
	}{{"ab", 0}, {"xyz", 2}, {"xz", -1}, {"yz ", 2}} {
		for hint := -1; hint < 5; hint++ {
			if row, found := s.Find([]rune(c.text), hint); row != c.row || found != (c.row >= 0) {
				t.Errorf("Find(%q, %d) = %d, %v, want row %d", c.text, hint, row, found, c.row)
			}
		}
	}
}

func TestJoinedLeavesOutWhatMarksAWrappedRow(t *testing.T) {
	for in, want := range map[string]string{
		" 1 abcdefg\r\n ↳ hijk\r\n": " 1 abcdefghijk", "abcdefghi\\\r\njk": "abcdefghijk", "a ↳ b": "a ↳ b",
	} {
		s := NewScreen(10, 4, nil)
		s.Draw([]byte(in))
		if got := s.Joined(); !strings.HasPrefix(got, want) {
			t.Errorf("Joined after %q = %q, want %q and blanks", in, got, want)
		}
	}
}

func TestBeforeLooksOverWhatMarksAWrappedRow(t *testing.T) {
	for _, c := range []struct {
		in   string
		want rune
	}{{"ab", 'b'}, {"ab\x1b[1;2H", 'a'}, {"  abc\r\n  ↳ ", 'c'}, {"  abc\r\n  ↳ d", 'd'}, {"", ' '}} {
		s := NewScreen(10, 4, nil)
		s.Draw([]byte(c.in))
		if got := s.Before(); got != c.want {
			t.Errorf("Before after %q = %q, want %q", c.in, got, c.want)
		}
	}
}

// Whatever a program writes, in whatever pieces, it must not break the screen, and the
// pieces must not matter.
func FuzzScreen(f *testing.F) {
	f.Add([]byte("a\x1b[2;3Hxy\x1b[99@\x1b[1;2r\x1b[99L\x1b[99P\x1b[3b"), 3)
	f.Add([]byte("世\x1b]10;?\x07\x1b[?1049h\x1b[?6h\x1b[H\x1b[200Z"), 1)
	f.Fuzz(func(t *testing.T, written []byte, at int) {
		whole, pieces := NewScreen(10, 4, func([]byte) {}), NewScreen(10, 4, func([]byte) {})
		whole.Draw(written)
		at = clamp(at, len(written))
		pieces.Draw(written[:at])
		pieces.Draw(written[at:])
		if whole.Text() != pieces.Text() {
			t.Errorf("%q, cut at %d, shows\n%s\nand uncut\n%s", written, at, pieces.Text(), whole.Text())
		}
		if row, col := whole.Cursor(); row < 0 || row > 3 || col < 0 || col > 9 {
			t.Errorf("after %q the cursor is at %d, %d", written, row, col)
		}
	})
}

func TestKeysAreBytes(t *testing.T) {
	for keys, want := range map[string]string{
		"a<esc>b": "a\x1bb", "<c-w>": "\x17", "<cr><tab><bs>": "\r\t\x7f", "<lt>x": "<x", "<up>": "\x1b[A",
		"<x05>": "\x05", "1<2": "1<2", "<a-g>": "\x1bg", "<a->>": "\x1b>", "<a-/>": "\x1b/", "<c-_>": "\x1f",
		"<down>*3x": "\x1b[B\x1b[B\x1b[Bx", "<cr>*": "\r*", "<nokey>": "<nokey>", "<a-\\>": "\x1b\\",
	} {
		if got := string(Keys(keys)); got != want {
			t.Errorf("Keys(%q) = %q, want %q", keys, got, want)
		}
	}
}

// page is a screen as an editor draws it: coloured rows, each at its place.
func page() []byte {
	var b bytes.Buffer
	for row := range 24 {
		fmt.Fprintf(&b, "\x1b[%d;1H\x1b[38;5;244m%4d \x1b[0mstatic \x1b[1;34mint\x1b[0m render_frame(\x1b[35mstruct\x1b[0m cursor *c);\x1b[K", row+1, row)
	}
	return b.Bytes()
}

// BenchmarkScreen compares this emulator with the one that the tests use.
func BenchmarkScreen(b *testing.B) {
	drawn := page()
	b.Run("ours", func(b *testing.B) {
		s := NewScreen(80, 24, nil)
		b.SetBytes(int64(len(drawn)))
		for b.Loop() {
			s.Draw(drawn)
		}
	})
	b.Run("x/vt", func(b *testing.B) {
		s := vt.NewEmulator(80, 24)
		b.SetBytes(int64(len(drawn)))
		for b.Loop() {
			s.Write(drawn)
		}
	})
}
