// Package sshserver is the network: it lets guests in by invite, PIN and role,
// gives each a screen on an SSH channel, and takes the host's own screen and
// commands on a Unix socket.
//
// Two servers share a Server's state. The one on TCP is for guests: whoever is
// not let in stays in the authentication phase and never has a channel. The one
// on the socket is for the owner, who is everyone who may open it.
package sshserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"charm.land/ssh"
	"charm.land/wish/v2"
	gossh "golang.org/x/crypto/ssh"

	"tshare/editor/access"
	"tshare/editor/session"
	"tshare/sshserver/identity"
	"tshare/sshserver/invite"
	"tshare/sshserver/screen"
	"tshare/tui/painter"
)

// DefaultListen is where guests are listened for unless the host says otherwise.
const DefaultListen = ":2222"

// Config is what a server needs to know.
type Config struct {
	Session *session.Session
	Root    string // what is shared, as a path for the host to read
	Socket  string // path of the control socket, for the host to read
	Version string // of the program, for the host to read

	Listen      string // ADDR:PORT; "" for DefaultListen
	ListenAsked bool   // the host asked for Listen: another port will not do
	Public      bool   // connections that arrive at a public address are welcome

	Role       access.Role       // of the first invite; None for editor
	FastKeys   bool              // invites tell the guest's ssh to send each key at once
	Guests     *identity.Guests  // where guests are remembered; nil for nowhere
	Allowed    *identity.Allowed // whom the host lists; nil for nobody
	ComparePIN bool              // as the session has it
	Screen     Screen
	Log        *slog.Logger
	// Crashed is told of each panic that ended a part of the session, such as one
	// screen, while the rest goes on; nil for nobody.
	Crashed func(*painter.PanicError)
	limits  limits // zero for those of the program
}

// Server is the session's network.
type Server struct {
	config   Config
	session  *session.Session
	log      *slog.Logger
	limits   limits
	started  time.Time
	key      *identity.Key
	own      func() map[string]bool // the host's own keys, read once, when first asked for
	first    invite.Invite
	token    invite.Token // of the first invite, which can be shown again
	guests   *ssh.Server
	owner    *ssh.Server
	channels screen.Handler
	latency  painter.Latency // of all screens
	changed  chan struct{}   // one slot: the listener is another
	ended    chan struct{}   // closed by Close
	tasks    sync.WaitGroup

	mu       sync.Mutex // guards the following
	invites  invite.Registry
	arrivals []*arrival
	conns    map[net.Conn]struct{}
	screens  map[*session.Participant]*painter.Gauge
	listener net.Listener   // nil while sharing is off
	address  netip.AddrPort // where it listens or last did
	closed   bool
	crowded  rare // lines of the log
	public   rare
	refused  rare
	unlisted rare
	short    rare
}

// New returns a server that does not listen yet, with a host key of its own and
// the session's first invite: for any number of guests, until the session ends.
func New(c Config) (*Server, error) {
	key, err := identity.NewKey()
	if err != nil {
		return nil, err
	}
	if c.Listen == "" {
		c.Listen = DefaultListen
	}
	if c.Role == access.None {
		c.Role = access.Editor
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Crashed == nil {
		c.Crashed = func(*painter.PanicError) {}
	}
	if c.limits == (limits{}) {
		c.limits = doorLimits
	}
	s := &Server{
		config:  c,
		session: c.Session,
		limits:  c.limits,
		log:     c.Log,
		started: time.Now(),
		key:     key,
		own:     sync.OnceValue(func() map[string]bool { return identity.Own(context.Background()) }),
		changed: make(chan struct{}, 1),
		ended:   make(chan struct{}),
		conns:   map[net.Conn]struct{}{},
		screens: map[*session.Participant]*painter.Gauge{},
	}
	s.channels = screen.Handler{Start: s.start, Latency: &s.latency, Log: c.Log, Crashed: c.Crashed}
	s.first, s.token = s.invites.Make(c.Role, time.Time{}, 0)
	if s.guests, err = s.newSSH(s.guestConfig); err == nil {
		s.owner, err = s.newSSH(s.ownerConfig)
	}
	if err == nil {
		err = s.checkDoor()
	}
	if err != nil {
		key.Close()
		return nil, fmt.Errorf("make the SSH server: %w", err)
	}
	noteInvite(s.session.Owner(), s.first)
	return s, nil
}

// version introduces the server: SSH-2.0-tshare.
const version = "tshare"

// newSSH returns an SSH server whose connections authenticate by auth. The
// library accepts everybody unless told otherwise: both configs say who may
// come. Its own handlers, for sessions, forwarding and subsystems, are out.
func (s *Server) newSSH(auth ssh.ServerConfigCallback) (*ssh.Server, error) {
	// First of all the host key: without one wish writes a key file.
	return wish.NewServer(
		func(srv *ssh.Server) error {
			srv.AddHostKey(s.key.Signer())
			return nil
		},
		wish.WithVersion(version),
		ssh.WrapConn(func(ctx ssh.Context, conn net.Conn) net.Conn {
			ctx.SetValue(connKey{}, conn)
			return conn
		}),
		func(srv *ssh.Server) error {
			srv.ServerConfigCallback = auth
			srv.ChannelHandlers = map[string]ssh.ChannelHandler{"session": s.open}
			srv.RequestHandlers = map[string]ssh.RequestHandler{
				// What clients send to learn whether we are there. All else is refused.
				"keepalive@openssh.com": func(ssh.Context, *ssh.Server, *gossh.Request) (bool, []byte) { return true, nil },
			}
			return nil
		},
	)
}

// connKey is where a connection's context has the connection.
type connKey struct{}

// Run serves guests, wherever Switch has the server listen, until ctx ends.
// Then it closes the server.
func (s *Server) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { s.Close() })
	defer stop()
	var accepting sync.WaitGroup
	defer accepting.Wait()
	var served net.Listener
	for {
		if l := s.listening(); l != nil && l != served {
			served = l
			accepting.Go(func() { s.accept(l, s.greet) })
		}
		select {
		case <-s.changed:
		case <-s.ended:
			return context.Cause(ctx)
		}
	}
}

