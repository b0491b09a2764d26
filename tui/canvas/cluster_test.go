package canvas

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestTerminalsAgreeOnClusters(t *testing.T) {
	tests := []struct {
		name, text, shown string
		width             int
	}{
		{"letter", "a", "a", 1},
		{"accent, composed", "é", "é", 1},
		{"accent, combining", "e\u0301", "é", 1},
		{"accent without precomposed form", "x\u0301", "x\u0301", 1},
		{"wide", "世", "世", 2},
		{"syllable of jamo", "\u1112\u1161\u11ab", "한", 2},
		{"jamo without a syllable", "\u1112\u1190", "\u1112", 2},
		{"emoji", "👍", "👍", 2},
		{"skin tone", "👍🏽", "👍", 2},
		{"skin tone of nothing", "a🏽", "a🏽", 3},
		{"vowel signs that compose", "\u0995\u09c7\u09be", "\u0995\u09cb", 2},
		{"joined emoji", "👩\u200d💻", "👩", 2},
		{"family", "👨\u200d👩\u200d👧", "👨", 2},
		{"emoji by selector", "❤\ufe0f", "❤", 1},
		{"text by selector", "⌚\ufe0e", "⌚", 2},
		{"keycap", "1\ufe0f\u20e3", "1", 1},
		{"flag", "🇩🇪", "DE", 2},
		{"half a flag", "🇩", "D", 1},
		{"flag of tags", "🏴\U000e0067\U000e0062\U000e007f", "🏴", 2},
		{"vowel sign with a cell of its own", "\u0915\u0940", "\u0915\u0940", 2},
		{"vowel sign below", "\u0915\u0941", "\u0915\u0941", 1},
		{"mark without a base", "\u0301", "◌\u0301", 1},
		{"sign without a base", "\u0940", "◌\u0940", 2},
		{"selector without a base", "\ufe0f", "\ufffd", 1},
		{"escape", "\x1b", "\ufffd", 1},
		{"control of one byte", "\u009b", "\ufffd", 1},
		{"line end", "\r\n", "\ufffd", 1},
		{"bidi override", "\u202e", "\ufffd", 1},
		{"zero width", "\u200b", "\ufffd", 1},
		{"line separator", "\u2028", "\ufffd", 1},
		{"no UTF-8", "\xff", "\ufffd", 1},
	}
	for _, tt := range tests {
		shown, width, rest := Next(tt.text + "z")
		if shown != tt.shown || width != tt.width || rest != "z" {
			t.Errorf("%s: Next(%+q) = %+q, %d, %q, want %+q, %d, \"z\"",
				tt.name, tt.text+"z", shown, width, rest, tt.shown, tt.width)
		}
	}
}

func TestMarksAreLimited(t *testing.T) {
	shown, width, rest := Next("x" + strings.Repeat("\u0332", 200))
	if n := utf8.RuneCountInString(shown) - 1; n != maxMarks || width != 1 || rest != "" {
		t.Errorf("200 marks: %d drawn, width %d, rest %q, want %d, 1 and none", n, width, rest, maxMarks)
	}
}

// FuzzNext holds that any text is walked to its end and nothing of it commands a terminal.
func FuzzNext(f *testing.F) {
	for _, s := range []string{"", "plain", "e\u0301 世界", "👩\u200d💻🇩🇪", "\x1b]0;x\a\u202e", "\xff\xfe\u0301", "\r\n\t"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		total := 0
		for rest := s; rest != ""; {
			shown, width, after := Next(rest)
			if len(after) >= len(rest) || !strings.HasSuffix(rest, after) {
				t.Fatalf("Next(%q) does not go on: rest %q", rest, after)
			}
			if shown == "" || width < 1 {
				t.Fatalf("Next(%q) draws %q in %d cells", rest, shown, width)
			}
			for _, r := range shown {
				if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
					t.Fatalf("Next(%q) lets %U through", rest, r)
				}
			}
			total += width
			rest = after
		}
		if w := Width(s); w != total {
			t.Fatalf("Width(%q) = %d, want %d", s, w, total)
		}
		for _, w := range []int{0, 1, 2, 5} {
			if n := Width(Cut(s, w)); n > w {
				t.Fatalf("Cut(%q, %d) takes %d cells", s, w, n)
			}
			if n := Width(CutLeft(s, w)); n > w {
				t.Fatalf("CutLeft(%q, %d) takes %d cells", s, w, n)
			}
		}
		if got := strings.Join(Fold(s, 7), ""); got != s {
			t.Fatalf("Fold(%q, 7) joins to %q", s, got)
		}
		Wrap(s, 7)
	})
}
