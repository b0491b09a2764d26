package session

import (
	"time"

	"tshare/editor/access"
)

// ParticipantID names a participant for as long as the session lasts.
type ParticipantID uint32

// Identity is who somebody is, as the network proved it and they say it.
type Identity struct {
	Name    string // as they claim it; the session makes it safe and unique
	Key     string // fingerprint of the public key that they proved, "" without one
	Address string // where they come from, a label only
	Role    access.Role
	By      string // by what they were let in, for the record
	// Vouched says that something else than this session vouches for their key, and
	// is asked again each time that they come: the session admits the key no further.
	Vouched bool
	Invite  uint32 // the invite that was made for them alone, 0 for none: who is blocked cannot use it
}

// State is where a person stands.
type State uint8

// The states. Someone away comes back by the same key to where they were.
const (
	In State = iota
	Away
)

func (s State) String() string {
	if s == Away {
		return "away"
	}
	return "in"
}

// Person is a participant as others see them, at one moment.
type Person struct {
	ID      ParticipantID
	Name    string // safe to show, unique in the session
	Key     string
	Address string
	Role    access.Role
	State   State
	Colour  int    // index of their colour; the owner's is 0
	Path    string // the document they look at, "" for none
	Line    int    // their caret's line in it, from 0
}

// KnockID names a knock.
type KnockID uint32

// Knock is a guest's request to enter.
type Knock struct {
	ID      KnockID
	Name    string // safe to show; they say it, nothing proves it
	Key     string
	Address string
	Role    access.Role // what their invite gives
	Since   time.Time
	PIN     string // six digits; "" unless PINs are to be compared
}

// RequestID names a request.
type RequestID uint32

// Request is something that a participant may do only if the owner agrees.
type Request struct {
	ID     RequestID
	Who    Person
	Action access.Action
	Path   string
	To     string // the other path that it is done to, "" for none
	Linked bool   // the file has another name on disk, which may lie outside the folder
	Since  time.Time
}

// Answer is what the owner says to a request.
type Answer uint8

// The answers.
const (
	AllowOnce Answer = iota + 1
	AllowFile
	AllowSession
	AllowAWhile // for access.While
	Refuse
	RefuseAndMute
)

// Notice is a line of news for one participant: somebody joined, a role changed.
type Notice struct {
	Text   string
	Urgent bool // a refusal or a danger, rather than news
}

// Roster is who is here, as one participant may see it.
type Roster struct {
	Self     Person
	People   []Person  // everyone who is in or away, the owner first
	Knocks   []Knock   // only for who may admit
	Requests []Request // likewise
	Grants   []Grant   // for who may change roles, all; else one's own and those of all guests
	Blocked  []Block   // for who may remove
	Frozen   bool      // all guests are viewers for now
	Locked   bool      // nobody may knock
}

// Grant is what somebody was given beyond their role, as others see it.
type Grant struct {
	access.Grant
	Who ParticipantID // of no participant where ForAll
}

// ForAll reports whether all guests were given it.
func (g Grant) ForAll() bool { return g.Grant.Who == access.Everyone }

// Block is somebody who may not come back.
type Block struct {
	Name    string
	Key     string
	Address string // without its port
	Since   time.Time
}

// Guests returns how many people other than the owner are in.
func (r Roster) Guests() int {
	n := 0
	for _, p := range r.People {
		if p.Role != access.Owner && p.State == In {
			n++
		}
	}
	return n
}
