package access

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// GrantID names a grant for as long as the session lasts.
type GrantID uint32

// Subject is who acts, as the session numbers its participants.
type Subject uint32

// Everyone stands for all guests, who come later, too.
const Everyone Subject = math.MaxUint32

// Grant is what the owner gave one subject, or Everyone, beyond their role, or denied
// one for good. It is immutable.
type Grant struct {
	ID     GrantID
	Who    Subject
	Action Action
	On     Pattern
	Once   bool      // for one attempt
	Until  time.Time // zero: as long as the session and the subject's role
	Muted  bool      // not a right: their wish is denied unasked
}

// Expired reports whether the grant has had its time at now.
func (g Grant) Expired(now time.Time) bool { return !g.Until.IsZero() && !now.Before(g.Until) }

// Scope says for how long and for what an answer holds.
type Scope uint8

// The scopes. Once is used up by the next attempt.
const (
	Once Scope = iota + 1
	ThisFile
	ThisSession
	AWhile
)

// While is how long a grant in the scope of AWhile holds.
const While = 15 * time.Minute

// maxGrants is how many grants one subject may have: more than an owner can keep in
// mind, and each attempt that must ask goes through them.
const maxGrants = 64

// held is a grant as the authorizer keeps it.
type held struct {
	Grant
	spent bool // a once that was used
}

// Answer gives what the owner said to a wish of who to do a to on, at now. To see a
// file once is to have it open, so that it holds for the file.
func (z *Authorizer) Answer(who Subject, a Action, on Resource, scope Scope, now time.Time) {
	if scope == Once && a == See {
		scope = ThisFile
	}
	g := Grant{Who: who, Action: a, Once: scope == Once}
	if scope == AWhile {
		g.Until = now.Add(While)
	}
	if scope == Once || scope == ThisFile || on.Kind != Plain {
		g.On = exactly(on.Path)
	}
	z.unmute(who, a)
	z.add(g, now)
}

// Give adds a grant that the owner made by themselves, and returns it with its ID. Nobody
// can be given what their role never may: that takes another role. To see is never for once.
// What is for Everyone is for those whose role may have it; role is then the highest that
// guests have.
func (z *Authorizer) Give(g Grant, role Role, now time.Time) (Grant, error) {
	g.Muted = false
	g.Once = g.Once && g.Action != See
	switch {
	case g.Expired(now):
		return Grant{}, fmt.Errorf("the grant to %s would have ended already", g.Action)
	case g.Who == Everyone && g.Once:
		return Grant{}, errors.New("a grant for one attempt is for one guest")
	case g.Action != See && rights[role][g.Action] == Deny:
		return Grant{}, fmt.Errorf("%s is nothing that can be granted to one who is %s", g.Action.gerund(), role)
	case z.policy.deniesAll(g.Action):
		return Grant{}, fmt.Errorf("%s cannot be granted: %w", g.Action.gerund(), errPolicy)
	}
	z.unmute(g.Who, g.Action)
	return z.add(g, now), nil
}

// CanBeGiven reports whether a grant of a is of any use to one in role.
func CanBeGiven(a Action, role Role) bool { return rights[role][a] != Deny }

// Receivers says who has something of a grant of a to Everyone.
func Receivers(a Action) string {
	if CanBeGiven(a, Viewer) {
		return "all guests"
	}
	return "all editors"
}

func (a Action) gerund() string { return "to " + a.String() }

// add keeps a grant. The oldest gives way where there are too many.
func (z *Authorizer) add(g Grant, now time.Time) Grant {
	z.grants = slices.DeleteFunc(z.grants, func(h *held) bool { return h.spent || h.Expired(now) })
	own := func(h *held) bool { return h.Who == g.Who }
	for n := z.count(own); n >= maxGrants; n-- {
		oldest := slices.IndexFunc(z.grants, own)
		z.grants = slices.Delete(z.grants, oldest, oldest+1)
	}
	z.lastID++
	g.ID = z.lastID
	z.grants = append(z.grants, &held{Grant: g})
	z.Changed()
	return g
}

func (z *Authorizer) count(which func(*held) bool) (n int) {
	for _, h := range z.grants {
		if which(h) {
			n++
		}
	}
	return n
}

// Mute denies a to who for the rest of the session without asking again.
func (z *Authorizer) Mute(who Subject, a Action, now time.Time) {
	z.unmute(who, a)
	z.add(Grant{Who: who, Action: a, Muted: true}, now)
}

func (z *Authorizer) unmute(who Subject, a Action) {
	z.drop(func(h *held) bool { return h.Who == who && h.Action == a && h.Muted })
}

// Revoke takes a grant back and reports which it was.
func (z *Authorizer) Revoke(id GrantID) (Grant, bool) {
	i := slices.IndexFunc(z.grants, func(h *held) bool { return h.ID == id && !h.spent })
	if i < 0 {
		return Grant{}, false
	}
	g := z.grants[i].Grant
	z.grants = slices.Delete(z.grants, i, i+1)
	z.Changed()
	return g, true
}

// Forget drops everything given to who, on a change of role or their leaving for good.
func (z *Authorizer) Forget(who Subject) {
	z.drop(func(h *held) bool { return h.Who == who })
}

// Expire drops the grants that have had their time at now and returns them.
func (z *Authorizer) Expire(now time.Time) (gone []Grant) {
	for _, h := range z.grants {
		if h.Expired(now) && !h.spent {
			gone = append(gone, h.Grant)
		}
	}
	if len(gone) > 0 {
		z.drop(func(h *held) bool { return h.Expired(now) })
	}
	return gone
}

func (z *Authorizer) drop(which func(*held) bool) {
	z.grants = slices.DeleteFunc(z.grants, which)
	z.Changed()
}

// Grants returns what is given at now, in the order of giving.
func (z *Authorizer) Grants(now time.Time) []Grant {
	var all []Grant
	for _, h := range z.grants {
		if !h.spent && !h.Expired(now) {
			all = append(all, h.Grant)
		}
	}
	return all
}
