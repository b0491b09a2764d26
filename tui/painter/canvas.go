package painter

import (
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// maxContent is how long the text of one cell may be, in bytes: a family of
// four with skin tones has 41.
const maxContent = 64

// canvas is what frames are drawn on: the cells of the newest frame, which it
// keeps until the next one is drawn over them. It is the last door before the
// terminal, so no control character passes it.
type canvas struct {
	width int
	rows  []uv.Line
}

var _ uv.Screen = (*canvas)(nil)

func newCanvas(width, height int) *canvas {
	c := &canvas{}
	c.resize(width, height)
	return c
}

// resize makes the canvas blank and of another size.
func (c *canvas) resize(width, height int) {
	c.width, c.rows = width, grid(c.rows, width, height)
	for _, row := range c.rows {
		blank(row)
	}
}

// grid returns rows of cells, of the memory of old ones if that is neither too
// small nor far too large.
func grid(old []uv.Line, width, height int) []uv.Line {
	n := width * height
	var cells uv.Line
	if len(old) > 0 {
		cells = old[0]
	}
	if cap(cells) < n || cap(cells) > 4*n {
		cells = make(uv.Line, n)
	}
	cells = cells[:n]
	rows := make([]uv.Line, height)
	for y := range rows {
		rows[y] = cells[y*width : (y+1)*width]
	}
	return rows
}

func blank(row uv.Line) {
	for x := range row {
		row[x] = uv.EmptyCell
	}
}

// Bounds returns the whole canvas, from (0, 0).
func (c *canvas) Bounds() uv.Rectangle { return uv.Rect(0, 0, c.width, len(c.rows)) }

// CellAt returns a cell to be read, or nil beyond the edges.
func (c *canvas) CellAt(x, y int) *uv.Cell {
	if y < 0 || y >= len(c.rows) {
		return nil
	}
	return c.rows[y].At(x)
}

// SetCell sets a cell; nil is a blank. A wide character takes two cells, and
// becomes blank where it does not fit or is half overwritten.
func (c *canvas) SetCell(x, y int, cell *uv.Cell) {
	if y < 0 || y >= len(c.rows) || x < 0 || x >= c.width {
		return
	}
	row := c.rows[y]
	if cell != nil && cell.Width == 1 && isASCII(cell.Content) && row[x].Width == 1 { // nearly always
		row[x].Content, row[x].Style = cell.Content, cell.Style
		row[x].Style.UnderlineColor = nil
		return
	}
	fitting := fit(cell)
	row.Set(x, &fitting)
}

// WidthMethod returns how cells are measured: by grapheme cluster, the wider
// answer where terminals disagree, so that none covers its neighbour.
func (c *canvas) WidthMethod() uv.WidthMethod { return ansi.GraphemeWidth }

// fit returns a cell that is safe to write and as wide as it says. Links are
// left out: what a person would be sent to is not ours to say.
func fit(cell *uv.Cell) uv.Cell {
	if cell == nil {
		return uv.EmptyCell
	}
	k := uv.Cell{Content: cell.Content, Style: cell.Style, Width: cell.Width}
	k.Style.UnderlineColor = nil // terminals that do not know it read it as faint or blinking
	switch {
	case k.Content == "" || k.Width < 1:
		k.Content, k.Width = " ", 1
	case isASCII(k.Content):
		k.Width = 1
	case k.Width > 2 || !showable(k.Content):
		k.Content, k.Width = "\uFFFD", 1
	}
	return k
}

// isASCII tells whether s is one character that every terminal shows in one cell.
func isASCII(s string) bool { return len(s) == 1 && s[0] >= ' ' && s[0] < 0x7f }

// showable tells whether a terminal will show s, rather than obey it.
func showable(s string) bool {
	if len(s) > maxContent || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		switch {
		case r < ' ', r >= 0x7f && r < 0xa0: // controls, C0 and C1
			return false
		case r == 0x61c, r >= 0x200e && r <= 0x200f, // these turn the direction of what follows
			r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return false
		}
	}
	return true
}

// agreed are the characters that every terminal measures alike, so that text in
// these scripts costs no more than ASCII: first and last rune.
var agreed = [][2]rune{
	{0xa0, 0xac}, {0xae, 0x2ff}, {0x370, 0x482}, {0x48a, 0x590}, // Latin, Greek, Cyrillic, Armenian
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
// nothing beside it may be trusted to stand where it should: emoji and what is
// joined of several characters, but not a letter with accents.
func fragile(cell *uv.Cell) bool {
	if len(cell.Content) < 2 {
		return false
	}
	r, n := utf8.DecodeRuneInString(cell.Content)
	for _, mark := range cell.Content[n:] {
		if mark < 0x300 || mark > 0x36f {
			return true
		}
	}
	return !among(r, agreed) && (among(r, disputed) || ansi.WcWidth.StringWidth(cell.Content) != cell.Width)
}

// mend makes a row whole again where two wide characters were drawn over each
// other: a right half without its left half becomes blank.
func mend(row uv.Line) {
	for x := range row {
		if row[x].Width == 0 && (x == 0 || row[x-1].Width != 2) {
			row[x] = uv.EmptyCell
		}
		if row[x].Width == 2 && (x+1 == len(row) || row[x+1].Width != 0) {
			row[x].Empty()
		}
	}
}
