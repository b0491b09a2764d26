package screen

import (
	"context"
	"io"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A client that stops reading with a full window, resizes and reads again must
// find its connection alive: the requests must never wait for the output.
func TestStuckOutputDoesNotHoldUpConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var written atomic.Int64
		h := &Handler{Start: func(c *Channel) func() {
			return func() {
				for b := make([]byte, 32<<10); ; {
					n, err := c.Write(b)
					if written.Add(int64(n)); err != nil {
						return
					}
				}
			}
		}}
		conn := connect(t, h)
		defer conn.hangUp()
		ch := conn.channel(t)
		ask(t, ch, "pty-req", ptyRequest("xterm", 80, 24))
		ask(t, ch, "shell", nil)
		synctest.Wait() // the window is full
		full := written.Load()
		for n := range 100 {
			if !ask(t, ch, "window-change", sizeRequest(uint32(n+1), 24)) {
				t.Fatal("a change of the window is refused")
			}
		}
		if _, err := io.CopyN(io.Discard, ch, 4*full); err != nil {
			t.Errorf("reading on: %v", err)
		}
	})
}

func TestExitClosesConnectionThatTakesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		exit := make(chan *connection)
		h := &Handler{Start: func(c *Channel) func() {
			return func() {
				conn := <-exit
				for conn.wire.in.size() < room-36 { // a packet of one byte fits in that
					_, _ = c.Write([]byte{'x'})
				}
				c.Exit(0) // finds no room
			}
		}}
		conn := connect(t, h)
		ask(t, conn.channel(t), "shell", nil)
		conn.wire.in.hold(true)
		begin := time.Now()
		exit <- conn
		<-conn.done
		if d := time.Since(begin); d != exitLimit {
			t.Errorf("the connection was given up after %v, want %v", d, exitLimit)
		}
		conn.hangUp()
	})
}

func TestKeepaliveClosesDeadConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := waiting()
		conn := connect(t, h)
		ended := make(chan struct{})
		go func() { Keepalive(t.Context(), conn.server); close(ended) }()
		time.Sleep(time.Hour) // it answers
		select {
		case <-ended:
			t.Fatal("a live connection was closed")
		default:
		}
		conn.wire.in.hold(true) // it sleeps
		begin := time.Now()
		<-ended
		if d := time.Since(begin); d < keepaliveLimit || d > keepaliveEvery+keepaliveLimit {
			t.Errorf("a dead connection was closed after %v", d)
		}
		conn.hangUp()
	})
}

func TestKeepaliveEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := waiting()
		conn := connect(t, h)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { Keepalive(ctx, conn.server); close(ended) }()
		time.Sleep(time.Minute)
		cancel()
		<-ended
		if err := (&Channel{Conn: conn.server}).Ping(); err != nil {
			t.Errorf("the connection was closed: %v", err)
		}
		conn.hangUp()
	})
}
