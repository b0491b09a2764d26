package edit

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor"
)

// doubleClick is how soon a click follows another to count as the same gesture.
const doubleClick = 400 * time.Millisecond

// mouse is what the pane remembers of it.
type mouse struct {
	held   bool // the button was pressed in the text
	clicks int  // at the same place, one soon after the other
	at     time.Time
	x, y   int
}

// Mouse handles an event at pane coordinates, which may lie outside while the
// button is held. It returns a SelectMsg or nil.
func (p *Pane) Mouse(m tea.MouseMsg, x, y int, now time.Time) tea.Msg {
	switch m := m.(type) {
	case tea.MouseWheelMsg:
		switch m.Button {
		case tea.MouseWheelUp:
			p.Scroll(-wheelRows)
		case tea.MouseWheelDown:
			p.Scroll(wheelRows)
		}
	case tea.MouseClickMsg:
		if m.Button == tea.MouseLeft {
			return p.click(x, y, m.Mod.Contains(tea.ModShift), now)
		}
	case tea.MouseMotionMsg:
		if p.mouse.held && m.Button == tea.MouseLeft {
			return p.drag(x, y)
		}
	case tea.MouseReleaseMsg:
		p.mouse.held = false
	}
	return nil
}

// Dragging reports whether the mouse selects, so that the pane wants its events
// wherever they are.
func (p *Pane) Dragging() bool { return p.mouse.held }

func (p *Pane) click(x, y int, extend bool, now time.Time) tea.Msg {
	k := &p.mouse
	if x != k.x || y != k.y || now.Sub(k.at) > doubleClick || k.clicks == 3 {
		k.clicks = 0
	}
	k.held, k.clicks, k.at, k.x, k.y = true, k.clicks+1, now, x, y
	p.pinned = true
	text, off := p.view.Text, p.offsetAt(x, y)
	switch {
	case extend:
		k.clicks = 0
		return p.selects(editor.Selection{Tail: p.own().Tail, Head: off, Goal: -1})
	case k.clicks == 2:
		return p.selects(editor.Word(text, off))
	case k.clicks == 3:
		return p.selects(editor.WholeLine(text, text.LineAt(off)))
	}
	return p.selects(editor.Caret(off))
}

// drag extends the selection to where the mouse is, and scrolls while that is
// above or below the pane.
func (p *Pane) drag(x, y int) tea.Msg {
	switch {
	case y < 0:
		p.Scroll(-1)
	case y >= p.h:
		p.Scroll(1)
	}
	p.pinned = true
	p.mouse.clicks = 0
	return p.selects(editor.Selection{Tail: p.own().Tail, Head: p.offsetAt(x, y), Goal: -1})
}

func (p *Pane) selects(s editor.Selection) tea.Msg {
	return SelectMsg{Text: p.view.Text, To: []editor.Selection{s}}
}

// offsetAt returns the boundary that is nearest to a cell of the pane.
func (p *Pane) offsetAt(x, y int) int {
	if y >= len(p.rows) && len(p.rows) < p.h {
		return p.view.Text.Len()
	}
	r := p.rows[min(max(y, 0), len(p.rows)-1)]
	return p.page.OffsetAt(r, x-p.gutter()+p.leftOf(r))
}
