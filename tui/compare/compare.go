// Package compare is the page that shows how a document differs from its file, and
// which side changed what.
package compare

import (
	tea "charm.land/bubbletea/v2"

	"tshare/editor/merge"
	"tshare/editor/safe"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

// Page is the page.
type Page struct {
	title  string
	rows   []merge.Row
	closes tea.Msg
	top    int // rows scrolled away
	left   int // cells of lines scrolled away
	w, h   int // of the canvas, 0 before SetSize
}

const (
	wheelRows = 3
	sideways  = 8 // cells that Left and Right scroll
)

// New returns the page about the document at path. It returns closes when it is to
// be closed.
func New(path string, rows []merge.Row, closes tea.Msg) *Page {
	return &Page{title: safe.Path(path), rows: rows, closes: closes}
}

// SetSize tells the size of the canvas that the page is drawn on, so that
// scrolling ends where the rows do. Without it, a small screen is assumed.
func (p *Page) SetSize(w, h int) {
	p.w, p.h = w, h
	p.scroll(0)
}

// Key handles a key: scrolling, going from place to place, closing.
func (p *Page) Key(k tea.KeyPressMsg) tea.Msg {
	switch k.String() {
	case "up", "k":
		p.scroll(-1)
	case "down", "j":
		p.scroll(1)
	case "pgup", "b":
		p.scroll(-p.page())
	case "pgdown", "space":
		p.scroll(p.page())
	case "home":
		p.scroll(-p.top)
		p.left = 0
	case "end":
		p.scroll(len(p.rows))
	case "left", "h":
		p.left = max(p.left-sideways, 0)
	case "right", "l":
		p.left = min(p.left+sideways, p.widest())
	case "n":
		p.toPlace(1)
	case "p":
		p.toPlace(-1)
	case "esc", "q", "enter":
		return p.closes
	}
	return nil
}

// Mouse handles the wheel.
func (p *Page) Mouse(m tea.MouseMsg) {
	switch m.Mouse().Button {
	case tea.MouseWheelUp:
		p.scroll(-wheelRows)
	case tea.MouseWheelDown:
		p.scroll(wheelRows)
	}
}

// toPlace scrolls to the next place in the direction of by.
func (p *Page) toPlace(by int) {
	for i := p.top + by; i >= 0 && i < len(p.rows); i += by {
		if p.rows[i].Sign == merge.Head {
			p.scroll(i - p.top)
			return
		}
	}
}

func (p *Page) scroll(n int) { p.top = max(min(p.top+n, len(p.rows)-p.page()), 0) }

// page returns how many rows are seen at once.
func (p *Page) page() int {
	h := p.h
	if h == 0 {
		h = 15
	}
	return rowsIn(h)
}

// widest returns the cells of the longest line.
func (p *Page) widest() int {
	most := 0
	for _, r := range p.rows {
		most = max(most, canvas.Width(textOf(r)))
	}
	return max(most-sideways, 0)
}

// Picture returns the page.
func (p *Page) Picture(th *theme.Theme) canvas.Picture {
	shown := *p // the rows are never changed
	return canvas.PictureFunc(func(c canvas.Canvas) { shown.draw(c, th) })
}
