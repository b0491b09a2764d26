// Package tree is the pane of the shared folder's files.
package tree

import (
	"path"
	"slices"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/workspace"
)

// Pane is the tree: which folders are open, where the highlight is. It reads
// no disk: it asks for a folder by ListMsg and gets it by SetEntries.
type Pane struct {
	name    string             // of the shared folder
	folders map[string]listing // what is known of folders, by path
	open    map[string]bool    // folders whose content is shown; the root always is
	rows    []row              // what is shown, from the top; made anew by every change

	at      int    // the row of the highlight
	top     int    // the row at the top of the pane
	current string // the file that is being edited
	reveal  string // where the highlight goes once its folders are known
	typed   string // letters typed to jump to a name

	w, h int
}

// listing is what a folder holds, or why that is not known.
type listing struct {
	entries []workspace.Entry
	err     error
}

// Messages that a pane returns for the app to act on.
type (
	// OpenMsg asks to open a file.
	OpenMsg struct{ Path string }
	// ListMsg asks for what a folder holds ("" is the root).
	ListMsg struct{ Dir string }
	// DeleteMsg asks to delete the file or folder of the highlight.
	DeleteMsg struct{}
	// UndoMsg asks to bring back what was deleted last.
	UndoMsg struct{}
	// LeaveMsg gives the focus back.
	LeaveMsg struct{}
)

// New returns the tree of the folder called name.
func New(name string) *Pane {
	p := &Pane{name: name, folders: map[string]listing{}, open: map[string]bool{"": true}}
	p.list()
	return p
}

// SetEntries hands over what dir holds; err is shown in its place. It returns a ListMsg
// for each open folder that came back: what was known of it is old.
func (p *Pane) SetEntries(dir string, entries []workspace.Entry, err error) []tea.Msg {
	var msgs []tea.Msg
	was := p.folders[dir]
	for _, e := range entries {
		if e.Dir && p.open[e.Path] && p.folders[e.Path].err != nil && !slices.Contains(was.entries, e) {
			msgs = append(msgs, ListMsg{e.Path})
		}
	}
	p.folders[dir] = listing{entries, err}
	p.list()
	if p.reveal != "" && p.selectPath(p.reveal) {
		p.reveal = ""
	}
	return msgs
}

// Refresh returns a ListMsg for every open folder.
func (p *Pane) Refresh() []tea.Msg {
	msgs := []tea.Msg{ListMsg{}}
	for _, r := range p.rows {
		if r.kind == folderRow && p.open[r.path] {
			msgs = append(msgs, ListMsg{r.path})
		}
	}
	return msgs
}

// Selected returns the file or folder of the highlight, and false if there is none.
func (p *Pane) Selected() (name string, folder, ok bool) {
	if p.at >= len(p.rows) || p.rows[p.at].kind > folderRow {
		return "", false, false
	}
	return p.rows[p.at].path, p.rows[p.at].kind == folderRow, true
}

// Seek puts the highlight on the file or folder at name once it is listed anew, and opens
// the folders that it lies in. It returns a ListMsg for each of these.
func (p *Pane) Seek(name string) []tea.Msg {
	var msgs []tea.Msg
	p.typed, p.reveal = "", name
	for _, dir := range parents(name) {
		p.open[dir] = true
		msgs = append(msgs, ListMsg{dir})
	}
	return msgs
}

// Reveal puts the highlight on the file at name, which is the one being edited
// from now on, and opens the folders that it lies in. It returns a ListMsg for
// each of those that is not known; the highlight gets there once they are.
func (p *Pane) Reveal(name string) []tea.Msg {
	var msgs []tea.Msg
	p.current, p.typed = name, ""
	for _, dir := range parents(name) {
		p.open[dir] = true
		if _, known := p.folders[dir]; !known {
			msgs = append(msgs, ListMsg{dir})
		}
	}
	p.list()
	p.reveal = ""
	if !p.selectPath(name) {
		p.reveal = name
	}
	return msgs
}

// SetSize sets the size of the pane in cells.
func (p *Pane) SetSize(w, h int) {
	p.w, p.h = w, h
	p.show()
}

// parents returns the folders that name lies in, the root first.
func parents(name string) []string {
	var dirs []string
	for dir := path.Dir(name); dir != "." && dir != "/"; dir = path.Dir(dir) {
		dirs = append([]string{dir}, dirs...)
	}
	return append([]string{""}, dirs...)
}
