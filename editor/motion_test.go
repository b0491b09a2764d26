package editor

import (
	"strings"
	"testing"
)

// motions are the motions by the names that tests use.
var motions = map[string]Motion{
	"left": Left, "right": Right, "word left": WordLeft, "word right": WordRight,
	"start": LineStart, "end": LineStop, "top": TextStart, "bottom": TextEnd,
	"up": Layout{}.Rows(-1), "down": Layout{}.Rows(1), "page down": Layout{}.Rows(3), "page up": Layout{}.Rows(-3),
	"paragraph up": ParagraphUp, "paragraph down": ParagraphDown, "all": All, "drop": Drop,
	"line 2": Line(1), "line 99": Line(98), "line -1": Line(-2),
}

func TestMotions(t *testing.T) {
	for _, tt := range []struct{ name, before, keys, after string }{
		{"over a character", "o|ne", "right", "on|e"},
		{"not beyond the end", "one|", "right", "one|"},
		{"not before the start", "|one", "left", "|one"},
		{"over CR LF", "one|\r\ntwo", "right", "one\r\n|two"},
		{"back over CR LF", "one\r\n|two", "left", "one|\r\ntwo"},
		{"over an accent", "|e\u0301x", "right", "e\u0301|x"},
		{"back from inside a cluster", "e|\u0301x", "left", "|e\u0301x"},
		{"on from inside a cluster", "e|\u0301x", "right", "e\u0301|x"},
		{"left collapses to the beginning", "[one| two", "left", "|one two"},
		{"right collapses to the end", "|one[ two", "right", "one| two"},
		{"extend left", "one| two", "+left", "on|e[ two"},
		{"extend again", "on|e[ two", "+right", "one| two"},
		{"extend by a word", "one| two", "+word right", "one[ two|"},
		{"drop", "[one| two", "drop", "one| two"},

		{"behind a word", "|one two", "word right", "one| two"},
		{"behind the next word", "one| two", "word right", "one two|"},
		{"behind signs", "a|+= b", "word right", "a+=| b"},
		{"to the next line", "one|\ntwo", "word right", "one\n|two"},
		{"not over the end of a line", "one| \ntwo", "word right", "one |\ntwo"},
		{"to the beginning of a word", "one two|", "word left", "one |two"},
		{"over blanks", "one   |two", "word left", "|one   two"},
		{"over signs", "a +=|b", "word left", "a |+=b"},
		{"to the line before", "one\n|two", "word left", "one|\ntwo"},
		{"to the indentation", "x\n  |two", "word left", "x\n|  two"},
		{"word with accent and underscore", "|cafe\u0301_漢 x", "word right", "cafe\u0301_漢| x"},
		{"no word at the end", "one|", "word right", "one|"},
		{"no word at the start", "|one", "word left", "|one"},

		{"to the first character", "  on|e", "start", "  |one"},
		{"to the very beginning", "  |one", "start", "|  one"},
		{"back to the first character", "|  one", "start", "  |one"},
		{"beginning of a blank line", "   |", "start", "|   "},
		{"end before a line feed", "o|ne\ntwo", "end", "one|\ntwo"},
		{"end before CR LF", "o|ne\r\ntwo", "end", "one|\r\ntwo"},
		{"end of the last line", "one\nt|wo", "end", "one\ntwo|"},
		{"end of an empty line", "one\n|\ntwo", "end", "one\n|\ntwo"},
		{"top", "one\ntw|o", "top", "|one\ntwo"},
		{"bottom", "o|ne\ntwo\n", "bottom", "one\ntwo\n|"},

		{"down", "on|e\ntwo", "down", "one\ntw|o"},
		{"down keeps to its column", "abc|d\nx\nabcd", "down down", "abcd\nx\nabc|d"},
		{"up keeps to its column", "abcd\n\nabc|d", "up up", "abc|d\n\nabcd"},
		{"down through a tab", "abcde|f\n\tabcdef", "down", "abcdef\n\ta|bcdef"},
		{"down beside wide characters", "ab|c\n漢字", "down", "abc\n漢|字"},
		{"up from the first line", "on|e\ntwo", "up", "|one\ntwo"},
		{"down from the last line", "one\nt|wo", "down", "one\ntwo|"},
		{"page down", "o|\n1\n2\n3\n4", "page down", "o\n1\n2\n3|\n4"},
		{"page down to the last line", "o|ne\n1\n2z", "page down", "one\n1\n2|z"},
		{"page up", "0\n1\n2\n3|\n4", "page up", "0|\n1\n2\n3\n4"},
		{"extend down", "o|ne\ntwo", "+down", "o[ne\nt|wo"},
		{"into an empty last line", "one|\n", "down", "one\n|"},

		{"paragraph down", "a|\nb\n\nc\nd", "paragraph down", "a\nb\n|\nc\nd"},
		{"paragraph down to the end", "a\n\nc|\nd", "paragraph down", "a\n\nc\nd|"},
		{"paragraph up", "a\nb\n \nc\nd|", "paragraph up", "a\nb\n| \nc\nd"},
		{"paragraph of one line", "|a\n\nb\n\nc", "paragraph down", "a\n|\nb\n\nc"},
		{"the next paragraph", "a\n|\nb\n\nc", "paragraph down", "a\n\nb\n|\nc"},
		{"the paragraph before", "a\n\nb\n|\nc", "paragraph up", "a\n|\nb\n\nc"},
		{"paragraph up to the start", "a\nb|\n", "paragraph up", "|a\nb\n"},
		{"go to a line", "a|\nb\nc", "line 2", "a\n|b\nc"},
		{"go beyond the last line", "a|\nb\nc", "line 99", "a\nb\n|c"},
		{"go before the first line", "a\nb|", "line -1", "|a\nb"},
		{"all", "a|\nb", "all", "[a\nb|"},
	} {
		text, s := textOf(t, tt.before)
		for _, key := range keysOf(tt.keys) {
			m, ok := motions[strings.TrimPrefix(key, "+")]
			if !ok {
				t.Fatalf("%s: no motion %q", tt.name, key)
			}
			if strings.HasPrefix(key, "+") {
				m = Extend(m)
			}
			s = m(text, s)
		}
		if got := marked(text, s); got != tt.after {
			t.Errorf("%s: %q, %s: %q, want %q", tt.name, tt.before, tt.keys, got, tt.after)
		}
	}
}

