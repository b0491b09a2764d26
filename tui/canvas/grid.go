package canvas

import (
	"strings"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
)

// Grid is the cells of one screen: eight bytes each, so that a screen costs little
// memory, and two of them are compared in a few microseconds. It is the last door
// before a terminal: no control character passes it, and no wide character is
// half there.
type Grid struct {
	width, height int
	cells         []Cell
	styles        Styles
	clusters      clusters
	marks         []marks // of each row
}

// marks are the stretches of a row that need not be drawn again: of two panes side
// by side.
type marks [2]mark

// mark says that the cells from a column to another are still as they were drawn
// with what the key stands for, which is not 0.
type mark struct {
	key       uint64
	from, end int
}

// Cell is one cell of a grid. Cells of one grid that look alike are equal.
type Cell struct {
	Glyph Glyph
	Ink   Ink
	Width uint8 // 1 or 2; 0 for the right half of a wide character
}

// Glyph is what a cell shows: a code point, or beyond those a cluster that the
// grid knows.
type Glyph uint32

const firstCluster Glyph = utf8.MaxRune + 1

// replacementGlyph stands for what must not reach a terminal.
const replacementGlyph Glyph = utf8.RuneError

// blankCell is a blank in the terminal's own colours.
var blankCell = Cell{Glyph: ' ', Width: 1}

// NewGrid returns a blank grid of width by height cells.
func NewGrid(width, height int) *Grid {
	g := &Grid{}
	g.Reset(width, height)
	return g
}

// Reset makes the grid blank and of another size, and forgets all styles and
// clusters, so that inks and glyphs of before mean nothing any more.
func (g *Grid) Reset(width, height int) {
	n := width * height
	if cap(g.cells) < n || cap(g.cells) > 4*n {
		g.cells = make([]Cell, n)
	}
	g.width, g.height, g.cells = width, height, g.cells[:n]
	for i := range g.cells {
		g.cells[i] = blankCell
	}
	g.styles, g.clusters, g.marks = Styles{}, clusters{}, make([]marks, height)
}

// Full reports whether the grid remembers more styles and clusters than a screen
// can show, of texts that went by, and should be reset.
func (g *Grid) Full() bool {
	return max(len(g.clusters.list), g.styles.Len()) > max(2*len(g.cells), 4096)
}

// Size returns the width and height in cells.
func (g *Grid) Size() (width, height int) { return g.width, g.height }

// Bounds returns the whole grid, from (0, 0).
func (g *Grid) Bounds() uv.Rectangle { return uv.Rect(0, 0, g.width, g.height) }

// Row returns the cells of row y, to be read until the next change.
func (g *Grid) Row(y int) []Cell { return g.cells[y*g.width : (y+1)*g.width : (y+1)*g.width] }

// Style returns the style of an ink.
func (g *Grid) Style(ink Ink) uv.Style { return g.styles.Style(ink) }

// Append appends the text of a glyph to b.
func (g *Grid) Append(b []byte, glyph Glyph) []byte {
	switch {
	case glyph < utf8.RuneSelf:
		return append(b, byte(glyph))
	case glyph < firstCluster:
		return utf8.AppendRune(b, rune(glyph))
	}
	return append(b, g.clusters.list[glyph-firstCluster]...)
}

// CellAt returns a cell as it is written elsewhere, or nil beyond the edges.
func (g *Grid) CellAt(x, y int) *uv.Cell {
	if x < 0 || x >= g.width || y < 0 || y >= g.height {
		return nil
	}
	c := g.cells[y*g.width+x]
	cell := &uv.Cell{Style: g.Style(c.Ink), Width: int(c.Width)}
	if c.Width > 0 {
		cell.Content = string(g.Append(nil, c.Glyph))
	}
	return cell
}

// SetCell sets a cell; nil is a blank, what is unfit to be shown U+FFFD. A wide
// character takes two cells, and becomes blank where it does not fit or is half
// overwritten. Links are left out: what a person would be sent to is not ours to say.
func (g *Grid) SetCell(x, y int, cell *uv.Cell) {
	if cell == nil {
		g.set(x, y, blankCell)
		return
	}
	c := Cell{Glyph: ' ', Width: 1, Ink: g.styles.Ink(cell.Style)}
	if cell.Content != "" && cell.Width > 0 {
		c.Glyph, c.Width = g.glyph(cell.Content, cell.Width)
	}
	g.set(x, y, c)
}

// glyph returns the glyph of one cluster that is said to be width cells wide, and
// how wide it is.
func (g *Grid) glyph(cluster string, width int) (Glyph, uint8) {
	if plain(cluster[0]) && len(cluster) == 1 {
		return Glyph(cluster[0]), 1
	}
	if width > 2 || !Showable(cluster) {
		return replacementGlyph, 1
	}
	if r, n := utf8.DecodeRuneInString(cluster); n == len(cluster) {
		return Glyph(r), uint8(width)
	}
	return g.clusters.glyph(cluster), uint8(width)
}

