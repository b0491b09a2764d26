// Package canvas is the cells of a screen, and draws text and boxes into a
// rectangle of them. All panes draw through it, so that nothing is drawn outside
// its pane, no wide cluster is ever half there, and every terminal agrees on the
// width of what it is sent. It leaves to its callers to pass foreign text through
// safe; what they let slip is replaced, never sent.
package canvas

import (
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/clipperhouse/displaywidth"
)

// Canvas is a rectangle of a grid; coordinates count from its upper left.
// Text and Cell let what lies beneath shine through: a style without a
// foreground or background takes the one that the cell has.
type Canvas struct {
	grid *Grid
	area uv.Rectangle
}

// Picture is something to draw: immutable, since it is drawn on another goroutine.
type Picture interface{ Draw(c Canvas) }

// PictureFunc is a Picture made of a function. What it uses must not change.
type PictureFunc func(c Canvas)

// Draw calls f.
func (f PictureFunc) Draw(c Canvas) { f(c) }

// On returns the canvas that covers g.
func On(g *Grid) Canvas { return Canvas{g, g.Bounds()} }

// Size returns the width and height in cells.
func (c Canvas) Size() (w, h int) { return c.area.Dx(), c.area.Dy() }

// Sub returns the part at x, y of w by h cells, cut to c.
func (c Canvas) Sub(x, y, w, h int) Canvas {
	r := uv.Rect(c.area.Min.X+x, c.area.Min.Y+y, max(w, 0), max(h, 0))
	return Canvas{c.grid, r.Intersect(c.area)}
}

// Middle returns the part of w by h cells in the middle of c, cut to c.
func (c Canvas) Middle(w, h int) Canvas {
	cw, ch := c.Size()
	w, h = min(w, cw), min(h, ch)
	return c.Sub((cw-w)/2, (ch-h)/2, w, h)
}

// Fill sets every cell to a blank of style st.
func (c Canvas) Fill(st uv.Style) {
	blank := Cell{Glyph: ' ', Width: 1, Ink: c.grid.styles.Ink(st)}
	for y := c.area.Min.Y; y < c.area.Max.Y; y++ {
		c.grid.fill(c.area.Min.X, c.area.Max.X, y, blank)
	}
}

// Text draws s in one line from x, y on and returns the column after it. What
// does not fit is cut, never wrapped; a wide cluster that fits only half is a blank.
func (c Canvas) Text(x, y int, s string, st uv.Style) int {
	w := c.area.Dx()
	pen := c.pen(st)
	for s != "" && x < w {
		if n := plainRun(s); n > 0 {
			pen.run(x, y, s[:n])
			x, s = x+n, s[n:]
			continue
		}
		var shown string
		var width int
		shown, width, s = Next(s)
		pen.cluster(x, y, shown, width)
		x += width
	}
	return min(x, max(w, 0))
}

// Cell draws one cluster that is width cells wide. A cluster that takes less is
// followed by blanks, one that takes more is left out.
func (c Canvas) Cell(x, y int, cluster string, width int, st uv.Style) {
	end := x + width
	pen := c.pen(st)
	for cluster != "" {
		var shown string
		var n int
		shown, n, cluster = Next(cluster)
		if x+n > end {
			break
		}
		pen.cluster(x, y, shown, n)
		x += n
	}
	pen.blanks(x, end, y)
}

// Restyle changes the style of n cells that were drawn before. A wide cluster
// changes as a whole.
func (c Canvas) Restyle(x, y, n int, change func(uv.Style) uv.Style) {
	from, to := c.area.Min.X+max(x, 0), min(c.area.Min.X+x+n, c.area.Max.X)
	y += c.area.Min.Y
	if y < c.area.Min.Y || y >= c.area.Max.Y || from >= to {
		return
	}
	c.grid.touch(from, to, y)
	row := c.grid.Row(y)
	for from > c.area.Min.X && row[from].Width == 0 {
		from--
	}
	for col := from; col < to; col++ {
		row[col].Ink = c.grid.styles.Ink(change(c.grid.Style(row[col].Ink)))
	}
	if to < c.area.Max.X && row[to].Width == 0 {
		row[to].Ink = row[to-1].Ink
	}
}

// Shows reports whether the row y of c is still as it was when it was marked with
// key, in a frame before, since nothing was drawn there. It never is for key 0.
func (c Canvas) Shows(y int, key uint64) bool {
	y += c.area.Min.Y
	if y < c.area.Min.Y || y >= c.area.Max.Y || key == 0 {
		return false
	}
	m, want := &c.grid.marks[y], mark{key, c.area.Min.X, c.area.Max.X}
	return m[0] == want || m[1] == want
}

