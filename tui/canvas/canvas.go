// Package canvas draws text and boxes into a rectangle of terminal cells. All
// panes draw through it, so that nothing is drawn outside its pane, no wide
// cluster is ever half there, and every terminal agrees on the width of what it
// is sent. It leaves to its callers to pass foreign text through safe; what they
// let slip is blanked, never sent.
package canvas

import (
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/clipperhouse/displaywidth"
)

// Canvas is a rectangle of a screen; coordinates count from its upper left.
// Text and Cell let what lies beneath shine through: a style without a
// foreground or background takes the one that the cell has.
type Canvas struct {
	scr  uv.Screen
	area uv.Rectangle
}

// Picture is something to draw: immutable, since it is drawn on another goroutine.
type Picture interface{ Draw(c Canvas) }

// PictureFunc is a Picture made of a function. What it uses must not change.
type PictureFunc func(c Canvas)

// Draw calls f.
func (f PictureFunc) Draw(c Canvas) { f(c) }

// On returns the canvas that covers scr.
func On(scr uv.Screen) Canvas { return Canvas{scr, scr.Bounds()} }

// Size returns the width and height in cells.
func (c Canvas) Size() (w, h int) { return c.area.Dx(), c.area.Dy() }

// Sub returns the part at x, y of w by h cells, cut to c.
func (c Canvas) Sub(x, y, w, h int) Canvas {
	r := uv.Rect(c.area.Min.X+x, c.area.Min.Y+y, max(w, 0), max(h, 0))
	return Canvas{c.scr, r.Intersect(c.area)}
}

// Middle returns the part of w by h cells in the middle of c, cut to c.
func (c Canvas) Middle(w, h int) Canvas {
	cw, ch := c.Size()
	w, h = min(w, cw), min(h, ch)
	return c.Sub((cw-w)/2, (ch-h)/2, w, h)
}

// Fill sets every cell to a blank of style st.
func (c Canvas) Fill(st uv.Style) {
	blank := uv.Cell{Content: " ", Width: 1, Style: st}
	for y := c.area.Min.Y; y < c.area.Max.Y; y++ {
		for x := c.area.Min.X; x < c.area.Max.X; x++ {
			c.scr.SetCell(x, y, &blank)
		}
	}
}

// Text draws s in one line from x, y on and returns the column after it. What
// does not fit is cut, never wrapped; a wide cluster that fits only half is a blank.
func (c Canvas) Text(x, y int, s string, st uv.Style) int {
	w := c.area.Dx()
	var cell uv.Cell
	for s != "" && x < w {
		cell.Content, cell.Width, s = Next(s)
		cell.Style = st
		c.put(x, y, &cell)
		x += cell.Width
	}
	return min(x, max(w, 0))
}

// Cell draws one cluster that is width cells wide. A cluster that takes less is
// followed by blanks, one that takes more is left out.
func (c Canvas) Cell(x, y int, cluster string, width int, st uv.Style) {
	end := x + width
	var cell uv.Cell
	for cluster != "" {
		cell.Content, cell.Width, cluster = Next(cluster)
		if x+cell.Width > end {
			break
		}
		cell.Style = st
		c.put(x, y, &cell)
		x += cell.Width
	}
	c.blank(x, end, y, st)
}

// Restyle changes the style of n cells that were drawn before. A wide cluster
// changes as a whole.
func (c Canvas) Restyle(x, y, n int, change func(uv.Style) uv.Style) {
	from, to, row := c.area.Min.X+max(x, 0), min(c.area.Min.X+x+n, c.area.Max.X), c.area.Min.Y+y
	if y < 0 || row >= c.area.Max.Y {
		return
	}
	for from > c.area.Min.X && c.continues(from, row) {
		from--
	}
	for col := from; col < to; col++ {
		if c.continues(col, row) {
			continue
		}
		if old := c.scr.CellAt(col, row); old != nil {
			cell := *old // the screen compares with what it holds, so that must stay as it is
			cell.Style = change(cell.Style)
			c.scr.SetCell(col, row, &cell)
		}
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

// put draws what Next returned, or blanks where it lies partly outside. No cell
// is wider than two columns.
func (c Canvas) put(x, y int, cell *uv.Cell) {
	if cell.Width > 2 {
		for _, part := range cells(cell.Content) {
			n := displaywidth.String(part)
			c.put(x, y, &uv.Cell{Content: part, Width: n, Style: cell.Style})
			x += n
		}
		return
	}
	w, h := c.Size()
	if y < 0 || y >= h || x >= w || x+cell.Width <= 0 {
		return
	}
	if x < 0 || x+cell.Width > w {
		c.blank(x, x+cell.Width, y, cell.Style)
		return
	}
	x, y = c.area.Min.X+x, c.area.Min.Y+y
	if cell.Style.Fg == nil || cell.Style.Bg == nil {
		cell.Style = c.over(x, y, cell.Style)
	}
	c.scr.SetCell(x, y, cell)
}

// over returns st with the colours that it lacks taken from the cell at x, y of the screen.
func (c Canvas) over(x, y int, st uv.Style) uv.Style {
	for x > c.area.Min.X && c.continues(x, y) {
		x--
	}
	cell := c.scr.CellAt(x, y)
	if cell == nil {
		return st
	}
	if st.Fg == nil {
		st.Fg = cell.Style.Fg
	}
	if st.Bg == nil {
		st.Bg = cell.Style.Bg
	}
	return st
}

// blank draws blanks from column x up to end.
func (c Canvas) blank(x, end, y int, st uv.Style) {
	for x = max(x, 0); x < min(end, c.area.Dx()); x++ {
		c.put(x, y, &uv.Cell{Content: " ", Width: 1, Style: st})
	}
}

// continues reports whether the cell is a later column of a wide cluster.
func (c Canvas) continues(x, y int) bool {
	cell := c.scr.CellAt(x, y)
	return cell != nil && cell.Width == 0
}
