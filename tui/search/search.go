// Package search is the dialog that looks for a text in all files.
package search

import (
	tea "charm.land/bubbletea/v2"

	"tshare/editor/session"
	"tshare/tui/canvas/field"
	"tshare/tui/picker"
)

// Dialog is the search: what is typed, and what was found of it. It reads no disk: it
// asks by LookMsg and gets what was found by SetFound.
type Dialog struct {
	pick    picker.Picker // of the hits
	found   session.Found // of what was looked for last; its hits are never changed
	known   string        // what that was
	trouble string        // why nothing can be found, "" for nothing
}

// Messages that the dialog returns.
type (
	// LookMsg asks to look for a text.
	LookMsg struct{ Query string }
	// OpenMsg asks to go to a hit of what was looked for.
	OpenMsg struct {
		Hit   session.Hit
		Query string
	}
	// CloseMsg closes the dialog.
	CloseMsg struct{}
)

// New returns a search for a text, which is selected: typing replaces it.
func New(query string) *Dialog {
	return &Dialog{pick: picker.Picker{Field: field.New(query), Shape: shape}}
}

// Query returns what is typed.
func (d *Dialog) Query() string { return d.pick.Field.Text() }

// SetFound hands over what was found of query, or why nothing can be. What was typed
// over meanwhile is let go.
func (d *Dialog) SetFound(query string, found session.Found, trouble string) {
	if query != d.Query() {
		return
	}
	d.known, d.found, d.trouble, d.pick.At = query, found, trouble, 0
}

// Key handles a key.
func (d *Dialog) Key(k tea.KeyPressMsg) tea.Msg {
	switch k.String() {
	case "esc":
		return CloseMsg{}
	case "enter":
		if d.done() && d.pick.At < len(d.found.Hits) {
			return OpenMsg{d.found.Hits[d.pick.At], d.known}
		}
	default:
		if d.pick.Key(k, len(d.found.Hits)) {
			return d.typed()
		}
	}
	return nil
}

// Paste puts text into the input line.
func (d *Dialog) Paste(text string) tea.Msg {
	d.pick.Field.Paste(text)
	return d.typed()
}

// Mouse handles a click or wheel at the coordinates of the canvas that Picture draws on,
// as large as Cursor was told last. A click beside the dialog closes it.
func (d *Dialog) Mouse(m tea.MouseMsg, x, y int) tea.Msg {
	switch d.pick.Mouse(m, x, y, len(d.found.Hits)) {
	case picker.Row:
		return d.Key(tea.KeyPressMsg{Code: tea.KeyEnter})
	case picker.Beside:
		return CloseMsg{}
	}
	return nil
}

// typed asks for what is typed now, if that is not known.
func (d *Dialog) typed() tea.Msg {
	if d.done() {
		return nil
	}
	if d.Query() == "" {
		d.known, d.found, d.trouble, d.pick.At = "", session.Found{}, "", 0
	}
	return LookMsg{d.Query()}
}

// done reports whether what was found is of what is typed.
func (d *Dialog) done() bool { return d.known == d.Query() }
