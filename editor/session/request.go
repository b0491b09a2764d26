package session

import (
	"fmt"
	"slices"
	"time"

	"tshare/editor/access"
	"tshare/editor/audit"
)

// maxRequests is how many requests wait for the owner; more are refused.
const maxRequests = 20

// request is a wish that waits for the owner. The session's mutex guards it.
type request struct {
	id     RequestID
	who    *person
	action access.Action
	path   string
	since  time.Time
}

func (q *request) requestLocked() Request {
	return Request{ID: q.id, Who: q.who.personLocked(), Action: q.action, Path: q.path, Since: q.since}
}

// authorize is the one door: it decides whether a deed may be done. Where the
// owner must agree it puts the request before them and returns access.ErrAsked.
func (d Deeds) authorize(a access.Action, path string) error {
	if d.by == nil {
		return nil // the owner, proven by the control socket
	}
	s := d.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return ErrEnded
	}
	if d.by.stay != d.stay {
		return fmt.Errorf("%s: %w: the stay has ended", a, access.ErrDenied)
	}
	switch s.authorizer.Decide(access.Subject(d.by.id), d.by.role, a, path) {
	case access.Allow:
		return nil
	case access.Ask:
		return s.askLocked(d.by, a, path)
	}
	s.auditDeniedLocked(d.by, a, path)
	s.log.Info("denied", "name", d.by.name, "action", a.String(), "path", path)
	return fmt.Errorf("%s: %w", a, access.ErrDenied)
}

// askLocked puts a request before the owner, once for each person and action.
func (s *Session) askLocked(p *person, a access.Action, path string) error {
	same := func(q *request) bool { return q.who == p && q.action == a }
	if i := slices.IndexFunc(s.requests, same); i >= 0 {
		s.requests[i].path = path // the newest wish is the one to judge
		return fmt.Errorf("%s: %w", a, access.ErrAsked)
	}
	if len(s.requests) >= maxRequests {
		s.auditDeniedLocked(p, a, path)
		return fmt.Errorf("%s: %w: too many requests wait", a, access.ErrDenied)
	}
	s.lastID++
	s.requests = append(s.requests, &request{id: RequestID(s.lastID), who: p, action: a, path: path, since: time.Now()})
	s.auditPersonLocked(audit.Asked, p, audit.Event{Action: a.String(), Path: path, Decision: "the host is asked"})
	s.log.Info("asked", "name", p.name, "action", a.String(), "path", path)
	s.wakeAllLocked()
	return fmt.Errorf("%s: %w", a, access.ErrAsked)
}

// Answer answers a request. An answer to one that is no longer there does nothing.
func (d Deeds) Answer(id RequestID, answer Answer) error {
	if err := d.authorize(access.Admit, ""); err != nil {
		return err
	}
	s := d.s
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.requests, func(q *request) bool { return q.id == id })
	if i < 0 {
		return nil
	}
	q := s.requests[i]
	s.requests = slices.Delete(s.requests, i, i+1)
	s.auditAnswerLocked(d, q, answer)
	subject, deed := access.Subject(q.who.id), q.action.String()
	switch answer {
	case AllowOnce:
		s.authorizer.Grant(subject, q.action, access.Once, q.path)
	case AllowFile:
		s.authorizer.Grant(subject, q.action, access.ThisFile, q.path)
	case AllowSession:
		s.authorizer.Grant(subject, q.action, access.ThisSession, q.path)
	case RefuseAndMute:
		s.authorizer.Mute(subject, q.action)
		fallthrough
	default:
		q.who.tell(Notice{Text: "The host said no to your wish to " + deed + ".", Urgent: true})
		s.log.Info("request refused", "name", q.who.name, "action", deed)
		s.wakeAllLocked()
		return nil
	}
	q.who.tell(Notice{Text: "The host allows you to " + deed + ": press the key again."})
	s.log.Info("request granted", "name", q.who.name, "action", deed, "path", q.path)
	s.wakeAllLocked()
	return nil
}

// dropRequestsLocked takes back what p asked for.
func (s *Session) dropRequestsLocked(p *person) {
	s.requests = slices.DeleteFunc(s.requests, func(q *request) bool { return q.who == p })
}
