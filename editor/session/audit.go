package session

import (
	"tshare/editor/access"
	"tshare/editor/audit"
)

// What audit records say came of something.
const (
	done      = "done"
	notDone   = "failed"
	refusedBy = "refused by the host"
)

// audit notes what happened, if this session is audited. It may be called with the
// mutex held.
func (s *Session) audit(e audit.Event) { s.config.Audit.Note(e) }

// auditPerson notes what happened to p, or what they did. The mutex is held.
func (s *Session) auditPersonLocked(kind audit.Kind, p *person, e audit.Event) {
	e.Kind, e.Who, e.Key, e.Address, e.Role = kind, p.name, p.key, p.address, p.role.String()
	s.audit(e)
}

// auditKnock notes what became of a knock.
func (s *Session) auditKnock(kind audit.Kind, k *knock, e audit.Event) {
	e.Kind, e.Who, e.Key, e.Address = kind, k.name, k.who.Key, k.who.Address
	if e.Role == "" {
		e.Role = k.who.Role.String()
	}
	s.audit(e)
}

// auditDenied notes that p may not do a. The mutex is held.
func (s *Session) auditDeniedLocked(p *person, a access.Action, path string) {
	s.auditPersonLocked(audit.Denied, p, audit.Event{Action: a.String(), Path: path, Decision: "denied"})
}

// auditAnswer notes what the owner said to a request. The mutex is held.
func (s *Session) auditAnswerLocked(d Deeds, q *request, answer Answer) {
	kind, decision := audit.Withheld, answerNames[answer]
	if answer == AllowOnce || answer == AllowFile || answer == AllowSession {
		kind = audit.Granted
	}
	s.auditPersonLocked(kind, q.who, audit.Event{By: d.name(), Action: q.action.String(), Path: q.path, Decision: decision})
}

var answerNames = map[Answer]string{
	AllowOnce: "once", AllowFile: "this file", AllowSession: "this session", Refuse: "refused", RefuseAndMute: "refused and muted",
}

// auditFile notes what the one who acts did to the file at path, and whether it went
// well. What the owner merely opens is their own.
func (d Deeds) auditFile(kind audit.Kind, path string, err error) {
	s := d.s
	e := audit.Event{Kind: kind, Path: path, Decision: done}
	if err != nil {
		e.Decision = notDone
	}
	if d.by == nil {
		e.Who, e.Role = d.name(), access.Owner.String()
		s.audit(e)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if kind == audit.Opened && d.by.role == access.Owner {
		return
	}
	s.auditPersonLocked(kind, d.by, e)
}

// savedAs returns what a save in mode is to the audit.
func savedAs(mode SaveMode) audit.Kind {
	if mode == SaveAnyway {
		return audit.Overwrote
	}
	return audit.Saved
}

// name returns who acts, for the record.
func (d Deeds) name() string {
	if d.by == nil {
		return d.s.config.Owner
	}
	return d.by.name
}

// TurnedAway notes that somebody was not let in at the door, and why.
func (s *Session) TurnedAway(who Identity, why string) {
	s.audit(audit.Event{Kind: audit.Refused, Key: who.Key, Address: who.Address, Decision: why})
}
