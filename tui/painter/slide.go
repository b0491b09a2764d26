package painter

import "tshare/tui/canvas"

// maxSlide is by how many cells the rest of a row is looked for beside where it was: a
// key, a tab, a word that completes.
const maxSlide = 8

// slide moves the rest of the row that is being painted on the terminal, by
// inserting or deleting characters, where a key in the middle of a line moved it
// in the frame. What does not fit afterwards is painted like all that changed.
func (t *terminal) slide(y int) {
	from := 0
	for from < len(t.next) && t.next[from] == t.shown[from] {
		from++
	}
	if !t.skills.inserts || from+1 >= len(t.next) || !narrow(t.next[from:]) || !narrow(t.shown[from:]) {
		return
	}
	by, least := 0, t.slideCost(from, 0)/2 // where little stays, moving it is not worth while
	for n := -maxSlide; n <= maxSlide; n++ {
		if n == 0 || !t.joins(from, n) {
			continue
		}
		if cost := t.slideCost(from, n); cost < least {
			by, least = n, cost
		}
	}
	switch {
	case by > 0:
		t.insertCells(from, by, y)
	case by < 0:
		t.deleteCells(from, -by, y)
	}
}

// joins reports whether what is shown from column from on would go on, moved by n
// cells, where the row that is painted does: else moving it is of no use.
func (t *terminal) joins(from, n int) bool {
	at, was := from+max(n, 0), from+max(-n, 0)
	return at < len(t.next) && was < len(t.shown) && t.next[at].Glyph == t.shown[was].Glyph
}

// narrow reports whether no cell is part of a wide character, which terminals move
// in more than one way.
func narrow(cells []canvas.Cell) bool {
	for _, c := range cells {
		if c.Width != 1 {
			return false
		}
	}
	return true
}

// slideCost returns about how many bytes the row takes once what is shown from
// column from on was moved by n cells.
func (t *terminal) slideCost(from, n int) int {
	cost, writing := 0, false
	for x := from; x < len(t.next); x++ {
		was := x - n
		same := was >= from && was < len(t.shown) && t.next[x] == t.shown[was] ||
			was >= len(t.shown) && t.erasable(t.next[x])
		if !same {
			cost++
			if !writing {
				cost += moveCost
			}
		}
		writing = !same
	}
	return cost
}

// insertCells inserts n cells (ICH), which are still to be written.
func (t *terminal) insertCells(from, n, y int) {
	t.move(from, y)
	t.cells = sequence(t.cells, n, '@')
	copy(t.shown[min(from+n, len(t.shown)):], t.shown[from:])
	for x := from; x < min(from+n, len(t.shown)); x++ {
		t.shown[x] = canvas.Cell{}
	}
}

// deleteCells deletes n cells (DCH). Those that come in at the end of the row are
// blank, in the colour of the pen.
func (t *terminal) deleteCells(from, n, y int) {
	blank := canvas.Cell{} // to be written
	if last := t.next[len(t.next)-1]; t.erasable(last) {
		blank = last
		t.cells = t.palette.setPen(t.cells, last.Ink)
	}
	t.move(from, y)
	t.cells = sequence(t.cells, n, 'P')
	copy(t.shown[from:], t.shown[min(from+n, len(t.shown)):])
	for x := max(len(t.shown)-n, from); x < len(t.shown); x++ {
		t.shown[x] = blank
	}
}
