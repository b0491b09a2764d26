// Package terminal runs programs in pseudo-terminals, emulates their screens, types,
// and says when what was typed became visible. It leaves to others what is run, and
// what the figures mean.
//
// The emulator keeps letters and no colours, and does nothing for what it can do
// without: while a hundred clients are watched, what it costs is a part of what is
// measured. BenchmarkScreen compares it with that of charmbracelet/x/vt, which the
// tests of the project use.
package terminal

import (
	"slices"
	"strings"
)

// Screen is a terminal's screen: the letters that it shows.
type Screen struct {
	rows, cols int
	main, alt  [][]rune
	cells      [][]rune // main or alt
	onAlt      bool

	row, col    int
	wraps       bool // the next letter begins a row
	top, bottom int  // of the scrolling region
	autowrap    bool
	origin      bool
	inserting   bool
	saved       [2]savedCursor
	tabs        []bool
	charsets    [2]byte // of G0 and G1
	charset     int
	last        rune

	holding bool // between CSI ?2026h and CSI ?2026l
	answer  func([]byte)
	parser  parser
}

// savedCursor is what DECSC keeps.
type savedCursor struct{ row, col int }

// NewScreen returns a blank screen. What a terminal answers to a program's questions is
// given to answer, which may be nil.
func NewScreen(cols, rows int, answer func([]byte)) *Screen {
	s := &Screen{answer: answer}
	s.setSize(cols, rows)
	s.reset()
	return s
}

func blank(cols, rows int) [][]rune {
	cells := make([][]rune, rows)
	for i := range cells {
		cells[i] = make([]rune, cols)
		for j := range cells[i] {
			cells[i][j] = ' '
		}
	}
	return cells
}

func (s *Screen) setSize(cols, rows int) {
	s.rows, s.cols = rows, cols
	s.main, s.alt = blank(cols, rows), blank(cols, rows)
	s.cells = s.main
	if s.onAlt {
		s.cells = s.alt
	}
}

// Resize changes the size. The screen is blank then: the program has to draw it.
func (s *Screen) Resize(cols, rows int) {
	s.setSize(cols, rows)
	s.top, s.bottom = 0, rows-1
	s.row, s.col, s.wraps = 0, 0, false
	s.setTabs()
}

func (s *Screen) reset() {
	s.row, s.col, s.wraps = 0, 0, false
	s.top, s.bottom = 0, s.rows-1
	s.autowrap, s.origin, s.inserting = true, false, false
	s.charsets, s.charset = [2]byte{'B', 'B'}, 0
	s.setTabs()
}

func (s *Screen) setTabs() {
	s.tabs = make([]bool, s.cols)
	for i := range s.tabs {
		s.tabs[i] = i%8 == 0
	}
}

// Settled reports whether what the screen has is shown: a terminal shows nothing of a
// synchronised update before its end.
func (s *Screen) Settled() bool { return !s.holding }

// Cursor returns the cursor's row and column, from 0.
func (s *Screen) Cursor() (row, col int) { return s.row, s.col }

// Size returns the size in cells.
func (s *Screen) Size() (cols, rows int) { return s.cols, s.rows }

// Find returns a row that shows text, or false if none does. It looks at the row hint
// first.
func (s *Screen) Find(text []rune, hint int) (row int, found bool) {
	if hint >= 0 && hint < s.rows && contains(s.cells[hint], text) {
		return hint, true
	}
	for i, cells := range s.cells {
		if contains(cells, text) {
			return i, true
		}
	}
	return -1, false
}

func contains(row, text []rune) bool {
	if len(text) == 0 {
		return true
	}
	for i := 0; i+len(text) <= len(row); i++ {
		if row[i] != text[0] {
			continue
		}
		n := 1
		for n < len(text) && row[i+n] == text[n] {
			n++
		}
		if n == len(text) {
			return true
		}
	}
	return false
}

// Row returns what row i, from 0, shows, without blanks at its end.
func (s *Screen) Row(i int) string {
	if i < 0 || i >= s.rows {
		return ""
	}
	row := s.cells[i]
	n := len(row)
	for n > 0 && (row[n-1] == ' ' || row[n-1] == 0) {
		n--
	}
	letters := make([]rune, 0, n)
	for _, r := range row[:n] {
		if r != 0 { // the second half of a wide letter
			letters = append(letters, r)
		}
	}
	return string(letters)
}

// Text returns what the screen shows, one line a row.
func (s *Screen) Text() string {
	var text []byte
	for i := range s.rows {
		text = append(append(text, s.Row(i)...), '\n')
	}
	return string(text)
}

// Joined returns the rows as one line, as if each were wrapped into the next. What marks a
// wrapped row, a backslash in the last column or an arrow before the text, is left out.
func (s *Screen) Joined() string {
	var text []rune
	for _, row := range s.cells {
		if arrow := slices.Index(row, '↳'); arrow >= 0 && strings.TrimSpace(string(row[:arrow])) == "" {
			row = row[min(arrow+2, len(row)):]
		}
		if n := len(row); n > 0 && row[n-1] == '\\' {
			row = row[:n-1]
		}
		text = append(text, row...)
	}
	return string(text)
}

// Before returns the letter left of the cursor. Where that is what marks a wrapped row,
// or nothing, it is the last one of the row above.
func (s *Screen) Before() rune {
	for col := min(s.col, s.cols) - 1; col >= 0; col-- {
		switch r := s.cells[s.row][col]; r {
		case ' ', 0, '↳', '│':
		default:
			return r
		}
	}
	if s.row == 0 {
		return ' '
	}
	above := []rune(s.Row(s.row - 1))
	if len(above) == 0 {
		return ' '
	}
	return above[len(above)-1]
}
