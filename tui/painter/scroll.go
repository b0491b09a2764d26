package painter

import "tshare/tui/canvas"

const (
	// fewRows is how many rows may change before it is worth looking whether
	// they only moved.
	fewRows = 3

	// worthRows is how many rows a scroll must bring to their places.
	worthRows = 3
)

// shift is rows that have to be shown elsewhere: rows top to bottom, both
// included, show what is now shown by rows further down, up if by is negative.
type shift struct{ top, bottom, by int }

// scroll moves rows on the terminal that the next frame shows in another place,
// by inserting and deleting lines: unlike scroll regions they leave nothing
// behind if they are cut off. What they bring into place is compared with the
// frame like everything else, so that a wrong guess costs bytes and nothing more.
func (t *terminal) scroll() {
	if !t.skills.inserts {
		return
	}
	rows := 0
	for y, changed := range t.changed {
		if !t.known[y] {
			return
		}
		if changed {
			rows++
		}
	}
	if rows <= fewRows {
		return
	}
	if s, ok := t.findShift(); ok {
		t.apply(s)
	}
}

// findShift returns the shift that saves most rows.
func (t *terminal) findShift() (best shift, ok bool) {
	height := len(t.rows)
	want := make([]uint64, height)
	for y := range want {
		want[y] = t.sums[y]
		if t.changed[y] {
			want[y] = sum(t.grid.Row(y))
		}
	}
	saved := worthRows - 1
	for by := 1 - height; by < height; by++ {
		if by == 0 {
			continue
		}
		end := min(height, height-by)
		for y := max(0, -by); y < end; y++ {
			run := shift{top: y, bottom: y - 1, by: by}
			for y < end && want[y] == t.sums[y+by] {
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

// gain returns how many rows fewer have to be written after s.
func (t *terminal) gain(s shift, want []uint64) (n int) {
	empty := sum(nil)
	for y := s.top; y <= s.bottom; y++ {
		if want[y] != t.sums[y] && want[y] != empty {
			n++
		}
	}
	if n < worthRows {
		return 0
	}
	return n - t.damage(s, want)
}

// damage returns how many rows that were right s would make blank.
func (t *terminal) damage(s shift, want []uint64) (n int) {
	from, to := s.bottom+1, s.bottom+s.by
	if s.by < 0 {
		from, to = s.top+s.by, s.top-1
	}
	for y := from; y <= to; y++ {
		if want[y] == t.sums[y] {
			n++
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
		t.lines(insert, n, 'L')
	} else {
		t.lines(first, n, 'M')
		if last+1 < height {
			t.lines(insert, n, 'L')
		}
	}
	t.rotate(first, last, s.by)
	for y := insert; y < insert+n; y++ {
		t.known[y], t.sums[y] = false, sum(nil) // blank, in this or that colour
	}
	for y := first; y <= last; y++ {
		t.changed[y] = t.differs(y)
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
