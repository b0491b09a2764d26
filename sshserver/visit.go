package sshserver

import (
	"context"
	"net"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"tshare/editor/access"
	"tshare/sshserver/screen"
)

const (
	// idleFor is how long a connection may be without a session, at first and
	// between two of them.
	idleFor = 10 * time.Second
	// closeAfter is how long a connection lives on that is to end, so that the
	// client reads what was written last and hangs up by itself.
	closeAfter = time.Second
)

// visit is a connection that was let in, from then until it ends.
type visit struct {
	pass
	server *Server
	conn   net.Conn // what the connection runs on

	// The server's mutex guards the following.
	channels int
	attended bool        // somebody asks whether the client is there
	ending   bool        // opens no session any more
	closing  *time.Timer // closes the connection unless a session is opened
	path     string      // to show first on the owner's next screen
}

// letIn returns the permissions of a connection that was let in with p. It ends
// unless it opens a session soon.
func (s *Server) letIn(p pass, conn net.Conn) *gossh.Permissions {
	v := &visit{pass: p, server: s, conn: conn}
	v.closing = time.AfterFunc(idleFor, v.hangUp)
	if p.local {
		v.closing.Stop() // the host's own programs take the time that they take
	}
	return &gossh.Permissions{ExtraData: map[any]any{visitKey{}: v}}
}

// visitKey is where a connection's permissions have its visit.
type visitKey struct{}

// open handles a new session of a connection that was let in.
func (s *Server) open(_ *ssh.Server, conn *gossh.ServerConn, nc gossh.NewChannel, _ ssh.Context) {
	v := visitOf(conn)
	if v == nil {
		_ = nc.Reject(gossh.Prohibited, "not let in")
		_ = conn.Close()
		return
	}
	if !v.begin(conn) {
		_ = nc.Reject(gossh.Prohibited, "this connection is about to end")
		return
	}
	defer v.finish()
	s.channels.Serve(conn, nc)
}

// visitOf returns the visit that a connection was let in for, nil if it was not:
// by another name than its own it is none either.
func visitOf(conn *gossh.ServerConn) *visit {
	if conn.Permissions == nil {
		return nil
	}
	v, _ := conn.Permissions.ExtraData[visitKey{}].(*visit)
	if v == nil || v.login != conn.User() {
		return nil
	}
	return v
}

// begin counts a session of the connection, and reports false where there may
// be none any more. With the first it begins to ask whether the client is there.
func (v *visit) begin(conn *gossh.ServerConn) bool {
	s := v.server
	s.mu.Lock()
	defer s.mu.Unlock()
	if v.ending || s.closed {
		return false
	}
	s.tasks.Add(1)
	v.channels++
	v.closing.Stop()
	if !v.attended {
		v.attended = true
		s.tasks.Go(func() { attend(conn) })
	}
	return true
}

// finish takes a session of the connection off. Without one left the connection
// ends in a moment; that of a guest without a key at once, as nothing but this
// connection shows that they were let in.
func (v *visit) finish() {
	s := v.server
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.tasks.Done()
	v.channels--
	if v.channels > 0 {
		return
	}
	switch {
	case v.local:
	case v.ending, v.Key == "":
		v.ending = true
		v.closing.Reset(closeAfter)
	default:
		v.closing.Reset(idleFor)
	}
}

// hangUp closes the connection.
func (v *visit) hangUp() { _ = v.conn.Close() }

// end has the connection open no session any more, and ends it in a moment,
// with all that is open: who was removed goes as a whole.
func (v *visit) end() {
	v.server.mu.Lock()
	defer v.server.mu.Unlock()
	v.ending = true
	if !v.local {
		v.closing.Reset(closeAfter)
	}
}

// attend asks the client every so often whether it is there, and hangs up where
// it does not answer. It returns when the connection has ended.
func attend(conn *gossh.ServerConn) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer cancel()
		_ = conn.Wait()
	}()
	screen.Keepalive(ctx, conn)
	<-ctx.Done()
}

// mayEnter reports whether who was let in once may come in now: a guest who was
// removed since has to knock again, and one who is listed has to be so still. One
// without a key was let in for as long as
// this connection has a session.
func (v *visit) mayEnter() bool {
	switch {
	case v.Role == access.Owner, v.Key == "":
		return true
	case v.Vouched:
		return v.vouch() == nil && !v.server.session.Blocked(v.Identity)
	}
	return v.server.session.Admitted(v.Key)
}

// setPath notes what the owner's next screen on this connection shows first.
func (v *visit) setPath(path string) {
	v.server.mu.Lock()
	defer v.server.mu.Unlock()
	v.path = path
}

// takePath returns what the screen is to show first, once.
func (v *visit) takePath() string {
	v.server.mu.Lock()
	defer v.server.mu.Unlock()
	path := v.path
	v.path = ""
	return path
}
