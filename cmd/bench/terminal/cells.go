package terminal

func (s *Screen) fill(row, from, to int) {
	for col := from; col < to; col++ {
		s.cells[row][col] = ' '
	}
}

func (s *Screen) scrollUp(top, bottom, n int) {
	for ; n > 0; n-- {
		first := s.cells[top]
		copy(s.cells[top:bottom], s.cells[top+1:bottom+1])
		for i := range first {
			first[i] = ' '
		}
		s.cells[bottom] = first
	}
}

func (s *Screen) scrollDown(top, bottom, n int) {
	for ; n > 0; n-- {
		last := s.cells[bottom]
		copy(s.cells[top+1:bottom+1], s.cells[top:bottom])
		for i := range last {
			last[i] = ' '
		}
		s.cells[top] = last
	}
}

// clamp returns x, or 0 or high where it lies beyond.
func clamp(x, high int) int { return min(max(x, 0), high) }

func (s *Screen) lineFeed() {
	s.wraps = false
	if s.row == s.bottom {
		s.scrollUp(s.top, s.bottom, 1)
	} else if s.row < s.rows-1 {
		s.row++
	}
}

func (s *Screen) reverseIndex() {
	s.wraps = false
	if s.row == s.top {
		s.scrollDown(s.top, s.bottom, 1)
	} else if s.row > 0 {
		s.row--
	}
}

// width returns how many cells r takes: enough for the letters of sample files and of
// editors' own screens.
func width(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case r <= 0x36f, r == 0x200b, r == 0x200d, r >= 0xfe00 && r <= 0xfe0f, r >= 0x20d0 && r <= 0x20ff:
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf && r != 0x303f,
		r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6f,
		r >= 0xff00 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6, r >= 0x1f300 && r <= 0x1f64f,
		r >= 0x1f900 && r <= 0x1f9ff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

func (s *Screen) put(r rune) {
	if s.charsets[s.charset] == '0' && r >= 0x5f && r <= 0x7e {
		r = 0x2500 + (r - 0x5f) // some line, never a letter
	}
	w := width(r)
	if w == 0 {
		return
	}
	s.last = r
	if s.wraps && s.autowrap {
		s.col = 0
		s.lineFeed()
	}
	s.wraps = false
	if w == 2 && s.col == s.cols-1 {
		s.cells[s.row][s.col] = ' '
		if s.autowrap {
			s.col = 0
			s.lineFeed()
		}
	}
	if s.inserting {
		s.insertBlanks(w)
	}
	s.cells[s.row][s.col] = r
	if w == 2 && s.col+1 < s.cols {
		s.cells[s.row][s.col+1] = 0
	}
	if s.col+w >= s.cols {
		s.col = s.cols - 1
		s.wraps = true
	} else {
		s.col += w
	}
}

func (s *Screen) insertBlanks(n int) {
	n = min(n, s.cols-s.col)
	row := s.cells[s.row]
	copy(row[s.col+n:], row[s.col:])
	s.fill(s.row, s.col, s.col+n)
}

func (s *Screen) deleteCells(n int) {
	n = min(n, s.cols-s.col)
	row := s.cells[s.row]
	copy(row[s.col:], row[s.col+n:])
	s.fill(s.row, s.cols-n, s.cols)
}

func (s *Screen) eraseInLine(mode int) {
	switch mode {
	case 0:
		s.fill(s.row, s.col, s.cols)
	case 1:
		s.fill(s.row, 0, s.col+1)
	case 2:
		s.fill(s.row, 0, s.cols)
	}
}

func (s *Screen) eraseInDisplay(mode int) {
	from, to := 0, s.rows
	switch mode {
	case 0:
		s.eraseInLine(0)
		from = s.row + 1
	case 1:
		s.eraseInLine(1)
		to = s.row
	}
	for row := from; row < to; row++ {
		s.fill(row, 0, s.cols)
	}
}

func (s *Screen) moveTo(row, col int) {
	s.row, s.col = clamp(row, s.rows-1), clamp(col, s.cols-1)
	s.wraps = false
}

func (s *Screen) savedPlace() *savedCursor {
	if s.onAlt {
		return &s.saved[1]
	}
	return &s.saved[0]
}

func (s *Screen) save() { *s.savedPlace() = savedCursor{s.row, s.col} }

func (s *Screen) restore() { s.moveTo(s.savedPlace().row, s.savedPlace().col) }

func (s *Screen) tab() {
	col := s.col + 1
	for col < s.cols-1 && !s.tabs[col] {
		col++
	}
	s.col = clamp(col, s.cols-1)
}

func (s *Screen) backTab() {
	col := s.col - 1
	for col > 0 && !s.tabs[col] {
		col--
	}
	s.col = clamp(col, s.cols-1)
}

// switchTo shows the alternate screen, which is blank then, or the main one again.
func (s *Screen) switchTo(alt bool) {
	if alt == s.onAlt {
		return
	}
	if alt {
		s.save()
		s.onAlt, s.cells = true, s.alt
		for row := range s.rows {
			s.fill(row, 0, s.cols)
		}
		return
	}
	s.onAlt, s.cells = false, s.main
	s.restore()
}
