// Package session is the shared editing session: documents, participants and
// their places, who knocks and who asks. It knows no terminal and no network.
//
// Everything that a participant sees or does passes a Participant and through
// it one door, authorize. Who follows the session is woken by a one-slot
// channel that carries nothing, and pulls what is newest.
//
// The session's mutex guards the roster, the lobby and the requests; each
// document has its own. Neither is held over I/O, and neither while taking the
// other.
package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"tshare/editor/access"
	"tshare/editor/audit"
	"tshare/editor/journal"
	"tshare/editor/workspace"
)

// What callers tell apart with errors.Is.
var (
	ErrNoKnock  = errors.New("nobody knocks with that PIN")
	ErrNoPerson = errors.New("nobody of that name is here")
	ErrFull     = errors.New("the session is full")
	ErrBlocked  = errors.New("blocked")
	ErrLocked   = errors.New("nobody may knock at the moment")
	ErrEnded    = errors.New("the session has ended")
	ErrNoDoc    = errors.New("no such document is open")
	ErrLoading  = errors.New("still being read from the disk")
)

const (
	// defaultMaxGuests is how many guests are let in unless the owner says
	// otherwise: a class, and far below what memory would allow.
	defaultMaxGuests = 50
	// awayFor is how long a guest who left may come back to their place.
	awayFor = 10 * time.Minute
	// watchEvery is how often the files of open documents are looked at.
	watchEvery = time.Second
)

// Config is what a session needs to know.
type Config struct {
	Name       string                 // of the session, for people
	Folder     *workspace.Folder      // what is shared
	Owner      string                 // the owner's name
	MaxGuests  int                    // guests in at once; 0 for the default
	ComparePIN bool                   // the owner sees PINs and confirms, instead of typing them
	Remembered map[string]access.Role // keys of guests let in at other times, and as what
	Names      map[string]string      // what they were called then
	// Keep keeps the unsaved text of a document aside when the session ends,
	// and says where. Without it unsaved text is lost then.
	Keep    func(path string, text []byte) (where string, err error)
	Journal *journal.Store // where what is unsaved survives a crash; nil for nowhere
	Audit   *audit.Log     // takes who did what; nil for nobody
	Policy  access.Policy  // what policy files take away from guests
	Log     *slog.Logger
}

// Session is the shared session.
type Session struct {
	config Config
	folder *workspace.Folder
	log    *slog.Logger
	done   chan struct{}
	shades shades
	// opening has room for one: whoever opens a document holds it.
	opening chan struct{}
	// reading has room for one: whoever reads a large file holds it, so that the next
	// one's memory is counted with this one's gone.
	reading chan struct{}
	// searching has room for maxSearches: whoever looks through all files holds it.
	searching chan struct{}
	// unwritten gets a token when a document has something for its journal.
	unwritten chan struct{}
	// changes counts whatever changes a roster, but for the lines of carets, or the
	// list of documents.
	changes atomic.Uint64
	// moves counts whatever changes which files there are, by the session.
	moves atomic.Uint64

	mu         sync.Mutex // guards the following
	people     []*person
	documents  map[DocID]*document
	byPath     map[string]*document
	knocks     []*knock
	requests   []*request
	authorizer access.Authorizer
	admitted   map[string]access.Role // keys that were let in, and as what
	given      map[string]access.Role // keys to which the host gave another role, and which
	names      map[string]string      // what they were called
	blocked    []block
	locked     bool            // nobody may knock
	secrets    map[string]bool // that were unsealed for a grant
	lastID     uint32
	loaded     int // bytes of the files that documents were made of
	ended      bool
	farewell   string
	trash      []trashed // what was deleted, the newest last
	recovered  []DocID   // what the host finds open when they join
	tellOwner  []string  // and is told
}

// New returns a session over c.Folder.
func New(c Config) *Session {
	if c.MaxGuests <= 0 {
		c.MaxGuests = defaultMaxGuests
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	admitted := maps.Clone(c.Remembered)
	if admitted == nil {
		admitted = map[string]access.Role{}
	}
	names := maps.Clone(c.Names)
	if names == nil {
		names = map[string]string{}
	}
	s := &Session{
		config:    c,
		folder:    c.Folder,
		log:       c.Log,
		done:      make(chan struct{}),
		opening:   make(chan struct{}, 1),
		reading:   make(chan struct{}, 1),
		searching: make(chan struct{}, maxSearches),
		unwritten: make(chan struct{}, 1),
		documents: map[DocID]*document{},
		secrets:   map[string]bool{},
		byPath:    map[string]*document{},
		admitted:  admitted,
		given:     map[string]access.Role{},
		names:     names,
	}
	s.authorizer.SetPolicy(c.Policy)
	return s
}

// Run keeps the journals and watches the disk and the clock until ctx or the session
// ends.
func (s *Session) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var keeping sync.WaitGroup
	keeping.Go(func() { s.keepJournals(ctx) })
	defer keeping.Wait()
	defer cancel()
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.done:
			return nil
		case <-tick.C:
			s.forgetAway(time.Now())
			s.expireGrants(time.Now())
			for _, d := range s.allDocuments() {
				s.watch(d)
			}
			s.retryJournals()
		}
	}
}

