package painter

import (
	"slices"

	"tshare/tui/canvas"
)

const (
	// fewRows is how many rows may change before it is worth looking whether
	// they only moved.
	fewRows = 3

	// scrollCost is about what it takes to move rows, in bytes.
	scrollCost = 20
)

// shift is rows that have to be shown elsewhere: rows top to bottom, both
// included, show what is now shown by rows further down, up if by is negative.
type shift struct{ top, bottom, by int }

// scroll moves rows on the terminal that the next frame shows in another place,
// by inserting and deleting lines: unlike scroll regions they leave nothing
// behind if they are cut off. What they bring into place is compared with the
// frame like everything else, so that a wrong guess costs bytes and nothing more.
func (t *terminal) scroll() {
	if !t.skills.inserts || slices.Contains(t.known, false) || !t.manyChanged() {
		return
	}
	if s, ok := t.findShift(); ok {
		t.apply(s)
	}
}

// manyChanged tells whether so many rows changed that it is worth looking at them all.
func (t *terminal) manyChanged() bool {
	rows := 0
	for _, changed := range t.changed {
		if changed {
			rows++
		}
	}
	return rows > fewRows
}

// wish is what a row is to show.
type wish struct {
	sum    uint64
	weight int // about how many bytes it takes to write it
}

// findShift returns the shift that saves most bytes.
func (t *terminal) findShift() (best shift, ok bool) {
	height := len(t.rows)
	want := make([]wish, height)
	for y := range want {
		row := t.grid.Row(y)
		want[y] = wish{t.sums[y], weight(row)}
		if t.changed[y] {
			want[y].sum = sum(row)
		}
	}
	saved := scrollCost
	for by := 1 - height; by < height; by++ {
		if by == 0 {
			continue
		}
		end := min(height, height-by)
		for y := max(0, -by); y < end; y++ {
			run := shift{top: y, bottom: y - 1, by: by}
			for y < end && want[y].sum == t.sums[y+by] {
				run.bottom = y
				y++
			}
			if gain := t.gain(run, want); gain > saved {
				saved, best, ok = gain, run, true
			}
		}
	}
	return best, ok
}

// weight returns how many cells of a row are not blank.
func weight(row []canvas.Cell) (n int) {
	for i := range row {
		if row[i].Glyph != ' ' {
			n++
		}
	}
	return n
}

// gain returns about how many bytes fewer have to be written after s.
func (t *terminal) gain(s shift, want []wish) (n int) {
	for y := s.top; y <= s.bottom; y++ {
		if want[y].sum != t.sums[y] {
			n += want[y].weight
		}
	}
	if n <= scrollCost {
		return 0
	}
	return n - t.damage(s, want)
}

// damage returns about how many bytes it takes to write again what s would make blank.
func (t *terminal) damage(s shift, want []wish) (n int) {
	from, to := s.bottom+1, s.bottom+s.by
	if s.by < 0 {
		from, to = s.top+s.by, s.top-1
	}
	for y := from; y <= to; y++ {
		if want[y].sum == t.sums[y] {
			n += want[y].weight
		}
	}
	return n
}

// apply scrolls on the terminal and in what we know of it.
func (t *terminal) apply(s shift) {
	height, n := len(t.rows), max(s.by, -s.by)
	first, last := s.top, s.bottom+s.by // the rows that move or become blank
	insert := s.bottom + 1
	if s.by < 0 {
		first, last = s.top+s.by, s.bottom
		insert = first
		if last+1 < height { // else the lines fall off the bottom by themselves
			t.lines(last+1-n, n, 'M')
		}
	} else {
		t.lines(first, n, 'M')
	}
	t.rotate(first, last, s.by)
	if s.by > 0 && last+1 == height { // they come in at the bottom by themselves
		t.forgetRows(insert, n)
	} else {
		row := t.grid.Row(insert)
		t.insertRows(insert, n, row[len(row)-1])
	}
	for y := first; y <= last; y++ {
		t.changed[y] = t.differs(y)
	}
}

// insertRows inserts n lines at row y: like blank, if it takes little to see to that.
func (t *terminal) insertRows(y, n int, blank canvas.Cell) {
	cell := t.palette.cell(t.grid, blank)
	fills := t.skills.fills && t.skills.synchronizes && t.erasable(cell)
	if looks := t.palette.blankOf(t.palette.pen) == cell.Ink; fills && !looks {
		if fills = n > fewRows; fills {
			t.cells = t.palette.setPen(t.cells, cell.Ink)
		}
	}
	t.lines(y, n, 'L')
	t.forgetRows(y, n)
	for i := y; fills && i < y+n; i++ {
		for x := range t.rows[i] {
			t.rows[i][x] = blank
		}
		t.known[i] = true
	}
}

// forgetRows notes that n rows are blank, in this or that colour.
func (t *terminal) forgetRows(y, n int) {
	for i := y; i < y+n; i++ {
		t.known[i], t.sums[i] = false, sum(nil)
	}
}

// lines inserts (L) or deletes (M) n lines at row y.
func (t *terminal) lines(y, n int, final byte) {
	t.move(0, y)
	t.cells = sequence(t.cells, n, final)
	t.x = -1 // some terminals stay in the column, some do not
}

// rotate moves what we know of the rows first to last up by n, down if n is
// negative; the rows that are pushed out come in at the other end, to be blanked.
func (t *terminal) rotate(first, last, n int) {
	size := last - first + 1
	n = (n%size + size) % size
	turn(t.rows[first:last+1], n)
	turn(t.sums[first:last+1], n)
}

// turn rotates s to the left by n.
func turn[T any](s []T, n int) {
	rest := append([]T(nil), s[:n]...)
	copy(s, s[n:])
	copy(s[len(s)-n:], rest)
}

// maxNumber is how many blanks and digits at the beginning of a row are a line's
// number perhaps.
const maxNumber = 10

// sum returns a number that rows with the same text share. Colours do not count, and
// neither does the number of a line: to write those again is cheaper than the row.
func sum(row []canvas.Cell) uint64 {
	const prime = 1099511628211
	h := uint64(14695981039346656037)
	begin, end := 0, len(row)
	for end > 0 && row[end-1].Glyph == ' ' {
		end--
	}
	for begin < min(end, maxNumber) && (row[begin].Glyph == ' ' || row[begin].Glyph >= '0' && row[begin].Glyph <= '9') {
		begin++
	}
	for x, cell := range row[begin:end] {
		h = (h ^ uint64(begin+x) ^ uint64(cell.Glyph)<<16) * prime
	}
	return h
}
