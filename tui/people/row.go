package people

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"tshare/editor/access"
	"tshare/editor/safe"
	"tshare/editor/session"
	"tshare/tui/canvas/field"
)

// kind is what a row is.
type kind uint8

const (
	nobody   kind = iota
	aPerson       // somebody who is in or away
	aGrant        // what the person above may beyond their role, or may not ask for
	aBlocked      // somebody who may not come back
)

// row is a line of the panel.
type row struct {
	kind    kind
	key     string // the same for as long as it is the same row
	who     session.Person
	grant   session.Grant
	blocked session.Block
}

// rowsOf returns the rows of a roster: each person, below them their grants, then what
// all guests were granted, and at the end who is blocked.
func rowsOf(r session.Roster) []row {
	var rows []row
	for _, who := range r.People {
		rows = append(rows, row{kind: aPerson, key: fmt.Sprint("person ", who.ID), who: who})
		for _, g := range r.Grants {
			if g.Who == who.ID {
				rows = append(rows, row{kind: aGrant, key: fmt.Sprint("grant ", g.ID), who: who, grant: g})
			}
		}
	}
	for _, g := range r.Grants {
		if g.ForAll() {
			rows = append(rows, row{kind: aGrant, key: fmt.Sprint("grant ", g.ID), grant: g})
		}
	}
	for _, b := range r.Blocked {
		rows = append(rows, row{kind: aBlocked, key: "block " + b.Name + b.Key, blocked: b})
	}
	return rows
}

// rightsKey handles the keys about grants, blocks, the freeze and the lock.
func (p *Panel) rightsKey(key string) tea.Msg {
	if p.roster.Self.Role != access.Owner {
		return nil
	}
	row := p.row()
	switch {
	case key == "x" && row.kind == aGrant:
		return RevokeMsg{row.grant.ID}
	case key == "u" && row.kind == aBlocked:
		return UnblockMsg{row.blocked.Name}
	case key == "g":
		p.wish = &field.Field{}
	case key == "f":
		return FreezeMsg{!p.roster.Frozen}
	case key == "l":
		return LockMsg{!p.roster.Locked}
	}
	return nil
}

// wishKey handles a key while it is typed what all guests are to be allowed.
func (p *Panel) wishKey(k tea.KeyPressMsg) tea.Msg {
	typed := p.wish.Text()
	switch k.String() {
	case "esc":
		p.wish = nil
	case "enter", "tab":
		p.wish = nil
		if typed == "" {
			return nil
		}
		return GrantAllMsg{Typed: typed, While: k.String() == "tab"}
	default:
		p.wish.Key(k)
	}
	return nil
}

// Paste puts text into what is typed.
func (p *Panel) Paste(text string) {
	if p.wish != nil {
		p.wish.Paste(text)
	}
}

// says tells what a grant is.
func says(g session.Grant) string {
	words := "may " + g.Action.String()
	if g.ForAll() {
		words = access.Receivers(g.Action) + " " + words
	}
	if g.Muted {
		return "may not ask to " + g.Action.String() + " any more"
	}
	if !g.On.All() {
		words += " " + safe.Path(g.On.String())
	}
	switch {
	case g.Once:
		words += ", once"
	case !g.Until.IsZero():
		words += ", until " + g.Until.Local().Format("15:04")
	}
	return words
}
