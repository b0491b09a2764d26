package search

import (
	"fmt"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/editor/safe"
	"tshare/editor/session"
	"tshare/tui/canvas"
	"tshare/tui/picker"
	"tshare/tui/theme"
)

// shape takes the room there is: lines of programs are seldom longer, with their path.
var shape = picker.Shape{Width: 120, Margin: 4}

// Picture returns the dialog, which places itself in the canvas that it is given.
func (d *Dialog) Picture(th *theme.Theme) canvas.Picture {
	shown := *d // the hits are never changed
	return canvas.PictureFunc(func(c canvas.Canvas) { shown.draw(c, th) })
}

// Cursor returns where the terminal's cursor belongs in a canvas of w by h, and notes
// that size for Mouse.
func (d *Dialog) Cursor(w, h int) (x, y int) { return d.pick.Cursor(w, h) }

func (d Dialog) draw(c canvas.Canvas, th *theme.Theme) {
	d.pick.Draw(c, th, picker.Face{
		Title: "Search in all files", Hint: "a text; without capitals it finds them too", Nothing: d.nothing(), Rows: len(d.found.Hits),
		Row: func(c canvas.Canvas, i int, text, quiet uv.Style) {
			drawHit(c, d.found.Hits[i], text, quiet, th.ItemMatch)
		},
		Count: d.count(), Enter: "go there",
	})
}

// nothing says why the list is empty.
func (d Dialog) nothing() string {
	switch {
	case d.Query() == "":
		return ""
	case !d.done():
		return "searching…"
	case d.trouble != "":
		return safe.Text(d.trouble)
	}
	return "Nothing in " + files(d.found.Files)
}

// drawHit draws a hit: where it is, and its line, in which the match is marked.
func drawHit(c canvas.Canvas, hit session.Hit, st, quiet, match uv.Style) {
	w, _ := c.Size()
	where := canvas.CutLeft(fmt.Sprintf("%s:%d", safe.Path(hit.Path), hit.Line+1), max(w/3, 8))
	x := c.Text(0, 0, where, quiet) + 2
	before, matched, after := parts(hit)
	x = c.Text(x, 0, before, st)
	x = c.Text(x, 0, matched, match)
	c.Text(x, 0, canvas.Cut(after, w-x), st)
}

// parts returns the text of a hit without the blanks at its start, and fit to be shown:
// what is before the match, the match, and what is after it.
func parts(h session.Hit) (before, match, after string) {
	clean := strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")
	shown := func(s string) string { return safe.Text(clean.Replace(s)) }
	return shown(strings.TrimLeft(h.Text[:h.From], " \t")), shown(h.Text[h.From:h.To]), shown(h.Text[h.To:])
}

// count says how much was found.
func (d Dialog) count() string {
	f := d.found
	if len(f.Hits) == 0 {
		return ""
	}
	count := fmt.Sprintf("%d lines", len(f.Hits))
	if len(f.Hits) == 1 {
		count = "1 line"
	}
	if f.More {
		count = "over " + count
	}
	count += " in " + files(f.Files)
	if f.Large > 0 {
		count += fmt.Sprintf("; %d too large", f.Large)
	}
	return count
}

func files(n int) string {
	if n == 1 {
		return "1 file"
	}
	return fmt.Sprintf("%d files", n)
}
