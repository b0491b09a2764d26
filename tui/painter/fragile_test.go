package painter

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"tshare/tui/canvas"
)

// stubborn is a terminal with its own idea of how wide characters are. It knows
// the sequences that the painter sends and fails on any other.
type stubborn struct {
	measure       func(rune) int
	width, height int
	cells         [][]string // "" is the right half of a wide character
	x, y          int
	wrap, pending bool
	strange       []string
}

func newStubborn(width, height int, measure func(rune) int) *stubborn {
	s := &stubborn{measure: measure, width: width, height: height, wrap: true}
	for range height {
		s.cells = append(s.cells, s.blank())
	}
	return s
}

func (s *stubborn) blank() []string { return strings.Split(strings.Repeat(" ", s.width), "") }

func (s *stubborn) write(b []byte) {
	for len(b) > 0 {
		switch {
		case b[0] == '\x1b' && b[1] == '[':
			n := 2
			for b[n] < '@' || b[n] > '~' {
				n++
			}
			s.control(string(b[2:n]), b[n])
			b = b[n+1:]
		case b[0] == '\x1b' && b[1] == 'D' && s.y+1 < s.height:
			s.y, s.pending = s.y+1, false
			b = b[2:]
		case b[0] == '\r':
			s.x, s.pending = 0, false
			b = b[1:]
		case b[0] == '\b':
			s.x, s.pending = max(s.x-1, 0), false
			b = b[1:]
		case b[0] == '\n' && s.y+1 < s.height: // elsewhere it would scroll
			s.x, s.y, s.pending = 0, s.y+1, false // as terminal drivers have it
			b = b[1:]
		case b[0] < ' ':
			s.strange = append(s.strange, fmt.Sprintf("control %q", b[0]))
			b = b[1:]
		default:
			r, n := utf8.DecodeRune(b)
			s.print(r)
			b = b[n:]
		}
	}
}

func (s *stubborn) print(r rune) {
	w := s.measure(r)
	if w == 0 {
		at := s.x
		if !s.pending {
			at--
		}
		for at > 0 && s.cells[s.y][at] == "" {
			at--
		}
		if at >= 0 {
			s.cells[s.y][at] += string(r)
		}
		return
	}
	if s.pending || s.wrap && s.x+w > s.width {
		s.pending, s.x = false, 0
		if s.y++; s.y == s.height {
			s.y--
			s.cells = append(s.cells[1:], s.blank())
		}
	}
	s.x = min(s.x, s.width-w)
	for x := s.x; x < s.x+w; x++ {
		s.wipe(x)
	}
	s.cells[s.y][s.x] = string(r)
	if w == 2 {
		s.cells[s.y][s.x+1] = ""
	}
	if s.x += w; s.x >= s.width {
		s.x, s.pending = s.width-1, s.wrap
	}
}

// wipe blanks a cell, and the other half of a wide character.
func (s *stubborn) wipe(x int) {
	row := s.cells[s.y]
	if row[x] == "" {
		row[x-1] = " "
	}
	if x+1 < s.width && row[x+1] == "" {
		row[x+1] = " "
	}
	row[x] = " "
}

func (s *stubborn) control(params string, final byte) {
	var n []int
	for _, p := range strings.Split(params, ";") {
		i, _ := strconv.Atoi(p)
		n = append(n, max(i, 1))
	}
	s.pending = s.pending && (final == 'm' || final == 'h' || final == 'l')
	switch {
	case params == "?7" && final == 'l':
		s.wrap = false
	case params == "?7" && final == 'h':
		s.wrap = true
	case final == 'm', params != "" && params[0] == '?', strings.HasSuffix(params, " "), final == 't':
	case final == 'H':
		s.y, s.x = n[0]-1, 0
		if len(n) > 1 {
			s.x = n[1] - 1
		}
	case final == 'G':
		s.x = n[0] - 1
	case final == 'A':
		s.y = max(s.y-n[0], 0)
	case final == 'B':
		s.y = min(s.y+n[0], s.height-1)
	case final == 'C':
		s.x = min(s.x+n[0], s.width-1)
	case final == 'D':
		s.x = max(s.x-n[0], 0)
	case final == 'K':
		for x := s.x; x < s.width; x++ {
			s.wipe(x)
		}
	case final == 'X':
		for x := s.x; x < min(s.x+n[0], s.width); x++ {
			s.wipe(x)
		}
	case final == '@', final == 'P':
		for range n[0] {
			row := s.cells[s.y]
			if final == '@' {
				s.wipe(s.width - 1)
				copy(row[s.x+1:], row[s.x:])
				row[s.x] = " "
			} else {
				s.wipe(s.x)
				copy(row[s.x:], row[s.x+1:])
				row[s.width-1] = " "
			}
		}
	case final == 'L', final == 'M':
		for range n[0] {
			out, in := s.height-1, s.y
			if final == 'M' {
				out, in = in, out
			}
			s.cells = append(s.cells[:out], s.cells[out+1:]...)
			s.cells = append(s.cells[:in], append([][]string{s.blank()}, s.cells[in:]...)...)
		}
	default:
		s.strange = append(s.strange, params+string(final))
	}
}

