package finder

import (
	"fmt"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/editor/safe"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

const (
	maxWidth = 90 // a path that is longer is rare, and a wider list harder to read
	maxRows  = 15
	listTop  = 2 // rows of the box above the list: frame, input
	around   = 4 // rows of the box without the list: those, footer, frame
)

// frame is where the dialog lies in a canvas.
type frame struct{ x, y, w, h, rows int }

// place puts the dialog near the top of a canvas of w by h, where eyes are, and
// keeps it there however many files match.
func place(w, h int) frame {
	f := frame{w: min(w, maxWidth)}
	if h > maxRows {
		f.y = 1
	}
	if w > 60 {
		f.w = min(f.w, w-8)
	}
	f.x = (w - f.w) / 2
	f.rows = max(min(h-2*f.y-around, maxRows), 0)
	f.h = min(f.rows+around, h)
	return f
}

// top returns the row at the top of a list of n rows, of which rows are shown
// and at is chosen.
func top(at, rows, n int) int { return max(min(at-rows/2, n-rows), 0) }

// Picture returns the dialog, which places itself in the canvas that it is given.
func (d *Dialog) Picture(th *theme.Theme) canvas.Picture {
	shown := *d // files, matches and query are never changed
	return canvas.PictureFunc(func(c canvas.Canvas) { shown.draw(c, th) })
}

// Cursor returns where the terminal's cursor belongs in a canvas of w by h, and
// notes that size for Mouse.
func (d *Dialog) Cursor(w, h int) (x, y int) {
	d.w, d.h = w, h
	f := place(w, h)
	return min(f.x+3+d.field.Column(f.w-5), max(w-1, 0)), min(f.y+1, max(h-1, 0))
}

func (d Dialog) draw(c canvas.Canvas, th *theme.Theme) {
	f := place(c.Size())
	box := c.Sub(f.x, f.y, f.w, f.h).Box("Open file", th.DialogFrame, th.Dialog)
	w, h := box.Size()
	input := box.Sub(0, 0, w, 1)
	input.Fill(th.Input)
	input.Text(0, 0, "› ", th.DialogKey)
	d.field.Draw(input.Sub(2, 0, w-3, 1), 0, th.Input, th.Selection)
	if d.field.Text() == "" {
		input.Text(2, 0, canvas.Cut("part of its name or path", w-3), uv.Style{Fg: th.Muted.Fg})
	}
	list := box.Sub(0, 1, w, f.rows)
	from := top(d.at, f.rows, d.rows())
	for y := range f.rows {
		d.drawRow(list.Sub(0, y, w, 1), th, from+y)
	}
	if d.rows() == 0 {
		list.Text(2, 0, canvas.Cut(d.nothing(), w-3), uv.Style{Fg: th.Muted.Fg, Attrs: uv.AttrItalic})
	}
	d.drawFooter(box.Sub(0, h-1, w, 1), th)
}

// nothing says why the list is empty.
func (d Dialog) nothing() string {
	switch {
	case !d.known:
		return "reading the folder…"
	case len(d.query) == 0:
		return "Empty folder: type the name of a new file"
	}
	return "No file matches"
}

// drawRow draws the row i of the list.
func (d Dialog) drawRow(c canvas.Canvas, th *theme.Theme, i int) {
	if i >= d.rows() {
		return
	}
	w, _ := c.Size()
	st, quiet := th.Dialog, uv.Style{Fg: th.Muted.Fg}
	if i == d.at {
		st, quiet = th.ItemCurrent, th.ItemCurrent
		c.Fill(st)
		c.Text(0, 0, "›", st)
	}
	c = c.Sub(2, 0, w-3, 1)
	w, _ = c.Size()
	if i == len(d.matches) {
		label := "new file: "
		if d.more {
			label = "open: " // it may be one that is not listed
		}
		c.Text(c.Text(0, 0, label, th.ItemMatch), 0, canvas.CutLeft(safe.Path(d.fresh), w-canvas.Width(label)), st)
		return
	}
	f := &d.files[d.matches[i]]
	marks := d.query.marks(f)
	if f.recent < notRecent && len(d.query) == 0 {
		w -= len(" recent")
		c.Text(w+1, 0, "recent", quiet)
	}
	x := drawMarked(c.Sub(0, 0, w, 1), f.path, f.base, len(f.path), marks, st, th.ItemMatch)
	if room := w - x - 2; f.base > 0 && room > 0 {
		c = c.Sub(x+2, 0, room, 1)
		dir, from := f.path[:f.base-1], 0
		for canvas.Width(safe.Path(dir[from:])) > room { // its end tells most
			_, _, rest := canvas.Next(dir[from:])
			from = len(dir) - len(rest)
		}
		drawMarked(c, dir, from, len(dir), marks, quiet, th.ItemMatch)
		if from > 0 {
			c.Text(0, 0, "…", quiet)
		}
	}
}

// drawMarked draws s[from:to], with the clusters that hold a marked offset in
// another style, and returns the column after it. What does not fit ends in an ellipsis.
func drawMarked(c canvas.Canvas, s string, from, to int, marks map[int]bool, st, marked uv.Style) int {
	x := 0
	for off := from; off < to; {
		_, _, rest := canvas.Next(s[off:to])
		end := to - len(rest)
		use := st
		for i := off; i < end; i++ {
			if marks[i] {
				use = marked
			}
		}
		x = c.Text(x, 0, safe.Path(s[off:end]), use)
		off = end
	}
	if w, _ := c.Size(); canvas.Width(safe.Path(s[from:to])) > w {
		c.Text(w-1, 0, "…", st)
	}
	return x
}

// drawFooter tells how many files match, and the keys.
func (d Dialog) drawFooter(c canvas.Canvas, th *theme.Theme) {
	w, _ := c.Size()
	count := fmt.Sprintf("%d files", len(d.files))
	switch {
	case !d.known:
		count = ""
	case len(d.query) > 0:
		count = fmt.Sprintf("%d of %d", len(d.matches), len(d.files))
	case len(d.files) == 1:
		count = "1 file"
	}
	if d.more {
		count += ", the folder has more"
	}
	x := c.Text(2, 0, canvas.Cut(count, w-3), th.Muted)
	hints := []canvas.Hint{{Key: "↑↓", Name: "choose"}, {Key: "Enter", Name: "open"}, {Key: "Esc", Name: "close"}}
	for len(hints) > 0 {
		n := 2
		for _, h := range hints {
			n += h.Width() + 3
		}
		if x+n <= w+2 {
			c.Hints(w-n+4, 0, hints, th.DialogKey, th.Muted)
			return
		}
		hints = hints[1:]
	}
}
