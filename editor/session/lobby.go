package session

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"net/netip"
	"slices"
	"strings"
	"time"

	"tshare/editor/access"
	"tshare/editor/audit"
	"tshare/editor/safe"
)

// maxKnocks is how many guests may wait at once. The owner judges them by eye,
// and more than these do not fit the strip.
const maxKnocks = 16

// knock is a guest who waits. The session's mutex guards it.
type knock struct {
	id     KnockID
	who    Identity
	name   string
	pin    string
	since  time.Time
	answer chan answer // one slot: answered once
}

type answer struct {
	role   access.Role // None: refused
	reason string
}

func (k *knock) shown(withPIN bool) Knock {
	shown := Knock{ID: k.id, Name: k.name, Key: k.who.Key, Address: k.who.Address, Role: k.who.Role, Since: k.since}
	if withPIN {
		shown.PIN = k.pin
	}
	return shown
}

// Refusal tells a guest why they were not let in.
type Refusal struct{ Reason string }

func (r *Refusal) Error() string { return r.Reason }

// Knock puts a guest before the owner and waits for the answer: who they are
// in the session, or a *Refusal. It returns ErrFull when too many wait,
// ErrLocked, ErrBlocked, ErrEnded, and ctx's error when the guest left. told is called
// with the PIN before the wait.
func (s *Session) Knock(ctx context.Context, who Identity, told func(pin string) error) (Identity, error) {
	k, err := s.beginKnock(who)
	if err != nil {
		return Identity{}, err
	}
	defer s.endKnock(k)
	if err := told(k.pin); err != nil {
		return Identity{}, err
	}
	select {
	case a := <-k.answer:
		if a.role == access.None {
			return Identity{}, &Refusal{Reason: a.reason}
		}
		who.Name, who.Role = k.name, a.role
		return who, nil
	case <-ctx.Done():
		return Identity{}, ctx.Err()
	case <-s.done:
		return Identity{}, ErrEnded
	}
}

func (s *Session) beginKnock(who Identity) (*knock, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ended:
		return nil, ErrEnded
	case s.blockedLocked(who):
		return nil, ErrBlocked
	case s.locked:
		return nil, ErrLocked
	case s.guestsLocked() >= s.config.MaxGuests:
		return nil, ErrFull
	case len(s.knocks) >= maxKnocks && !s.giveWayLocked(networkOf(who.Address)):
		return nil, ErrFull
	}
	s.lastID++
	k := &knock{
		id:     KnockID(s.lastID),
		who:    who,
		name:   s.uniqueNameLocked(safe.Name(who.Name), nil),
		pin:    s.newPINLocked(),
		since:  time.Now(),
		answer: make(chan answer, 1),
	}
	s.knocks = append(s.knocks, k)
	s.auditKnock(audit.Knocked, k, audit.Event{})
	s.log.Info("knock", "name", k.name, "key", who.Key, "address", who.Address)
	s.wakeAllLocked()
	return k, nil
}

// givesWay is what a guest is told whose place in the lobby somebody else gets.
const givesWay = "Too many people wait from your address. Try again in a moment."

// giveWayLocked turns away the newest knock of the network that has the most places, for
// one from network. It reports false where network would then have as many as that one:
// nobody fills the lobby alone, and two do not push each other out in turns.
func (s *Session) giveWayLocked(network string) bool {
	places := map[string]int{}
	for _, k := range s.knocks {
		places[networkOf(k.who.Address)]++
	}
	newest := -1
	for i, k := range s.knocks {
		if newest < 0 || places[networkOf(k.who.Address)] >= places[networkOf(s.knocks[newest].who.Address)] {
			newest = i
		}
	}
	k := s.knocks[newest]
	if places[networkOf(k.who.Address)] <= places[network]+1 {
		return false
	}
	s.knocks = slices.Delete(s.knocks, newest, newest+1)
	k.answer <- answer{reason: givesWay} // its one slot is free: k has just left the lobby
	s.auditKnock(audit.Refused, k, audit.Event{Decision: "gave way to another address"})
	s.log.Info("a knock gave way to one from another address", "name", k.name, "address", k.who.Address)
	return true
}

