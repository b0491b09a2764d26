// Package safe makes foreign bytes fit to show: text, names, paths, titles and
// log values, in which controls and look-alikes are shown instead of obeyed.
// Nothing else may turn what came from a file, a guest or a network into screen bytes.
package safe

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Rune returns what stands on the screen for r and whether that differs from r
// itself because r must not be obeyed: C0 and DEL as ^X, C1, bidi controls,
// zero-width characters, tags, line separators and the BOM as <U+202E>. A tab
// is left to the caller, and so are emoji, whose joiners and variation selectors
// are replaced here like any other: whoever draws clusters looks at those first.
func Rune(r rune) (shown string, replaced bool) {
	switch {
	case r == '\t':
		return "\t", false
	case r >= 0x20 && r < 0x7f:
		return string(r), false
	case r == 0x7f:
		return "^?", true
	case r >= 0 && r < 0x20:
		return "^" + string('@'+r), true
	case r < 0 || r > unicode.MaxRune:
		return string(utf8.RuneError), true
	case unseen(r):
		return fmt.Sprintf("<U+%04X>", r), true
	}
	return string(r), false
}

// Byte returns what stands on the screen for a byte that is not valid UTF-8.
func Byte(b byte) string { return fmt.Sprintf("<%02X>", b) }

// unseen reports whether r, which is not ASCII, has no look of its own or acts on
// its neighbours.
func unseen(r rune) bool {
	switch {
	case r < 0x300:
		return r < 0xa0 || r == 0xad
	case r >= 0x3165 && r < 0xd800: // most of East Asia, without a search
		return false
	}
	return unicode.Is(unseenTable, r)
}

// unseenTable has what must not reach a terminal: format characters except the few
// that are drawn (U+0600 and its like), what Unicode calls default ignorable, line
// separators, surrogates and noncharacters.
var unseenTable = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x034f, Hi: 0x034f, Stride: 1}, // grapheme joiner
		{Lo: 0x061c, Hi: 0x061c, Stride: 1}, // Arabic letter mark
		{Lo: 0x115f, Hi: 0x1160, Stride: 1}, // Hangul fillers
		{Lo: 0x17b4, Hi: 0x17b5, Stride: 1}, // Khmer inherent vowels
		{Lo: 0x180b, Hi: 0x180f, Stride: 1}, // Mongolian selectors
		{Lo: 0x200b, Hi: 0x200f, Stride: 1}, // zero width, direction marks
		{Lo: 0x2028, Hi: 0x202e, Stride: 1}, // separators, embeddings, overrides
		{Lo: 0x2060, Hi: 0x206f, Stride: 1}, // word joiner, isolates
		{Lo: 0x3164, Hi: 0x3164, Stride: 1}, // Hangul filler
		{Lo: 0xd800, Hi: 0xdfff, Stride: 1}, // surrogates
		{Lo: 0xfdd0, Hi: 0xfdef, Stride: 1}, // noncharacters
		{Lo: 0xfe00, Hi: 0xfe0f, Stride: 1}, // variation selectors
		{Lo: 0xfeff, Hi: 0xfeff, Stride: 1}, // byte order mark
		{Lo: 0xffa0, Hi: 0xffa0, Stride: 1}, // Hangul filler, half width
		{Lo: 0xfff0, Hi: 0xfffb, Stride: 1}, // specials, annotations
		{Lo: 0xfffe, Hi: 0xffff, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x13430, Hi: 0x1343f, Stride: 1}, // hieroglyph controls
		{Lo: 0x1bca0, Hi: 0x1bca3, Stride: 1}, // shorthand controls
		{Lo: 0x1d173, Hi: 0x1d17a, Stride: 1}, // musical controls
		{Lo: 0x1fffe, Hi: 0x1ffff, Stride: 1},
		{Lo: 0x2fffe, Hi: 0x2ffff, Stride: 1},
		{Lo: 0x3fffe, Hi: 0x3ffff, Stride: 1},
		{Lo: 0x4fffe, Hi: 0x4ffff, Stride: 1},
		{Lo: 0x5fffe, Hi: 0x5ffff, Stride: 1},
		{Lo: 0x6fffe, Hi: 0x6ffff, Stride: 1},
		{Lo: 0x7fffe, Hi: 0x7ffff, Stride: 1},
		{Lo: 0x8fffe, Hi: 0x8ffff, Stride: 1},
		{Lo: 0x9fffe, Hi: 0x9ffff, Stride: 1},
		{Lo: 0xafffe, Hi: 0xaffff, Stride: 1},
		{Lo: 0xbfffe, Hi: 0xbffff, Stride: 1},
		{Lo: 0xcfffe, Hi: 0xcffff, Stride: 1},
		{Lo: 0xdfffe, Hi: 0xdffff, Stride: 1},
		{Lo: 0xe0000, Hi: 0xe0fff, Stride: 1}, // tags, more variation selectors
		{Lo: 0xefffe, Hi: 0xeffff, Stride: 1},
		{Lo: 0xffffe, Hi: 0xfffff, Stride: 1},
		{Lo: 0x10fffe, Hi: 0x10ffff, Stride: 1},
	},
}
