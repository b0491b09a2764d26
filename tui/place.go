package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/crdt"
	"tshare/editor"
)

// While one types, the status bar would cost many times what the key does on a slow
// line, and nobody reads it. So it tells the caret's place once the text is quiet
// for placeQuiet, or has not been for placeLatest.
const (
	placeQuiet  = 300 * time.Millisecond
	placeLatest = time.Second
)

// place is where the status bar tells that the caret is.
type place struct {
	line, column int       // from 0, in cells
	since        time.Time // when it may have changed since it was found out
	due          time.Time // when it is to be found out again, zero for not
}

// look has the place found out at once after msg if the caret moved by one's own
// doing, and later if the text changed, in a crowd by more.
func (p *place) look(msg tea.Msg, changed bool, now time.Time, more time.Duration) {
	if changed {
		if p.due.IsZero() {
			p.since = now
		}
		p.due = now.Add(placeQuiet + more)
		if latest := p.since.Add(placeLatest + more); latest.Before(p.due) {
			p.due = latest
		}
		return
	}
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg, tea.MouseMsg:
		p.due = now
	}
}

// find finds out where head is in text, if that is due.
func (p *place) find(text crdt.Snapshot, head int, now time.Time) {
	if !p.due.IsZero() && !now.Before(p.due) {
		*p = place{line: text.LineAt(head), column: editor.Column(text, head)}
	}
}