// networkOf returns what may be one person's of the address that a guest comes from: of
// IPv6 the first 64 bits, as each home has them.
func networkOf(address string) string {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return address
	}
	ip := at.Addr().Unmap()
	if ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip.WithZone(""), 64).Masked().String()
}

// endKnock takes a knock off the lobby that was answered or whose guest left.
func (s *Session) endKnock(k *knock) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.knocks = slices.DeleteFunc(s.knocks, func(o *knock) bool { return o == k })
	s.wakeAllLocked()
}

// newPINLocked draws six digits that no waiting knock has.
func (s *Session) newPINLocked() string {
	for {
		n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
		if err != nil {
			panic("session: no randomness: " + err.Error())
		}
		pin := fmt.Sprintf("%06d", n)
		if !slices.ContainsFunc(s.knocks, func(k *knock) bool { return k.pin == pin }) {
			return pin
		}
	}
}

// Approve admits the knock whose PIN is pin, whichever it is, in role, or in
// the invite's role with access.None. Blanks in the PIN do not matter. It
// returns ErrNoKnock if nobody waits with that PIN.
func (d Deeds) Approve(pin string, role access.Role) (Knock, error) {
	pin = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, pin)
	return d.answerKnock(func(k *knock) bool { return k.pin == pin }, answerOf(role))
}

// Admit admits a knock by its id, where PINs are compared by eye.
func (d Deeds) Admit(id KnockID, role access.Role) (Knock, error) {
	return d.answerKnock(func(k *knock) bool { return k.id == id }, answerOf(role))
}

// Deny refuses a knock by its id, with a reason to tell the guest ("" for none).
func (d Deeds) Deny(id KnockID, reason string) error {
	if reason == "" {
		reason = "The host did not let you in."
	}
	_, err := d.answerKnock(func(k *knock) bool { return k.id == id },
		func(*knock) answer { return answer{reason: reason} })
	return err
}

// answerOf lets a knock in as role, or as its invite says. Nobody who knocks
// becomes an owner.
func answerOf(role access.Role) func(*knock) answer {
	return func(k *knock) answer {
		if role == access.None {
			role = k.who.Role
		}
		return answer{role: min(role, access.Editor)}
	}
}

func (d Deeds) answerKnock(which func(*knock) bool, give func(*knock) answer) (Knock, error) {
	if err := d.authorize(access.Admit, nothing); err != nil {
		return Knock{}, err
	}
	s := d.s
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.knocks, which)
	if i < 0 {
		return Knock{}, ErrNoKnock
	}
	k := s.knocks[i]
	s.knocks = slices.Delete(s.knocks, i, i+1)
	a := give(k)
	k.answer <- a // its one slot is free: k has just left the lobby
	if a.role == access.None {
		s.auditKnock(audit.Refused, k, audit.Event{By: d.name(), Decision: refusedBy})
		s.log.Info("refused", "name", k.name, "key", k.who.Key)
	} else {
		s.auditKnock(audit.Admitted, k, audit.Event{By: d.name(), Role: a.role.String(), Decision: "by their PIN"})
		s.log.Info("admitted", "name", k.name, "key", k.who.Key, "role", a.role.String())
		if k.who.Key != "" {
			s.forgetLocked(k.who.Key)
			s.admitted[k.who.Key] = a.role
		}
	}
	s.wakeAllLocked()
	shown := k.shown(s.config.ComparePIN)
	shown.Role = a.role
	return shown, nil
}

// Lock has nobody knock from now on. Who waits goes on waiting, and who was let in
// before may come back.
func (d Deeds) Lock() error { return d.setLobby(audit.Locked) }

// Unlock ends a Lock.
func (d Deeds) Unlock() error { return d.setLobby(audit.Unlocked) }

func (d Deeds) setLobby(to audit.Kind) error {
	if err := d.authorize(access.Admit, nothing); err != nil {
		return err
	}
	s := d.s
	s.mu.Lock()
	defer s.mu.Unlock()
	s.locked = to == audit.Locked
	s.audit(audit.Event{Kind: to, By: d.name()})
	s.log.Info("lobby", "locked", s.locked)
	s.wakeAllLocked()
	return nil
}
