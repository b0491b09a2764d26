package sshserver

import (
	"fmt"
	"os"
	"strings"
	"time"

	"tshare/editor/access"
	"tshare/editor/audit"
	"tshare/editor/session"
	"tshare/sshserver/control"
	"tshare/sshserver/invite"
	"tshare/tui"
	"tshare/tui/share"
)

// desk is the server's side of one participant's share panel: what they may not do is
// denied here, whoever has it.
type desk struct {
	*Server
	by session.Deeds
}

var _ tui.Sharing = desk{}

// Invite is Server.Invite for who may invite.
func (d desk) Invite() (*share.Invite, error) {
	if err := d.by.May(access.Invite); err != nil {
		return nil, err
	}
	return d.Server.Invite()
}

// NewInvite returns a fresh invite for a single guest.
func (d desk) NewInvite(role access.Role) (*share.Invite, error) {
	if err := d.by.May(access.Invite); err != nil {
		return nil, err
	}
	return d.newInvite(d.by, role)
}

// Switch is Server.Switch for who may change how the session is shared.
func (d desk) Switch(on bool) error {
	if err := d.by.May(access.Settings); err != nil {
		return err
	}
	return d.switchBy(d.by, on)
}

// Reach says how guests can reach the session now.
func (s *Server) Reach() share.Reach {
	_, on := s.listeningAt()
	r := share.Reach{Listening: on, PIN: "type"}
	if s.config.ComparePIN {
		r.PIN = "compare"
	}
	_, _, r.Problem = s.reachable()
	return r
}

// reachable returns the addresses to tell guests, best first, the port, and
// what stands in their way, "" for nothing.
func (s *Server) reachable() (good []invite.Address, port int, problem string) {
	at, on := s.listeningAt()
	port = int(at.Port())
	if !on {
		return nil, port, "sharing is switched off"
	}
	interfaces, err := invite.Interfaces()
	if err != nil {
		return nil, port, fmt.Sprintf("this machine's addresses cannot be found: %v", err)
	}
	all := invite.Addresses(at.Addr(), interfaces)
	for _, a := range all {
		if a.Kind != invite.Public || s.config.Public {
			good = append(good, a)
		}
	}
	switch {
	case len(all) == 0:
		problem = "this machine has no address"
	case len(good) == 0:
		problem = "this machine has only public addresses, where guests are refused without --public"
	case good[0].Kind == invite.ThisMachine && at.Addr().IsUnspecified():
		problem = "only this machine can come in: it has no address that others could reach"
	case good[0].Kind == invite.ThisMachine:
		problem = "only this machine can come in: the session listens on " + good[0].IP.String() + " and nowhere else"
	}
	return good, port, problem
}

// Invite returns the session's first invite, which any number of guests may use.
func (s *Server) Invite() (*share.Invite, error) {
	return s.shown(s.first, s.token), nil
}

const (
	// guestsOfNew is how many guests a fresh invite from the panel admits, and
	// newLasts for how long it is good.
	guestsOfNew = 1
	newLasts    = 10 * time.Minute
)

// newInvite returns a fresh invite for a single guest.
func (s *Server) newInvite(by session.Deeds, role access.Role) (*share.Invite, error) {
	inv, token, err := s.makeInvite(by, role, time.Now().Add(newLasts), guestsOfNew)
	if err != nil {
		return nil, err
	}
	return s.shown(inv, token), nil
}

// Ready returns the first invite as the host's program prints it.
func (s *Server) Ready() control.Ready { return s.written("ready", s.first, s.token, s.keys()) }

// makeInvite makes an invite for guests.
func (s *Server) makeInvite(by session.Deeds, role access.Role, expires time.Time, uses int) (invite.Invite, invite.Token, error) {
	if role != access.Viewer && role != access.Editor {
		return invite.Invite{}, invite.Token{}, fmt.Errorf("%s is not a role for a guest: use viewer or editor", role)
	}
	if uses < 0 {
		return invite.Invite{}, invite.Token{}, fmt.Errorf("an invite for %d guests is none", uses)
	}
	s.mu.Lock()
	inv, token := s.invites.Make(role, expires, uses)
	s.mu.Unlock()
	noteInvite(by, inv)
	return inv, token, nil
}

