package session

import (
	"crypto/rand"
	"encoding/binary"
	"slices"
	"time"

	"tshare/crdt"
	"tshare/editor/access"
	"tshare/editor/audit"
)

// maxNotices is how many notices wait for a screen; older ones go first. More
// than these would not be read.
const maxNotices = 16

// person is a participant, in or away. The session's mutex guards its fields;
// id, key, owner, replica and name never change.
type person struct {
	id      ParticipantID
	key     string
	owner   bool
	replica crdt.ReplicaID // under which they write, in every document they are new to
	name    string
	address string
	invite  uint32 // that was made for them alone, 0 for none
	role    access.Role
	state   State
	left    time.Time // when they went away
	colour  int
	current DocID
	open    []DocID
	stay    *Participant                // nil while away
	denied  map[access.Action]time.Time // when the owner was told of it last
}

// newReplica draws a replica id that was never used.
func newReplica() crdt.ReplicaID {
	var b [8]byte
	for {
		rand.Read(b[:]) // never fails
		if id := binary.LittleEndian.Uint64(b[:]); id != 0 {
			return crdt.ReplicaID(id)
		}
	}
}

// author returns who p is to those who read a journal. None of it ever changes.
func (p *person) author() author { return author{p.name, p.key, p.owner} }

func (p *person) personLocked() Person {
	return Person{
		ID: p.id, Name: p.name, Key: p.key, Address: p.address,
		Role: p.role, State: p.state, Colour: p.colour,
	}
}

// close takes a document off the person's list; the one beside it is the current then.
// The session's mutex is held.
func (p *person) close(id DocID) {
	i := slices.Index(p.open, id)
	if i < 0 {
		return
	}
	p.open = slices.Delete(p.open, i, i+1)
	if p.current == id {
		p.current = 0
		if n := len(p.open); n > 0 {
			p.current = p.open[min(i, n-1)]
		}
	}
}

// wake marks that there is news. It never blocks.
func (p *person) wake() {
	if p.stay == nil {
		return
	}
	select {
	case p.stay.wake <- struct{}{}:
	default:
	}
}

func (p *person) tell(n Notice) {
	if p.stay == nil {
		return
	}
	if len(p.stay.notices) == maxNotices {
		p.stay.notices = slices.Delete(p.stay.notices, 0, 1)
	}
	p.stay.notices = append(p.stay.notices, n)
	p.wake()
}

// Participant is one person's way into the session, from their joining to
// their leaving: everything that they see and do passes it. Its methods may be
// called from any goroutine; those that read or write the disk say so and
// belong into a tea.Cmd.
type Participant struct {
	Deeds
	verdicts verdicts
	wake     chan struct{}
	done     chan struct{}
	notices  []Notice // guarded by the session's mutex
	farewell string   // guarded by the session's mutex
}

func newStay(s *Session, p *person) *Participant {
	stay := &Participant{wake: make(chan struct{}, 1), done: make(chan struct{})}
	stay.Deeds = Deeds{s: s, by: p, stay: stay}
	return stay
}

// ID returns the participant's own id.
func (p *Participant) ID() ParticipantID { return p.by.id }

// Wake returns a channel that gets a token when there is news to pull.
func (p *Participant) Wake() <-chan struct{} { return p.wake }

// Done is closed when the stay has ended; Farewell then says why.
func (p *Participant) Done() <-chan struct{} { return p.done }

// Farewell says, for the person to read, why their stay ended.
func (p *Participant) Farewell() string {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.farewell
}

// Leave ends this screen's stay. The person is away and keeps their place.
func (p *Participant) Leave() {
	s := p.s
	s.mu.Lock()
	p.endLocked("")
	s.mu.Unlock()
	for _, d := range s.allDocuments() {
		d.setAway(p.by.id)
	}
	s.wakeAll()
}

// endLocked ends the stay for a reason to tell, or of the person's own accord.
func (p *Participant) endLocked(farewell string) {
	if p.by.stay != p {
		return // it has ended already
	}
	p.farewell = farewell
	p.by.stay, p.by.state, p.by.left = nil, Away, time.Now()
	p.s.authorizer.Changed()
	close(p.done)
	p.s.dropRequestsLocked(p.by)
	if p.by.role != access.Owner {
		p.s.tellLocked(p.by, Notice{Text: p.by.name + " left"})
	}
	p.s.auditPersonLocked(audit.Left, p.by, audit.Event{})
	p.s.log.Info("left", "name", p.by.name, "why", farewell)
}

// Roster returns who is here now.
func (p *Participant) Roster() Roster { return p.s.roster(p.by) }

// Changes returns a number that grows whenever Roster or Documents return something
// else than before, but for where people are within a document.
func (p *Participant) Changes() uint64 { return p.s.changes.Load() }

// Moves returns a number that grows whenever somebody made, renamed, deleted or brought
// back a file.
func (p *Participant) Moves() uint64 { return p.s.moves.Load() }

// Notices returns the news since the last call, oldest first.
func (p *Participant) Notices() []Notice {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	n := p.notices
	p.notices = nil
	return n
}
