package painter

import "strconv"

// move puts the cursor at (x, y) in as few bytes as it takes. Tabs are not used, and of
// line feeds only that they lead down: whether to the first column, too, is the terminal
// driver's to decide.
func (t *terminal) move(x, y int) {
	if x == t.x && y == t.y {
		return
	}
	from := len(t.cells)
	t.cells = position(t.cells, x, y)
	if t.y >= 0 {
		if t.x >= 0 {
			t.shorter(from, func(b []byte) []byte { return along(t.down(b, y-t.y), t.x, x) })
		}
		if lines := y - t.y; lines >= 0 && lines < len(t.cells)-from {
			t.shorter(from, func(b []byte) []byte { return along(feed(append(b, '\r'), lines), 0, x) })
			t.shorter(from, func(b []byte) []byte { return sequence(feed(b, lines), x+1, 'G') })
		}
	}
	t.x, t.y = x, y
}

// feed appends n line feeds.
func feed(b []byte, n int) []byte {
	for range n {
		b = append(b, '\n')
	}
	return b
}

// shorter replaces what was appended after from by what other appends, if that is shorter.
func (t *terminal) shorter(from int, other func([]byte) []byte) {
	n := len(t.cells)
	t.cells = other(t.cells)
	if len(t.cells)-n < n-from {
		copy(t.cells[from:], t.cells[n:])
		n = from + len(t.cells) - n
	}
	t.cells = t.cells[:n]
}

// position appends a move to (x, y) from wherever the cursor is (CUP).
func position(b []byte, x, y int) []byte {
	b = append(b, "\x1b["...)
	if y > 0 || x > 0 {
		b = strconv.AppendInt(b, int64(y+1), 10)
	}
	if x > 0 {
		b = append(b, ';')
		b = strconv.AppendInt(b, int64(x+1), 10)
	}
	return append(b, 'H')
}

// down appends a move by n rows in the same column, up if n is negative. Terminals that
// know synchronized output know an index (IND), too.
func (t *terminal) down(b []byte, n int) []byte {
	switch {
	case n == 1 && t.skills.synchronizes:
		return append(b, "\x1bD"...)
	case n > 0:
		return sequence(b, n, 'B')
	case n < 0:
		return sequence(b, -n, 'A')
	}
	return b
}

// along appends a move within a row.
func along(b []byte, from, to int) []byte {
	switch n := to - from; {
	case n > 0:
		return sequence(b, n, 'C')
	case n < 0 && -n <= len("\x1b[9D"):
		for ; n < 0; n++ {
			b = append(b, '\b')
		}
	case n < 0:
		return sequence(b, -n, 'D')
	}
	return b
}

// sequence appends a control sequence with a number, which is left out for 1.
func sequence(b []byte, n int, final byte) []byte {
	b = append(b, "\x1b["...)
	if n > 1 {
		b = strconv.AppendInt(b, int64(n), 10)
	}
	return append(b, final)
}
