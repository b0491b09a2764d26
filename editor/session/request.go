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
	on     []access.Resource // what they wish to do it to
	asks   []access.Resource // to which of these they may not
	since  time.Time
}

func (q *request) requestLocked() Request {
	r := Request{ID: q.id, Who: q.who.personLocked(), Action: q.action, Path: q.on[0].Path, Linked: q.on[0].Kind == access.Linked, Since: q.since}
	if len(q.on) > 1 {
		r.To = q.on[1].Path
	}
	return r
}

// askLocked puts a request before the owner, one for each person and action however
// often they try. It is to do a to all of on, and the owner has to agree to asks.
func (s *Session) askLocked(p *person, a access.Action, on, asks []access.Resource) error {
	same := func(q *request) bool { return q.who == p && q.action == a }
	if i := slices.IndexFunc(s.requests, same); i >= 0 {
		s.requests[i].on, s.requests[i].asks = on, asks // the newest wish is the one to judge
		return fmt.Errorf("%s: %w", a, access.ErrAsked)
	}
	if len(s.requests) >= maxRequests {
		s.auditDeniedLocked(p, a, on[0], "too many requests wait")
		return fmt.Errorf("%s: %w: too many requests wait", a, access.ErrDenied)
	}
	s.lastID++
	s.requests = append(s.requests, &request{id: RequestID(s.lastID), who: p, action: a, on: on, asks: asks, since: time.Now()})
	for _, one := range asks {
		s.auditPersonLocked(audit.Asked, p, audit.Event{Action: a.String(), Path: one.Path, Decision: "the host is asked"})
	}
	s.log.Info("asked", "name", p.name, "action", a.String(), "path", on[0].Path)
	s.wakeAllLocked()
	return fmt.Errorf("%s: %w", a, access.ErrAsked)
}

// Answer answers a request. An answer to one that is no longer there does nothing.
func (d Deeds) Answer(id RequestID, answer Answer) error {
	if err := d.authorize(access.Admit, nothing); err != nil {
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
	s.answerLocked(q, answer)
	s.wakeAllLocked()
	return nil
}

// scopes are for how long the answers that allow do so.
var scopes = map[Answer]access.Scope{
	AllowOnce: access.Once, AllowFile: access.ThisFile, AllowSession: access.ThisSession, AllowAWhile: access.AWhile,
}

// answerLocked does what the owner said to q. The guest tries again by themselves.
func (s *Session) answerLocked(q *request, answer Answer) {
	who, deed := access.Subject(q.who.id), q.action.String()
	if scope, ok := scopes[answer]; ok {
		for i, on := range q.asks {
			if i == 0 || scope <= access.ThisFile || q.asks[0].Kind != access.Plain { // else the first is for all
				s.authorizer.Answer(who, q.action, on, scope, time.Now())
			}
		}
		q.who.tell(Notice{Text: "The host allows you to " + deed + ": press the key again."})
		s.log.Info("request granted", "name", q.who.name, "action", deed, "path", q.on[0].Path)
		return
	}
	if answer == RefuseAndMute {
		s.authorizer.Mute(who, q.action, time.Now())
	}
	q.who.tell(Notice{Text: "The host said no to your wish to " + deed + ".", Urgent: true})
	s.log.Info("request refused", "name", q.who.name, "action", deed)
}

// dropRequestsLocked takes back what p asked for.
func (s *Session) dropRequestsLocked(p *person) {
	s.requests = slices.DeleteFunc(s.requests, func(q *request) bool { return q.who == p })
}