// set sets a cell that is fit to be shown.
func (g *Grid) set(x, y int, c Cell) {
	if x < 0 || x >= g.width || y < 0 || y >= g.height {
		return
	}
	g.touch(x, min(x+int(c.Width), g.width), y)
	row := g.Row(y)
	part(row, x)
	if c.Width < 2 {
		row[x] = c
		return
	}
	if x+1 == len(row) {
		row[x] = Cell{Glyph: ' ', Ink: c.Ink, Width: 1}
		return
	}
	part(row, x+1)
	row[x], row[x+1] = c, Cell{Ink: c.Ink}
}

// part makes blanks of the wide character that has a half at x, for something else
// to be set there.
func part(row []Cell, x int) {
	switch row[x].Width {
	case 0:
		row[x-1].Glyph, row[x-1].Width = ' ', 1
		row[x].Glyph, row[x].Width = ' ', 1
	case 2:
		row[x].Glyph, row[x].Width = ' ', 1
		row[x+1].Glyph, row[x+1].Width = ' ', 1
	}
}

// touch notes that cells from x up to end change, and with them perhaps the other
// halves of wide characters.
func (g *Grid) touch(x, end, y int) {
	row := g.Row(y)
	if row[x].Width == 0 {
		x--
	}
	if row[end-1].Width == 2 {
		end++
	}
	for i := range g.marks[y] {
		if m := &g.marks[y][i]; x < m.end && end > m.from {
			*m = mark{}
		}
	}
}

// mark notes what the cells from x up to end of a row stand for, in the place of
// what was noted of some of them.
func (g *Grid) mark(x, end, y int, key uint64) {
	g.touch(x, end, y)
	m := &g.marks[y]
	if m[0].key != 0 {
		m[1] = m[0]
	}
	m[0] = mark{key, x, end}
}

// fill sets the cells from x up to end, all within the grid, to c, which is narrow.
func (g *Grid) fill(x, end, y int, c Cell) {
	if x >= end {
		return
	}
	g.touch(x, end, y)
	row := g.Row(y)
	part(row, x)
	part(row, end-1)
	for row = row[x:end]; len(row) > 0; row = row[1:] {
		row[0] = c
	}
}

// clusters are the texts of glyphs that are no code point.
type clusters struct {
	list  []string
	known map[string]Glyph
}

func (k *clusters) glyph(cluster string) Glyph {
	if g, ok := k.known[cluster]; ok {
		return g
	}
	if k.known == nil {
		k.known = map[string]Glyph{}
	}
	cluster = strings.Clone(cluster) // it may be a piece of a long text
	g := firstCluster + Glyph(len(k.list))
	k.list = append(k.list, cluster)
	k.known[cluster] = g
	return g
}

// Ink is a style by its number in Styles; 0 is the zero style.
type Ink uint16

// maxStyles is how many styles can be told apart, far more than themes and people
// can make of each other.
const maxStyles = 1 << 16

// Styles numbers styles. The zero value is ready.
type Styles struct {
	list  []uv.Style
	known map[uv.Style]Ink
	last  uv.Style // that was asked for, and its ink
	ink   Ink
}

// Ink returns the number of st. The colour of an underline is left out: terminals
// that do not know it read it as faint or blinking.
func (s *Styles) Ink(st uv.Style) Ink {
	st.UnderlineColor = nil
	if st == s.last {
		return s.ink
	}
	ink, ok := s.known[st]
	if !ok {
		ink = s.add(st)
	}
	s.last, s.ink = st, ink
	return ink
}

func (s *Styles) add(st uv.Style) Ink {
	if len(s.list) == 0 {
		s.list = []uv.Style{{}}
		s.known = map[uv.Style]Ink{{}: 0}
	}
	if ink, ok := s.known[st]; ok || len(s.list) == maxStyles {
		return ink
	}
	ink := Ink(len(s.list))
	s.list = append(s.list, st)
	s.known[st] = ink
	return ink
}

// Style returns the style with the number ink.
func (s *Styles) Style(ink Ink) uv.Style {
	if int(ink) >= len(s.list) {
		return uv.Style{}
	}
	return s.list[ink]
}

// Len returns how many styles are numbered.
func (s *Styles) Len() int { return len(s.list) }

// maxContent is how long the text of one cell may be, in bytes: a family of
// four with skin tones has 41.
const maxContent = 64

// Showable tells whether a terminal will show s in one cell or two, rather than
// obey it.
func Showable(s string) bool {
	return len(s) <= maxContent && utf8.ValidString(s) && strings.IndexFunc(s, obeyed) < 0
}

// obeyed tells whether r is a control, C0 or C1, or turns the direction of what
// follows.
func obeyed(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 ||
		r == 0x61c || r >= 0x200e && r <= 0x200f ||
		r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}
