package painter

import (
	"unicode/utf8"

	"tshare/tui/canvas"
)

const (
	// clearCost is about what it takes to clear rows, in bytes.
	clearCost = 24

	// eraseCost is about what it takes to erase cells within a row.
	eraseCost = 12

	// moveCost is about what it takes to go on writing elsewhere.
	moveCost = 5
)

// clearRows blanks the rows of which more must be written over as they are than is to
// be written on blank ones: of another page, or below a dialog. Only where a frame is
// seen at once, since half of one would be empty.
func (t *terminal) clearRows() {
	if !t.skills.inserts || !t.skills.fills || !t.skills.synchronizes || !t.manyChanged() {
		return
	}
	blank, pen, ok := t.background()
	if !ok {
		return
	}
	first, last, most := 0, 0, 0
	for y, begin, sum := 0, 0, 0; y < len(t.rows); y++ { // Kadane's algorithm
		if sum <= 0 {
			begin, sum = y, 0
		}
		if sum += t.gainOfBlank(y, blank); sum > most {
			first, last, most = begin, y, sum
		}
	}
	if most <= clearCost {
		return
	}
	t.cells = t.palette.setPen(t.cells, pen)
	t.lines(first, last-first+1, 'M')
	t.insertRows(first, last-first+1, blank)
	for y := first; y <= last; y++ {
		t.changed[y] = t.differs(y)
	}
}

// tally counts cells of one pen.
type tally struct {
	blanks, others int
	blank          canvas.Cell // one of the blanks, as it is in the grid
}

// background returns the blank that most cells of rows that changed look like, and of the
// pens that blanks look so with the one that most other cells have.
func (t *terminal) background() (blank canvas.Cell, pen canvas.Ink, ok bool) {
	clear(t.tallies)
	for y, changed := range t.changed {
		if !changed {
			continue
		}
		for _, cell := range t.grid.Row(y) {
			ink := t.palette.cell(t.grid, cell).Ink
			for int(ink) >= len(t.tallies) {
				t.tallies = append(t.tallies, tally{})
			}
			if n := &t.tallies[ink]; cell.Glyph == ' ' {
				n.blanks++
				n.blank = cell
			} else {
				n.others++
			}
		}
	}
	most := tally{}
	for _, n := range t.tallies {
		if n.blanks > most.blanks {
			most = n
		}
	}
	looks := t.palette.cell(t.grid, most.blank)
	pen = looks.Ink
	for ink, n := range t.tallies {
		if n.others > most.others && t.palette.blankOf(canvas.Ink(ink)) == looks.Ink {
			pen, most.others = canvas.Ink(ink), n.others
		}
	}
	return most.blank, pen, most.blanks > 0 && t.erasable(looks)
}

// gainOfBlank returns how many bytes fewer it takes to write row y if it is blank.
func (t *terminal) gainOfBlank(y int, blank canvas.Cell) int {
	row := t.grid.Row(y)
	t.compose(t.next, row)
	if t.known[y] {
		t.compose(t.shown, t.rows[y])
	} else {
		clear(t.shown)
	}
	tail := t.tail(!t.known[y])
	before := t.rowCost(tail)
	if tail < len(row) {
		before += len(eraseTail)
	}
	blank = t.palette.cell(t.grid, blank)
	for x := range t.shown {
		t.shown[x] = blank
	}
	return before - t.rowCost(len(row))
}

// rowCost returns about how many bytes it takes to write t.next up to end.
func (t *terminal) rowCost(end int) (cost int) {
	gap := moveCost
	for x, cell := range t.next[:end] {
		if cell == t.shown[x] {
			gap++
			continue
		}
		cost += min(gap, moveCost) + utf8.RuneLen(rune(min(cell.Glyph, utf8.MaxRune)))
		gap = 0
	}
	return cost
}

// eraseCells erases the cells before end of the row that is being prepared of which more
// are to be blank, and are not, than are to stay as they are: below a dialog.
func (t *terminal) eraseCells(y, end int) {
	if !t.skills.inserts || !narrow(t.shown) {
		return
	}
	for from := 0; from < end; {
		blank := t.next[from]
		if blank == t.shown[from] || !t.erasable(blank) {
			from++
			continue
		}
		last, sum, most := from, 0, 0
		for x := from; x < end && sum >= 0; x++ {
			switch {
			case t.next[x] == blank && t.shown[x] != blank:
				sum++
			case t.next[x] != blank && t.next[x] == t.shown[x]:
				sum -= moveCost
			}
			if sum > most {
				last, most = x, sum
			}
		}
		if most > eraseCost {
			t.move(from, y)
			t.cells = t.palette.setPen(t.cells, blank.Ink)
			t.cells = sequence(t.cells, last+1-from, 'X')
			for x := from; x <= last; x++ {
				t.shown[x] = blank
			}
		}
		from = last + 1
	}
}