// differences compares all cells but the fragile ones with f.
func (s *stubborn) differences(f *Frame) (diffs []string) {
	want := canvas.NewGrid(f.Width, f.Height)
	f.Draw(want)
	for y := range f.Height {
		for x := range f.Width {
			cell := want.CellAt(x, y)
			if cell.Width == 0 || len(cell.Content) > 1 && fragile(cell.Content, cell.Width) {
				continue
			}
			// What has no width for the terminal may cling to what is before it.
			if got := s.cells[y][x]; !strings.HasPrefix(got, cell.Content) {
				diffs = append(diffs, fmt.Sprintf("(%d,%d) is %q, want %q", x, y, got, cell.Content))
			}
		}
	}
	return append(diffs, s.strange...)
}

func TestTerminalThatMeasuresOtherwiseLosesOnlyThatCharacter(t *testing.T) {
	odd := strings.Split("⚠️ ❤️ ✔️ 👍🏽 👩‍👩‍👧 🇩🇪 🦀 🫠 नि ☃ ⏩ 1️⃣ 한 漢 é a b c d e ( ) │ – ж", " ")
	wc := func(r rune) int { return ansi.WcWidth.StringWidth(string(r)) }
	agrees := func(r rune) bool {
		width := ansi.GraphemeWidth.StringWidth(string(r))
		return width > 0 && !fragile(string(r), width) || r >= 0x300 && r <= 0x36f
	}
	for _, tc := range []struct {
		name    string
		measure func(rune) int
	}{
		{"one by one", wc},
		{"narrow", func(r rune) int {
			if agrees(r) {
				return wc(r)
			}
			return min(wc(r), 1)
		}},
		{"nothing joins", func(r rune) int {
			if agrees(r) {
				return wc(r)
			}
			return 2
		}},
		{"unknown is nothing", func(r rune) int {
			if agrees(r) {
				return wc(r)
			}
			return 0
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := seed(t)
			p := newPage(r, 60, 20, odd)
			s := newStubborn(60, 20, tc.measure)
			tr := newTerminal(skills{fills: true, inserts: true}, colorprofile.ANSI256)
			for n := range 300 {
				tr.skills.synchronizes = n%4 > 1
				p.step()
				f := p.frame()
				b := tr.frame(&f)
				s.write(b)
				if d := s.differences(&f); len(d) > 0 {
					t.Fatalf("frame %d: %d cells differ, first %s\nsent %q", n, len(d), d[0], b)
				}
			}
		})
	}
}

// T-40: whatever is in a cell, no control of it is sent.
func TestControlsNeverReachTheTerminal(t *testing.T) {
	for _, content := range []string{
		"\x1b", "\x1b]52;c;AAAA\a", "a\x1b[31m", "\x07", "\r", "\n", "\t", "\x7f", "\u0085", "\u009b31m",
		"\x9b", "\xff", "\u202e", "\u2066", "a\u200f", "\u2028", strings.Repeat("e\u0301", 40),
	} {
		for _, width := range []int{-1, 0, 1, 2, 3, 100} {
			tr := newTerminal(skillsOf([]string{"TERM=xterm"}), colorprofile.TrueColor)
			clean := Frame{Width: 10, Height: 2, Draw: func(*canvas.Grid) {}}
			tr.frame(&clean)
			f := clean
			f.Draw = func(scr *canvas.Grid) {
				scr.SetCell(3, 1, &uv.Cell{Content: content, Width: width, Link: uv.NewLink("http://evil")})
			}
			f.Cursor = Cursor{X: 9, Y: 1}
			got := string(tr.frame(&f))
			if want := "\n\x1b[4G\uFFFD\x1b[5C"; width > 0 && got != want {
				t.Errorf("content %q, width %d: sent %q, want %q", content, width, got, want)
			} else if width < 1 && got != "\r\n\x1b[9C" {
				t.Errorf("content %q, width %d: sent %q, want a blank", content, width, got)
			}
		}
	}
}
