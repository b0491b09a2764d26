package session

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tshare/editor/access"
	"tshare/editor/audit"
	"tshare/editor/safe"
)

// ErrNotBlocked is what Unblock returns for who may come back anyway.
var ErrNotBlocked = errors.New("nobody of that name is blocked")

// Kick ends the stay of the person called name. They may knock again.
func (d Deeds) Kick(name string) error {
	return d.remove(name, "The host ended your stay. You may knock again with your invite.", audit.Removed, func(*person) {})
}

// Block is Kick, and they may not come back until Unblock: by their key, or without one
// from their address, and by the invite if that was made for them alone.
func (d Deeds) Block(name string) error {
	return d.remove(name, "The host ended your stay.", audit.Blocked, func(p *person) {
		b := block{Block{p.name, p.key, hostOf(p.address), time.Now()}, p.invite}
		d.s.blocked = append(d.s.blocked, b)
		d.s.log.Info("blocked", "name", p.name, "key", p.key)
	})
}

// remove ends a stay, which is a deed of that kind, and does what else is to be done
// under the session's mutex.
func (d Deeds) remove(name, farewell string, kind audit.Kind, also func(*person)) error {
	if err := d.authorize(access.Remove, nothing); err != nil {
		return err
	}
	s := d.s
	id, err := func() (ParticipantID, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		p, err := s.guestLocked(name)
		if err != nil {
			return 0, err
		}
		s.forgetLocked(p.key)
		also(p)
		s.dropRequestsLocked(p)
		s.authorizer.Forget(access.Subject(p.id))
		if p.stay != nil {
			p.stay.endLocked(farewell)
		}
		s.people = slices.DeleteFunc(s.people, func(o *person) bool { return o == p })
		s.boundGarbageLocked()
		s.auditPersonLocked(kind, p, audit.Event{By: d.name()})
		s.log.Info("removed", "name", p.name, "key", p.key)
		s.wakeAllLocked()
		return p.id, nil
	}()
	if err != nil {
		return err
	}
	for _, doc := range s.allDocuments() {
		doc.forget(id)
	}
	s.sealUnused()
	return nil
}

// block is what a block holds on to. The session's mutex guards it.
type block struct {
	Block
	invite uint32 // 0 for none
}

// keepsOut reports whether a block is of who.
func (b block) keepsOut(who Identity) bool {
	switch {
	case who.Invite != 0 && b.invite == who.Invite:
		return true
	case who.Key != "" || b.Key != "":
		return who.Key == b.Key
	}
	return b.Address == hostOf(who.Address)
}

// hostOf returns an address without its port.
func hostOf(address string) string {
	if i := strings.LastIndexByte(address, ':'); i >= 0 {
		return address[:i]
	}
	return address
}

func (s *Session) blockedLocked(who Identity) bool {
	return slices.ContainsFunc(s.blocked, func(b block) bool { return b.keepsOut(who) })
}

// Unblock lets who was blocked under a name, or whose key has that fingerprint, knock
// again. It returns ErrNotBlocked if there is none.
func (d Deeds) Unblock(name string) error {
	if err := d.authorize(access.Remove, nothing); err != nil {
		return err
	}
	s := d.s
	s.mu.Lock()
	defer s.mu.Unlock()
	was := len(s.blocked)
	s.blocked = slices.DeleteFunc(s.blocked, func(b block) bool {
		meant := b.Name == name || b.Key != "" && b.Key == name || safe.Skeleton(b.Name) == safe.Skeleton(name)
		if meant {
			s.audit(audit.Event{Kind: audit.Unblocked, Who: b.Name, Key: b.Key, Address: b.Address, By: d.name()})
		}
		return meant
	})
	if len(s.blocked) == was {
		return fmt.Errorf("unblock %s: %w", safe.Text(name), ErrNotBlocked)
	}
	s.log.Info("unblocked", "name", name)
	s.wakeAllLocked()
	return nil
}
