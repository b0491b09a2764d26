package safe

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"tshare/editor/safe/hostile"
)

func TestTextIsOneHarmlessLine(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "hello, world", "hello, world"},
		{"empty", "", ""},
		{"tab", "a\tb", "a b"},
		{"two lines", "a\nb\r\nc", "a^Jb^M^Jc"},
		{"clear the screen", "\x1b[2Jx", "^[[2Jx"},
		{"title", "\x1b]0;owned\x07", "^[]0;owned^G"},
		{"C1", "\u009b2J", "<U+009B>2J"},
		{"C1 byte", "\x9b2J", "<9B>2J"},
		{"Latin-1", "caf\xe9", "caf<E9>"},
		{"override", "gnp.\u202Etxt", "gnp.<U+202E>txt"},
		{"zero width", "ad\u200bmin", "ad<U+200B>min"},
		{"tags", "x\U000e0041", "x<U+E0041>"},
		{"BOM", "\ufeffx", "<U+FEFF>x"},
		{"accents", "Zoë 漢字", "Zoë 漢字"},
		{"Persian joiner", "می\u200cخواهم", "می<U+200C>خواهم"},
		{"lone mark", "\u0301x", "◌\u0301x"},
		{"mark after a control", "\x1b\u0301", "^[◌\u0301"},
		{"emoji family", "👨\u200d👩\u200d👧!", "👨👩👧!"},
		{"flag with joiner", "🏳\ufe0f\u200d🌈", "🏳🌈"},
		{"heart", "I ❤\ufe0f Go", "I ❤ Go"},
		{"keycap", "1\ufe0f\u20e3", "1\u20e3"},
		{"selectors that carry bytes", "❤\ufe0f\ufe0e\ufe0f", "❤<U+FE0E><U+FE0F>"},
		{"joiner between operators", "<\u200d>", "<<U+200D>>"},
		{"joiner at the end of an emoji", "👨\u200d", "👨<U+200D>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Text(test.in); got != test.want {
				t.Errorf("Text(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func TestTextBoundsTheMarksOnACharacter(t *testing.T) {
	in := "a" + strings.Repeat("\u0301", 200) + "b"
	want := "a" + strings.Repeat("\u0301", maxMarks) + "b"
	if got := Text(in); got != want {
		t.Errorf("Text of 200 marks = %+q, want %+q", got, want)
	}
}

// T-41: paths are told apart by eye.
func TestPathShowsWhatLooksLikeASpace(t *testing.T) {
	tests := []struct{ in, want string }{
		{"src/main.go", "src/main.go"},
		{"my notes.txt", "my notes.txt"},
		{"a\tb", "a^Ib"},
		{"a\u00a0b", "a<U+00A0>b"},
		{"a\u3000b", "a<U+3000>b"},
		{"a\nb\x1b[31m", "a^Jb^[[31m"},
		{"exe.\u202etxt", "exe.<U+202E>txt"},
		{"na\xffme", "na<FF>me"},
	}
	for _, test := range tests {
		if got := Path(test.in); got != test.want {
			t.Errorf("Path(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

// T-41: a title ends nothing and begins nothing.
func TestTitleFitsATitle(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"short", "main.go", "main.go"},
		{"spaces around", "  main.go\t", "main.go"},
		{"mark behind a space", " \u0301x", "◌\u0301x"},
		{"ends the sequence", "x\x07\x1b\\y\u009c", "x^G^[\\y<U+009C>"},
		{"exactly 80", strings.Repeat("a", 80), strings.Repeat("a", 80)},
		{"81", strings.Repeat("a", 81), strings.Repeat("a", 79) + "…"},
		{"wide", strings.Repeat("漢", 41), strings.Repeat("漢", 39) + "…"},
		{"cut at a space", strings.Repeat("a", 78) + " bcd", strings.Repeat("a", 78) + "…"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Title(test.in); got != test.want {
				t.Errorf("Title(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

// nasty are strings that each did harm somewhere.
var nasty = []string{
	"", "a", "\x1b]52;c;?\x07", "\x9b?1049h", "\u202e\u2066", "e\u0301\u200b", "👨\u200d👩\ufe0f", "1\ufe0f\u20e3",
	"\xff\xfe", "\ufeff\u2028\u2029", "\U000e0001\U000e007f", "a\u034fb", "\u1160\u3164", "한글", "аdmin", "ﷺﷺﷺ", "\u0344\u0301",
	"İıſK", "ｈｏｓｔ", "~!@#", "\u200d\u200d", "\u0600\u06dd", "\xf0\x9f\x98", "ก\u0e49\u0e49", "🇩🇪🇫",
}

// T-20, T-40: whatever the text is, what is shown of it is harmless.
func FuzzShownTextObeysNothing(f *testing.F) {
	for _, s := range nasty {
		f.Add(s)
	}
	for _, one := range hostile.Samples() {
		f.Add(one.Raw)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, show := range map[string]func(string) string{"Text": Text, "Path": Path, "Title": Title, "Log": Log, "Name": Name} {
			got := show(s)
			checkHarmless(t, name, s, got)
			if name != "Log" && show(got) != got {
				t.Errorf("%s(%+q) = %+q, and of that %+q, want it to stay", name, s, got, show(got))
			}
		}
		if cells := uniseg.StringWidth(Title(s)); cells > maxTitle {
			t.Errorf("Title(%+q) is %d cells wide, want at most %d", s, cells, maxTitle)
		}
	})
}

func checkHarmless(t *testing.T, name, in, got string) {
	t.Helper()
	if !utf8.ValidString(got) {
		t.Errorf("%s(%+q) = %+q, want valid UTF-8", name, in, got)
	}
	marks := 0
	for _, r := range got {
		if _, replaced := Rune(r); replaced || r == '\t' {
			t.Errorf("%s(%+q) = %+q, which has %U", name, in, got, r)
		}
		if !unicode.Is(unicode.M, r) {
			marks = 0
		} else if marks++; marks > maxMarks {
			t.Errorf("%s(%+q) = %+q, which has over %d marks in a row", name, in, got, maxMarks)
		}
	}
}
