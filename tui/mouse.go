package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

// mouse hands an event of the mouse to the pane that it is over.
func (a *App) mouse(m tea.MouseMsg, now time.Time) tea.Cmd {
	at := uv.Pos(m.Mouse().X, m.Mouse().Y)
	ar := a.areas()
	_, clicked := m.(tea.MouseClickMsg)
	switch {
	case a.bare != "":
	case a.pane.Dragging():
		return a.mouseInText(m, ar, now)
	case a.overlay != nil:
		return a.mouseOverlay(m, at)
	case at.In(ar.edit):
		if clicked {
			a.focus = onText
			a.closePrompt()
		}
		return a.mouseInText(m, ar, now)
	case at.In(ar.tree):
		if clicked {
			a.focus = onTree
			a.closePrompt()
		}
		return a.act(a.tree.Mouse(m, at.X-ar.tree.Min.X, at.Y-ar.tree.Min.Y))
	case at.In(ar.tabs) && clicked:
		if id, ok := a.tabs(ar.tabs.Dx()).at(at.X - ar.tabs.Min.X); ok {
			return a.showDocument(id)
		}
	case at.In(ar.strip) && clicked && a.focus != onStrip:
		return a.cycleStrip()
	}
	return nil
}

// mouseInText hands an event to the document's pane, which may be outside of it
// while the button is held.
func (a *App) mouseInText(m tea.MouseMsg, ar areas, now time.Time) tea.Cmd {
	if a.doc == 0 {
		return nil
	}
	msg := a.pane.Mouse(m, m.Mouse().X-ar.edit.Min.X, m.Mouse().Y-ar.edit.Min.Y, now)
	a.keepViewport()
	return a.act(msg)
}

func (a *App) mouseOverlay(m tea.MouseMsg, at uv.Position) tea.Cmd {
	switch o := a.overlay.(type) {
	case typedInto:
		return a.act(o.Mouse(m, at.X, at.Y))
	case scroller:
		o.Mouse(m)
	}
	return nil
}
