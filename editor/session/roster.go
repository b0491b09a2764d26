package session

import (
	"fmt"
	"time"

	"tshare/editor/access"
	"tshare/editor/safe"
)

// roster returns who is here as by sees it; nil is the owner at the control socket.
func (s *Session) roster(by *person) Roster {
	var r Roster
	s.mu.Lock()
	r.Frozen, r.Locked = s.authorizer.Frozen(), s.locked
	places := make([]*document, len(s.people))
	for i, p := range s.people {
		r.People = append(r.People, p.personLocked())
		if d := s.documents[p.current]; d != nil && (by == nil || s.seesLocked(by, d.on())) {
			places[i] = d
		}
	}
	for _, g := range s.authorizer.Grants(time.Now()) {
		if by == nil || by.owner || access.Subject(by.id) == g.Who || g.Who == access.Everyone {
			r.Grants = append(r.Grants, Grant{g, ParticipantID(g.Who)})
		}
	}
	if by == nil || by.role == access.Owner {
		for _, k := range s.knocks {
			r.Knocks = append(r.Knocks, k.shown(s.config.ComparePIN))
		}
		for _, q := range s.requests {
			r.Requests = append(r.Requests, q.requestLocked())
		}
		for _, b := range s.blocked {
			r.Blocked = append(r.Blocked, b.Block)
		}
	}
	s.mu.Unlock()
	for i, d := range places {
		if d != nil {
			r.People[i].Path = d.path()
			r.People[i].Line = d.caretLine(r.People[i].ID)
		}
		if by != nil && r.People[i].ID == by.id {
			r.Self = r.People[i]
		}
	}
	return r
}

func (s *Session) guestsLocked() int {
	n := 0
	for _, p := range s.people {
		if p.role != access.Owner && p.state == In {
			n++
		}
	}
	return n
}

// awayLocked returns the person who is away and comes back as who, if any. The
// owner needs no key for that: the socket or one of their keys proved them.
func (s *Session) awayLocked(who Identity) *person {
	for _, p := range s.people {
		if p.state != Away {
			continue
		}
		if who.Role == access.Owner && p.role == access.Owner {
			return p
		}
		if p.role != access.Owner && who.Key != "" && p.key == who.Key {
			return p
		}
	}
	return nil
}

func (s *Session) newPersonLocked(who Identity) *person {
	s.lastID++
	p := &person{
		id:      ParticipantID(s.lastID),
		key:     who.Key,
		role:    who.Role,
		owner:   who.Role == access.Owner,
		replica: newReplica(),
	}
	claimed := who.Name
	if who.Role == access.Owner {
		claimed = s.config.Owner
	}
	p.name = s.uniqueNameLocked(safe.Name(claimed), nil)
	p.colour = s.freeColourLocked()
	s.people = append(s.people, p)
	s.boundGarbageLocked()
	return p
}

// uniqueNameLocked returns name, or name with a number where a person or a
// knock other than except has one that could be taken for it.
func (s *Session) uniqueNameLocked(name string, except *knock) string {
	taken := map[string]bool{}
	for _, p := range s.people {
		taken[safe.Skeleton(p.name)] = true
	}
	for _, k := range s.knocks {
		if k != except {
			taken[safe.Skeleton(k.name)] = true
		}
	}
	unique := name
	for n := 2; taken[safe.Skeleton(unique)]; n++ {
		unique = fmt.Sprintf("%s~%d", name, n)
	}
	return unique
}

// colours is how many colours tell participants apart.
const colours = 8

func (s *Session) freeColourLocked() int {
	var used [colours]int
	for _, p := range s.people {
		used[p.colour]++
	}
	best := 0
	for i, n := range used {
		if n < used[best] {
			best = i
		}
	}
	return best
}
