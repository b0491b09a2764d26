package tui

import (
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/editor/session"
	"tshare/editor/workspace"
	"tshare/tui/dialog"
	"tshare/tui/help"
)

func screenCommands() []command {
	return []command{
		{name: "help", keys: []string{"f1"}, help: "This page", scope: anywhere, run: (*App).openHelp},
		{name: "wrap", keys: []string{"alt+w"}, help: "Wrap long lines", scope: inPane, run: (*App).toggleWrap},
		{name: "redraw", keys: []string{"ctrl+l"}, help: "Draw it afresh", scope: anywhere, run: (*App).redraw},
		{name: "quit", keys: []string{"ctrl+q"}, help: "Leave", scope: anywhere, run: (*App).quit},
	}
}

func (a *App) openHelp() tea.Cmd {
	if _, open := a.overlay.(*help.Page); open {
		a.overlay = nil
		return nil
	}
	a.overlay = help.New(helpSections())
	return nil
}

func (a *App) toggleWrap() tea.Cmd {
	a.pane.ToggleWrap()
	a.keepViewport()
	if a.pane.Wraps() {
		a.say("Long lines are wrapped")
	} else {
		a.say("Long lines are cut off")
	}
	return nil
}

func (a *App) redraw() tea.Cmd {
	a.redraws++
	return nil
}

// quit leaves. The owner's leaving ends the session, unless somebody or
// something would be lost by that: then they are asked.
func (a *App) quit() tea.Cmd {
	switch {
	case !a.owner():
		return a.leave(a.guestFarewell())
	case a.stays || a.otherScreens():
		return a.leave(goesOn)
	}
	guests, unsaved := a.roster.Guests(), len(a.session.Unsaved())
	if guests == 0 && unsaved == 0 {
		return a.end()
	}
	a.overlay = a.quitQuestion(guests, unsaved)
	return nil
}

// goesOn is what the host reads who left the session running.
const goesOn = "The session goes on. `tshare` brings you back, `tshare stop` ends it."

// leave ends this screen only.
func (a *App) leave(farewell string) tea.Cmd {
	a.farewell = farewell
	return tea.Quit
}

// guestFarewell says what becomes of what the last guest has not saved.
func (a *App) guestFarewell() string {
	for _, p := range a.roster.People {
		if p.ID != a.session.ID() && p.State == session.In {
			return "You left. The same command brings you back."
		}
	}
	if unsaved := len(a.session.Unsaved()); unsaved > 0 {
		return fmt.Sprintf("You left. The same command brings you back. %s unsaved; the text stays in the session.",
			are(unsaved, "document", "documents"))
	}
	return "You left. The same command brings you back."
}

// otherScreens reports whether the owner is here on another terminal as well.
func (a *App) otherScreens() bool {
	for _, p := range a.roster.People {
		if p.Role == access.Owner && p.State == session.In && p.ID != a.session.ID() {
			return true
		}
	}
	return false
}

// quitQuestion asks what is to become of guests and of unsaved text.
func (a *App) quitQuestion(guests, unsaved int) *dialog.Question {
	var facts []string
	if guests > 0 {
		facts = append(facts, are(guests, "guest", "guests")+" in")
	}
	if unsaved > 0 {
		facts = append(facts, are(unsaved, "document", "documents")+" unsaved")
	}
	var choices []dialog.Choice
	end := dialog.Choice{Key: "e", Label: "end for all", Msg: after((*App).end)}
	if unsaved > 0 {
		choices = append(choices, dialog.Choice{Key: "s", Label: "save all and end", Msg: after((*App).saveAndEnd)})
		end.Label += " (unsaved text is kept aside)"
	}
	choices = append(choices, end, dialog.Choice{Key: "d", Label: "detach, keep it running", Msg: after(func(a *App) tea.Cmd {
		return a.leave(goesOn)
	})})
	return dialog.Ask("End the session?", strings.Join(facts, ", ")+".", choices...)
}

// are counts things: "1 guest is", "2 guests are".
func are(n int, one, many string) string {
	if n == 1 {
		return "1 " + one + " is"
	}
	return fmt.Sprintf("%d %s are", n, many)
}

// end ends the session for all. When that is done, this stay has ended too.
func (a *App) end() tea.Cmd {
	s, reason := a.session, a.roster.Self.Name+" ended the session."
	return func() tea.Msg {
		err := s.End(reason)
		return after(func(a *App) tea.Cmd {
			if err != nil {
				a.fail("end", "the session", err)
			}
			return nil
		})
	}
}

// saveAndEnd ends the session only if all could be saved.
func (a *App) saveAndEnd() tea.Cmd {
	s, end := a.session, a.end()
	return func() tea.Msg {
		saved, err := s.SaveAll()
		if err == nil {
			return end()
		}
		return after(func(a *App) tea.Cmd {
			if errors.Is(err, workspace.ErrChanged) {
				a.warn("Not ended: a file was changed on disk. " + a.keymap.key("save") + " in it decides")
				return nil
			}
			a.toldSaved(saved, err)
			return nil
		})
	}
}
