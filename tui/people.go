package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/tui/people"
)

// openPeople shows who is here, or closes that.
func (a *App) openPeople() tea.Cmd {
	if _, open := a.overlay.(*people.Panel); open {
		a.overlay = nil
		return nil
	}
	a.overlay = people.New(a.session.Roster()) // with where everybody is now
	return nil
}

// actOnPeople does what the people panel asks for.
func (a *App) actOnPeople(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case people.GoMsg:
		return a.goTo(msg.Person)
	case people.RoleMsg:
		if err := a.session.SetRole(msg.Name, msg.Role); err != nil {
			a.fail("change the role of", msg.Name, err)
			break
		}
		a.say(msg.Name + " is now " + role(msg.Role))
	case people.KickMsg:
		remove, done := a.session.Kick, " was sent out and may knock again"
		if msg.Block {
			remove, done = a.session.Block, " was sent out and may not come back"
		}
		if err := remove(msg.Name); err != nil {
			a.fail("send out", msg.Name, err)
			break
		}
		a.say(msg.Name + done)
	case people.CloseMsg:
		a.overlay = nil
	default:
		a.actOnRights(msg)
	}
	a.pull(time.Now())
	return nil
}

// actOnRights does what the people panel asks for about grants, blocks, the freeze and
// the lock.
func (a *App) actOnRights(msg tea.Msg) {
	deed, on, done := "", "", ""
	var err error
	switch msg := msg.(type) {
	case people.RevokeMsg:
		deed, done, err = "take back", "That was taken back", a.session.Revoke(msg.ID)
	case people.GrantAllMsg:
		deed, on = "allow", "all guests"
		done, err = a.grantAll(msg)
	case people.UnblockMsg:
		deed, on, done, err = "unblock", msg.Name, msg.Name+" may knock again", a.session.Unblock(msg.Name)
	case people.FreezeMsg:
		deed, on, done, err = "freeze", "the session", "All guests can only look now", a.setFrozen(msg.Freeze)
		if !msg.Freeze {
			done = "All guests are again what they were"
		}
	case people.LockMsg:
		deed, on, done, err = "lock", "the session", "Nobody can knock now", a.setLocked(msg.Lock)
		if !msg.Lock {
			done = "Guests can knock again"
		}
	}
	if err != nil {
		a.fail(deed, on, err)
		return
	}
	a.say(done)
}

// freeze makes viewers of all guests, or ends that.
func (a *App) freeze() tea.Cmd {
	a.actOnRights(people.FreezeMsg{Freeze: !a.roster.Frozen})
	a.pull(time.Now())
	return nil
}

// grantAll allows all guests what the people panel says, and returns what that is.
func (a *App) grantAll(msg people.GrantAllMsg) (done string, err error) {
	word, path, _ := strings.Cut(strings.TrimSpace(msg.Typed), " ")
	g := access.Grant{}
	if g.Action, err = access.ParseAction(word); err != nil {
		return "", err
	}
	if g.On, err = access.ParsePattern(strings.TrimSpace(path)); err != nil {
		return "", err
	}
	if msg.While {
		g.Until = time.Now().Add(access.While)
	}
	return access.Receivers(g.Action) + " may now " + strings.TrimSpace(word+" "+g.On.String()), a.session.GrantAll(g)
}

func (a *App) setFrozen(frozen bool) error {
	if frozen {
		return a.session.Freeze()
	}
	return a.session.Thaw()
}

func (a *App) setLocked(locked bool) error {
	if locked {
		return a.session.Lock()
	}
	return a.session.Unlock()
}

func role(r access.Role) string {
	if r == access.Editor {
		return "an editor"
	}
	return "a " + r.String()
}
