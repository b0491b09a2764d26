// Package search is the dialog that looks for a text in all files.
package search

import (
	tea "charm.land/bubbletea/v2"

	"tshare/editor/session"
	"tshare/tui/canvas/field"
)

// Dialog is the search: what is typed, and what was found of it. It reads no disk: it
// asks by LookMsg and gets what was found by SetFound.
type Dialog struct {
	field   field.Field
	found   session.Found // of what was looked for last; its hits are never changed
	known   string        // what that was
	trouble string        // why nothing can be found, "" for nothing
	at      int           // the chosen hit

	w, h int // of the canvas, as Cursor was told last
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
func New(query string) *Dialog { return &Dialog{field: field.New(query)} }

// Query returns what is typed.
func (d *Dialog) Query() string { return d.field.Text() }

// SetFound hands over what was found of query, or why nothing can be. What was typed
// over meanwhile is let go.
func (d *Dialog) SetFound(query string, found session.Found, trouble string) {
	if query != d.Query() {
		return
	}
	d.known, d.found, d.trouble, d.at = query, found, trouble, 0
}

// Key handles a key.
func (d *Dialog) Key(k tea.KeyPressMsg) tea.Msg {
	switch k.String() {
	case "esc":
		return CloseMsg{}
	case "enter":
		if d.done() && d.at < len(d.found.Hits) {
			return OpenMsg{d.found.Hits[d.at], d.known}
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
			return d.typed()
		}
	}
	return nil
}

const (
	pageRows  = 10
	wheelRows = 3
)

// Paste puts text into the input line.
func (d *Dialog) Paste(text string) tea.Msg {
	d.field.Paste(text)
	return d.typed()
}

// Mouse handles a click or wheel at the coordinates of the canvas that Picture draws on,
// as large as Cursor was told last. A click beside the dialog closes it.
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
		if i := top(d.at, f.rows, len(d.found.Hits)) + row; row >= 0 && row < f.rows && i < len(d.found.Hits) {
			d.at = i
			return d.Key(tea.KeyPressMsg{Code: tea.KeyEnter})
		}
	}
	return nil
}

// typed asks for what is typed now, if that is not known.
func (d *Dialog) typed() tea.Msg {
	if d.done() {
		return nil
	}
	if d.Query() == "" {
		d.known, d.found, d.trouble, d.at = "", session.Found{}, "", 0
	}
	return LookMsg{d.Query()}
}

// done reports whether what was found is of what is typed.
func (d *Dialog) done() bool { return d.known == d.Query() }

// step goes to the next hit or the one before, round the ends.
func (d *Dialog) step(by int) {
	if n := len(d.found.Hits); n > 0 {
		d.at = (d.at + by + n) % n
	}
}

// choose goes to hit i, or the nearest that there is.
func (d *Dialog) choose(i int) { d.at = max(min(i, len(d.found.Hits)-1), 0) }
