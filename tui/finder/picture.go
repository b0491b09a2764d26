package finder

import (
	"fmt"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/editor/safe"
	"tshare/tui/canvas"
	"tshare/tui/picker"
	"tshare/tui/theme"
)

// shape is wide enough for most paths: a wider list is harder to read.
var shape = picker.Shape{Width: 90, Margin: 8, Rows: 15}

// Picture returns the dialog, which places itself in the canvas that it is given.
func (d *Dialog) Picture(th *theme.Theme) canvas.Picture {
	shown := *d // files, matches and query are never changed
	return canvas.PictureFunc(func(c canvas.Canvas) { shown.draw(c, th) })
}

// Cursor returns where the terminal's cursor belongs in a canvas of w by h, and
// notes that size for Mouse.
func (d *Dialog) Cursor(w, h int) (x, y int) { return d.pick.Cursor(w, h) }

func (d Dialog) draw(c canvas.Canvas, th *theme.Theme) {
	d.pick.Draw(c, th, picker.Face{
		Title: "Open file", Hint: "part of its name or path", Nothing: d.nothing(), Rows: d.rows(),
		Row: func(c canvas.Canvas, i int, text, quiet uv.Style) {
			d.drawRow(c, th, i, text, quiet)
		},
		Count: d.count(), Enter: "open",
	})
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
func (d Dialog) drawRow(c canvas.Canvas, th *theme.Theme, i int, st, quiet uv.Style) {
	w, _ := c.Size()
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

// count tells how many files match.
func (d Dialog) count() string {
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
	return count
}
