package tui

import (
	tea "charm.land/bubbletea/v2"

	"tshare/tui/edit"
)

// shade returns the command that finds out how the visible lines are to be
// highlighted, unless that is known or one is under way. What is typed is shown
// before, in the shades that its line had.
func (a *App) shade() tea.Cmd {
	from, to, unshaded := a.pane.Unshaded()
	if a.doc == 0 || a.shading || !unshaded {
		return nil
	}
	a.shading = true
	s, id, text := a.session, a.doc, a.pane.Text()
	return func() tea.Msg {
		spans, err := s.Highlight(id, text, from, to)
		return after(func(a *App) tea.Cmd {
			a.shading = false
			if err == nil {
				a.pane.SetShades(edit.Shades{Doc: id, Text: text, From: from, To: to, Spans: spans})
			}
			return nil
		})
	}
}
