package screen

import (
	"context"
	"io"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"tshare/tui/painter"
)

// exitLimit is how long a connection may take to accept the end of a channel.
// One that does not is closed, for it has stopped reading.
const exitLimit = 30 * time.Second

// Kind is what a client asks a channel to be.
type Kind string

// The kinds of a session channel (RFC 4254, section 6.5).
const (
	Shell     Kind = "shell"
	Exec      Kind = "exec"
	Subsystem Kind = "subsystem"
)

// Channel is one session channel of a connection. What a client says of its
// terminal does not change once the channel was started, but for its size.
type Channel struct {
	Conn    *gossh.ServerConn
	Kind    Kind
	Command string // the command line of an Exec, the name of a Subsystem
	HasPTY  bool
	Term    string   // TERM, "" without a PTY; letters, digits and "+._-" only
	Env     []string // NAME=value, the allowed names only, printable values

	raw    gossh.Channel
	window *window
	gauge  *painter.Gauge
	ctx    context.Context
	cancel context.CancelFunc
	once   sync.Once // of Exit
}

func newChannel(conn *gossh.ServerConn, raw gossh.Channel, gauge *painter.Gauge) *Channel {
	c := &Channel{Conn: conn, raw: raw, window: newWindow(), gauge: gauge}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// Read reads what the client types or sends.
func (c *Channel) Read(p []byte) (int, error) { return c.raw.Read(p) }

// Write writes to the client's standard output. One goroutine may write at a time.
func (c *Channel) Write(p []byte) (int, error) { return c.raw.Write(p) }

// Stderr writes to the client's standard error output.
func (c *Channel) Stderr() io.Writer { return c.raw.Stderr() }

// Context ends with the channel or its connection.
func (c *Channel) Context() context.Context { return c.ctx }

// Size returns the window's size now, at most MaxWidth by MaxHeight.
func (c *Channel) Size() Size { return c.window.size() }

// Resized is woken, by one receiver's slot, when Size has a new answer.
func (c *Channel) Resized() <-chan struct{} { return c.window.resized }

// Gauge shows how the screen on the channel fares.
func (c *Channel) Gauge() *painter.Gauge { return c.gauge }

// Ping returns when everything written before has reached the client.
func (c *Channel) Ping() error {
	_, _, err := c.Conn.SendRequest(keepaliveRequest, true, nil)
	return err
}

// Terminal returns the terminal at the channel's other end, for Run.
func (c *Channel) Terminal() Terminal {
	return Terminal{
		In: c, Out: c, Term: c.Term, Env: c.Env,
		Size: c.Size, Resized: c.Resized(), Ping: c.Ping, Gauge: c.gauge,
	}
}

// Exit tells the client the exit status and closes the channel. Only the first
// call counts. If the client does not take it within 30 s the connection is
// closed.
func (c *Channel) Exit(code int) {
	c.once.Do(func() {
		defer c.cancel()
		late := time.AfterFunc(exitLimit, func() { _ = c.Conn.Close() })
		defer late.Stop()
		status := struct{ Status uint32 }{uint32(code)}
		_, _ = c.raw.SendRequest("exit-status", false, gossh.Marshal(status))
		_ = c.raw.Close() // a client that is gone needs neither
	})
}
