package tree

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/rivo/uniseg"
)

const (
	titleRows = 1 // above the tree: the folder's name
	wheelRows = 3
)

// Key handles a key and returns what the app must do, nil for nothing.
func (p *Pane) Key(k tea.KeyPressMsg) tea.Msg {
	if k.Text != "" && k.Text != " " && k.Mod&(tea.ModCtrl|tea.ModAlt) == 0 {
		p.jump(k.Text)
		return nil
	}
	typed := p.typed
	p.typed = ""
	switch k.String() {
	case "up", "ctrl+p":
		p.selectRow(p.at - 1)
	case "down", "ctrl+n":
		p.selectRow(p.at + 1)
	case "home":
		p.selectRow(0)
	case "end":
		p.selectRow(len(p.rows) - 1)
	case "pgup":
		p.selectRow(p.at - p.page())
	case "pgdown":
		p.selectRow(p.at + p.page())
	case "delete":
		return DeleteMsg{}
	case "ctrl+z":
		return UndoMsg{}
	case "enter", "space":
		return p.enter()
	case "right":
		return p.into()
	case "left":
		p.out()
	case "backspace":
		p.typed = dropCluster(typed)
	case "esc":
		if typed == "" { // else it only ends the jump
			return LeaveMsg{}
		}
	case "tab":
		return LeaveMsg{}
	}
	return nil
}

// Mouse handles a click or wheel at pane coordinates.
func (p *Pane) Mouse(m tea.MouseMsg, _, y int) tea.Msg {
	switch m := m.(type) {
	case tea.MouseWheelMsg:
		switch m.Button {
		case tea.MouseWheelUp:
			p.scroll(-wheelRows)
		case tea.MouseWheelDown:
			p.scroll(wheelRows)
		}
	case tea.MouseClickMsg:
		i := p.top + y - titleRows
		if m.Button == tea.MouseLeft && y >= titleRows && i < len(p.rows) {
			p.selectRow(i)
			return p.enter()
		}
	}
	return nil
}

// enter opens the file of the highlight, or opens or closes its folder.
func (p *Pane) enter() tea.Msg {
	if len(p.rows) == 0 {
		return nil
	}
	switch r := p.rows[p.at]; r.kind {
	case fileRow:
		return OpenMsg{r.path}
	case folderRow:
		return p.setOpen(r.path, !r.open)
	case errorRow:
		return ListMsg{r.path} // once more
	}
	return nil
}

// into opens the folder of the highlight, or goes to the first entry of an open one.
func (p *Pane) into() tea.Msg {
	if len(p.rows) == 0 || p.rows[p.at].kind != folderRow {
		return nil
	}
	if r := p.rows[p.at]; !r.open {
		return p.setOpen(r.path, true)
	}
	p.selectRow(p.at + 1)
	return nil
}

// out closes the folder of the highlight, or goes to the folder that it is in.
func (p *Pane) out() {
	if len(p.rows) == 0 {
		return
	}
	if r := p.rows[p.at]; r.kind == folderRow && r.open {
		p.setOpen(r.path, false)
		return
	}
	p.selectRow(p.parent(p.at))
}

// setOpen opens or closes a folder. What was known of it is shown until the
// answer to the ListMsg comes.
func (p *Pane) setOpen(dir string, open bool) tea.Msg {
	p.open[dir] = open
	p.list()
	if !open {
		return nil
	}
	return ListMsg{dir}
}

// jump moves the highlight to the name that begins with what was typed. One
// letter, again and again, goes through the names that begin with it.
func (p *Pane) jump(text string) {
	typed := p.typed + text
	if i, ok := p.find(typed, p.at); ok {
		p.typed = typed
		p.selectRow(i)
		return
	}
	p.typed = ""
	if i, ok := p.find(text, p.at+1); ok {
		p.typed = text
		p.selectRow(i)
	}
}

// scroll moves what is seen by n rows. The highlight stays where it is.
func (p *Pane) scroll(n int) {
	p.top = max(min(p.top+n, len(p.rows)-p.page()), 0)
}

// page returns how many rows of the tree the pane shows.
func (p *Pane) page() int { return max(p.h-titleRows, 1) }

// dropCluster returns s without its last cluster.
func dropCluster(s string) string {
	last := ""
	for rest := s; rest != ""; {
		last, rest, _, _ = uniseg.FirstGraphemeClusterInString(rest, -1)
	}
	return strings.TrimSuffix(s, last)
}
