package sshserver

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"tshare/sshserver/invite"
)

const (
	// maxArrivals is how many connections may wait to be let in. Nothing stops
	// strangers from connecting, so the next one drops the oldest. A guest has to show
	// their token before that many others have come: at 1000 a second, within a
	// quarter of a second. One that waits takes some 40 KB.
	maxArrivals = 256
	// speakWithin is how long a client may take to begin the key exchange, which
	// programs do at once.
	speakWithin = 10 * time.Second
	// tokenWithin is how long it may then take to show a token. Behind it may be
	// a person who compares the fingerprint or pastes it: as long as sshd waits.
	tokenWithin = 2 * time.Minute
	// lobbyFor is how long a guest may take to say their name and the host to
	// answer.
	lobbyFor = 5 * time.Minute
	// farewellFor is how much longer a connection lives whose time is up, so that
	// the guest still learns why.
	farewellFor = 5 * time.Second
	// versionLine is how long the line may be with which a client introduces
	// itself, in bytes (RFC 4253, section 4.2). More is the key exchange.
	versionLine = 255
)

// stage is how far an arrival has come.
type stage uint8

const (
	silent   stage = iota // has not begun the key exchange
	talking               // has shown no token
	naming                // has a token, and is asked for a name
	knocking              // waits for the host
)

// Why a guest's wait ends, beside the loss of the connection.
var (
	errLobbyTime = errors.New("the host did not answer in time")
	errSpent     = errors.New("the invite was used by somebody else")
)

// arrival is a connection from its coming until it is let in. It ends ctx when
// the connection is lost: x/crypto reads ahead while a guest waits in the lobby,
// so that a client that goes away is noticed here at once.
type arrival struct {
	net.Conn
	server *Server
	from   netip.AddrPort
	ctx    context.Context
	cancel context.CancelCauseFunc
	banner gossh.ServerPreAuthConn // set before authentication begins
	read   int                     // bytes until the key exchange; its one reader's own
	ahead  readAhead

	// The server's mutex guards the following.
	stage   stage
	invite  invite.ID               // by which they knock
	key     string                  // with which they knock
	dismiss context.CancelCauseFunc // ends their wait
	timer   *time.Timer             // ends the stage
}

// Read notes that the client speaks, and that it is gone.
func (a *arrival) Read(b []byte) (int, error) {
	n, err := a.Conn.Read(b)
	if err == nil {
		err = a.ahead.read(n)
	}
	if err != nil {
		a.cancel(err)
		return 0, err
	}
	if a.read <= versionLine {
		if a.read += n; a.read > versionLine {
			a.server.enter(a, talking, tokenWithin)
		}
	}
	return n, err
}

// Write notes that the client is answered.
func (a *arrival) Write(b []byte) (int, error) {
	a.ahead.wrote()
	return a.Conn.Write(b)
}

// Close ends the connection and what hangs on it.
func (a *arrival) Close() error {
	defer func() { go a.ahead.drain() }()
	a.cancel(net.ErrClosed)
	a.server.leave(a)
	a.server.log.Debug("connection closed", "address", a.from)
	return a.Conn.Close()
}

// arrive takes in a new connection: the oldest is dropped where too many wait.
func (s *Server) arrive(conn net.Conn) *arrival {
	ctx, cancel := context.WithCancelCause(context.Background())
	a := &arrival{Conn: conn, server: s, ctx: ctx, cancel: cancel, from: addrOf(conn.RemoteAddr())}
	a.timer = time.AfterFunc(speakWithin, func() { a.Close() })
	keepAlive(conn, lobbyKeepAlive)
	s.log.Debug("connection", "address", a.from)
	s.mu.Lock()
	var dropped *arrival
	if len(s.arrivals) >= maxArrivals {
		dropped = oldest(s.arrivals)
	}
	s.arrivals = append(s.arrivals, a)
	s.mu.Unlock()
	if dropped != nil {
		s.note(&s.crowded, "too many connections wait: dropped the oldest", "address", dropped.from)
		dropped.Close()
	}
	return a
}

// makeRoom drops the oldest arrival without a token where a connection could not
// be taken: those who have business here, the owner with their commands among
// them, need its file descriptor. It says so in the log.
func (s *Server) makeRoom(why error) {
	s.mu.Lock()
	var dropped *arrival
	if a := oldest(s.arrivals); a != nil && a.reached() == talking {
		dropped = a
	}
	times, due := s.short.take(time.Now())
	s.mu.Unlock()
	if due {
		s.log.Warn("a connection could not be taken; dropping those that wait without an invite", "error", why, "times", times)
	}
	if dropped != nil {
		dropped.Close()
	}
}

// oldest returns the arrival to drop: of those that came least far the oldest,
// so that strangers cannot push out a guest who has an invite. It returns nil
// where nobody waits.
func oldest(arrivals []*arrival) *arrival {
	if len(arrivals) == 0 {
		return nil
	}
	return slices.MinFunc(arrivals, func(a, b *arrival) int { return int(a.reached()) - int(b.reached()) })
}

// reached is the arrival's stage, those without a token taken together: what a
// client sends before costs it nothing.
func (a *arrival) reached() stage { return max(a.stage, talking) }

// enter moves a on to a stage that may last for limit. A client that takes the
// same steps again gains no time.
func (s *Server) enter(a *arrival, to stage, limit time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.stage >= to {
		return
	}
	a.stage = to
	if a.timer.Stop() {
		a.timer.Reset(limit)
	}
}

// hurry leaves a just the time to be told why it is turned away.
func (s *Server) hurry(a *arrival) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.timer.Stop() {
		a.timer.Reset(answerAfter + farewellFor)
	}
}

// leave takes a off those that wait: it was let in or is gone.
func (s *Server) leave(a *arrival) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.timer.Stop()
	s.arrivals = slices.DeleteFunc(s.arrivals, func(o *arrival) bool { return o == a })
}

// addrOf returns a as an address and port, the zero value where it is none.
func addrOf(a net.Addr) netip.AddrPort {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	from := tcp.AddrPort()
	return netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
}

// In the lobby a dead line is noticed within seconds, as a knock of nobody's
// takes a place and the host's time. Who is in may close the laptop for a while:
// there, SSH's own keepalives decide.
var (
	lobbyKeepAlive  = net.KeepAliveConfig{Enable: true, Idle: 4 * time.Second, Interval: 2 * time.Second, Count: 3}
	insideKeepAlive = net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 15 * time.Second, Count: 4}
)

func keepAlive(conn net.Conn, c net.KeepAliveConfig) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetKeepAliveConfig(c) // a line without probes still works
	}
}
