package painter

import (
	"slices"
	"unicode/utf8"

	"tshare/tui/canvas"
)

// prepareRow makes the terminal move what is shown of row y of the grid to where it
// belongs, and notes as runs what is still to be written then.
func (t *terminal) prepareRow(y int) {
	row, first := t.grid.Row(y), len(t.runs)
	loose := t.compose(t.next, row)
	whole := !t.known[y]
	if !whole && (t.compose(t.shown, t.rows[y]) || loose) {
		// Where a fragile cell's neighbours stand is not sure: they are all
		// written again, each at its place.
		whole, loose = !slices.Equal(t.next, t.shown), true
	}
	switch {
	case whole:
		clear(t.shown)
	case !loose:
		t.slide(y)
	}
	end := t.tail(whole)
	if !whole && !loose {
		t.eraseCells(y, end)
	}
	t.cutRow(y, end)
	if loose { // one cell after the other
		t.writeRuns(first, t.inRows(first))
		t.runs = t.runs[:first]
	}
	copy(t.rows[y], row)
	t.known[y], t.sums[y] = true, sum(row)
}

// compose sets line to what this terminal can show of a row of the grid, and
// tells whether it has a fragile cell.
func (t *terminal) compose(line, row []canvas.Cell) (loose bool) {
	for x, cell := range row {
		line[x] = t.palette.cell(t.grid, cell)
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
	if !changed || width-end < len(eraseTail) {
		return width
	}
	return end
}

// erasable tells whether erasing makes a cell look as cell does.
func (t *terminal) erasable(cell canvas.Cell) bool {
	return t.palette.spare(cell) && (t.skills.fills || cell.Ink == t.palette.blankOf(0))
}

// put writes a cell at (x, y).
func (t *terminal) put(cell canvas.Cell, x, y int) {
	t.move(x, y)
	end := x + int(cell.Width)
	if t.fragile(cell) {
		t.putFragile(cell, x, y)
	} else {
		t.cells = t.grid.Append(t.cells, cell.Glyph)
		t.x = end
	}
	if end >= len(t.next) { // is it at the edge, or beyond? Terminals differ
		t.x, t.y = -1, -1
	}
}

// putFragile writes a cell at (x, y) so that a terminal that takes it for narrower or
// wider than we do shows everything else where it should be.
func (t *terminal) putFragile(cell canvas.Cell, x, y int) {
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
