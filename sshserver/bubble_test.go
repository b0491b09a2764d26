package sshserver

import (
	"net"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"tshare/editor/session"
)

// pipeIn connects a client to the server inside a synctest bubble, and returns
// the client's end.
func (r *rig) pipeIn() net.Conn {
	client, server := net.Pipe()
	if !r.server.begin(server) {
		r.Fatal("the server is closed")
	}
	go func() {
		defer r.server.forget(server)
		r.server.greet(server)
	}()
	r.Cleanup(func() { client.Close() })
	return client
}

// eager is a pipe's end whose writes do not wait for the reader: both sides of
// SSH speak first.
type eager struct {
	net.Conn
	out chan []byte
}

func newEager(conn net.Conn) eager {
	e := eager{conn, make(chan []byte, 1024)}
	go func() {
		for b := range e.out {
			if _, err := conn.Write(b); err != nil {
				return
			}
		}
	}()
	return e
}

func (e eager) Write(b []byte) (int, error) {
	e.out <- append([]byte(nil), b...)
	return len(b), nil
}

// endsAfter reads from conn until it ends and returns how long that took.
func endsAfter(conn net.Conn) time.Duration {
	began := time.Now()
	buf := make([]byte, 4096)
	for {
		if _, err := conn.Read(buf); err != nil {
			return time.Since(began)
		}
	}
}

// inBubble runs a test of the server's deadlines, in no time.
func inBubble(t *testing.T, test func(r *rig)) {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	t.Setenv("SSH_AUTH_SOCK", "")
	synctest.Test(t, func(t *testing.T) {
		r := &rig{TB: t, log: &safeBuffer{}}
		r.session = session.New(session.Config{Name: "rig", Owner: "olga"})
		var err error
		if r.server, err = New(Config{Session: r.session, Screen: echoScreen}); err != nil {
			t.Fatal(err)
		}
		r.token = r.server.Ready().Token
		t.Cleanup(func() { r.server.Close() })
		test(r)
	})
}

// connIn returns a guest's connection in a bubble, who was let in.
func (r *rig) connIn(name string, keys ...gossh.Signer) (gossh.Conn, <-chan gossh.NewChannel, <-chan *gossh.Request) {
	r.Helper()
	pipe := newEager(r.pipeIn())
	r.Cleanup(func() { close(pipe.out) })
	conn, channels, requests, err := gossh.NewClientConn(pipe, "pipe", r.guest(name, keys...))
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { conn.Close() })
	return conn, channels, requests
}

// clientIn returns a guest's client in a bubble, who was let in.
func (r *rig) clientIn(name string, keys ...gossh.Signer) *gossh.Client {
	r.Helper()
	conn, channels, requests := r.connIn(name, keys...)
	return gossh.NewClient(conn, channels, requests)
}

// lastsFor returns how long the connection of c goes on.
func lastsFor(c *gossh.Client) time.Duration {
	began := time.Now()
	_ = c.Wait()
	return time.Since(began)
}
