package session

import (
	"errors"
	"fmt"
	"time"

	"tshare/editor/access"
	"tshare/editor/audit"
	"tshare/editor/safe"
)

// Grant gives the guest called name what their role does not: an action on the paths of
// a pattern, until a time (zero: for the session), or for one attempt. A secret is
// opened by its own path only.
func (d Deeds) Grant(name string, g access.Grant) error {
	if err := d.authorize(access.ChangeRole, nothing); err != nil {
		return err
	}
	s := d.s
	path := g.On.String()
	if s.folder.Secret(path) {
		if err := s.folder.Unseal(path); err != nil {
			return err
		}
		defer s.sealUnused()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.folder.Secret(path) {
		s.secrets[path] = true
	}
	p, err := s.guestLocked(name)
	if err != nil {
		return err
	}
	g.Who = access.Subject(p.id)
	return d.giveLocked(g, p.role)
}

// GrantAll is Grant for all guests, also those who come later: for each what their role
// may be given, within policies and a freeze. It opens no secret.
func (d Deeds) GrantAll(g access.Grant) error {
	if err := d.authorize(access.ChangeRole, nothing); err != nil {
		return err
	}
	s := d.s
	if path := g.On.String(); s.folder.Secret(path) {
		return fmt.Errorf("grant %s to all guests: %w", safe.Path(path), errSecretForAll)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g.Who = access.Everyone
	return d.giveLocked(g, access.Editor)
}

var errSecretForAll = errors.New("a secret is opened to one guest at a time, by name")

// giveLocked adds a grant for those who are in role at the most, and tells them.
func (d Deeds) giveLocked(g access.Grant, role access.Role) error {
	s := d.s
	g, err := s.authorizer.Give(g, role, time.Now())
	if err != nil {
		return err
	}
	for _, p := range s.holdersLocked(g) {
		p.tell(Notice{Text: "The host allows you to " + describe(g)})
	}
	s.auditGrantLocked(audit.Granted, g, audit.Event{By: d.name(), Decision: s.scopeOf(g)})
	s.log.Info("granted", "subject", uint32(g.Who), "action", g.Action.String(), "path", g.On.String(), "until", g.Until, "once", g.Once)
	s.wakeAllLocked()
	return nil
}

// holdersLocked returns who has something of a grant at present.
func (s *Session) holdersLocked(g access.Grant) (holders []*person) {
	for _, p := range s.people {
		switch g.Who {
		case access.Subject(p.id):
			holders = append(holders, p)
		case access.Everyone:
			if !p.owner && access.CanBeGiven(g.Action, p.role) {
				holders = append(holders, p)
			}
		}
	}
	return holders
}

// describe says what a grant is for.
func describe(g access.Grant) string {
	words := g.Action.String()
	if !g.On.All() {
		words += " " + safe.Path(g.On.String())
	}
	return words
}

// Revoke takes a grant back, from the next key on. One that is no more needs none.
func (d Deeds) Revoke(id access.GrantID) error {
	if err := d.authorize(access.ChangeRole, nothing); err != nil {
		return err
	}
	d.revoke(id)
	d.s.settle()
	d.s.sealUnused()
	return nil
}

func (d Deeds) revoke(id access.GrantID) {
	s := d.s
	s.mu.Lock()
	defer s.mu.Unlock()
	g, ok := s.authorizer.Revoke(id)
	if !ok {
		return
	}
	s.log.Info("grant revoked", "action", g.Action.String(), "path", g.On.String())
	s.auditRevokedLocked(d, g)
	for _, p := range s.holdersLocked(g) {
		if !g.Muted {
			p.tell(Notice{Text: "The host took back that you may " + describe(g), Urgent: true})
		}
	}
	s.wakeAllLocked()
}

// expireGrants ends the grants that have had their time.
func (s *Session) expireGrants(now time.Time) {
	s.mu.Lock()
	gone := s.authorizer.Expire(now)
	for _, g := range gone {
		for _, p := range s.holdersLocked(g) {
			p.tell(Notice{Text: "The time is over in which you might " + describe(g), Urgent: true})
		}
		s.auditGrantLocked(audit.Revoked, g, audit.Event{Decision: timeOver})
		s.log.Info("grant expired", "subject", uint32(g.Who), "action", g.Action.String(), "path", g.On.String())
	}
	if len(gone) > 0 {
		s.wakeAllLocked()
	}
	s.mu.Unlock()
	if len(gone) > 0 {
		s.sealUnused()
	}
}

// sealUnused keeps secrets out again that are granted to nobody. A document of one that
// is open stays open to the owner, and can be saved while somebody has it.
func (s *Session) sealUnused() {
	s.mu.Lock()
	defer s.mu.Unlock()
	used := map[string]bool{}
	for _, g := range s.authorizer.Grants(time.Now()) {
		used[g.On.String()] = true
	}
	for path := range s.secrets {
		if !used[path] && s.byPath[path] == nil {
			delete(s.secrets, path)
			s.folder.Seal(path)
		}
	}
}

// Freeze makes viewers of all guests from the next key on, and rests their grants.
func (d Deeds) Freeze() error {
	return d.setFrozen("The host froze the session: you can only look", audit.Frozen, (*access.Authorizer).Freeze)
}

// Thaw ends a freeze: roles and grants are what they were.
func (d Deeds) Thaw() error {
	return d.setFrozen("The host ended the freeze: go on as before", audit.Thawed, (*access.Authorizer).Thaw)
}

func (d Deeds) setFrozen(told string, kind audit.Kind, change func(*access.Authorizer)) error {
	if err := d.authorize(access.ChangeRole, nothing); err != nil {
		return err
	}
	if d.freeze(told, kind, change) {
		d.s.settle()
	}
	return nil
}

// freeze changes whether the guests are frozen and reports whether that is new.
func (d Deeds) freeze(told string, kind audit.Kind, change func(*access.Authorizer)) bool {
	s := d.s
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.authorizer.Frozen()
	change(&s.authorizer)
	if was == s.authorizer.Frozen() {
		return false
	}
	for _, p := range s.people {
		if !p.owner {
			p.tell(Notice{Text: told, Urgent: true})
		}
	}
	s.audit(audit.Event{Kind: kind, By: d.name()})
	s.log.Info("freeze", "frozen", !was)
	s.wakeAllLocked()
	return true
}

// SetPolicy puts what policy files take away in the place of what they took before, and
// tells the owner so ("" for no word). It is no deed of a participant: the files speak.
func (s *Session) SetPolicy(p access.Policy, told string) {
	s.mu.Lock()
	s.authorizer.SetPolicy(p)
	for _, o := range s.people {
		if o.owner && told != "" {
			o.tell(Notice{Text: told, Urgent: true})
		}
	}
	s.audit(audit.Event{Kind: audit.Policy, Decision: told})
	s.log.Info("policy", "told", told)
	s.wakeAllLocked()
	s.mu.Unlock()
	s.settle()
}
