package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/session"
	"tshare/tui/edit"
	"tshare/tui/people"
)

// wakeGap is the least time between two wakes in a burst. The first one comes
// at once: a key of somebody else is seen before anyone notices. Where more than few
// type in the document, each of the others adds crowdGap to it: each wake is a frame
// for each who looks, and what they do in between is seen together. One's own keys wait
// for nothing, and show what is new in the text, so that a wake that follows one can
// wait, too, up to latestWake. So can, even longer, what nobody waits for.
const (
	wakeGap    = 4 * time.Millisecond
	few        = 8
	crowdGap   = 2 * time.Millisecond
	idleGap    = 3 * crowdGap
	latestWake = time.Second

	// typesFor is for how long after a key somebody counts as typing.
	typesFor = 2 * time.Second
)

type (
	wokenMsg struct{}               // there are news to pull
	endedMsg struct{}               // the stay has ended
	tickMsg  struct{ at time.Time } // something on the screen has had its time
)

// waitForWake ends when the session has news, or when the stay has ended.
func (a *App) waitForWake() tea.Cmd {
	gap := wakeGap + a.crowd(crowdGap)
	wake, done, pulled, keyed := a.session.Wake(), a.session.Done(), a.pulled, &a.keyed
	earliest := func() time.Time {
		at := pulled.Add(gap)
		if next := time.Unix(0, keyed.Load()).Add(gap); gap > wakeGap && next.After(at) && pulled.Add(latestWake).After(next) {
			return next
		}
		return at
	}
	return func() tea.Msg {
		select {
		case <-done:
			return endedMsg{}
		case <-wake:
		}
		for d := time.Until(earliest()); d > 0; d = time.Until(earliest()) {
			time.Sleep(d)
		}
		return wokenMsg{}
	}
}

// crowd returns gap for each of those beyond few who type in the document.
func (a *App) crowd(gap time.Duration) time.Duration {
	return gap * time.Duration(max(a.typing-few, 0))
}

// countTyping finds out how many type in the document.
func (a *App) countTyping(now time.Time) {
	a.typing = 0
	for i := range a.view.Carets {
		if now.Sub(a.view.Carets[i].Moved) < typesFor {
			a.typing++
		}
	}
}

// pull takes in what the session has to tell: who is here, who knocks, what is
// open. The text itself is looked at after every message.
func (a *App) pull(now time.Time) {
	a.pulled = now
	panel, isOpen := a.overlay.(*people.Panel)
	if changes := a.session.Changes(); changes != a.changes || isOpen {
		a.changes, a.markedAt = changes, ^uint64(0)
		a.roster = a.session.Roster()
		a.documents = a.session.Documents()
		a.strip.Set(a.roster.Knocks, a.roster.Requests)
		if a.focus == onStrip && a.stripHeight() == 0 {
			a.focus = onText
		}
		if isOpen {
			panel.Set(a.roster)
		}
	}
	a.ring(now)
	for _, n := range a.session.Notices() {
		a.tell(notice{text: n.Text, urgent: n.Urgent})
	}
}

// ringEvery is the least time between two bells: whoever floods the lobby is not to
// ring all the time.
const ringEvery = 5 * time.Second

// ring rings once for the knocks and requests that are new and still there.
func (a *App) ring(now time.Time) {
	newest := a.newest
	for _, k := range a.roster.Knocks {
		newest = max(newest, uint32(k.ID))
	}
	for _, r := range a.roster.Requests {
		newest = max(newest, uint32(r.ID))
	}
	if newest > a.newest && now.Sub(a.rang) >= ringEvery {
		a.newest, a.rang = newest, now
		a.bell++
	}
}

// follow goes to the document that is the session's current one, which changes
// by nothing but one's own doing.
func (a *App) follow() tea.Cmd {
	a.documents = a.session.Documents()
	id := a.session.Current()
	if id == a.doc {
		return nil
	}
	a.doc = id
	return a.revealInTree()
}

// revealInTree shows in the tree what is being edited.
func (a *App) revealInTree() tea.Cmd {
	var cmds []tea.Cmd
	for _, d := range a.documents {
		if d.ID != a.doc {
			continue
		}
		a.shownPath = d.Path
		for _, msg := range a.tree.Reveal(d.Path) {
			cmds = append(cmds, a.act(msg))
		}
	}
	return tea.Batch(cmds...)
}

// look takes in the current document as it is now, after msg, and lays out the
// screen. A caret that moved by one's own doing is brought into view.
func (a *App) look(msg tea.Msg, now time.Time) {
	a.mark()
	ar := a.areas()
	a.tree.SetSize(ar.tree.Dx(), ar.tree.Dy())
	a.pane.SetSize(ar.edit.Dx(), ar.edit.Dy())
	if page, ok := a.overlay.(scroller); ok {
		page.SetSize(ar.body.Dx(), ar.body.Dy())
	}
	v, err := a.session.View(a.doc)
	if err != nil {
		a.doc, v = 0, session.View{}
	}
	if a.place.look(msg, !v.Text.Same(a.view.Text), now, a.crowd(idleGap)); v.Doc != a.view.Doc {
		a.place.due = now
	}
	if v.Doc == a.view.Doc && v.Path != a.view.Path { // and perhaps in another language
		a.pane.SetShades(edit.Shades{})
	}
	comes := v.Doc != a.view.Doc
	a.view = v
	if comes {
		a.askIfDiffers(now)
	}
	a.countTyping(now)
	a.pane.Set(v)
	if a.reveal {
		a.reveal = false
		a.pane.Reveal()
	}
	a.keepViewport()
	a.place.find(v.Text, a.own().Head, now)
}

// keepViewport has the session keep where the viewport is.
func (a *App) keepViewport() {
	if top, left := a.pane.Viewport(); a.doc != 0 && (top != a.view.Top || left != a.view.Left) {
		a.session.ScrollTo(a.doc, a.pane.Text(), top, left)
		a.view.Top, a.view.Left = top, left
	}
}

// tick returns the command that ends when something on the screen has had its
// time: a name tag, a notice, the age of a knock.
func (a *App) tick(now time.Time) tea.Cmd {
	var next time.Time
	sooner := func(t time.Time) {
		if t.After(now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	if at, ok := a.pane.Fades(now); ok {
		sooner(at)
	}
	sooner(a.place.due)
	sooner(a.notice.until)
	if len(a.news) > 0 {
		sooner(a.notice.held)
	}
	if len(a.roster.Knocks)+len(a.roster.Requests) > 0 {
		sooner(now.Add(time.Second))
	}
	if next.IsZero() || !a.tickAt.IsZero() && !next.Before(a.tickAt) {
		return nil
	}
	a.tickAt = next
	return tea.Tick(next.Sub(now), func(time.Time) tea.Msg { return tickMsg{next} })
}
