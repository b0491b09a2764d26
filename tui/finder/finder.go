// Package finder is the dialog that opens a file by part of its name.
package finder

import (
	"path"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tshare/tui/picker"
)

// Dialog is the finder. It gets the files by SetFiles and ranks them as one types.
type Dialog struct {
	pick   picker.Picker // the chosen row is a match, or after them the new file
	recent []string

	files []file // recent ones first; never changed, only replaced, as are matches
	known bool   // SetFiles was called
	more  bool   // there are more files than these

	query   query
	matches []int  // indices of files, the best first
	fresh   string // the path of the row that makes a new file, "" without one

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
	d := &Dialog{recent: recent, pick: picker.Picker{Shape: shape}}
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
			d.pick.At = i
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
		if !d.known && d.pick.Field.Text() != "" {
			d.entered = true
			return nil
		}
		if name, ok := d.chosen(); ok {
			return OpenMsg{name}
		}
	default:
		if d.pick.Key(k, d.rows()) {
			d.search()
		}
	}
	return nil
}

// Paste puts text into the input line.
func (d *Dialog) Paste(text string) {
	d.pick.Field.Paste(text)
	d.search()
}

// Mouse handles a click or wheel at the coordinates of the canvas that Picture
// draws on, as large as Cursor was told last. A click beside the dialog closes it.
func (d *Dialog) Mouse(m tea.MouseMsg, x, y int) tea.Msg {
	switch d.pick.Mouse(m, x, y, d.rows()) {
	case picker.Row:
		return d.Key(tea.KeyPressMsg{Code: tea.KeyEnter})
	case picker.Beside:
		return CloseMsg{}
	}
	return nil
}

// chosen returns the path of the chosen row, and false if there is none.
func (d *Dialog) chosen() (string, bool) {
	switch {
	case d.pick.At < len(d.matches):
		return d.files[d.matches[d.pick.At]].path, true
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
	q := parse(d.pick.Field.Text())
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
	d.pick.At = 0
}

// newName returns the path of the file that would be new by the name typed, and
// "" if there is one already, or the name is none.
func (d *Dialog) newName() string {
	typed := strings.TrimSpace(d.pick.Field.Text())
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
