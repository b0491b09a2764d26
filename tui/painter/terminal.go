package painter

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
)

const (
	// bigUpdate is from how many bytes on the cursor would be seen flying
	// about, and half a picture be seen.
	bigUpdate = 128

	// bridge is how many unchanged cells are rather written again than jumped
	// over, which costs four bytes and more.
	bridge = 4
)

// terminal is what a terminal shows, as far as we know, and the bytes that make
// it show the next frame.
type terminal struct {
	skills  skills
	palette *palette
	modes   modes
	canvas  *canvas

	rows    []uv.Line // the canvas's rows that are shown
	known   []bool    // the row is shown as rows says
	changed []bool    // the row of the canvas is another
	sums    []uint64  // of rows, to find those that moved

	shown, next uv.Line // the row that is being painted, as this terminal can show it

	pen    uv.Style
	x, y   int // the cursor; -1 if unknown
	hidden bool

	cells []byte // the frame's cells and cursor moves
	out   []byte // the whole frame
}

func newTerminal(s skills, p colorprofile.Profile) *terminal {
	return &terminal{skills: s, palette: newPalette(p), modes: modes{skills: s}, canvas: &canvas{}, x: -1, y: -1}
}

// frame returns the bytes that turn what the terminal shows into f. They are
// valid until the next call.
func (t *terminal) frame(f *Frame) []byte {
	t.out, t.cells = t.out[:0], t.cells[:0]
	if f.Width < 1 || f.Height < 1 {
		return nil
	}
	if t.canvas.width != f.Width || len(t.canvas.rows) != f.Height {
		t.resize(f.Width, f.Height)
	}
	if f.Draw != nil {
		f.Draw(t.canvas)
	}
	afresh := t.modes.redrawn(f)
	t.out = t.modes.follow(t.out, f)
	if afresh {
		t.forget()
	}
	for y, row := range t.canvas.rows {
		t.changed[y] = !t.known[y] || !slices.Equal(row, t.rows[y])
	}
	t.scroll()
	for y, changed := range t.changed {
		if changed {
			t.paintRow(y)
		}
	}
	t.setPen(uv.Style{})
	t.move(min(max(f.Cursor.X, 0), f.Width-1), min(max(f.Cursor.Y, 0), f.Height-1))
	t.assemble(f.Cursor.Hidden)
	return t.out
}

// leave returns the bytes that leave the terminal as it was found; none if it
// was never drawn on.
func (t *terminal) leave() []byte { return t.modes.leave() }

// resize starts anew with another size. What a terminal shows after it was
// resized is anybody's guess.
func (t *terminal) resize(width, height int) {
	t.canvas.resize(width, height)
	t.rows = grid(t.rows, width, height)
	t.known = make([]bool, height)
	t.changed = make([]bool, height)
	t.sums = make([]uint64, height)
	t.shown, t.next = make(uv.Line, width), make(uv.Line, width)
	t.x, t.y = -1, -1
}

// forget takes nothing for granted about what the terminal shows.
func (t *terminal) forget() {
	clear(t.known)
	t.pen = uv.Style{}
	t.x, t.y = -1, -1
	t.hidden = false
}

// assemble puts the frame together: modes first, then the cells, as one picture
// and without a visible cursor if there are many.
func (t *terminal) assemble(hidden bool) {
	hide := hidden || len(t.cells) > bigUpdate
	if len(t.cells) > bigUpdate {
		t.out = append(t.out, t.modes.begin()...)
	}
	if hide && !t.hidden {
		t.out = append(t.out, "\x1b[?25l"...)
	}
	t.out = append(t.out, t.cells...)
	if !hidden && (hide || t.hidden) {
		t.out = append(t.out, "\x1b[?25h"...)
	}
	if len(t.cells) > bigUpdate {
		t.out = append(t.out, t.modes.end()...)
	}
	t.hidden = hidden
}

// paintRow makes the terminal show row y of the canvas.
func (t *terminal) paintRow(y int) {
	row := t.canvas.rows[y]
	loose := t.compose(t.next, row)
	whole := !t.known[y]
	if !whole && (t.compose(t.shown, t.rows[y]) || loose) {
		// Where a fragile cell's neighbours stand is not sure: they are all
		// written again, each at its place.
		whole = !slices.Equal(t.next, t.shown)
	}
	end := t.tail(whole)
	for x := 0; x < end; {
		if !whole && t.next[x] == t.shown[x] {
			x++
			continue
		}
		x = t.put(x, y)
		for !whole && x < end && t.bridged(x, end) {
			x = t.put(x, y)
		}
	}
	if end < len(t.next) {
		t.move(end, y)
		t.setPen(t.next[end].Style)
		t.cells = append(t.cells, "\x1b[K"...)
	}
	copy(t.rows[y], row)
	t.known[y], t.sums[y] = true, sum(row)
}

