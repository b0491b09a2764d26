// Package control is how the programs of one user on one machine talk to a
// running session: over its Unix socket, in the same SSH that guests speak, with
// the owner as everyone who may connect.
//
// A shell with a terminal is the host's own screen. An exec is a command: the
// command line is one Request in JSON, the answer any number of JSON objects,
// one a line, and an exit status. Status 0 means done; otherwise the last
// object is an Error.
//
// The socket is proof enough for both sides: it lies in a folder that nobody
// else can enter, and each asks the kernel whose process the other is.
package control

import (
	"errors"
	"time"

	"tshare/editor/access"
	"tshare/editor/session"
	"tshare/editor/workspace"
)

// Command is what a Request wants.
type Command string

// The commands, with the fields of Request that they read and what they answer.
const (
	Info    Command = "info"    // answers one Status
	Inspect Command = "inspect" // answers one Health
	Invite  Command = "invite"  // Role, Expires, Uses, FastKeys; answers one Ready
	Revoke  Command = "revoke"  // ID; answers one Done
	Who     Command = "who"     // answers a Person each, those who knock last
	// Approve reads PIN, Role to give another than the invite's, and Remember. It
	// answers one Person, also before an Error about the remembering.
	Approve Command = "approve"
	Deny    Command = "deny"  // Name, Reason; answers one Done
	Role    Command = "role"  // Name, Role; answers one Done
	Kick    Command = "kick"  // Name; answers one Done
	Block   Command = "block" // Name; answers one Done
	// Unblock reads Name, which may be a key's fingerprint, and answers one Done; Blocked
	// answers a Person each.
	Unblock Command = "unblock"
	Blocked Command = "blocked"
	// Grant reads Name or All, Action, Path (a pattern, "" for all), Expires and Once, and answers
	// one Done. Ungrant reads Name or All, Action ("" for any) and Path ("" for any), and answers
	// the Granted that it took back. Grants answers a Granted each.
	Grant   Command = "grant"
	Ungrant Command = "ungrant"
	Grants  Command = "grants"
	Freeze  Command = "freeze" // answers one Done, as the next three do
	Thaw    Command = "thaw"
	Lock    Command = "lock"
	Unlock  Command = "unlock"
	Forget  Command = "forget" // Key; answers one Done
	Save    Command = "save"   // answers a Saved each, also before an Error
	Stop    Command = "stop"   // Reason; answers one Done
	Open    Command = "open"   // Path; what the next screen on this connection shows first
)

// Request is a command with its arguments.
type Request struct {
	Command  Command   `json:"command"`
	PIN      string    `json:"pin,omitempty"`
	Name     string    `json:"name,omitempty"`
	Key      string    `json:"key,omitempty"`    // a fingerprint
	Role     string    `json:"role,omitempty"`   // "viewer" or "editor"
	Reason   string    `json:"reason,omitempty"` // to tell those whom it concerns
	Path     string    `json:"path,omitempty"`
	Action   string    `json:"action,omitempty"`   // as a grant names it
	Once     bool      `json:"once,omitempty"`     // for one attempt
	All      bool      `json:"all,omitempty"`      // for all guests, also who comes later
	Remember bool      `json:"remember,omitempty"` // let the guest's key in by itself in later sessions
	Expires  time.Time `json:"expires,omitzero"`   // zero: with the session
	Uses     int       `json:"uses,omitempty"`     // 0: any number
	ID       uint32    `json:"id,omitempty"`       // of an invite
	FastKeys bool      `json:"fast_keys,omitempty"`
}