// Mark notes that the row y of c was drawn with all that key stands for.
func (c Canvas) Mark(y int, key uint64) {
	if y += c.area.Min.Y; y >= c.area.Min.Y && y < c.area.Max.Y && c.area.Dx() > 0 {
		c.grid.mark(c.area.Min.X, c.area.Max.X, y, key)
	}
}

// Keyed is a picture with a key that only pictures that look the same have.
type Keyed struct {
	Picture
	Key uint64 // of what is in the picture, not of its size
}

// Draw draws the picture, if it is not there already.
func (k Keyed) Draw(c Canvas) {
	_, h := c.Size()
	shown := true
	for y := 0; y < h && shown; y++ {
		shown = c.Shows(y, k.Key+uint64(y))
	}
	if shown {
		return
	}
	k.Picture.Draw(c)
	for y := range h {
		c.Mark(y, k.Key+uint64(y))
	}
}

// Box draws a frame with a title around c and returns the canvas inside. Where
// there is no room for a frame it only fills.
func (c Canvas) Box(title string, frame, fill uv.Style) Canvas {
	c.Fill(fill)
	w, h := c.Size()
	if w < 3 || h < 3 {
		return c
	}
	for x := 1; x < w-1; x++ {
		c.Text(x, 0, "─", frame)
		c.Text(x, h-1, "─", frame)
	}
	for y := 1; y < h-1; y++ {
		c.Text(0, y, "│", frame)
		c.Text(w-1, y, "│", frame)
	}
	c.Text(0, 0, "┌", frame)
	c.Text(w-1, 0, "┐", frame)
	c.Text(0, h-1, "└", frame)
	c.Text(w-1, h-1, "┘", frame)
	if title != "" && w >= 8 {
		bold := frame
		bold.Attrs |= uv.AttrBold
		c.Text(2, 0, " "+Cut(title, w-6)+" ", bold)
	}
	return c.Sub(1, 1, w-2, h-2)
}

// pen draws in one style on one canvas.
type pen struct {
	c     Canvas
	style uv.Style
	ink   Ink
	over  bool // a colour is taken from what lies beneath
}

func (c Canvas) pen(st uv.Style) pen {
	return pen{c, st, c.grid.styles.Ink(st), st.Fg == nil || st.Bg == nil}
}

// cluster draws what Next returned. No cell is wider than two columns.
func (p *pen) cluster(x, y int, shown string, width int) {
	if width <= 2 {
		if glyph, n := p.c.grid.glyph(shown, width); int(n) == width {
			p.put(x, y, glyph, n)
		} else {
			p.blanks(x, x+width, y)
		}
		return
	}
	for _, part := range cells(shown) {
		n := displaywidth.String(part)
		p.cluster(x, y, part, min(n, 2))
		x += n
	}
}

// run draws what has a cell for each byte.
func (p *pen) run(x, y int, s string) {
	w, h := p.c.Size()
	if x < 0 {
		s = s[min(-x, len(s)):]
		x = 0
	}
	s = s[:min(len(s), max(w-x, 0))]
	if y < 0 || y >= h || s == "" {
		return
	}
	x, y = x+p.c.area.Min.X, y+p.c.area.Min.Y
	p.c.grid.touch(x, x+len(s), y)
	row := p.c.grid.Row(y)
	part(row, x)
	part(row, x+len(s)-1)
	row = row[x : x+len(s)]
	for i := range row {
		ink := p.ink
		if p.over {
			ink = p.inkOver(row[i].Ink)
		}
		row[i] = Cell{Glyph(s[i]), ink, 1}
	}
}

// put draws a glyph, or blanks where it lies partly outside.
func (p *pen) put(x, y int, glyph Glyph, width uint8) {
	w, h := p.c.Size()
	if width == 0 || y < 0 || y >= h || x >= w || x+int(width) <= 0 {
		return
	}
	if x < 0 || x+int(width) > w {
		p.blanks(x, x+int(width), y)
		return
	}
	x, y = p.c.area.Min.X+x, p.c.area.Min.Y+y
	ink := p.ink
	if p.over {
		ink = p.inkOver(p.c.grid.Row(y)[x].Ink)
	}
	p.c.grid.set(x, y, Cell{glyph, ink, width})
}

// inkOver returns the ink of the style with the colours that it lacks taken from
// what lies beneath.
func (p *pen) inkOver(beneath Ink) Ink {
	st, under := p.style, p.c.grid.Style(beneath)
	if st.Fg == nil {
		st.Fg = under.Fg
	}
	if st.Bg == nil {
		st.Bg = under.Bg
	}
	return p.c.grid.styles.Ink(st)
}

// blanks draws blanks from column x up to end.
func (p *pen) blanks(x, end, y int) {
	for x = max(x, 0); x < min(end, p.c.area.Dx()); x++ {
		p.put(x, y, ' ', 1)
	}
}
