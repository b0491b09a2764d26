// Package access says who may do what: roles, actions, and the grants that the
// owner gives beyond a role. Every deed that shows or changes something is an
// action put to one Authorizer; what is not known is denied.
package access

import (
	"errors"
	"fmt"
	"strings"
)

// Role is what a participant is.
type Role uint8

// The roles, each with all rights of those before it. The zero Role has none.
const (
	None Role = iota
	Viewer
	Editor
	Owner
)

var roleNames = [...]string{None: "none", Viewer: "viewer", Editor: "editor", Owner: "owner"}

func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return fmt.Sprintf("role(%d)", uint8(r))
}

// ParseRole returns the role that a person named: a guest's role, so viewer or
// editor. Owner cannot be given.
func ParseRole(name string) (Role, error) {
	for _, r := range []Role{Viewer, Editor} {
		if strings.EqualFold(name, r.String()) {
			return r, nil
		}
	}
	return None, fmt.Errorf("%q is not a role for a guest: use viewer or editor", name)
}

// Action is what a participant does.
type Action uint8

// The actions. The zero Action is unknown and denied to all.
const (
	See        Action = iota + 1 // open a document, list the folder
	Edit                         // change a document's text, and take that back
	Save                         // write a document to its file
	Create                       // make a file that does not exist yet
	Overwrite                    // write over, or give up for, what another program wrote
	Invite                       // make and show invites
	Admit                        // see who knocks, admit and refuse them, answer requests
	ChangeRole                   // give another participant another role
	Remove                       // kick and block
	End                          // end the session
	lastAction = End
)

var actionNames = [...]string{
	See: "see", Edit: "edit", Save: "save", Create: "create", Overwrite: "overwrite", Invite: "invite",
	Admit: "admit", ChangeRole: "change roles", Remove: "remove guests", End: "end the session",
}

func (a Action) String() string {
	if a >= 1 && int(a) < len(actionNames) {
		return actionNames[a]
	}
	return fmt.Sprintf("action(%d)", uint8(a))
}

// Decision is the authorizer's answer.
type Decision uint8

// The decisions; the zero Decision denies.
const (
	Deny Decision = iota
	Ask           // the owner is asked; the next attempt passes once they agree
	Allow
)

// What a deed that did not pass returns; tell them apart with errors.Is.
var (
	ErrDenied = errors.New("not allowed")
	ErrAsked  = errors.New("the host has been asked")
)

// policy is what each role may do beyond nothing. The owner may do everything.
var policy = map[Role]map[Action]Decision{
	Viewer: {See: Allow, Edit: Ask},
	Editor: {See: Allow, Edit: Allow, Save: Allow, Create: Ask},
}

// Scope says for how long and for what a grant holds.
type Scope uint8

// The scopes. Once is used up by the next attempt.
const (
	Once Scope = iota + 1
	ThisFile
	ThisSession
)

// Subject is who acts, as the session numbers its participants.
type Subject uint32

// Authorizer decides. Its owner guards it; it has no lock of its own.
type Authorizer struct {
	grants map[Subject]map[Action]*grant
}

// grant is what one subject was given, or denied for good, for one action.
type grant struct {
	once    bool
	session bool
	muted   bool
	files   map[string]bool
}

// Decide answers whether who, being role, may do a to the document at path
// ("" for what concerns no document). A grant for once is used up by it.
func (z *Authorizer) Decide(who Subject, role Role, a Action, path string) Decision {
	if role == Owner && a >= See && a <= lastAction {
		return Allow
	}
	d := policy[role][a]
	if d != Ask {
		return d
	}
	g := z.grants[who][a]
	switch {
	case g == nil:
		return Ask
	case g.muted:
		return Deny
	case g.session, g.files[path]:
		return Allow
	case g.once:
		g.once = false
		return Allow
	}
	return Ask
}

// Grant gives who the right to a in scope; path matters for ThisFile.
func (z *Authorizer) Grant(who Subject, a Action, scope Scope, path string) {
	g := z.grant(who, a)
	g.muted = false
	switch scope {
	case Once:
		g.once = true
	case ThisFile:
		if g.files == nil {
			g.files = map[string]bool{}
		}
		g.files[path] = true
	case ThisSession:
		g.session = true
	}
}

// Mute denies a to who for the rest of the session without asking again.
func (z *Authorizer) Mute(who Subject, a Action) { z.grant(who, a).muted = true }

// Forget drops everything given to who, on a change of role or their leaving for good.
func (z *Authorizer) Forget(who Subject) { delete(z.grants, who) }

func (z *Authorizer) grant(who Subject, a Action) *grant {
	if z.grants == nil {
		z.grants = map[Subject]map[Action]*grant{}
	}
	if z.grants[who] == nil {
		z.grants[who] = map[Action]*grant{}
	}
	if z.grants[who][a] == nil {
		z.grants[who][a] = &grant{}
	}
	return z.grants[who][a]
}