// Ready is an invite in all its forms, as `tshare serve` prints it once guests
// can knock, and `tshare invite` later.
type Ready struct {
	Event         string     `json:"event"` // "ready" or "invite"
	Session       string     `json:"session"`
	Root          string     `json:"root"`
	Host          string     `json:"host"` // the best address for guests, "" while nothing listens
	Port          int        `json:"port"`
	Fingerprint   string     `json:"fingerprint"`
	PublicKey     string     `json:"public_key"`
	ID            uint32     `json:"id"`
	Token         string     `json:"token"`
	Role          string     `json:"role"`
	Uses          int        `json:"uses"`    // 0: any number
	Expires       *time.Time `json:"expires"` // null: with the session
	Link          string     `json:"link"`    // "" where ssh takes none
	Command       string     `json:"command"`
	PinnedCommand string     `json:"pinned_command"`
	PuTTYCommand  string     `json:"putty_command"`
	ListedCommand string     `json:"listed_command,omitempty"` // for whom the host lists: without a token
	FastKeys      bool       `json:"fast_keys"`                // the guest's ssh is told to send each key at once
	Socket        string     `json:"socket"`
	Problem       string     `json:"problem,omitempty"` // why guests cannot come in, or only some
}

// Status is a session at one moment.
type Status struct {
	Session     string    `json:"session"`
	Root        string    `json:"root"`
	PID         int       `json:"pid"`
	Started     time.Time `json:"started"`
	Listening   bool      `json:"listening"`
	Host        string    `json:"host"`
	Port        int       `json:"port"`
	Fingerprint string    `json:"fingerprint"`
	PublicKey   string    `json:"public_key"`
	Problem     string    `json:"problem,omitempty"`
	Guests      int       `json:"guests"`  // in now
	Knocks      int       `json:"knocks"`  // waiting now
	Frozen      bool      `json:"frozen"`  // all guests are viewers for now
	Locked      bool      `json:"locked"`  // nobody may knock
	Owners      int       `json:"owners"`  // screens of the host that are open
	Unsaved     []string  `json:"unsaved"` // paths of documents with unsaved edits
}

// Person is somebody who is in, away or knocks.
type Person struct {
	Name     string  `json:"name"`
	State    string  `json:"state"` // "knocking", "in", "away", or "blocked"
	Role     string  `json:"role"`
	Key      string  `json:"key"` // "" without one
	Address  string  `json:"address"`
	Document string  `json:"document"`
	Line     int     `json:"line"`             // from 1; 0 without a document
	PIN      string  `json:"pin,omitempty"`    // of a knock, where PINs are compared
	Screen   *Screen `json:"screen,omitempty"` // of who is in, in a Health
}

// Granted is what somebody may beyond their role, or may not ask for.
type Granted struct {
	Name   string     `json:"name"`
	Action string     `json:"action"`
	Path   string     `json:"path"`  // a pattern, "" for all
	Once   bool       `json:"once"`  // for one attempt
	Until  *time.Time `json:"until"` // null: for the session
	Muted  bool       `json:"muted"` // not a right: their wish is denied unasked
	All    bool       `json:"all"`   // to all guests, whom Name says
}

// Saved is a document that was written.
type Saved struct {
	Path string `json:"path"`
}

// Done says that a command was done, and to whom.
type Done struct {
	Command Command `json:"command"`
	Name    string  `json:"name,omitempty"`
}

// Error is why a command was not done. It unwraps to the error that the session
// had, for errors.Is, where that is one of those below.
type Error struct {
	Message string `json:"error"`
	Code    string `json:"code,omitempty"`
}

// codes are the errors that cross the socket with their identity.
var codes = []struct {
	code string
	err  error
}{
	{"no-knock", session.ErrNoKnock},
	{"no-person", session.ErrNoPerson},
	{"not-blocked", session.ErrNotBlocked},
	{"ended", session.ErrEnded},
	{"denied", access.ErrDenied},
	{"changed", workspace.ErrChanged},
}

// NewError returns err as it crosses the socket.
func NewError(err error) Error {
	e := Error{Message: err.Error()}
	for _, c := range codes {
		if errors.Is(err, c.err) {
			e.Code = c.code
			break
		}
	}
	return e
}

func (e Error) Error() string { return e.Message }

// Unwrap returns the session's error, nil where it is no known one.
func (e Error) Unwrap() error {
	for _, c := range codes {
		if e.Code == c.code {
			return c.err
		}
	}
	return nil
}
