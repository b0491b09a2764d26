package tui

import (
	"path"

	"tshare/editor/safe"
	"tshare/editor/session"
	"tshare/tui/canvas"
	"tshare/tui/theme"
)

// maxTab is how many cells of a name a tab shows.
const maxTab = 24

// tab is an open document in the line above the text.
type tab struct {
	id      session.DocID
	label   string
	current bool
	x, w    int // in the line
}

// tabs are the tabs that fit into the line, the current one among them.
type tabs []tab

// tabs returns the tabs of the open documents in w cells.
func (a *App) tabs(w int) tabs {
	var all tabs
	current := 0
	names := map[string]int{}
	for _, d := range a.documents {
		names[path.Base(d.Path)]++
	}
	for i, d := range a.documents {
		name := path.Base(d.Path)
		if names[name] > 1 {
			name = d.Path
		}
		label := " " + canvas.CutLeft(safe.Path(name), maxTab)
		if d.Unsaved {
			label += " ●"
		}
		label += " "
		if d.ID == a.doc {
			current = i
		}
		all = append(all, tab{id: d.ID, label: label, current: d.ID == a.doc, w: canvas.Width(label)})
	}
	return all.from(all.first(current, w))
}

// first returns the first tab of a line of w cells that still shows the current one.
func (t tabs) first(current, w int) int {
	first := current
	for used := 0; first >= 0 && first < len(t); first-- {
		if used += t[first].w; used > w && first < current {
			return first + 1
		}
	}
	return 0
}

// from returns the tabs from first on, each in its place.
func (t tabs) from(first int) tabs {
	x := 0
	for i := range t[first:] {
		t[first+i].x = x
		x += t[first+i].w
	}
	return t[first:]
}

// at returns the document whose tab is at column x.
func (t tabs) at(x int) (session.DocID, bool) {
	for _, tab := range t {
		if x >= tab.x && x < tab.x+tab.w {
			return tab.id, true
		}
	}
	return 0, false
}

// Picture returns the line. The current tab is of one colour with its text.
func (t tabs) Picture(th *theme.Theme) canvas.Picture {
	return canvas.PictureFunc(func(c canvas.Canvas) {
		c.Fill(th.Pane)
		for _, tab := range t {
			st := th.Item
			if tab.current {
				st = th.Text
				st.Attrs |= th.PaneTitle.Attrs
			}
			c.Text(tab.x, 0, tab.label, st)
		}
	})
}
