package invite

import (
	"crypto/sha256"
	"crypto/subtle"
	"time"

	"tshare/editor/access"
)

// ID names an invite for as long as the session lasts. It is no secret.
type ID uint32

// Invite is what an invite gives.
type Invite struct {
	ID      ID
	Role    access.Role
	Expires time.Time // zero: with the session
	Uses    int       // how many guests it admits; 0 for any number
}

// Registry holds a session's invites: of each token the hash, and what it gives.
// Its owner guards it; it has no lock of its own.
type Registry struct {
	entries []*entry
	lastID  ID
}

// entry is one invite and what has become of it.
type entry struct {
	Invite
	hash    [sha256.Size]byte
	used    int
	bound   map[string]bool // keys that it admitted, which may come back with it
	revoked bool
}

// Make adds an invite for guests in role, and returns it with its token, which
// is not kept. A zero expires is the end of the session, no uses any number.
func (r *Registry) Make(role access.Role, expires time.Time, uses int) (Invite, Token) {
	t := newToken()
	r.lastID++
	e := &entry{
		Invite: Invite{ID: r.lastID, Role: role, Expires: expires, Uses: max(uses, 0)},
		hash:   t.hash(),
		bound:  map[string]bool{},
	}
	r.entries = append(r.entries, e)
	return e.Invite, t
}

// Check returns the invite that token opens at now for who proved key ("" for
// nobody). A key that the invite admitted before may come back when it has
// expired or is used up; nobody may once it is revoked. Unknown, expired, used
// and revoked tokens are not told apart, and take the same time.
func (r *Registry) Check(token Token, key string, now time.Time) (Invite, bool) {
	e := r.find(token)
	if e == nil || e.revoked {
		return Invite{}, false
	}
	if !e.isOpen(now) && !e.hasBound(key) {
		return Invite{}, false
	}
	return e.Invite, true
}

// MayOpen reports whether there is a key with which Check would take token at now.
func (r *Registry) MayOpen(token Token, now time.Time) bool {
	e := r.find(token)
	return e != nil && !e.revoked && (e.isOpen(now) || len(e.bound) > 0)
}

// Admit takes note that invite id admitted a guest who proved key, binds the key
// and counts a use. It reports false if the invite was used up or revoked since
// Check; that it expired meanwhile does not matter, as the host has said yes. A
// key that is bound already costs nothing.
func (r *Registry) Admit(id ID, key string) bool {
	e := r.byID(id)
	switch {
	case e == nil || e.revoked:
		return false
	case e.hasBound(key):
		return true
	case e.isUsedUp():
		return false
	}
	e.used++
	if key != "" {
		e.bound[key] = true
	}
	return true
}

// IsSpent reports whether invite id lets nobody else in: it is used up or revoked.
func (r *Registry) IsSpent(id ID) bool {
	e := r.byID(id)
	return e == nil || e.revoked || e.isUsedUp()
}

// HasBound reports whether invite id admitted key before.
func (r *Registry) HasBound(id ID, key string) bool {
	e := r.byID(id)
	return e != nil && e.hasBound(key)
}

// Revoke ends invite id for everybody, those it admitted included. It reports
// false if there is no such invite.
func (r *Registry) Revoke(id ID) bool {
	e := r.byID(id)
	if e == nil {
		return false
	}
	e.revoked = true
	return true
}

// find returns the entry of token. It compares every hash, each in constant time.
func (r *Registry) find(token Token) *entry {
	hash := token.hash()
	var found *entry
	for _, e := range r.entries {
		if subtle.ConstantTimeCompare(hash[:], e.hash[:]) == 1 {
			found = e
		}
	}
	return found
}

func (r *Registry) byID(id ID) *entry {
	if id < 1 || int(id) > len(r.entries) {
		return nil
	}
	return r.entries[id-1]
}

// isOpen reports whether the invite admits others than those it did.
func (e *entry) isOpen(now time.Time) bool {
	return (e.Expires.IsZero() || now.Before(e.Expires)) && !e.isUsedUp()
}

func (e *entry) isUsedUp() bool { return e.Uses > 0 && e.used >= e.Uses }

func (e *entry) hasBound(key string) bool { return key != "" && e.bound[key] }