// ServeSocket serves the owner on l, the control socket, until ctx ends or l is
// closed. It closes l.
func (s *Server) ServeSocket(ctx context.Context, l net.Listener) error {
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	defer l.Close()
	s.accept(l, s.owner.HandleConn)
	return ctx.Err()
}

// retryAfter is how long to wait where a connection cannot be taken, for want
// of file descriptors mostly.
const retryAfter = 20 * time.Millisecond

// accept takes connections from l until it is closed, and has each handled.
func (s *Server) accept(l net.Listener, handle func(net.Conn)) {
	for {
		conn, err := l.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			s.makeRoom(err)
			select {
			case <-s.ended:
				return
			case <-time.After(retryAfter):
			}
			continue
		case !s.begin(conn):
			conn.Close()
			return
		}
		go func() {
			defer s.forget(conn)
			defer s.survive(conn)
			handle(conn)
		}()
	}
}

// survive ends a connection whose handling panicked, and nothing else.
func (s *Server) survive(conn net.Conn) {
	v := recover()
	if v == nil {
		return
	}
	err := painter.NewPanicError("handle a connection", v)
	s.log.Error("connection ended by a panic", "error", err)
	s.config.Crashed(err)
	conn.Close()
}

// begin notes a connection that Close is to end, unless the server is closed.
func (s *Server) begin(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.tasks.Add(1)
	s.conns[conn] = struct{}{}
	return true
}

// forget takes off a connection that has ended.
func (s *Server) forget(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
	s.tasks.Done()
}

// greet handles a connection from the network, if it arrived at an address that
// is meant for guests.
func (s *Server) greet(conn net.Conn) {
	if !s.config.Public && invite.IsPublic(addrOf(conn.LocalAddr()).Addr()) {
		s.note(&s.public, "refused a connection to a public address", "address", addrOf(conn.RemoteAddr()))
		conn.Close()
		return
	}
	s.guests.HandleConn(s.arrive(conn))
}

// readingTime is how long Close waits for clients to show why the session
// ended and to hang up by themselves.
const readingTime = 2 * time.Second

// Close stops listening, hangs up on everybody and forgets the host key; where
// the session has ended, guests have a moment to learn of it. Close waits until
// all of that is done.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		s.tasks.Wait()
		return nil
	}
	s.closed = true
	l := s.listener
	s.listener = nil
	s.mu.Unlock()
	close(s.ended)
	var err error
	if l != nil {
		err = l.Close()
	}
	s.hangUp()
	s.key.Close()
	return errors.Join(err, s.forgetBlocked())
}

// hangUp ends all connections and waits until they have ended.
func (s *Server) hangUp() {
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		s.tasks.Wait()
	}()
	select {
	case <-s.session.Done():
		select {
		case <-gone:
		case <-time.After(readingTime):
		}
	default:
	}
	s.mu.Lock()
	for conn := range s.conns {
		_ = conn.Close()
	}
	s.mu.Unlock()
	<-gone
}
