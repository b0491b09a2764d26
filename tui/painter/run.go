package painter

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"tshare/tui/canvas"
)

const (
	// bridge is how many cells that need not be written are rather written than jumped
	// over, which costs three bytes and more.
	bridge = 4

	// maxRuns is how many runs are gathered before they are written: more than those of a
	// large screen of code.
	maxRuns = 4096

	// maxPens is with how many pens it is worth while to write one after the other.
	maxPens = 32

	eraseTail = "\x1b[K"
)

// run is cells of a row that are to be written, side by side and with one pen.
type run struct {
	y, from, end int32
	pen          canvas.Ink
	turn         uint8 // of the pen, if the runs of each are written together
	blank        bool  // any pen that blanks look the same with will do
	tail         bool  // from its end on the row is erased
}

// cutRow notes as runs the cells before end in t.next that are not shown, and that the
// others are to be erased.
func (t *terminal) cutRow(y, end int) {
	for x := 0; x < end; {
		if cell := t.next[x]; cell == t.shown[x] || cell.Width == 0 {
			x++
			continue
		}
		r := t.cutRun(x, end)
		r.y = int32(y)
		t.runs = append(t.runs, r)
		x = int(r.end)
	}
	if end == len(t.next) {
		return
	}
	tail := run{y: int32(y), from: int32(end), end: int32(end), pen: t.next[end].Ink, blank: true, tail: true}
	if n := len(t.runs); n > 0 {
		if r := &t.runs[n-1]; r.blank && r.y == tail.y && r.end == tail.from && r.pen == tail.pen {
			r.tail = true
			return
		}
	}
	t.runs = append(t.runs, tail)
}

// cutRun returns the run that begins at x. Blanks at the end of one are a run of their
// own, for either neighbour's pen.
func (t *terminal) cutRun(x, end int) run {
	r := run{from: int32(x), pen: t.next[x].Ink, blank: t.palette.spare(t.next[x])}
	for ; x < end && t.next[x] != t.shown[x]; x++ {
		switch cell := t.next[x]; {
		case cell.Width == 0:
		case cell.Ink == r.pen && t.palette.spare(cell) == r.blank:
			r.end = int32(x) + int32(cell.Width)
		case r.blank || !t.palette.writes(cell, r.pen):
			return r
		}
	}
	return r
}

// flush writes the runs that were noted: row by row, or pen by pen if that takes fewer
// bytes.
func (t *terminal) flush() {
	from, x, y, pen := len(t.cells), t.x, t.y, t.palette.pen
	t.writeRuns(0, t.inRows(0))
	if t.takeTurns(pen) {
		n := len(t.cells)
		rowsX, rowsY, rowsPen := t.x, t.y, t.palette.pen
		t.x, t.y, t.palette.pen = x, y, pen
		t.writeRuns(0, t.inTurns())
		if len(t.cells)-n < n-from {
			t.cells = append(t.cells[:from], t.cells[n:]...)
		} else {
			t.cells = t.cells[:n]
			t.x, t.y, t.palette.pen = rowsX, rowsY, rowsPen
		}
	}
	t.runs = t.runs[:0]
}

// inRows returns the runs from first on in the order of reading.
func (t *terminal) inRows(first int) []int32 {
	t.order = t.order[:0]
	for i := first; i < len(t.runs); i++ {
		t.runs[i].turn = 0
		t.order = append(t.order, int32(i))
	}
	return t.order
}

// inTurns returns the runs in the order of their pens' turns.
func (t *terminal) inTurns() []int32 {
	slices.SortStableFunc(t.order, func(a, b int32) int { return cmp.Compare(t.runs[a].turn, t.runs[b].turn) })
	return t.order
}

// takeTurns gives each pen of the runs its turn, after the one that it takes least to
// come from, and blanks that of the first pen beside them that will do. It reports
// whether that makes an order of its own.
func (t *terminal) takeTurns(pen canvas.Ink) bool {
	if !t.countPens() {
		return false
	}
	for i := range t.pens {
		best := i
		for j := i + 1; j < len(t.pens); j++ {
			order := cmp.Compare(len(t.palette.change(pen, t.pens[j].pen)), len(t.palette.change(pen, t.pens[best].pen)))
			if order < 0 || order == 0 && t.pens[j].runs > t.pens[best].runs {
				best = j
			}
		}
		t.pens[i], t.pens[best] = t.pens[best], t.pens[i]
		pen = t.pens[i].pen
	}
	for i := range t.runs {
		if r := &t.runs[i]; !r.blank {
			r.turn = uint8(t.penIndex(r.pen))
		}
	}
	for i := range t.runs {
		if t.runs[i].blank {
			t.runs[i].turn = t.turnOfBlank(i)
		}
	}
	return true
}

// penRuns is with how many runs a pen writes.
type penRuns struct {
	pen  canvas.Ink
	runs int
}

