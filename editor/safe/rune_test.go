package safe

import (
	"testing"
	"unicode"
	"unicode/utf8"
)

// T-40: what is shown in place of what must not be obeyed.
func TestRuneShowsWhatMustNotBeObeyed(t *testing.T) {
	tests := []struct {
		r        rune
		shown    string
		replaced bool
	}{
		{'a', "a", false},
		{' ', " ", false},
		{'~', "~", false},
		{'\t', "\t", false},
		{'é', "é", false},
		{'漢', "漢", false},
		{'🎉', "🎉", false},
		{'\u0301', "\u0301", false},
		{'\u00a0', "\u00a0", false},
		{'\u0600', "\u0600", false}, // a format character that is drawn
		{'\ue0b0', "\ue0b0", false}, // private: symbols of patched fonts
		{utf8.RuneError, "\ufffd", false},
		{0, "^@", true},
		{'\n', "^J", true},
		{'\r', "^M", true},
		{0x1b, "^[", true},
		{0x1f, "^_", true},
		{0x7f, "^?", true},
		{0x80, "<U+0080>", true},
		{0x9b, "<U+009B>", true},
		{0xad, "<U+00AD>", true},
		{0x061c, "<U+061C>", true},
		{0x200b, "<U+200B>", true},
		{0x200d, "<U+200D>", true},
		{0x2028, "<U+2028>", true},
		{0x202e, "<U+202E>", true},
		{0x2066, "<U+2066>", true},
		{0x3164, "<U+3164>", true},
		{0xfe0f, "<U+FE0F>", true},
		{0xfeff, "<U+FEFF>", true},
		{0xe0041, "<U+E0041>", true},
		{0xe0100, "<U+E0100>", true},
		{0xd800, "<U+D800>", true},
		{0x10ffff, "<U+10FFFF>", true},
		{-1, "\ufffd", true},
		{unicode.MaxRune + 1, "\ufffd", true},
	}
	for _, test := range tests {
		shown, replaced := Rune(test.r)
		if shown != test.shown || replaced != test.replaced {
			t.Errorf("Rune(%U) = %q, %v, want %q, %v", test.r, shown, replaced, test.shown, test.replaced)
		}
	}
}

// drawnFormat are the format characters that have a look of their own.
var drawnFormat = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x0600, Hi: 0x0605, Stride: 1}, {Lo: 0x06dd, Hi: 0x06dd, Stride: 1},
		{Lo: 0x070f, Hi: 0x070f, Stride: 1}, {Lo: 0x0890, Hi: 0x0891, Stride: 1},
		{Lo: 0x08e2, Hi: 0x08e2, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0x110bd, Hi: 0x110cd, Stride: 0x10}},
}

func TestRuneReplacesAllThatUnicodeCallsInvisible(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r == '\t' {
			continue
		}
		want := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Cs, unicode.Zl, unicode.Zp,
			unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector,
			unicode.Noncharacter_Code_Point, unicode.Bidi_Control, unicode.Join_Control) && !unicode.Is(drawnFormat, r)
		if shown, got := Rune(r); got != want && !reservedIgnorable(r) {
			t.Errorf("Rune(%U) = %q, %v, want replaced %v", r, shown, got, want)
		}
	}
}

// reservedIgnorable reports whether r is unassigned and set aside for invisible
// characters, or a grapheme joiner, which Go's tables name otherwise.
func reservedIgnorable(r rune) bool {
	return r == 0x034f || r >= 0xe0000 && r <= 0xe0fff || r >= 0xfff0 && r <= 0xfff8 || r >= 0x2060 && r <= 0x206f
}

func BenchmarkRune(b *testing.B) {
	for name, r := range map[string]rune{"ascii": 'a', "latin": 'é', "east asian": '漢', "arabic": 'ع', "emoji": '🎉'} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, replaced := Rune(r); replaced {
					b.Fatal("replaced")
				}
			}
		})
	}
}