// noteInvite has the audit tell of an invite.
func noteInvite(by session.Deeds, inv invite.Invite) {
	guests, until := "for any number of guests", "until the session ends"
	switch {
	case inv.Uses == 1:
		guests = "for 1 guest"
	case inv.Uses > 1:
		guests = fmt.Sprintf("for %d guests", inv.Uses)
	}
	if !inv.Expires.IsZero() {
		until = "until " + inv.Expires.UTC().Format(time.RFC3339)
	}
	by.Note(audit.Event{Kind: audit.Invited, Role: inv.Role.String(), Decision: fmt.Sprintf("invite %d, %s, %s", inv.ID, guests, until)})
}

// host is what guests recognize this one by.
func (s *Server) host() invite.Host {
	return invite.Host{Fingerprint: s.key.Fingerprint(), AuthorizedKey: s.key.AuthorizedKey(), ID: s.key.ID()}
}

// shown returns an invite in all its forms for each address of the host.
func (s *Server) shown(inv invite.Invite, token invite.Token) *share.Invite {
	out := &share.Invite{
		Role: inv.Role, Expires: inv.Expires, Uses: inv.Uses,
		Fingerprint: s.key.Fingerprint(), FastKeys: s.config.FastKeys,
	}
	good, port, _ := s.reachable()
	for _, a := range good {
		f := s.host().Forms(token, a.IP.String(), port, invite.UsualKeys)
		fast := s.host().Forms(token, a.IP.String(), port, invite.FastKeys)
		out.Offers = append(out.Offers, share.Offer{
			Address: invite.HostPort(a.IP.String(), port), Label: a.Kind.String(),
			Pinned: f.Pinned, Short: f.Short, Link: f.Link, PuTTY: f.PuTTY,
			FastPinned: fast.Pinned, FastShort: fast.Short,
		})
	}
	return out
}

// keys is when guests' keys are sent, unless an invite says otherwise.
func (s *Server) keys() invite.Keys {
	if s.config.FastKeys {
		return invite.FastKeys
	}
	return invite.UsualKeys
}

// written returns an invite in all its forms for the host's best address, as
// programs print it.
func (s *Server) written(event string, inv invite.Invite, token invite.Token, keys invite.Keys) control.Ready {
	good, port, problem := s.reachable()
	r := control.Ready{
		Event: event, Session: s.session.Name(), Root: s.config.Root, Port: port,
		Fingerprint: s.key.Fingerprint(), PublicKey: s.key.AuthorizedKey(),
		ID: uint32(inv.ID), Token: token.Reveal(), Role: inv.Role.String(), Uses: inv.Uses,
		FastKeys: keys == invite.FastKeys,
		Socket:   s.config.Socket, Problem: problem,
	}
	if !inv.Expires.IsZero() {
		r.Expires = &inv.Expires
	}
	if len(good) > 0 {
		r.Host = good[0].IP.String()
		f := s.host().Forms(token, r.Host, port, keys)
		r.Command, r.PinnedCommand, r.Link, r.PuTTYCommand = f.Short, f.Pinned, f.Link, f.PuTTY
		if s.config.Allowed != nil {
			r.ListedCommand = strings.Replace(f.Pinned, token.Reveal()+"@", "", 1)
		}
	}
	return r
}

// Status returns the session as it is now.
func (s *Server) Status() control.Status {
	good, port, problem := s.reachable()
	_, on := s.listeningAt()
	roster := s.session.Roster()
	st := control.Status{
		Session: s.session.Name(), Root: s.config.Root, PID: os.Getpid(), Started: s.started,
		Listening: on, Port: port, Problem: problem,
		Fingerprint: s.key.Fingerprint(), PublicKey: s.key.AuthorizedKey(),
		Guests: roster.Guests(), Knocks: len(roster.Knocks), Frozen: roster.Frozen, Locked: roster.Locked,
		Unsaved: append([]string{}, s.session.Owner().Unsaved()...), // [] rather than null
	}
	if len(good) > 0 {
		st.Host = good[0].IP.String()
	}
	for _, p := range roster.People {
		if p.Role == access.Owner && p.State == session.In {
			st.Owners++
		}
	}
	return st
}
