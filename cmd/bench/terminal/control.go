package terminal

// act does what a control sequence with the last byte b says.
func (s *Screen) act(b byte) {
	switch s.parser.private {
	case '?':
		s.actPrivate(b)
		return
	case '>':
		s.answerWho(b)
		return
	case 0:
	default:
		return
	}
	if s.parser.intermediate != 0 {
		return
	}
	if !s.actOnCursor(b) && !s.actOnCells(b) {
		s.actOnModes(b)
	}
}

func (s *Screen) actOnCursor(b byte) (done bool) {
	n := s.param(0, 1)
	switch b {
	case 'A':
		limit := 0
		if s.row >= s.top {
			limit = s.top
		}
		s.moveTo(max(s.row-n, limit), s.col)
	case 'B', 'e':
		limit := s.rows - 1
		if s.row <= s.bottom {
			limit = s.bottom
		}
		s.moveTo(min(s.row+n, limit), s.col)
	case 'C', 'a':
		s.moveTo(s.row, s.col+n)
	case 'D':
		s.moveTo(s.row, s.col-n)
	case 'E':
		s.moveTo(s.row+n, 0)
	case 'F':
		s.moveTo(s.row-n, 0)
	case 'G', '`':
		s.moveTo(s.row, n-1)
	case 'd':
		s.moveTo(n-1, s.col)
	case 'H', 'f':
		first := 0
		if s.origin {
			first = s.top
		}
		s.moveTo(first+n-1, s.param(1, 1)-1)
	case 'I':
		for range min(n, s.cols) {
			s.tab()
		}
	case 'Z':
		for range min(n, s.cols) {
			s.backTab()
		}
	case 's':
		s.save()
	case 'u':
		s.restore()
	default:
		return false
	}
	return true
}

func (s *Screen) actOnCells(b byte) (done bool) {
	n := s.param(0, 1)
	inRegion := s.row >= s.top && s.row <= s.bottom
	switch b {
	case 'J':
		s.wraps = false
		s.eraseInDisplay(s.param(0, 0))
	case 'K':
		s.wraps = false
		s.eraseInLine(s.param(0, 0))
	case 'L':
		if inRegion {
			s.scrollDown(s.row, s.bottom, min(n, s.bottom-s.row+1))
		}
	case 'M':
		if inRegion {
			s.scrollUp(s.row, s.bottom, min(n, s.bottom-s.row+1))
		}
	case 'S':
		s.scrollUp(s.top, s.bottom, min(n, s.bottom-s.top+1))
	case 'T':
		s.scrollDown(s.top, s.bottom, min(n, s.bottom-s.top+1))
	case '@':
		s.insertBlanks(n)
	case 'P':
		s.deleteCells(n)
	case 'X':
		s.fill(s.row, s.col, min(s.col+n, s.cols))
	case 'b':
		for range min(n, s.cols*s.rows) {
			s.put(s.last)
		}
	default:
		return false
	}
	return true
}

func (s *Screen) actOnModes(b byte) {
	switch b {
	case 'r':
		top, bottom := s.param(0, 1)-1, clamp(s.param(1, s.rows)-1, s.rows-1)
		if top < bottom {
			s.top, s.bottom = top, bottom
			s.moveTo(0, 0)
		}
	case 'h', 'l':
		for _, mode := range s.parser.params {
			if mode == 4 {
				s.inserting = b == 'h'
			}
		}
	case 'g':
		if s.param(0, 0) == 3 {
			s.tabs = make([]bool, s.cols)
		} else {
			s.tabs[s.col] = false
		}
	case 'n', 'c', 't':
		s.answerReport(b)
	}
}

func (s *Screen) actPrivate(b byte) {
	switch b {
	case 'h', 'l':
		for _, mode := range s.parser.params {
			s.setMode(mode, b == 'h')
		}
	case 'J', 'K':
		s.actOnCells(b)
	default:
		s.answerPrivate(b)
	}
}

// setMode switches a private mode. Which modes there are, and whether, is a table of
// the terminal's and no caller's choice.
func (s *Screen) setMode(mode int, on bool) {
	switch mode {
	case 6:
		s.origin = on
		s.moveTo(0, 0)
		if on {
			s.moveTo(s.top, 0)
		}
	case 7:
		s.autowrap = on
	case 47, 1047, 1049:
		s.switchTo(on)
	case 2026:
		s.holding = on
	}
}
