package session

import (
	"tshare/editor/access"
	"tshare/editor/audit"
)

// placeLocked says what a guest is who comes in, and takes note of their key: it was
// let in and may come back. What the host made of them in this session comes before
// what let them in.
func (s *Session) placeLocked(who *Identity) {
	if who.Key == "" {
		return
	}
	if !who.Vouched {
		if role, ok := s.admitted[who.Key]; ok {
			who.Role = role
		} else {
			s.admitted[who.Key] = who.Role
		}
	}
	if role, ok := s.given[who.Key]; ok {
		who.Role = role
	}
}

// noteRoleLocked keeps the role that the host gave p, for when they come back.
func (s *Session) noteRoleLocked(p *person) {
	if p.key == "" {
		return
	}
	s.given[p.key] = p.role
	if _, ok := s.admitted[p.key]; ok {
		s.admitted[p.key] = p.role
	}
}

// Forget takes back that key was let in: who comes by it has to knock again. Who is
// in by it stays. It reports false if the key was not let in.
func (d Deeds) Forget(key string) (bool, error) {
	if err := d.authorize(access.Remove, nothing); err != nil {
		return false, err
	}
	s := d.s
	s.mu.Lock()
	defer s.mu.Unlock()
	_, was := s.admitted[key]
	s.forgetLocked(key)
	if was {
		s.audit(audit.Event{Kind: audit.Forgotten, Who: s.names[key], Key: key, By: d.name()})
	}
	return was, nil
}

// forgetLocked drops what the session knows of a key, but for a block.
func (s *Session) forgetLocked(key string) {
	delete(s.admitted, key)
	delete(s.given, key)
}
