// Package picker is what dialogs have in common in which one types into a line and
// chooses from the rows below it.
package picker

import (
	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"tshare/tui/canvas"
	"tshare/tui/canvas/field"
	"tshare/tui/theme"
)

const (
	// PageRows and WheelRows are how far a page key and the wheel go.
	PageRows  = 10
	WheelRows = 3

	roomy    = 60 // cells from which on there is a margin beside the box
	tall     = 15 // rows from which on there is one above it
	listTop  = 2  // rows of the box above the list: frame, input
	aroundIt = 4  // rows of the box without the list: those, footer, frame
)

// Shape is how large a picker gets.
type Shape struct {
	Width  int // at most, in cells
	Margin int // cells on both sides together that a roomy screen leaves free
	Rows   int // of the list at most; 0 for all that fit
}

// Picker is the line and the place in the list. The number of rows is its owner's.
type Picker struct {
	Field field.Field
	At    int // the chosen row
	Shape Shape

	w, h int // of the canvas, as Cursor was told last
}

// Frame is where a picker lies in a canvas.
type Frame struct{ X, Y, W, H, Rows int }

// Place puts the picker near the top of a canvas of w by h, where eyes are, and keeps
// it there however many rows there are.
func (s Shape) Place(w, h int) Frame {
	f := Frame{W: min(w, s.Width)}
	if h > tall {
		f.Y = 1
	}
	if w > roomy {
		f.W = min(f.W, w-s.Margin)
	}
	f.X = (w - f.W) / 2
	f.Rows = max(h-2*f.Y-aroundIt, 0)
	if s.Rows > 0 {
		f.Rows = min(f.Rows, s.Rows)
	}
	f.H = min(f.Rows+aroundIt, h)
	return f
}

// Row returns at which y of a canvas the i-th shown row is.
func (f Frame) Row(i int) int { return f.Y + listTop + i }

// top returns the first shown of n rows.
func (p *Picker) top(f Frame, n int) int { return max(min(p.At-f.Rows/2, n-f.Rows), 0) }

// Key handles a key, with n rows to choose from, and reports whether the text changed.
func (p *Picker) Key(k tea.KeyPressMsg, n int) bool {
	switch k.String() {
	case "up", "ctrl+p":
		p.step(-1, n)
	case "down", "ctrl+n":
		p.step(1, n)
	case "pgup":
		p.choose(p.At-PageRows, n)
	case "pgdown":
		p.choose(p.At+PageRows, n)
	default:
		return p.Field.Key(k)
	}
	return false
}

// step goes to the next of n rows or the one before, round the ends.
func (p *Picker) step(by, n int) {
	if n > 0 {
		p.At = (p.At + by + n) % n
	}
}

// choose goes to row i of n, or the nearest that there is.
func (p *Picker) choose(i, n int) { p.At = max(min(i, n-1), 0) }

// Click is what a click hits.
type Click int

// What there is to hit.
const (
	Nothing Click = iota
	Row           // a row, which is chosen now
	Beside        // the screen beside the picker
)

// Mouse handles a click or the wheel at the coordinates of the canvas that Draw draws
// on, as large as Cursor was told last, with n rows to choose from.
func (p *Picker) Mouse(m tea.MouseMsg, x, y, n int) Click {
	switch m := m.(type) {
	case tea.MouseWheelMsg:
		switch m.Button {
		case tea.MouseWheelUp:
			p.choose(p.At-WheelRows, n)
		case tea.MouseWheelDown:
			p.choose(p.At+WheelRows, n)
		}
	case tea.MouseClickMsg:
		if m.Button != tea.MouseLeft || p.w == 0 {
			return Nothing
		}
		f := p.Shape.Place(p.w, p.h)
		if x < f.X || x >= f.X+f.W || y < f.Y || y >= f.Y+f.H {
			return Beside
		}
		row := y - f.Row(0)
		if i := p.top(f, n) + row; row >= 0 && row < f.Rows && i < n {
			p.At = i
			return Row
		}
	}
	return Nothing
}

// Cursor returns where the terminal's cursor belongs in a canvas of w by h, and notes
// that size for Mouse.
func (p *Picker) Cursor(w, h int) (x, y int) {
	p.w, p.h = w, h
	f := p.Shape.Place(w, h)
	return min(f.X+3+p.Field.Column(f.W-5), max(w-1, 0)), min(f.Y+1, max(h-1, 0))
}

// Face is what a picker shows beside what was typed.
type Face struct {
	Title   string
	Hint    string // shown where nothing is typed
	Nothing string // shown where there are no rows
	Rows    int
	Row     func(c canvas.Canvas, i int, text, quiet uv.Style)
	Count   string // how much there is, in the footer
	Enter   string // what Enter does
}

// Draw draws the picker, which places itself in c.
func (p *Picker) Draw(c canvas.Canvas, th *theme.Theme, face Face) {
	f := p.Shape.Place(c.Size())
	box := c.Sub(f.X, f.Y, f.W, f.H).Box(face.Title, th.DialogFrame, th.Dialog)
	w, h := box.Size()
	input := box.Sub(0, 0, w, 1)
	input.Fill(th.Input)
	input.Text(0, 0, "› ", th.DialogKey)
	p.Field.Draw(input.Sub(2, 0, w-3, 1), 0, th.Input, th.Selection)
	if p.Field.Text() == "" {
		input.Text(2, 0, canvas.Cut(face.Hint, w-3), uv.Style{Fg: th.Muted.Fg})
	}
	list := box.Sub(0, 1, w, f.Rows)
	from := p.top(f, face.Rows)
	for y := range min(f.Rows, face.Rows-from) {
		i, text, quiet := from+y, th.Dialog, uv.Style{Fg: th.Muted.Fg}
		row := list.Sub(0, y, w, 1)
		if i == p.At {
			text, quiet = th.ItemCurrent, th.ItemCurrent
			row.Fill(text)
			row.Text(0, 0, "›", text)
		}
		face.Row(row.Sub(2, 0, w-3, 1), i, text, quiet)
	}
	if face.Rows == 0 {
		list.Text(2, 0, canvas.Cut(face.Nothing, w-3), uv.Style{Fg: th.Muted.Fg, Attrs: uv.AttrItalic})
	}
	face.drawFooter(box.Sub(0, h-1, w, 1), th)
}

// drawFooter tells how much there is, and as many of the keys as fit.
func (face Face) drawFooter(c canvas.Canvas, th *theme.Theme) {
	w, _ := c.Size()
	x := c.Text(2, 0, canvas.Cut(face.Count, w-3), th.Muted)
	hints := []canvas.Hint{{Key: "↑↓", Name: "choose"}, {Key: "Enter", Name: face.Enter}, {Key: "Esc", Name: "close"}}
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