// Name returns the session's name.
func (s *Session) Name() string { return s.config.Name }

// Join brings somebody in who has been let in: the owner, or a guest whose
// knock was approved or whose key was admitted before. One who is away under
// the same key comes back as the same participant, with the role they had. It
// returns ErrBlocked, ErrFull or ErrEnded.
func (s *Session) Join(who Identity) (*Participant, error) {
	p, err := s.admit(who)
	if err != nil {
		return nil, err
	}
	for _, id := range p.openDocuments() {
		if d, err := s.document(id); err == nil {
			d.join(p.ID(), p.by.author(), p.by.replica)
		}
	}
	s.wakeAll()
	return p, nil
}

func (s *Session) admit(who Identity) (*Participant, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return nil, ErrEnded
	}
	if who.Role == access.None {
		return nil, fmt.Errorf("join %s: %w", who.Name, access.ErrDenied)
	}
	if who.Role != access.Owner {
		if s.blockedLocked(who) {
			return nil, ErrBlocked
		}
		if s.guestsLocked() >= s.config.MaxGuests {
			return nil, ErrFull
		}
		s.placeLocked(&who)
	}
	p := s.awayLocked(who)
	back := p != nil
	if who.Name == "" {
		who.Name = s.names[who.Key] // who comes by their key is not asked again
	}
	if !back {
		p = s.newPersonLocked(who)
	}
	if p.key != "" {
		s.names[p.key] = p.name
	}
	p.address, p.invite, p.state = who.Address, who.Invite, In
	p.stay = newStay(s, p)
	s.recoveredLocked(p)
	if who.Role != access.Owner {
		verb := " joined as "
		if back {
			verb = " is back as "
		}
		s.tellLocked(p, Notice{Text: p.name + verb + p.role.String()})
	}
	s.auditPersonLocked(audit.Joined, p, audit.Event{Decision: who.By})
	s.log.Info("joined", "name", p.name, "role", p.role.String(), "key", p.key, "back", back)
	return p.stay, nil
}

// Admitted reports whether key was let in before, may come back, and is not blocked.
func (s *Session) Admitted(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.admitted[key]
	return ok && key != "" && !s.blockedLocked(Identity{Key: key})
}

// Blocked reports whether who was blocked: by their key, for the keyless by their
// address, and by the invite that was made for them.
func (s *Session) Blocked(who Identity) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.blockedLocked(who)
}

// Owner returns the deeds of the owner, for the control socket.
func (s *Session) Owner() Deeds { return Deeds{s: s} }

// Roster returns who is here and who knocks, as the owner sees it.
func (s *Session) Roster() Roster { return s.roster(nil) }

// Done is closed when the session has ended; Farewell then says why.
func (s *Session) Done() <-chan struct{} { return s.done }

// Farewell says, for people to read, why the session ended.
func (s *Session) Farewell() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.farewell
}

// forgetAway drops guests who left long ago or cannot prove who they are.
func (s *Session) forgetAway(now time.Time) {
	var gone []ParticipantID
	s.mu.Lock()
	kept := s.people[:0]
	for _, p := range s.people {
		if p.state == Away && p.role != access.Owner && (p.key == "" || now.Sub(p.left) > awayFor) {
			s.authorizer.Forget(access.Subject(p.id))
			gone = append(gone, p.id)
			continue
		}
		kept = append(kept, p)
	}
	clear(s.people[len(kept):])
	s.people = kept
	if len(gone) > 0 {
		s.wakeAllLocked()
	}
	s.mu.Unlock()
	for _, d := range s.allDocuments() {
		for _, id := range gone {
			d.forget(id)
		}
	}
}

func (s *Session) allDocuments() []*document {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*document, 0, len(s.documents))
	for _, d := range s.documents {
		all = append(all, d)
	}
	return all
}

func (s *Session) document(id DocID) (*document, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.documents[id]; d != nil {
		return d, nil
	}
	return nil, ErrNoDoc
}

// wakeAllLocked wakes everyone: the roster changed, or the documents.
func (s *Session) wakeAllLocked() {
	s.changes.Add(1)
	for _, p := range s.people {
		p.wake()
	}
}

func (s *Session) wakeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wakeAllLocked()
}

// wakeFollowers wakes those who look at the document, but for by, who knows.
func (s *Session) wakeFollowers(id DocID, by *person) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.people {
		if p.current == id && p != by {
			p.wake()
		}
	}
}

// tellAboutLocked puts a notice of a document before everyone who may see it, but except.
func (s *Session) tellAboutLocked(except *person, on access.Resource, n Notice) {
	for _, p := range s.people {
		if p != except && p.stay != nil && s.seesLocked(p, on) {
			p.tell(n)
		}
	}
}

// tellLocked puts a notice before everyone but except.
func (s *Session) tellLocked(except *person, n Notice) {
	for _, p := range s.people {
		if p != except && p.stay != nil {
			p.tell(n)
		}
	}
}
