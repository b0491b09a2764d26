// Package people is the panel of who is here, with what the owner can do about it.
package people

import (
	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/editor/session"
	"tshare/tui/canvas/field"
)

// Panel is the people panel.
type Panel struct {
	roster session.Roster
	rows   []row
	at     int          // the chosen row
	asked  deed         // what a second press of its key does to the chosen person
	wish   *field.Field // what all guests are to be allowed, while that is typed
}

// Messages that the panel returns.
type (
	// GoMsg asks to go where a person is.
	GoMsg struct{ Person session.Person }
	// RoleMsg asks to give a person another role.
	RoleMsg struct {
		Name string
		Role access.Role
	}
	// KickMsg asks to end a person's stay; with Block they may not come back.
	KickMsg struct {
		Name  string
		Block bool
	}
	// RevokeMsg asks to take a grant back.
	RevokeMsg struct{ ID access.GrantID }
	// GrantAllMsg asks to allow all guests what is typed: an action, and a path or a
	// pattern behind it.
	GrantAllMsg struct {
		Typed string
		While bool // for access.While, rather than the session
	}
	// UnblockMsg asks to let somebody knock again.
	UnblockMsg struct{ Name string }
	// FreezeMsg asks to make viewers of all guests, or to end that.
	FreezeMsg struct{ Freeze bool }
	// LockMsg asks to have nobody knock, or to end that.
	LockMsg struct{ Lock bool }
	// CloseMsg closes the panel.
	CloseMsg struct{}
)

// deed is what is done to a person only at the second press.
type deed uint8

const (
	none deed = iota
	kick
	block
)

// New returns the panel for a roster.
func New(r session.Roster) *Panel { return &Panel{roster: r, rows: rowsOf(r)} }

// Set hands over who is here now. The same row stays chosen; if it is gone, what was
// asked about it is forgotten.
func (p *Panel) Set(r session.Roster) {
	was := p.row().key
	p.roster, p.rows = r, rowsOf(r)
	for i, row := range p.rows {
		if row.key == was {
			p.at = i
			return
		}
	}
	p.choose(p.at)
}

// Key handles a key. Kicking and blocking ask for a second press.
func (p *Panel) Key(k tea.KeyPressMsg) tea.Msg {
	if p.wish != nil {
		return p.wishKey(k)
	}
	asked := p.asked
	p.asked = none
	who := p.row().who
	if msg := p.rightsKey(k.String()); msg != nil {
		return msg
	}
	switch k.String() {
	case "esc", "q":
		if asked == none {
			return CloseMsg{}
		}
	case "up", "ctrl+p":
		p.choose(p.at - 1)
	case "down", "ctrl+n":
		p.choose(p.at + 1)
	case "home":
		p.choose(0)
	case "end":
		p.choose(len(p.rows) - 1)
	case "enter":
		if p.canGo(who) {
			return GoMsg{who}
		}
	case "r":
		if p.canChange(who) {
			return RoleMsg{who.Name, otherRole(who.Role)}
		}
	case "k":
		return p.ask(who, kick, asked)
	case "b":
		return p.ask(who, block, asked)
	}
	return nil
}

// ask returns the deed's message if it was asked for before, else asks.
func (p *Panel) ask(who session.Person, d, asked deed) tea.Msg {
	if !p.canChange(who) {
		return nil
	}
	if asked != d {
		p.asked = d
		return nil
	}
	return KickMsg{Name: who.Name, Block: d == block}
}

// canGo reports whether who is somewhere that the viewer is not.
func (p *Panel) canGo(who session.Person) bool {
	return p.row().kind == aPerson && who.Path != "" && who.ID != p.roster.Self.ID
}

// canChange reports whether the viewer may change the role or end the stay of who.
func (p *Panel) canChange(who session.Person) bool {
	return p.row().kind == aPerson && p.roster.Self.Role == access.Owner && who.Role != access.Owner && who.Name != ""
}

// row returns the chosen row.
func (p *Panel) row() row {
	if p.at < len(p.rows) {
		return p.rows[p.at]
	}
	return row{}
}

func (p *Panel) choose(i int) {
	p.at = max(min(i, len(p.rows)-1), 0)
	p.asked = none
}

// otherRole returns the role that r changes to.
func otherRole(r access.Role) access.Role {
	if r == access.Viewer {
		return access.Editor
	}
	return access.Viewer
}
