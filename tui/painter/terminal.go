package painter

import (
	"slices"

	"github.com/charmbracelet/colorprofile"

	"tshare/tui/canvas"
)

// bigUpdate is from how many bytes on the cursor would be seen flying about, and
// half a picture be seen. What is shorter comes in one piece.
const bigUpdate = 256

// terminal is what a terminal shows, as far as we know, and the bytes that make
// it show the next frame.
type terminal struct {
	skills  skills
	palette *palette
	modes   modes

	grid  *canvas.Grid          // what frames are drawn on, each over the one before
	loose map[canvas.Glyph]bool // which of its glyphs are fragile

	rows    [][]canvas.Cell // the grid's rows that are shown
	known   []bool          // the row is shown as rows says
	changed []bool          // the row of the grid is another
	sums    []uint64        // of rows, to find those that moved

	shown, next []canvas.Cell // the row that is being prepared, in pens of the palette
	runs        []run         // what is to be written, by rows and columns
	order       []int32       // in which they are
	pens        []penRuns     // their pens, by turns
	tallies     []tally       // by pens

	x, y   int // the cursor; -1 if unknown
	hidden bool

	last Frame // as it was drawn
	asks bool  // the terminal is to be asked

	cells []byte // the frame's cells and cursor moves
	out   []byte // the whole frame
}

func newTerminal(s skills, p colorprofile.Profile) *terminal {
	t := &terminal{skills: s, palette: newPalette(p), grid: canvas.NewGrid(0, 0), x: -1, y: -1}
	t.modes.skills = &t.skills
	return t
}

// frame returns the bytes that turn what the terminal shows into f. They are
// valid until the next call.
func (t *terminal) frame(f *Frame) []byte {
	if f.Width < 1 || f.Height < 1 {
		return nil
	}
	if width, height := t.grid.Size(); width != f.Width || height != f.Height || t.grid.Full() {
		t.resize(f.Width, f.Height)
	}
	if f.Draw != nil {
		f.Draw(t.grid)
	}
	t.last = *f
	t.last.Draw, t.last.Copy = nil, "" // what they hold is not to be kept
	return t.paint(f)
}

// learn takes what the terminal answered.
func (t *terminal) learn(h hearing) {
	t.skills.synchronizes, t.skills.disambiguates = h.synchronizes, h.disambiguates
}

// between returns what is to be sent while the frame stays: questions, and what
// their answers allow. It is valid until the next call.
func (t *terminal) between() []byte {
	if !t.modes.entered || !t.asks && !t.modes.switches() {
		return nil
	}
	return t.paint(&t.last)
}

// paint returns the bytes that turn what the terminal shows into the grid, with
// the modes that f wants.
func (t *terminal) paint(f *Frame) []byte {
	t.out, t.cells = t.out[:0], t.cells[:0]
	afresh := t.modes.redrawn(f)
	t.out = t.modes.follow(t.out, f)
	if afresh {
		t.forget()
	}
	if t.asks {
		t.ask()
	}
	for y := range t.rows {
		t.changed[y] = t.differs(y)
	}
	t.scroll()
	t.clearRows()
	for y, changed := range t.changed {
		if changed {
			t.prepareRow(y)
		}
		if len(t.runs) > maxRuns {
			t.flush()
		}
	}
	t.flush()
	t.move(min(max(f.Cursor.X, 0), f.Width-1), min(max(f.Cursor.Y, 0), f.Height-1))
	t.assemble(f.Cursor.Hidden)
	return t.out
}

// differs tells whether the terminal does not show row y of the grid, or may not.
func (t *terminal) differs(y int) bool {
	return !t.known[y] || !slices.Equal(t.grid.Row(y), t.rows[y])
}

// ask appends the questions. Terminal.app prints the last letter of the first,
// and is not told from others: it does so in a row that is written again.
func (t *terminal) ask() {
	t.asks = false
	t.out = append(t.out, "\x1b[H"+questions...)
	t.known[0] = false
	t.x, t.y = -1, -1
}

// leave returns the bytes that leave the terminal as it was found; none if it
// was never drawn on.
func (t *terminal) leave() []byte { return t.modes.leave() }

// resize starts anew with another size. What a terminal shows after it was
// resized is anybody's guess.
func (t *terminal) resize(width, height int) {
	t.grid.Reset(width, height)
	t.palette.forget()
	t.loose = map[canvas.Glyph]bool{}
	cells := make([]canvas.Cell, width*height)
	t.rows = slices.Collect(slices.Chunk(cells, width))
	t.known = make([]bool, height)
	t.changed = make([]bool, height)
	t.sums = make([]uint64, height)
	t.shown, t.next = make([]canvas.Cell, width), make([]canvas.Cell, width)
	t.x, t.y = -1, -1
}

// forget takes nothing for granted about what the terminal shows.
func (t *terminal) forget() {
	clear(t.known)
	t.palette.pen = 0
	t.x, t.y = -1, -1
	t.hidden = false
}

// assemble puts the frame together: modes first, then the cells, as one picture
// and without a visible cursor if there are many.
func (t *terminal) assemble(hidden bool) {
	hide := hidden || len(t.cells) > bigUpdate && !t.skills.synchronizes
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
