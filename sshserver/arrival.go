package sshserver

import (
	"context"
	"encoding/binary"
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
	// farewellFor is how much longer a connection lives whose time is up, so that
	// the guest still learns why.
	farewellFor = 5 * time.Second
	// lobbyFor is how long a guest may take to say their name and the host to
	// answer.
	lobbyFor = 5 * time.Minute
)

// limits are how long a client may take for each step to the lobby.
type limits struct {
	// byItself is for the key exchange, up to our answer, and again from the begin of
	// authentication to a token: programs do that at once.
	byItself time.Duration
	// person is for what a person may be needed for: to compare the fingerprint or
	// paste it, which comes after our answer and before authentication, and then to
	// prove a key, with a passphrase or a touch. It is as long as sshd waits.
	person time.Duration
}

// doorLimits are the limits of the program; only tests have others.
var doorLimits = limits{byItself: 10 * time.Second, person: 2 * time.Minute}

// stage is how far an arrival has come.
type stage uint8

const (
	silent   stage = iota // has not exchanged keys
	answered              // has our half of the exchange, and may ask a person about it
	asking                // authenticates, and has shown no token
	proving               // may prove a key: has a token, or the host lists keys
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
	banner gossh.ServerPreAuthConn // set when authentication begins
	agreed bool                    // our half of the key exchange was written; its one writer's own
	ahead  readAhead

	// The server's mutex guards the following.
	stage   stage
	invite  invite.ID               // by which they knock
	key     string                  // with which they knock
	dismiss context.CancelCauseFunc // ends their wait
	timer   *time.Timer             // ends the stage
}

// Read notes that the client is gone.
func (a *arrival) Read(b []byte) (int, error) {
	n, err := a.Conn.Read(b)
	if err == nil {
		err = a.ahead.read(n)
	}
	if err != nil {
		a.cancel(err)
		return 0, err
	}
	return n, err
}

// msgKexReply is the number of the message that answers a key exchange, of all that
// we speak (RFC 5656, section 7.1).
const msgKexReply = 31

// Write notes that the client is answered, and so the key exchange, which has taken a client all that a
// person is not needed for. It looks at what we write ourselves, in the clear: a packet
// at a time, each with its length, that of its padding and its number first.
func (a *arrival) Write(b []byte) (int, error) {
	if !a.agreed && len(b) > 5 && int(binary.BigEndian.Uint32(b)) == len(b)-4 && b[5] == msgKexReply {
		a.agreed = true
		a.server.enter(a, answered, a.server.limits.person)
	}
	a.ahead.wrote()
	return a.Conn.Write(b)
}

// begin notes that authentication begins.
func (a *arrival) begin(c gossh.ServerPreAuthConn) {
	a.banner = c
	a.ahead.begin(c)
	a.server.enter(a, asking, a.server.limits.byItself)
}

// expire ends a connection whose time is up. One that asked has no valid token, and
// may just now ask a person for a passphrase in vain: it is told.
func (a *arrival) expire() {
	a.server.mu.Lock()
	at := a.stage
	a.server.mu.Unlock()
	if at == asking {
		_ = a.SetWriteDeadline(time.Now().Add(time.Second)) // whoever reads nothing is not waited for
		_ = a.banner.SendAuthBanner(notValid + "\n")
	}
	a.Close()
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
	a := &arrival{Conn: conn, server: s, ctx: ctx, cancel: cancel, from: addrOf(conn.RemoteAddr()),
		ahead: readAhead{begun: make(chan struct{})}}
	a.timer = time.AfterFunc(s.limits.byItself, a.expire)
	keepAlive(conn, lobbyKeepAlive)
	s.log.Debug("connection", "address", a.from)
	s.mu.Lock()
	var dropped *arrival
	if len(s.arrivals) >= maxArrivals {
		dropped = oldest(s.arrivals)
		s.leaveLocked(dropped)
	}
	s.arrivals = append(s.arrivals, a)
	s.mu.Unlock()
	if dropped != nil {
		s.note(&s.crowded, "too many connections wait: dropped the oldest", "address", dropped.from)
		dropped.Close()
	}
	return a
}

// makeRoom drops the oldest arrival before the lobby where a connection could not
// be taken: those who have business here, the owner with their commands among
// them, need its file descriptor. It says so in the log.
func (s *Server) makeRoom(why error) {
	s.mu.Lock()
	var dropped *arrival
	if a := oldest(s.arrivals); a != nil && a.reached() == proving {
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

// reached is the arrival's stage, those before the lobby taken together: what a
// client sends up to there costs it nothing.
func (a *arrival) reached() stage { return max(a.stage, proving) }

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
	s.leaveLocked(a)
}

func (s *Server) leaveLocked(a *arrival) {
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
