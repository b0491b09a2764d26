package painter

import (
	"slices"
	"unicode/utf8"

	"tshare/tui/canvas"
)

// bridge is how many unchanged cells are rather written again than jumped over,
// which costs four bytes and more.
const bridge = 4

// paintRow makes the terminal show row y of the grid.
func (t *terminal) paintRow(y int) {
	row := t.grid.Row(y)
	loose := t.compose(t.next, row)
	whole := !t.known[y]
	if !whole && (t.compose(t.shown, t.rows[y]) || loose) {
		// Where a fragile cell's neighbours stand is not sure: they are all
		// written again, each at its place.
		whole, loose = !slices.Equal(t.next, t.shown), true
	}
	if !whole && !loose {
		t.slide(y)
	}
	end := t.tail(whole)
	for x := 0; x < end; {
		if !whole && t.next[x] == t.shown[x] {
			x++
			continue
		}
		x = t.put(x, y)
		for !whole && x < end && t.bridged(x, end) {
			x = t.put(x, y)
		}
	}
	if end < len(t.next) {
		t.move(end, y)
		t.setPen(t.next[end])
		t.cells = append(t.cells, "\x1b[K"...)
	}
	copy(t.rows[y], row)
	t.known[y], t.sums[y] = true, sum(row)
}

// compose sets line to what this terminal can show of a row of the grid, and
// tells whether it has a fragile cell.
func (t *terminal) compose(line, row []canvas.Cell) (loose bool) {
	for x, cell := range row {
		pens := t.palette.pensOf(t.grid, cell.Ink)
		cell.Ink = pens.text
		if cell.Glyph == ' ' {
			cell.Ink = pens.blank
		}
		line[x] = cell
		loose = loose || t.fragile(cell)
	}
	return loose
}

// tail returns from where on the row in t.next is blank and worth erasing; the
// row's length if it is not.
func (t *terminal) tail(whole bool) int {
	width := len(t.next)
	blank := t.next[width-1]
	if !t.erasable(blank) {
		return width
	}
	end, changed := width, whole
	for end > 0 && t.next[end-1] == blank {
		end--
		changed = changed || t.next[end] != t.shown[end]
	}
	for !whole && end < width && t.next[end] == t.shown[end] {
		end++ // what is blank already needs no erasing
	}
	if !changed || width-end < bridge {
		return width
	}
	return end
}

// erasable tells whether erasing makes a cell look as cell does.
func (t *terminal) erasable(cell canvas.Cell) bool {
	if cell.Glyph != ' ' {
		return false
	}
	st := t.palette.pens.Style(cell.Ink)
	return plain(&st) && (st.Bg == nil || t.skills.fills)
}

// bridged tells whether the cell at x is to be written although it may be shown
// already: the next changed cell is near, and all up to it are plain to write.
func (t *terminal) bridged(x, end int) bool {
	for n := 0; n <= bridge && x+n < end; n++ {
		cell := t.next[x+n]
		if cell != t.shown[x+n] {
			return true
		}
		if cell.Glyph >= utf8.RuneSelf || !t.palette.writes(cell) {
			return false
		}
	}
	return false
}

// put writes the cell of t.next at x and returns where the next one is.
func (t *terminal) put(x, y int) int {
	cell := t.next[x]
	if cell.Width == 0 { // shown by its left half
		return x + 1
	}
	t.move(x, y)
	t.setPen(cell)
	if t.fragile(cell) {
		t.putFragile(x, y)
	} else {
		t.cells = t.grid.Append(t.cells, cell.Glyph)
		t.x = x + int(cell.Width)
	}
	if t.x >= len(t.next) { // is it at the edge, or beyond? Terminals differ
		t.x = -1
	}
	return x + int(cell.Width)
}

// putFragile writes the cell of t.next at x so that a terminal that takes it for
// narrower or wider than we do shows everything else where it should be.
func (t *terminal) putFragile(x, y int) {
	cell := t.next[x]
	if cell.Width == 2 { // if it comes out narrow, nothing old may stay beside it
		t.cells = append(t.cells, "  "...)
		t.x = -1
		t.move(x, y)
	}
	content := t.grid.Append(nil, cell.Glyph)
	switch widest := 2 * utf8.RuneCount(content); {
	case x+widest < len(t.next):
		t.cells = append(t.cells, content...)
	case x+1 == len(t.next): // a terminal that finds no room would write over its neighbour
		t.cells = append(t.cells, ' ')
	default: // it must not run on into the next row
		t.cells = append(t.cells, "\x1b[?7l"...)
		t.cells = append(t.cells, content...)
		t.cells = append(t.cells, "\x1b[?7h"...)
	}
	t.x = -1
}
