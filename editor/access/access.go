// Package access says who may do what: roles, actions, the grants that the owner
// gives beyond a role, and the policies that take away. Every deed that shows or
// changes something is an action on a resource, put to one Authorizer, which allows,
// asks or denies it; what is not known is denied.
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

// The actions: a closed set. The zero Action is unknown and denied to all. Those of
// which no service exists yet are here so that it begins closed.
const (
	See        Action = iota + 1 // open a document, list the folder, learn a path
	Edit                         // change a document's text, and take that back
	Save                         // write a document to its file
	Create                       // make a file that does not exist yet
	Overwrite                    // write over, or give up for, what another program wrote
	Rename                       // give a file another name
	Delete                       // put a file into the trash, and bring it back
	Search                       // look for text in all files
	UndoOthers                   // take back what somebody else wrote
	Invite                       // make and show invites
	Admit                        // see who knocks, admit and refuse them, lock the lobby, answer requests
	ChangeRole                   // change roles and grants of others, and freeze them
	Remove                       // kick, block, and take back a block
	Settings                     // change how the session is shared
	End                          // end the session
	Shell                        // type into a shell on the host
	Ports                        // reach ports of the host
	Replica                      // have a replica of the documents elsewhere
	lastAction = Replica
)

// Actions is how many actions there are, and one for the zero Action.
const Actions = lastAction + 1

// actionNames are for people: "alice asks to …".
var actionNames = [Actions]string{
	See: "see", Edit: "edit", Save: "save", Create: "create", Overwrite: "overwrite", Rename: "rename", Delete: "delete",
	Search: "search", UndoOthers: "undo the work of others", Invite: "invite", Admit: "admit", ChangeRole: "change roles",
	Remove: "remove guests", Settings: "change settings", End: "end the session", Shell: "use a shell", Ports: "reach ports",
	Replica: "hold a replica",
}

func (a Action) String() string {
	if a.known() {
		return actionNames[a]
	}
	return fmt.Sprintf("action(%d)", uint8(a))
}

func (a Action) known() bool { return a >= See && a <= lastAction }

// actionWords are the actions that grants and policies may name, as they name them.
var actionWords = map[string]Action{
	"see": See, "edit": Edit, "save": Save, "create": Create, "overwrite": Overwrite, "rename": Rename, "delete": Delete,
	"search": Search, "undo-others": UndoOthers, "shell": Shell, "ports": Ports, "replica": Replica,
}

// ParseAction returns the action that a person named in a grant or a policy.
func ParseAction(word string) (Action, error) {
	if a, ok := actionWords[strings.ToLower(word)]; ok {
		return a, nil
	}
	return 0, fmt.Errorf("%q is nothing that guests do: use see, edit, save, create, overwrite, rename, delete, search, undo-others, shell, ports or replica", word)
}

// Word returns how a grant or a policy names a, "" where none may.
func (a Action) Word() string {
	for word, named := range actionWords {
		if named == a {
			return word
		}
	}
	return ""
}

// Decision is the authorizer's answer. A smaller one is stricter.
type Decision uint8

// The decisions; the zero Decision denies.
const (
	Deny Decision = iota
	Ask           // the owner is asked; the next attempt passes once they agree
	Allow
)

func (d Decision) String() string {
	switch d {
	case Ask:
		return "ask"
	case Allow:
		return "allow"
	}
	return "deny"
}

// What a deed that did not pass returns; tell them apart with errors.Is. ErrFrozen is
// an ErrDenied, too.
var (
	ErrDenied = errors.New("not allowed")
	ErrAsked  = errors.New("the host has been asked")
	ErrFrozen = fmt.Errorf("%w: the host has frozen the session", ErrDenied)
)

// rights is what each role may do beyond nothing. The owner may do everything.
var rights = map[Role]map[Action]Decision{
	Viewer: {See: Allow, Search: Allow, Edit: Ask},
	Editor: {
		See: Allow, Search: Allow, Edit: Allow, Save: Allow,
		Create: Ask, Rename: Ask, Delete: Ask, UndoOthers: Ask,
	},
}

// Kind is what stands in a guest's way at a resource, whatever their role.
type Kind uint8

// The kinds.
const (
	Plain  Kind = iota
	Linked      // a file with another name, which may lie outside: the owner is asked
	Secret      // closed, unless the owner opened this very path to this guest
)

// Resource is what a deed is done to.
type Resource struct {
	Path string // from the folder's root, slash-separated, links followed; "" for no document
	Kind Kind
}
