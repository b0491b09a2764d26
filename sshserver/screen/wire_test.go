package screen

import (
	"crypto/ed25519"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// wire is a connection in memory. Unlike net.Pipe it has room, for both sides of
// an SSH handshake write first; it may stop taking bytes, as a network does.
type wire struct {
	in, out *half
}

func newWire() (a, b *wire) {
	x, y := newHalf(), newHalf()
	return &wire{in: x, out: y}, &wire{in: y, out: x}
}

func (w *wire) Read(p []byte) (int, error)       { return w.in.read(p) }
func (w *wire) Write(p []byte) (int, error)      { return w.out.write(p) }
func (w *wire) Close() error                     { w.in.close(); w.out.close(); return nil }
func (w *wire) LocalAddr() net.Addr              { return &net.UnixAddr{Name: "wire", Net: "unix"} }
func (w *wire) RemoteAddr() net.Addr             { return w.LocalAddr() }
func (w *wire) SetDeadline(time.Time) error      { return nil }
func (w *wire) SetReadDeadline(time.Time) error  { return nil }
func (w *wire) SetWriteDeadline(time.Time) error { return nil }

// half is one direction of a wire.
type half struct {
	mu     sync.Mutex
	change *sync.Cond
	b      []byte
	held   bool // the reader takes nothing
	closed bool
}

// room is how many bytes a wire takes in advance, as a socket does.
const room = 256 << 10

func newHalf() *half {
	h := &half{}
	h.change = sync.NewCond(&h.mu)
	return h
}

func (h *half) read(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for !h.closed && (h.held || len(h.b) == 0) {
		h.change.Wait()
	}
	if h.closed {
		return 0, io.EOF
	}
	n := copy(p, h.b)
	h.b = h.b[n:]
	h.change.Broadcast()
	return n, nil
}

func (h *half) write(p []byte) (n int, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(p) > 0 {
		for !h.closed && len(h.b) >= room {
			h.change.Wait()
		}
		if h.closed {
			return n, io.ErrClosedPipe
		}
		k := min(len(p), room-len(h.b))
		h.b = append(h.b, p[:k]...)
		p, n = p[k:], n+k
		h.change.Broadcast()
	}
	return n, nil
}

func (h *half) size() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.b)
}

func (h *half) hold(held bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.held = held
	h.change.Broadcast()
}

func (h *half) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	h.change.Broadcast()
}

// connection is a client connected to a server that serves channels with a
// handler.
type connection struct {
	*gossh.Client
	server *gossh.ServerConn
	wire   *wire // the client's end
	done   chan struct{}
	only   gossh.Channel // of a test that needs one
}

func hostKey(t testing.TB) gossh.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := gossh.NewSignerFromSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

func connect(t testing.TB, h *Handler) *connection {
	t.Helper()
	config := &gossh.ServerConfig{NoClientAuth: true}
	config.AddHostKey(hostKey(t))
	near, far := newWire()
	c := &connection{wire: far, done: make(chan struct{})}
	accepted := make(chan error, 1)
	go func() {
		defer close(c.done)
		conn, channels, requests, err := gossh.NewServerConn(near, config)
		c.server = conn
		accepted <- err
		if err != nil {
			return
		}
		var serving sync.WaitGroup
		defer serving.Wait()
		go gossh.DiscardRequests(requests)
		for nc := range channels {
			serving.Go(func() { h.Serve(conn, nc) })
		}
	}()
	conn, channels, requests, err := gossh.NewClientConn(far, "wire", &gossh.ClientConfig{
		User: "guest", HostKeyCallback: gossh.InsecureIgnoreHostKey(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-accepted; err != nil {
		t.Fatal(err)
	}
	c.Client = gossh.NewClient(conn, channels, requests)
	return c
}

// hangUp ends the connection and waits until the server has nothing left of it.
func (c *connection) hangUp() {
	_ = c.Close()
	<-c.done
}