// countPens counts the runs of each pen, and reports whether they are several but not
// more than maxPens.
func (t *terminal) countPens() bool {
	t.pens = t.pens[:0]
	for i := range t.runs {
		r := &t.runs[i]
		if r.blank {
			continue
		}
		n := t.penIndex(r.pen)
		if n < 0 {
			if n = len(t.pens); n == maxPens {
				return false
			}
			t.pens = append(t.pens, penRuns{pen: r.pen})
		}
		t.pens[n].runs++
	}
	return len(t.pens) > 1
}

func (t *terminal) penIndex(pen canvas.Ink) int {
	return slices.IndexFunc(t.pens, func(p penRuns) bool { return p.pen == pen })
}

// turnOfBlank returns the turn of blanks: the first of a pen beside them that will do,
// else of any.
func (t *terminal) turnOfBlank(i int) uint8 {
	b, turn := &t.runs[i], uint8(maxPens)
	for _, beside := range [...]int{i - 1, i + 1} {
		if beside < 0 || beside == len(t.runs) {
			continue
		}
		r := &t.runs[beside]
		if !r.blank && r.y == b.y && (r.end == b.from || r.from == b.end) && t.palette.blankOf(r.pen) == b.pen {
			turn = min(turn, r.turn)
		}
	}
	for n, p := range t.pens {
		if turn == maxPens && t.palette.blankOf(p.pen) == b.pen {
			turn = uint8(n)
		}
	}
	return turn
}

// writeRuns writes runs in the given order.
func (t *terminal) writeRuns(first int, order []int32) {
	for n, i := range order {
		r := &t.runs[i]
		t.approach(first, int(i))
		t.takePen(r, order[n+1:])
		t.putCells(int(r.from), int(r.end), int(r.y))
		if r.tail {
			t.cells = append(t.cells, eraseTail...)
		}
	}
}

// putCells writes the cells from column x up to end of row y, with the pen that the
// terminal has.
func (t *terminal) putCells(x, end, y int) {
	row := t.grid.Row(y)
	for ; x < end; x++ {
		switch cell := row[x]; {
		case cell.Width == 0: // shown by its left half
		case cell.Glyph < utf8.RuneSelf && x == t.x && y == t.y && x+1 < len(row):
			t.cells = append(t.cells, byte(cell.Glyph))
			t.x++
		default:
			t.put(cell, x, y)
		}
	}
}

// approach brings the cursor to a run: over the cells between, or from the beginning of
// its row on, where that takes fewer bytes than a move.
func (t *terminal) approach(first, i int) {
	r := &t.runs[i]
	x, y, n := t.x, t.y, len(t.cells)
	if y == int(r.y) && t.bridges(first, i, x) {
		t.putCells(x, int(r.from), y)
		return
	}
	t.move(int(r.from), int(r.y))
	lines := int(r.y) - y
	if y >= 0 && lines > 0 && 1+lines+int(r.from) < len(t.cells)-n && t.bridges(first, i, 0) {
		t.cells, t.x, t.y = t.cells[:n], x, y
		t.move(0, int(r.y))
		t.putCells(0, int(r.from), int(r.y))
	}
}

// cell returns the cell of the grid at (x, y), in pens of the palette.
func (t *terminal) cell(x, y int) canvas.Cell { return t.palette.cell(t.grid, t.grid.Row(y)[x]) }

// takePen gives the terminal the pen for a run: for blanks the one that it has, or that
// the run behind them needs, if they look the same with it.
func (t *terminal) takePen(r *run, after []int32) {
	pen := r.pen
	if r.blank && t.palette.blankOf(t.palette.pen) == pen {
		return
	}
	if r.blank && len(after) > 0 && t.palette.blankOf(t.runs[after[0]].pen) == pen {
		pen = t.runs[after[0]].pen
	}
	t.cells = t.palette.setPen(t.cells, pen)
}

// bridges tells whether the cells from column x up to a run are rather to be written than
// jumped over: they are few and plain to write, and either look right with the pen that
// the terminal has or have their turn later.
func (t *terminal) bridges(first, i, x int) bool {
	r := &t.runs[i]
	if x < 0 || x >= int(r.from) || int(r.from)-x > bridge {
		return false
	}
	k := i - 1
	for at := int(r.from) - 1; at >= x; at-- {
		for k >= first && t.runs[k].y == r.y && int(t.runs[k].from) > at {
			k--
		}
		later := k >= first && t.runs[k].y == r.y && int(t.runs[k].end) > at && t.runs[k].turn > r.turn
		cell := t.cell(at, int(r.y))
		if cell.Glyph >= utf8.RuneSelf || cell.Width != 1 || !later && !t.palette.writes(cell, t.palette.pen) {
			return false
		}
	}
	return true
}
