// Package finder is the dialog that opens a file by part of its name.
package finder

import (
	"path"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tshare/tui/canvas/field"
)

// Dialog is the finder. It gets the files by SetFiles and ranks them as one types.
type Dialog struct {
	field  field.Field
	recent []string

	files []file // recent ones first; never changed, only replaced, as are matches
	known bool   // SetFiles was called
	more  bool   // there are more files than these

	query   query
	matches []int  // indices of files, the best first
	fresh   string // the path of the row that makes a new file, "" without one
	at      int    // the chosen row: a match, or after them the new file

	w, h int // of the canvas, as Cursor was told last

	entered bool              // Enter was pressed before the files came
	held    []tea.KeyPressMsg // keys after that
}

// Messages that the dialog returns.
type (
	// OpenMsg asks to open a file, which need not exist.
	OpenMsg struct{ Path string }
	// CloseMsg closes the dialog.
	CloseMsg struct{}
)

// New returns a finder; recent paths, open documents first, are shown before anything is typed.
func New(recent []string) *Dialog {
	d := &Dialog{recent: recent}
	d.setFiles(nil)
	return d
}

// SetFiles hands over the folder's files; more says that there are more than these.
func (d *Dialog) SetFiles(paths []string, more bool) {
	d.known, d.more = true, more
	chosen, _ := d.chosen()
	d.setFiles(paths)
	for i, m := range d.matches { // what was chosen stays chosen
		if d.files[m].path == chosen {
			d.at = i
		}
	}
}

// Entered returns what an Enter that came before the files did leads to now, and
// the keys that followed it; nil if there was none, or nothing to choose from.
func (d *Dialog) Entered() (msg tea.Msg, after []tea.KeyPressMsg) {
	name, ok := d.chosen()
	entered, held := d.entered, d.held
	d.entered, d.held = false, nil
	if !entered || !ok {
		return nil, nil
	}
	return OpenMsg{name}, held
}

// maxHeld is how many keys wait for the files: some seconds of quick typing.
const maxHeld = 256

// Key handles a key. What follows an Enter that came before the files did waits.
func (d *Dialog) Key(k tea.KeyPressMsg) tea.Msg {
	if d.entered && k.String() != "esc" {
		if len(d.held) < maxHeld {
			d.held = append(d.held, k)
		}
		return nil
	}
	switch k.String() {
	case "esc":
		return CloseMsg{}
	case "enter":
		if !d.known && d.field.Text() != "" {
			d.entered = true
			return nil
		}
		if name, ok := d.chosen(); ok {
			return OpenMsg{name}
		}
	case "up", "ctrl+p":
		d.step(-1)
	case "down", "ctrl+n":
		d.step(1)
	case "pgup":
		d.choose(d.at - pageRows)
	case "pgdown":
		d.choose(d.at + pageRows)
	default:
		if d.field.Key(k) {
			d.search()
		}
	}
	return nil
}

const (
	pageRows  = 10
	wheelRows = 3
)

// Paste puts text into the input line.
func (d *Dialog) Paste(text string) {
	d.field.Paste(text)
	d.search()
}

// Mouse handles a click or wheel at the coordinates of the canvas that Picture
// draws on, as large as Cursor was told last. A click beside the dialog closes it.
func (d *Dialog) Mouse(m tea.MouseMsg, x, y int) tea.Msg {
	switch m := m.(type) {
	case tea.MouseWheelMsg:
		switch m.Button {
		case tea.MouseWheelUp:
			d.choose(d.at - wheelRows)
		case tea.MouseWheelDown:
			d.choose(d.at + wheelRows)
		}
	case tea.MouseClickMsg:
		f := place(d.w, d.h)
		if m.Button != tea.MouseLeft || d.w == 0 {
			return nil
		}
		if x < f.x || x >= f.x+f.w || y < f.y || y >= f.y+f.h {
			return CloseMsg{}
		}
		row := y - f.y - listTop
		if i := top(d.at, f.rows, d.rows()) + row; row >= 0 && row < f.rows && i < d.rows() {
			d.at = i
			return d.Key(tea.KeyPressMsg{Code: tea.KeyEnter})
		}
	}
	return nil
}

// chosen returns the path of the chosen row, and false if there is none.
func (d *Dialog) chosen() (string, bool) {
	switch {
	case d.at < len(d.matches):
		return d.files[d.matches[d.at]].path, true
	case d.fresh != "":
		return d.fresh, true
	}
	return "", false
}

// rows returns how many rows there are to choose from.
func (d *Dialog) rows() int {
	if d.fresh != "" {
		return len(d.matches) + 1
	}
	return len(d.matches)
}

// step goes to the next row or the one before, round the ends: the new file is
// one step up from the first.
func (d *Dialog) step(by int) {
	if n := d.rows(); n > 0 {
		d.at = (d.at + by + n) % n
	}
}

// choose goes to row i, or the nearest that there is.
func (d *Dialog) choose(i int) { d.at = max(min(i, d.rows()-1), 0) }

// setFiles puts the recent paths before the others and searches anew.
func (d *Dialog) setFiles(paths []string) {
	recent := make(map[string]bool, len(d.recent))
	files := make([]file, 0, len(d.recent)+len(paths))
	for i, p := range d.recent {
		if !recent[p] {
			recent[p] = true
			files = append(files, newFile(p, i))
		}
	}
	for _, p := range paths {
		if !recent[p] {
			files = append(files, newFile(p, notRecent))
		}
	}
	d.files, d.matches = files, nil
	d.query = query{}
	d.search()
}

// search ranks the files by what is typed. What is typed on to a search has its
// matches among those that it had.
func (d *Dialog) search() {
	q := parse(d.field.Text())
	if d.matches != nil && q.equal(d.query) {
		return
	}
	among := d.matches
	if among == nil || !q.narrows(d.query) {
		among = make([]int, len(d.files))
		for i := range among {
			among[i] = i
		}
	}
	d.matches = q.rank(d.files, among)
	d.query = q
	d.fresh = d.newName()
	d.at = 0
}

// newName returns the path of the file that would be new by the name typed, and
// "" if there is one already, or the name is none.
func (d *Dialog) newName() string {
	typed := strings.TrimSpace(d.field.Text())
	name := path.Clean(typed)
	if typed == "" || strings.HasSuffix(typed, "/") || !localPath(name) || !d.known {
		return ""
	}
	if slices.ContainsFunc(d.files, func(f file) bool { return f.path == name }) {
		return ""
	}
	return name
}

// localPath reports whether a cleaned path may lie in the shared folder.
func localPath(name string) bool {
	return name != "." && name != ".." && !strings.HasPrefix(name, "../") && !strings.HasPrefix(name, "/")
}
