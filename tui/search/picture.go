package search

import (
	"fmt"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"

	"tshare/editor/safe"
	"tshare/editor/session"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

const (
	maxWidth = 120 // lines of programs are seldom longer, with their path
	listTop  = 2   // rows of the box above the list: frame, input
	around   = 4   // rows of the box without the list: those, footer, frame
)

// frame is where the dialog lies in a canvas.
type frame struct{ x, y, w, h, rows int }

// place puts the dialog near the top of a canvas of w by h, as high as that lets it be.
func place(w, h int) frame {
	f := frame{w: min(w, maxWidth)}
	if h > 15 {
		f.y = 1
	}
	if w > 60 {
		f.w = min(f.w, w-4)
	}
	f.x = (w - f.w) / 2
	f.h = h - 2*f.y
	f.rows = max(f.h-around, 0)
	return f
}

// top returns the row at the top of a list of n rows, of which rows are shown and at is
// chosen.
func top(at, rows, n int) int { return max(min(at-rows/2, n-rows), 0) }

// Picture returns the dialog, which places itself in the canvas that it is given.
func (d *Dialog) Picture(th *theme.Theme) canvas.Picture {
	shown := *d // the hits are never changed
	return canvas.PictureFunc(func(c canvas.Canvas) { shown.draw(c, th) })
}

// Cursor returns where the terminal's cursor belongs in a canvas of w by h, and notes
// that size for Mouse.
func (d *Dialog) Cursor(w, h int) (x, y int) {
	d.w, d.h = w, h
	f := place(w, h)
	return min(f.x+3+d.field.Column(f.w-5), max(w-1, 0)), min(f.y+1, max(h-1, 0))
}

func (d Dialog) draw(c canvas.Canvas, th *theme.Theme) {
	f := place(c.Size())
	box := c.Sub(f.x, f.y, f.w, f.h).Box("Search in all files", th.DialogFrame, th.Dialog)
	w, h := box.Size()
	input := box.Sub(0, 0, w, 1)
	input.Fill(th.Input)
	input.Text(0, 0, "› ", th.DialogKey)
	d.field.Draw(input.Sub(2, 0, w-3, 1), 0, th.Input, th.Selection)
	if d.Query() == "" {
		input.Text(2, 0, canvas.Cut("a text; without capitals it finds them too", w-3), uv.Style{Fg: th.Muted.Fg})
	}
	list := box.Sub(0, 1, w, f.rows)
	from := top(d.at, f.rows, len(d.found.Hits))
	for y := range min(f.rows, len(d.found.Hits)-from) {
		d.drawHit(list.Sub(0, y, w, 1), th, from+y)
	}
	if len(d.found.Hits) == 0 {
		list.Text(2, 0, canvas.Cut(d.nothing(), w-3), uv.Style{Fg: th.Muted.Fg, Attrs: uv.AttrItalic})
	}
	d.drawFooter(box.Sub(0, h-1, w, 1), th)
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

// drawHit draws the hit i: where it is, and its line, in which the match is marked.
func (d Dialog) drawHit(c canvas.Canvas, th *theme.Theme, i int) {
	w, _ := c.Size()
	st, quiet := th.Dialog, uv.Style{Fg: th.Muted.Fg}
	if i == d.at {
		st, quiet = th.ItemCurrent, th.ItemCurrent
		c.Fill(st)
		c.Text(0, 0, "›", st)
	}
	c = c.Sub(2, 0, w-3, 1)
	w, _ = c.Size()
	hit := d.found.Hits[i]
	where := canvas.CutLeft(fmt.Sprintf("%s:%d", safe.Path(hit.Path), hit.Line+1), max(w/3, 8))
	x := c.Text(0, 0, where, quiet) + 2
	before, match, after := parts(hit)
	x = c.Text(x, 0, before, st)
	x = c.Text(x, 0, match, th.ItemMatch)
	c.Text(x, 0, canvas.Cut(after, w-x), st)
}

// parts returns the text of a hit without the blanks at its start, and fit to be shown:
// what is before the match, the match, and what is after it.
func parts(h session.Hit) (before, match, after string) {
	clean := strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")
	shown := func(s string) string { return safe.Text(clean.Replace(s)) }
	return shown(strings.TrimLeft(h.Text[:h.From], " \t")), shown(h.Text[h.From:h.To]), shown(h.Text[h.To:])
}

// drawFooter tells how much was found, and the keys.
func (d Dialog) drawFooter(c canvas.Canvas, th *theme.Theme) {
	w, _ := c.Size()
	x := c.Text(2, 0, canvas.Cut(d.count(), w-3), th.Muted)
	hints := []canvas.Hint{{Key: "↑↓", Name: "choose"}, {Key: "Enter", Name: "go there"}, {Key: "Esc", Name: "close"}}
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
