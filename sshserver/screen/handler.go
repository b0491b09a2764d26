package screen

import (
	"log/slog"
	"sync"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"tshare/tui/painter"
)

// maxChannels is how many session channels a connection may have: one, and one
// that is ending or a second window over the same connection.
const maxChannels = 2

// Handler serves session channels. It answers their requests without ever
// holding up the connection, and refuses all that it does not know.
type Handler struct {
	// Start is asked what runs on a channel whose client wants a shell, a
	// command or a subsystem. It returns what is run, on a goroutine of its
	// own, or nil to refuse. It must not block. When what it returned returns,
	// the channel is closed, with status 255 if Exit was not called.
	Start func(*Channel) func()

	// Latency gets how long the keys of all screens take; nil for nowhere.
	Latency *painter.Latency

	// Log gets the panics; nil for none.
	Log *slog.Logger

	// Crashed is told of each panic that ended a channel, by who panicked; nil
	// for nobody.
	Crashed func(*painter.PanicError)

	mu   sync.Mutex // guards the following
	open map[*gossh.ServerConn]int
}

// ServeChannel is Serve as an ssh.ChannelHandler.
func (h *Handler) ServeChannel(_ *ssh.Server, conn *gossh.ServerConn, nc gossh.NewChannel, _ ssh.Context) {
	h.Serve(conn, nc)
}

// Serve serves one session channel and returns when it is closed and what ran
// on it has ended. Channels of one connection are served by a goroutine each.
func (h *Handler) Serve(conn *gossh.ServerConn, nc gossh.NewChannel) {
	if nc.ChannelType() != "session" {
		_ = nc.Reject(gossh.UnknownChannelType, "only sessions are served")
		return
	}
	if !h.take(conn) {
		_ = nc.Reject(gossh.ResourceShortage, "too many sessions on one connection")
		return
	}
	defer h.give(conn)
	raw, requests, err := nc.Accept()
	if err != nil {
		return // the connection is gone
	}
	c := newChannel(conn, raw, painter.NewGauge(h.Latency))
	var running sync.WaitGroup
	r := requester{
		channel: c,
		choose:  func() func() { return h.choose(c) },
		run:     func(run func()) { running.Go(func() { h.run(c, run) }) },
	}
	r.serve(requests)
	c.cancel()
	running.Wait()
}

// choose asks what runs on c; nothing if that panics.
func (h *Handler) choose(c *Channel) (run func()) {
	defer h.recovered("start a channel")
	return h.Start(c)
}

func (h *Handler) run(c *Channel, run func()) {
	defer c.Exit(255)
	defer h.recovered("run a channel")
	run()
}

// recovered tells of a panic, which ends one channel.
func (h *Handler) recovered(deed string) {
	v := recover()
	if v == nil {
		return
	}
	err := painter.NewPanicError(deed, v)
	if h.Log != nil {
		h.Log.Error("channel ended by a panic", "error", err, "stack", string(err.Stack))
	}
	if h.Crashed != nil {
		h.Crashed(err)
	}
}

// take counts a channel of conn, if it may have one more.
func (h *Handler) take(conn *gossh.ServerConn) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open[conn] >= maxChannels {
		return false
	}
	if h.open == nil {
		h.open = map[*gossh.ServerConn]int{}
	}
	h.open[conn]++
	return true
}

func (h *Handler) give(conn *gossh.ServerConn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open[conn]--; h.open[conn] == 0 {
		delete(h.open, conn)
	}
}
