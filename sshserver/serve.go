package sshserver

import (
	"context"
	"errors"
	"io"
	"time"

	"tshare/editor/access"
	"tshare/editor/safe"
	"tshare/editor/session"
	"tshare/sshserver/screen"
	"tshare/tui"
	"tshare/tui/painter"
)

// Screen shows the session on a terminal until the person leaves, their stay
// ends or ctx does. Then it gives the terminal back as it was, with p.Farewell
// on it.
type Screen func(ctx context.Context, ch *screen.Channel, p Place) error

// Place is what a screen shows.
type Place struct {
	Participant *session.Participant
	Sharing     tui.Sharing // nil for guests
	Open        string      // the path to show first, "" for where they were
}

// Farewell returns why the stay has ended, for the person to read; "" if it has not.
func (p Place) Farewell() string { return p.Participant.Farewell() }

// closingTime is how long a screen may take to go once the stay has ended.
const closingTime = 2 * time.Second

// The exit statuses of a screen.
const (
	left    = 0   // of their own accord, or the session has ended
	removed = 1   // by the host, or they never were in
	broken  = 255 // the screen, by our own fault
)

// What somebody is told who cannot have a screen.
const (
	nothingToRun = "tshare: there is nothing to run here: join with a terminal, without a command"
	noTerminal   = "tshare: your ssh asked for no terminal: join from a terminal, or add -t"
	dumbTerminal = "tshare: your terminal (TERM=dumb) cannot show a screen: join from another, or set TERM=xterm-256color if it can"
)

// start returns what runs on a session channel.
func (s *Server) start(ch *screen.Channel) func() {
	v := visitOf(ch.Conn)
	if v == nil {
		return nil
	}
	return func() { ch.Exit(v.serve(ch)) }
}

// serve serves one session of the connection and returns its exit status.
func (v *visit) serve(ch *screen.Channel) int {
	switch {
	case ch.Kind == screen.Exec && v.local:
		return v.command(ch)
	case ch.Kind != screen.Shell:
		return refuse(ch, nothingToRun)
	case !ch.HasPTY:
		return refuse(ch, noTerminal)
	case ch.Term == "dumb":
		return refuse(ch, dumbTerminal)
	case !v.mayEnter():
		v.end()
		return refuse(ch, "tshare: the host ended your stay: join anew to knock again")
	}
	p, err := v.server.session.Join(v.Identity)
	if err != nil {
		v.end()
		return refuse(ch, "tshare: "+joinError(err))
	}
	defer p.Leave()
	return v.show(ch, p)
}

// show has the screen shown to p, and says why when it has gone.
func (v *visit) show(ch *screen.Channel, p *session.Participant) int {
	place := Place{Participant: p, Open: v.takePath()}
	if v.Role == access.Owner {
		place.Sharing = desk{v.server, place.Participant.Deeds}
	}
	ctx, cancel := context.WithCancel(ch.Context())
	defer cancel()
	defer v.server.watch(p, ch.Gauge())()
	stop := afterStay(p, cancel)
	log, size := v.server.log.With("name", p.Roster().Self.Name), ch.Size()
	log.Debug("screen", "term", ch.Term, "width", size.Width, "height", size.Height)
	err := v.server.config.Screen(ctx, ch, place)
	stop()
	shown := ch.Gauge().Read()
	log.Debug("screen closed", "drawn", shown.Drawn, "dropped", shown.Dropped)
	if err != nil && ch.Context().Err() == nil { // else the client is gone, and no fault
		log.Error("a screen failed", "error", err)
		var crash *painter.PanicError
		if errors.As(err, &crash) {
			v.server.config.Crashed(crash)
		}
		if errors.Is(err, painter.ErrStalled) {
			v.hangUp() // nothing more can be written
		}
		return broken
	}
	select {
	case <-p.Done():
		v.end()
		_ = p.Farewell() // returns when the session has ended, if that is why
		if !v.server.hasEnded() {
			return removed
		}
	default:
	}
	return left
}

// afterStay calls end when p's stay has ended and the screen had the time to go,
// unless stop was called.
func afterStay(p *session.Participant, end func()) (stop func()) {
	stopped, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-stopped:
			return
		case <-p.Done():
		}
		late := time.NewTimer(closingTime)
		defer late.Stop()
		select {
		case <-stopped:
		case <-late.C:
			end()
		}
	}()
	return func() {
		close(stopped)
		<-done
	}
}

// hasEnded reports whether the session has.
func (s *Server) hasEnded() bool {
	select {
	case <-s.session.Done():
		return true
	default:
		return false
	}
}

// refuse tells why there is no screen.
func refuse(ch *screen.Channel, why string) int {
	newline := "\n"
	if ch.HasPTY {
		newline = "\r\n"
	}
	_, _ = io.WriteString(ch.Stderr(), safe.Text(why)+newline) // a lost line needs no reason
	return removed
}

// joinError says in the guest's words why they cannot be in the session.
func joinError(err error) string {
	switch {
	case errors.Is(err, session.ErrFull):
		return "the session is full; ask the host, or try again later"
	case errors.Is(err, session.ErrEnded):
		return "the session has ended"
	case errors.Is(err, session.ErrBlocked):
		return "the host ended your stay"
	}
	return "the session did not let you in"
}
