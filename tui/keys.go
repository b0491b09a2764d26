package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/tui/canvas"
	"tshare/tui/dialog"
	"tshare/tui/finder"
	"tshare/tui/people"
	"tshare/tui/search"
	"tshare/tui/theme"
)

// overlay is a dialog over all panes: question, finder, panel or page.
type overlay interface {
	Key(tea.KeyPressMsg) tea.Msg
	Picture(*theme.Theme) canvas.Picture
}

// typedInto is an overlay that has a line to type into, and rows to click at.
type typedInto interface {
	Cursor(w, h int) (x, y int)
	Mouse(m tea.MouseMsg, x, y int) tea.Msg
}

// scroller is an overlay that scrolls.
type scroller interface {
	SetSize(w, h int)
	Mouse(tea.MouseMsg)
}

// maxWaiting is how much may be typed while a file is loaded, in messages.
const maxWaiting = 256

// unawaresFor is how long after a question came by itself a key is taken for
// what it would have meant without it.
const unawaresFor = 500 * time.Millisecond

// key hands a key to whoever it is for.
func (a *App) key(k tea.KeyPressMsg) tea.Cmd {
	a.keys++
	if a.bare != "" {
		a.bare = ""
		return nil
	}
	c := a.keymap.of(k)
	_, asking := a.overlay.(*dialog.Question)
	unawares := asking && time.Since(a.askedAt) < unawaresFor && k.String() != "esc"
	switch {
	case c != nil && c.scope == anywhere && !asking:
		return c.run(a)
	case asking && !unawares:
		return a.answer(a.overlay.Key(k))
	case a.overlay != nil && !asking:
		return a.act(a.overlay.Key(k))
	case a.focus == onStrip:
		return a.act(a.strip.Key(k, time.Now()))
	case a.prompt != nil:
		return a.promptKey(k, c)
	case c != nil && c.scope == inPane:
		return c.run(a)
	case a.focus == onTree:
		return a.act(a.tree.Key(k))
	}
	return a.textKey(k, c)
}

// answer closes the question that msg, if it is one, answers, and acts on that.
func (a *App) answer(msg tea.Msg) tea.Cmd {
	if msg == nil {
		return nil
	}
	a.overlay = nil
	if _, cancelled := msg.(dialog.CancelMsg); cancelled {
		return nil
	}
	return a.act(msg)
}

// textKey does what a key means to the document. While another is being loaded
// it waits: it was meant for that one.
func (a *App) textKey(k tea.KeyPressMsg, c *command) tea.Cmd {
	switch {
	case a.opening != "" && k.String() != "esc":
		a.wait(k)
	case c != nil:
		return c.run(a)
	case isText(k) && a.hasDocument():
		a.edits(a.session.Insert(a.doc, k.Text))
	}
	return nil
}

// paste hands pasted text to whoever it is for.
func (a *App) paste(msg tea.PasteMsg) tea.Cmd {
	switch {
	case a.bare != "":
	case a.overlay != nil:
		switch o := a.overlay.(type) {
		case *finder.Dialog:
			o.Paste(msg.Content)
		case *search.Dialog:
			return a.act(o.Paste(msg.Content))
		case *people.Panel:
			o.Paste(msg.Content)
		}
	case a.focus == onStrip:
		a.strip.Paste(msg.Content) // a PIN out of a chat
	case a.prompt != nil:
		return a.act(a.prompt.Paste(msg.Content))
	case a.focus == onTree:
	case a.opening != "":
		a.wait(msg)
	case a.hasDocument():
		a.edits(a.session.Paste(a.doc, msg.Content))
	}
	return nil
}

// wait keeps what was typed for the document that is being loaded.
func (a *App) wait(msg tea.Msg) {
	if len(a.waiting) < maxWaiting {
		a.waiting = append(a.waiting, msg)
	}
}

// replay does what was typed while a document was being loaded.
func (a *App) replay() tea.Cmd {
	waiting := a.waiting
	a.opening, a.waiting = "", nil
	var cmds []tea.Cmd
	for _, msg := range waiting {
		cmds = append(cmds, a.Update(msg))
	}
	return tea.Batch(cmds...)
}

// hasDocument reports whether there is something to edit, and says so if not.
func (a *App) hasDocument() bool {
	if a.doc == 0 {
		a.say("No file is open: " + a.keymap.key("open") + " opens one")
	}
	return a.doc != 0
}
