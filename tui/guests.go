package tui

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor"
	"tshare/editor/session"
	"tshare/tui/lobby"
	"tshare/tui/share"
)

func guestCommands() []command {
	return []command{
		{name: "share", keys: []string{"f5", "ctrl+t"}, help: "How guests join", scope: anywhere, run: (*App).openShare},
		{name: "people", keys: []string{"f6"}, help: "Who is here; freeze", shown: []string{"f6", "f9"}, scope: anywhere, run: (*App).openPeople},
		{name: "freeze", keys: []string{"f9"}, scope: anywhere, run: (*App).freeze},
		{name: "answer", keys: []string{"ctrl+k", "f7"}, help: "Answer a knock", scope: anywhere, run: (*App).cycleStrip},
	}
}

// cycleStrip goes to those who knock and ask, and back.
func (a *App) cycleStrip() tea.Cmd {
	a.overlay = nil
	switch {
	case a.focus == onStrip:
		a.focus = onText
	case len(a.roster.Knocks)+len(a.roster.Requests) == 0:
		a.say("Nobody waits for an answer")
	default:
		a.closePrompt()
		a.focus = onStrip
		a.strip.Focus(time.Now())
	}
	return nil
}

// actOnStrip does what the knock strip asks for.
func (a *App) actOnStrip(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case lobby.ApproveMsg:
		k, err := a.session.Approve(msg.PIN, msg.Role)
		a.admitted(k, err)
	case lobby.AdmitMsg:
		k, err := a.session.Admit(msg.ID, msg.Role)
		a.admitted(k, err)
	case lobby.DenyMsg:
		a.answered(a.session.Deny(msg.ID, ""))
	case lobby.AnswerMsg:
		a.answered(a.session.Answer(msg.ID, msg.Answer))
	case lobby.LeaveMsg:
		a.focus = onText
	}
	a.pull(time.Now())
	return nil
}

func (a *App) admitted(k session.Knock, err error) {
	switch {
	case errors.Is(err, session.ErrNoKnock):
		a.strip.Say("Nobody waits with that PIN")
	case errors.Is(err, session.ErrFull):
		a.strip.Say("The session is full")
	case err != nil:
		a.fail("let in", k.Name, err)
	default:
		a.say(k.Name + " is let in as " + k.Role.String())
	}
}

// answered follows a refusal or an answer. A knock that is gone needs none.
func (a *App) answered(err error) {
	if err != nil && !errors.Is(err, session.ErrNoKnock) {
		a.fail("answer", "", err)
	}
}

// goTo opens the document that who looks at and goes to their caret.
func (a *App) goTo(who session.Person) tea.Cmd {
	return a.openThen(who.Path, func(a *App) tea.Cmd {
		for _, c := range a.view.Carets {
			if c.Who != who.ID {
				continue
			}
			head := c.Selections[len(c.Selections)-1].Head
			if a.selectOne(a.view.Text, editor.Caret(head)) == nil {
				a.reveal = true
			}
		}
		return nil
	})
}

// openShare shows how guests join, or closes that.
func (a *App) openShare() tea.Cmd {
	if _, open := a.overlay.(*share.Panel); open {
		a.overlay = nil
		return nil
	}
	if a.sharing == nil {
		a.overlay = share.New(nil, share.Reach{Listening: true})
		return nil
	}
	keys := a.keys
	return a.ask(a.sharing.Invite, func(a *App, inv *share.Invite, r share.Reach) {
		if keys == a.keys { // whoever types on must not type into the panel
			a.overlay = share.New(inv, r)
		}
	})
}

// actOnShare does what the share panel asks for.
func (a *App) actOnShare(msg tea.Msg) tea.Cmd {
	renew := func(a *App, inv *share.Invite, r share.Reach) {
		if p, ok := a.overlay.(*share.Panel); ok {
			p.SetInvite(inv, r)
		}
	}
	switch msg := msg.(type) {
	case share.CopyMsg:
		a.clip.text, a.clip.lines = msg.Text, false
		a.send(msg.Text)
		a.say("Sent to your clipboard: " + msg.What + ". If your terminal does not take it, show it bare")
	case share.BareMsg:
		a.bare = msg.Text
	case share.NewMsg:
		sharing := a.sharing
		return a.ask(func() (*share.Invite, error) { return sharing.NewInvite(msg.Role) }, renew)
	case share.SwitchMsg:
		sharing := a.sharing
		return a.ask(func() (*share.Invite, error) {
			if err := sharing.Switch(msg.On); err != nil {
				return nil, err
			}
			return sharing.Invite()
		}, renew)
	case share.CloseMsg:
		a.overlay = nil
	}
	return nil
}

// ask gets an invite, and how the session can be reached, from the network.
func (a *App) ask(get func() (*share.Invite, error), then func(*App, *share.Invite, share.Reach)) tea.Cmd {
	sharing := a.sharing
	if sharing == nil {
		return nil
	}
	return func() tea.Msg {
		inv, err := get()
		r := sharing.Reach()
		return after(func(a *App) tea.Cmd {
			a.listening = r.Listening
			if err != nil {
				a.fail("share", "the session", err)
				return nil
			}
			then(a, inv, r)
			return nil
		})
	}
}

// reach asks whether guests can reach the session.
func (a *App) reach() tea.Cmd {
	sharing := a.sharing
	if sharing == nil {
		return nil
	}
	return func() tea.Msg {
		r := sharing.Reach()
		return after(func(a *App) tea.Cmd { a.listening = r.Listening; return nil })
	}
}
