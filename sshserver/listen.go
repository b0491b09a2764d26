package sshserver

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"syscall"

	"tshare/editor/audit"
	"tshare/editor/session"
)

// maxPorts is how many ports are tried, from the wanted one on. More sessions
// on one machine are a mistake rather than a wish.
const maxPorts = 20

// Switch begins or stops listening for guests. Stopping disconnects nobody who
// is in, and those who wait in the lobby may still be let in; invites keep what
// is left of them, and the port is kept for when listening begins again.
func (s *Server) Switch(on bool) error { return s.switchBy(s.session.Owner(), on) }

// switchBy is Switch as somebody's deed.
func (s *Server) switchBy(by session.Deeds, on bool) error {
	s.mu.Lock()
	l, last := s.listener, s.address
	s.mu.Unlock()
	switch {
	case on == (l != nil):
		return nil
	case !on:
		s.setListener(nil, last)
		by.Note(audit.Event{Kind: audit.Unshared})
		return l.Close()
	}
	l, err := s.listen(last)
	if err != nil {
		return err
	}
	if !s.setListener(l, addrOf(l.Addr())) {
		l.Close()
		return net.ErrClosed
	}
	by.Note(audit.Event{Kind: audit.Shared, Address: l.Addr().String()})
	s.log.Info("listening", "address", l.Addr())
	return nil
}

// setListener puts l in the listener's place. It reports false where that would
// make two, or the server is closed.
func (s *Server) setListener(l net.Listener, at netip.AddrPort) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l != nil && (s.listener != nil || s.closed) {
		return false
	}
	s.listener, s.address = l, at
	select {
	case s.changed <- struct{}{}:
	default:
	}
	return true
}

// listening returns the listener, nil while there is none.
func (s *Server) listening() net.Listener {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.listener
}

// listen takes the wanted address, or the one that was last listened on, which
// guests were told. Where the port is taken and the host did not ask for it, the
// next free one will do.
func (s *Server) listen(last netip.AddrPort) (net.Listener, error) {
	host, wanted, err := net.SplitHostPort(s.config.Listen)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", s.config.Listen, err)
	}
	port, err := net.LookupPort("tcp", wanted)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", s.config.Listen, err)
	}
	tries := maxPorts
	if s.config.ListenAsked || port == 0 {
		tries = 1
	}
	if last.IsValid() {
		if l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(int(last.Port())))); err == nil {
			return l, nil
		}
	}
	for i := range tries {
		var l net.Listener
		if l, err = net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port+i))); err == nil {
			return l, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	return nil, listenError(s.config.Listen, tries, err)
}

// listenError says what happened in the user's words.
func listenError(wanted string, tries int, err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	if !errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("cannot listen on %s: %w", wanted, err)
	}
	if tries > 1 {
		return fmt.Errorf("cannot listen on %s, nor on the %d ports after it: %w", wanted, tries-1, portInUse{err})
	}
	return fmt.Errorf("cannot listen on %s: %w", wanted, portInUse{err})
}

// portInUse is EADDRINUSE in plain words.
type portInUse struct{ err error }

func (portInUse) Error() string   { return "the port is in use" }
func (p portInUse) Unwrap() error { return p.err }

// listeningAt returns where the server listens or last did, and whether it does.
func (s *Server) listeningAt() (at netip.AddrPort, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.address, s.listener != nil
}
