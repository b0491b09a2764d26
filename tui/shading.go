package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/tui/edit"
)

// shadeGap is how long lines that have some shades wait for better ones: nobody
// sees by then that they are late, and a burst of keys costs a few looks, not one
// for each key.
const shadeGap = 150 * time.Millisecond

// shade returns the command that finds out how the visible lines are to be
// highlighted, unless that is known or one is under way. What is typed is shown
// before, in the shades that its line had.
func (a *App) shade() tea.Cmd {
	from, to, unshaded := a.pane.Unshaded()
	if a.doc == 0 || a.shading || !unshaded {
		return nil
	}
	a.shading = true
	s, id, path, text, wait, gap := a.session, a.doc, a.view.Path, a.pane.Text(), a.pane.Shaded(), shadeGap+a.crowd(idleGap)
	return func() tea.Msg {
		if wait {
			time.Sleep(gap)
			if v, err := s.View(id); err == nil {
				text = v.Text
			}
		}
		spans, err := s.Highlight(id, text, from, to)
		return after(func(a *App) tea.Cmd {
			a.shading = false
			if err == nil && (a.doc != id || a.view.Path == path) {
				a.pane.SetShades(edit.Shades{Doc: id, Text: text, From: from, To: to, Spans: spans})
			}
			return nil
		})
	}
}