// compose sets line to what this terminal can show of a row of the canvas, and
// tells whether it has a fragile cell.
func (t *terminal) compose(line, row uv.Line) (loose bool) {
	copy(line, row)
	mend(line)
	for x := range line {
		cell := &line[x]
		cell.Style = t.palette.style(cell.Style)
		if cell.Content == " " && plain(&cell.Style) {
			cell.Style = uv.Style{Bg: cell.Style.Bg} // nothing else of it is seen
		}
		loose = loose || fragile(cell)
	}
	return loose
}

// tail returns from where on the row in t.next is blank and worth erasing; the
// row's length if it is not.
func (t *terminal) tail(whole bool) int {
	width := len(t.next)
	blank := t.next[width-1]
	if blank.Content != " " || !plain(&blank.Style) || blank.Style.Bg != nil && !t.skills.fills {
		return width
	}
	end, changed := width, whole
	for end > 0 && t.next[end-1] == blank {
		end--
		changed = changed || t.next[end] != t.shown[end]
	}
	for !whole && end < width && t.next[end] == t.shown[end] {
		end++ // what is blank already needs no erasing
	}
	if !changed || width-end < bridge {
		return width
	}
	return end
}

// plain tells whether a blank of this style shows nothing but its background.
func plain(s *uv.Style) bool {
	const seen = uv.AttrReverse | uv.AttrStrikethrough
	return s.Attrs&seen == 0 && s.Underline == uv.UnderlineNone
}

// bridged tells whether the cell at x is to be written although it may be shown
// already: the next changed cell is near, and all up to it are plain to write.
func (t *terminal) bridged(x, end int) bool {
	for n := 0; n <= bridge && x+n < end; n++ {
		cell := &t.next[x+n]
		if *cell != t.shown[x+n] {
			return true
		}
		if len(cell.Content) != 1 || cell.Style != t.pen {
			return false
		}
	}
	return false
}

// put writes the cell of t.next at x and returns where the next one is.
func (t *terminal) put(x, y int) int {
	cell := &t.next[x]
	if cell.Width == 0 { // shown by its left half
		return x + 1
	}
	t.move(x, y)
	t.setPen(cell.Style)
	if fragile(cell) {
		t.putFragile(x, y)
	} else {
		t.cells = append(t.cells, cell.Content...)
		t.x = x + cell.Width
	}
	if t.x >= len(t.next) { // is it at the edge, or beyond? Terminals differ
		t.x = -1
	}
	return x + cell.Width
}

// putFragile writes the cell of t.next at x so that a terminal that takes it for
// narrower or wider than we do shows everything else where it should be.
func (t *terminal) putFragile(x, y int) {
	cell := &t.next[x]
	if cell.Width == 2 { // if it comes out narrow, nothing old may stay beside it
		t.cells = append(t.cells, "  "...)
		t.x = -1
		t.move(x, y)
	}
	switch widest := 2 * utf8.RuneCountInString(cell.Content); {
	case x+widest < len(t.next):
		t.cells = append(t.cells, cell.Content...)
	case x+1 == len(t.next): // a terminal that finds no room would write over its neighbour
		t.cells = append(t.cells, ' ')
	default: // it must not run on into the next row
		t.cells = append(t.cells, "\x1b[?7l"...)
		t.cells = append(t.cells, cell.Content...)
		t.cells = append(t.cells, "\x1b[?7h"...)
	}
	t.x = -1
}

// setPen makes style the one that the next characters have.
func (t *terminal) setPen(style uv.Style) {
	if style == t.pen {
		return
	}
	t.cells = append(t.cells, style.Diff(&t.pen)...)
	t.pen = style
}

// move puts the cursor at (x, y) in few bytes. Line feeds and tabs are not used:
// what they do is the terminal driver's to decide.
func (t *terminal) move(x, y int) {
	if x == t.x && y == t.y {
		return
	}
	b := t.cells
	switch {
	case y == t.y && x == 0:
		b = append(b, '\r')
	case y == t.y && x == t.x-1:
		b = append(b, '\b')
	case y == t.y:
		b = append(b, "\x1b["...)
		b = strconv.AppendInt(b, int64(x+1), 10)
		b = append(b, 'G')
	case x == t.x && t.y >= 0 && y == t.y+1:
		b = append(b, "\x1b[B"...)
	case x == t.x && t.y >= 0 && y == t.y-1:
		b = append(b, "\x1b[A"...)
	default:
		b = append(b, "\x1b["...)
		b = strconv.AppendInt(b, int64(y+1), 10)
		if x > 0 {
			b = append(b, ';')
			b = strconv.AppendInt(b, int64(x+1), 10)
		}
		b = append(b, 'H')
	}
	t.cells, t.x, t.y = b, x, y
}