// keysOf returns one motion, or the same short one several times.
func keysOf(s string) []string {
	if _, ok := motions[strings.TrimPrefix(s, "+")]; ok {
		return []string{s}
	}
	return strings.Fields(s)
}

func TestRowMotionsFollowTheWrap(t *testing.T) {
	l := Layout{Width: 4, Wrap: true}
	for _, tt := range []struct {
		name, before string
		n            int
		after        string
	}{
		{"down in one line", "a|bcdefgh", 1, "abcde|fgh"},
		{"up in one line", "abcdef|gh", -1, "ab|cdefgh"},
		{"into the next line", "abcdef|gh\nxyz", 1, "abcdefgh\nxy|z"},
		{"not behind the end of a row", "wxyz|\nabcdefgh", 1, "wxyz\nabc|defgh"},
		{"down from the last row", "abcdef|gh", 1, "abcdefgh|"},
	} {
		text, s := textOf(t, tt.before)
		if got := marked(text, l.Rows(tt.n)(text, s)); got != tt.after {
			t.Errorf("%s: %q: %q, want %q", tt.name, tt.before, got, tt.after)
		}
	}
}

func TestRowMotionsThereAndBack(t *testing.T) {
	l := Layout{Width: 10, Wrap: true}
	text, s := textOf(t, "some words that |wrap here\n\n\tx\n漢字漢字漢字漢字漢字\nlast")
	want := s.Head
	s = l.Rows(6)(text, s)
	if s = l.Rows(-6)(text, s); s.Head != want {
		t.Errorf("6 rows down and up lead to %d, want %d", s.Head, want)
	}
}

func TestWordAtAPlace(t *testing.T) {
	for _, tt := range []struct{ before, after string }{
		{"one t|wo x", "one [two| x"},
		{"one |two x", "one [two| x"},
		{"one two| x", "one [two| x"},
		{"a |+= b", "a [+=| b"},
		{"a  | b", "a[   |b"},
		{"one|\n", "[one|\n"},
		{"one\n|\ntwo", "one\n|\ntwo"},
		{"caf|e\u0301s.", "[cafe\u0301s|."},
		{"|", "|"},
	} {
		text, s := textOf(t, tt.before)
		if got := marked(text, Word(text, s.Head)); got != tt.after {
			t.Errorf("word at %q: %q, want %q", tt.before, got, tt.after)
		}
	}
}

func TestWholeLineHoldsItsEnd(t *testing.T) {
	text := load("one\r\ntwo")
	for line, want := range []string{"[one\r\n|two", "one\r\n[two|"} {
		if got := marked(text, WholeLine(text, line)); got != want {
			t.Errorf("line %d: %q, want %q", line, got, want)
		}
	}
}

func TestMotionsEndInEndlessText(t *testing.T) {
	for _, s := range []string{strings.Repeat("a", 3<<20), strings.Repeat("\n", 200_000), strings.Repeat(" ", 1<<20)} {
		text := load(s)
		for name, m := range motions {
			at := m(text, Caret(text.Len()/2))
			if at.Head < 0 || at.Head > text.Len() {
				t.Errorf("%s leads to %d of %d", name, at.Head, text.Len())
			}
		}
	}
}
