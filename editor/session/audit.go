package session

import (
	"time"

	"tshare/editor/access"
	"tshare/editor/audit"
)

// What audit records say came of something.
const (
	done      = "done"
	notDone   = "failed"
	refusedBy = "refused by the host"
	takenBack = "taken back"
	unmuted   = "muted no more"
	timeOver  = "its time is over"
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

// auditDenied notes that p may not do a, and why. The mutex is held.
func (s *Session) auditDeniedLocked(p *person, a access.Action, on access.Resource, why string) {
	s.auditPersonLocked(audit.Denied, p, audit.Event{Action: a.String(), Path: on.Path, Decision: why})
}

// whyDenied says what v was denied for.
func whyDenied(v access.Verdict) string {
	switch {
	case v.Frozen:
		return "frozen"
	case v.Forbidden:
		return "by policy"
	}
	return "denied"
}

// auditGrant notes what became of what was granted. The mutex is held.
func (s *Session) auditGrantLocked(kind audit.Kind, g access.Grant, e audit.Event) {
	e.Action, e.Path = g.Action.String(), g.On.String()
	if g.Who == access.Everyone {
		e.Kind, e.Who = kind, access.Receivers(g.Action)
		s.audit(e)
		return
	}
	for _, p := range s.holdersLocked(g) {
		s.auditPersonLocked(kind, p, e)
	}
}

// auditRevoked notes that the owner took back what was granted, or that they did not
// want to be asked. The mutex is held.
func (s *Session) auditRevokedLocked(d Deeds, g access.Grant) {
	decision := takenBack
	if g.Muted {
		decision = unmuted
	}
	s.auditGrantLocked(audit.Revoked, g, audit.Event{By: d.name(), Decision: decision})
}

// scopeOf says for what a grant of the owner's holds.
func (s *Session) scopeOf(g access.Grant) string {
	scope := answerNames[AllowSession]
	switch {
	case g.Once:
		scope = answerNames[AllowOnce]
	case !g.Until.IsZero():
		scope = "until " + g.Until.UTC().Format(time.RFC3339)
	}
	if s.folder.Secret(g.On.String()) {
		scope += ", a secret"
	}
	return scope
}

// auditAnswer notes what the owner said to a request. The mutex is held.
func (s *Session) auditAnswerLocked(d Deeds, q *request, answer Answer) {
	kind, decision := audit.Withheld, answerNames[answer]
	if _, allows := scopes[answer]; allows {
		kind = audit.Granted
	}
	for _, on := range q.asks {
		s.auditPersonLocked(kind, q.who, audit.Event{By: d.name(), Action: q.action.String(), Path: on.Path, Decision: decision})
	}
}

var answerNames = map[Answer]string{
	AllowOnce: "once", AllowFile: "this file", AllowSession: "this session", AllowAWhile: "15 minutes", Refuse: "refused", RefuseAndMute: "refused and muted",
}

// auditFile notes what the one who acts did to the file at path, and whether it went
// well. What the owner merely opens is their own.
func (d Deeds) auditFile(kind audit.Kind, path string, err error) {
	d.auditMove(kind, path, "", err)
}

// auditMove is auditFile for what gives the file another path.
func (d Deeds) auditMove(kind audit.Kind, path, to string, err error) {
	s := d.s
	e := audit.Event{Kind: kind, Path: path, To: to, Decision: done}
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

// Note has the audit tell of what one did elsewhere, in the network, where it was
// checked: an invite, say.
func (d Deeds) Note(e audit.Event) {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	e.By = d.name()
	d.s.audit(e)
}

// TurnedAway notes that somebody was not let in at the door, and why.
func (s *Session) TurnedAway(who Identity, why string) {
	s.audit(audit.Event{Kind: audit.Refused, Key: who.Key, Address: who.Address, Decision: why})
}
