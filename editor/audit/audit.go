// Package audit keeps who did what in a session, so that it can be told later and
// nobody changes it unnoticed: a file of lines in JSON, each of which carries the
// hash of the one before it.
//
// A line is a Record. Its last field is "hash", the SHA-256 in hex of the bytes of
// the line before it, of which "prev" is a part: the hash of the line before. So
// every line seals all that came before it, and the newest hash, the head, seals the
// whole. What is only on this disk can be written anew from some line on by
// who may write to it; so the head is told at the end of a session, for those who
// want to keep it elsewhere.
//
// What happens is the session's to tell. No record has text of a document, a PIN or
// a token: there is no field for it.
package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tshare/editor/safe"
)

// Kind is what happened.
type Kind string

// The kinds.
const (
	Began     Kind = "began"     // the session; Path is what is shared
	Ended     Kind = "ended"     // the session; without it, it was killed
	Knocked   Kind = "knocked"   // a guest waits for the host
	Admitted  Kind = "admitted"  // the host let a guest in who knocked
	Refused   Kind = "refused"   // a guest: by the host, or at the door
	Joined    Kind = "joined"    // somebody has a screen; Decision is how they came in
	Left      Kind = "left"      // that screen has gone
	Role      Kind = "role"      // of a guest was changed
	Removed   Kind = "removed"   // a guest's stay was ended
	Blocked   Kind = "blocked"   // likewise, and they may not come back
	Unblocked Kind = "unblocked" // they may knock again
	Locked    Kind = "locked"    // nobody can knock
	Unlocked  Kind = "unlocked"  // they can again
	Invited   Kind = "invited"   // an invite was made; Role is what it gives, Decision which and how far it goes
	Withdrawn Kind = "withdrawn" // an invite was revoked; Decision is which
	Shared    Kind = "shared"    // guests can come, to Address
	Unshared  Kind = "unshared"  // they cannot; who is in stays
	Kept      Kind = "kept"      // a guest's key, to be let in by in later sessions
	Forgotten Kind = "forgotten" // a key that was kept, or let in before
	Listed    Kind = "listed"    // Path, or an address there, lets in whose keys it has; Decision is how many
	Frozen    Kind = "frozen"    // all guests can only look
	Thawed    Kind = "thawed"    // they are again what they were
	Policy    Kind = "policy"    // what policy files take away from guests has changed
	Asked     Kind = "asked"     // a guest wishes to do Action
	Granted   Kind = "granted"   // the host agreed, or gave it unasked
	Revoked   Kind = "revoked"   // what was granted is so no more; without By, its time was over
	Withheld  Kind = "withheld"  // the host did not
	Denied    Kind = "denied"    // a guest may not do Action
	Opened    Kind = "opened"    // a guest opened Path
	Created   Kind = "created"   // Path, a document without a file yet
	Saved     Kind = "saved"     // Path
	Overwrote Kind = "overwrote" // what another program had written at Path
	Reread    Kind = "reread"    // Path, giving up for it what was unsaved
	Merged    Kind = "merged"    // what another program had written at Path with what was unsaved
	Renamed   Kind = "renamed"   // Path, a file or a folder, to To
	Deleted   Kind = "deleted"   // Path, into the trash
	Restored  Kind = "restored"  // Path, out of it
	Lost      Kind = "lost"      // Times events, as too many came at once or the disk took none
)

// Event is something that happened. What does not apply is empty.
type Event struct {
	Time     time.Time `json:"time"`
	Kind     Kind      `json:"kind"`
	Who      string    `json:"who,omitempty"`      // whom it is about: a name, safe to show
	Key      string    `json:"key,omitempty"`      // the fingerprint of their key
	Address  string    `json:"address,omitempty"`  // where they come from
	Role     string    `json:"role,omitempty"`     // what they are, or become
	By       string    `json:"by,omitempty"`       // who decided it
	Action   string    `json:"action,omitempty"`   // what they wished to do
	Path     string    `json:"path,omitempty"`     // in the shared folder
	To       string    `json:"to,omitempty"`       // the other path, of what was renamed
	Decision string    `json:"decision,omitempty"` // how it was decided, or what came of it
	Times    int       `json:"times,omitempty"`    // for how many events it stands, if not for one
}

// Record is an event in its place.
type Record struct {
	Seq     uint64 `json:"seq"` // from 1, without a gap
	Session string `json:"session"`
	Event
	Prev string `json:"prev"` // the hash of the record before, of the first one 64 zeros
	Hash string `json:"hash"`
}

const (
	// maxLine is how long a line may be, in bytes, its end included: a path of 4 KiB
	// in JSON, and the rest.
	maxLine = 16 << 10
	// maxField is how much of a name or a path is kept, in bytes.
	maxField = 4 << 10
)

// origin is what the first record follows.
var origin = strings.Repeat("0", 2*sha256.Size)

// hashMark is what stands before a line's hash.
const hashMark = `,"hash":"`

// Head is the newest record's place and hash: what seals a chain.
type Head struct {
	Seq  uint64
	Hash string
}

func (h Head) String() string { return fmt.Sprintf("%d:%s", h.Seq, h.Hash) }

// ParseHead reads what String wrote.
func ParseHead(text string) (Head, error) {
	var h Head
	n, hash, _ := strings.Cut(strings.TrimSpace(text), ":")
	if _, err := fmt.Sscanf(n, "%d", &h.Seq); err != nil || fmt.Sprint(h.Seq) != n || !isHash(hash) {
		return Head{}, fmt.Errorf("%q is no head of a chain: it is a number, a colon and 64 hex digits", safe.Log(text))
	}
	h.Hash = hash
	return h, nil
}

func isHash(s string) bool {
	return len(s) == len(origin) && strings.Trim(s, "0123456789abcdef") == ""
}

// append returns b with the line of the record that follows h, and the head then.
func (h Head) append(b []byte, session string, e Event) ([]byte, Head, error) {
	r := Record{Seq: h.Seq + 1, Session: session, Event: e.fit(), Prev: h.Hash}
	body, err := json.Marshal(struct {
		Record
		Hash string `json:"hash,omitempty"` // none yet, in the place of Record's
	}{Record: r})
	if err != nil {
		return b, h, fmt.Errorf("write record %d: %w", r.Seq, err)
	}
	body = body[:len(body)-1]
	next := Head{r.Seq, hashOf(body)}
	b = append(append(append(b, body...), hashMark...), next.Hash...)
	return append(b, "\"}\n"...), next, nil
}

func hashOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// fit returns e with nothing in it that a terminal would obey or that makes a line
// too long.
func (e Event) fit() Event {
	for _, field := range []*string{&e.Who, &e.Key, &e.Address, &e.Role, &e.By, &e.Action, &e.Decision} {
		*field = safe.Log(*field)
	}
	most := maxField
	if e.To != "" {
		most /= 2
	}
	e.Path, e.To = fitPath(e.Path, most), fitPath(e.To, most)
	return e
}

// fitPath returns a path fit to be written, and not longer than that.
func fitPath(path string, most int) string {
	if len(path) > most {
		path = strings.ToValidUTF8(path[:most], "") + "…"
	}
	path = safe.Path(path)
	if len(path) > most { // each hostile byte takes eight to be shown
		path = strings.ToValidUTF8(path[:most], "") + "…"
	}
	return path
}
