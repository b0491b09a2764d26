package painter

import (
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"tshare/tui/canvas"
)

// agreed are the characters that every terminal measures alike, so that text in
// these scripts costs no more than ASCII: first and last rune.
var agreed = [][2]rune{
	{0, 0x7e}, {0xa0, 0xac}, {0xae, 0x2ff}, {0x370, 0x482}, {0x48a, 0x590}, // Latin, Greek, Cyrillic, Armenian
	{0x2010, 0x2027}, {0x2190, 0x2193}, {0x2500, 0x25ff}, // dashes and quotes, arrows, boxes
	{0x3041, 0x3096}, {0x30a0, 0x30ff}, {0x4e00, 0x9fff}, {0xac00, 0xd7a3}, // Kana, Han, Hangul
}

// disputed are symbols that some terminals show as emoji.
var disputed = [][2]rune{{0x2300, 0x23ff}, {0x2600, 0x27bf}, {0x2b00, 0x2bff}, {0x1f000, utf8.MaxRune}}

func among(r rune, ranges [][2]rune) bool {
	for _, a := range ranges {
		if r <= a[1] {
			return r >= a[0]
		}
	}
	return false
}

// fragile tells whether terminals differ about how wide a cell is, so that
// nothing beside it may be trusted to stand where it should.
func (t *terminal) fragile(cell canvas.Cell) bool {
	if cell.Glyph < utf8.RuneSelf || cell.Width == 0 || cell.Glyph <= utf8.MaxRune && among(rune(cell.Glyph), agreed) {
		return false
	}
	loose, known := t.loose[cell.Glyph]
	if !known {
		loose = fragile(string(t.grid.Append(nil, cell.Glyph)), int(cell.Width))
		t.loose[cell.Glyph] = loose
	}
	return loose
}

// fragile tells it of a cell's text, beyond ASCII: emoji and what is joined of
// several characters, but not a letter with accents.
func fragile(content string, width int) bool {
	r, n := utf8.DecodeRuneInString(content)
	for _, mark := range content[n:] {
		if mark < 0x300 || mark > 0x36f {
			return true
		}
	}
	return !among(r, agreed) && (among(r, disputed) || ansi.WcWidth.StringWidth(content) != width)
}
