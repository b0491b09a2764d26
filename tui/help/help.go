// Package help is the page of keys and what they do, made from the table of commands.
package help

import (
	tea "charm.land/bubbletea/v2"

	"tshare/tui/canvas"
	"tshare/tui/theme"
)

// Row is one line of help.
type Row struct{ Keys, Text string }

// Section is a group of rows.
type Section struct {
	Title string
	Rows  []Row
}

// Page is the help page.
type Page struct {
	sections []Section
	top      int // lines scrolled away
	w, h     int // of the canvas, 0 before SetSize
}

// CloseMsg closes the page.
type CloseMsg struct{}

const (
	pageRows  = 10
	wheelRows = 3
)

// New returns the page.
func New(sections []Section) *Page { return &Page{sections: sections} }

// SetSize tells the size of the canvas that the page is drawn on, so that
// scrolling ends where the text does. Without it, a small screen is assumed.
func (p *Page) SetSize(w, h int) {
	p.w, p.h = w, h
	p.scroll(0)
}

// Key handles a key: scrolling, closing.
func (p *Page) Key(k tea.KeyPressMsg) tea.Msg {
	switch k.String() {
	case "up", "k":
		p.scroll(-1)
	case "down", "j":
		p.scroll(1)
	case "pgup", "b":
		p.scroll(-pageRows)
	case "pgdown", "space":
		p.scroll(pageRows)
	case "home":
		p.scroll(-p.top)
	case "end":
		p.scroll(p.most())
	case "esc", "q", "enter", "f1":
		return CloseMsg{}
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

func (p *Page) scroll(n int) { p.top = max(min(p.top+n, p.most()), 0) }

// most returns how many lines can be scrolled away.
func (p *Page) most() int {
	w, h := p.w, p.h
	if h == 0 {
		w, h = 40, 15
	}
	return place(p.sections, w, h).hidden()
}

// Picture returns the page, in as many columns as the canvas has room for.
func (p *Page) Picture(th *theme.Theme) canvas.Picture {
	sections, top := p.sections, p.top
	return canvas.PictureFunc(func(c canvas.Canvas) {
		w, h := c.Size()
		place(sections, w, h).draw(c, th, top)
	})
}
