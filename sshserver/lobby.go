package sshserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"tshare/editor/session"
	"tshare/sshserver/invite"
)

// answerAfter is when a guest with a token that is not valid gets the answer.
// It is the same for all that can be wrong with it, and slow to try out.
const answerAfter = 500 * time.Millisecond

// What a guest is told who is not let in.
const (
	notValid  = "This invite is not valid, or not any more. Ask the host for a new one."
	usedUp    = "This invite was used by somebody else. Ask the host for one of your own."
	noAnswer  = "The host did not answer. Ask them, and try again."
	fullHouse = "The session is full, or too many people wait. Try again in a moment."
	hasEnded  = "The session has ended."
	isLocked  = "The host lets nobody in at the moment. Ask them, and try again."
	goneWrong = "Something went wrong at the host's. Try again."
)

// The lobby's texts. Clients like dropbear join what they show without line
// breaks: what is no prompt ends in its own.
const (
	welcomeText = "You are joining a shared session. The host sees the name that you give.\n"
	namePrompt  = "Your name: "
	pinText     = "Waiting for the host. Tell them this PIN: %s %s\n" +
		"The PIN tells the host who you are. It does not tell you that this is the\n" +
		"host: only the key or fingerprint in your invite does.\n"
)

// lobby is where a guest waits who is not known: they say their name, are given
// a PIN to tell the host, and the host answers. key is what they proved, "" for
// nothing. It returns when they are let in, are turned away or are gone.
func (s *Server) lobby(a *arrival, login, key string, ask gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
	began := time.Now()
	who, inv, ok := s.check(a, login, key)
	if !ok {
		return nil, s.turnAway(a, began, key, notValid, ask)
	}
	inTime, cancel := context.WithTimeoutCause(a.ctx, lobbyFor, errLobbyTime)
	defer cancel()
	ctx, dismiss := context.WithCancelCause(inTime)
	defer dismiss(nil)
	if who.Name == "" {
		answers, err := ask("", welcomeText, []string{namePrompt}, []bool{true})
		if err != nil {
			return nil, err
		}
		who.Name = answers[0][:min(len(answers[0]), maxName)]
	}
	s.wait(a, inv.ID, key, dismiss)
	known, err := s.session.Knock(ctx, who, func(pin string) error {
		_, err := ask("", fmt.Sprintf(pinText, pin[:len(pin)/2], pin[len(pin)/2:]), nil, nil)
		return err
	})
	if err != nil {
		return nil, s.turnAway(a, began, key, reasonFor(ctx, err), ask)
	}
	if !s.admit(a, inv.ID, key) {
		return nil, s.turnAway(a, began, key, usedUp, ask)
	}
	known.By = "their PIN"
	return s.welcome(a, pass{Identity: known, login: login, invite: inv.ID}), nil
}

// maxName is how much of a name is taken from a guest, in bytes; the session
// makes it fit to show.
const maxName = 256

// reasonFor returns what to tell a guest whose knock ended with err.
func reasonFor(ctx context.Context, err error) string {
	var refusal *session.Refusal
	cause := context.Cause(ctx)
	switch {
	case errors.As(err, &refusal):
		return refusal.Reason
	case errors.Is(err, session.ErrFull):
		return fullHouse
	case errors.Is(err, session.ErrLocked):
		return isLocked
	case errors.Is(err, session.ErrEnded):
		return hasEnded
	case errors.Is(err, session.ErrBlocked):
		return notValid
	case errors.Is(cause, errSpent):
		return usedUp
	case errors.Is(cause, errLobbyTime):
		return noAnswer
	}
	return goneWrong
}

// turnAway tells a guest why they are not let in, and returns what ends the
// connection: another error would have the client ask again, while there is no
// method left after this success in part. key is what they proved, "" for nothing;
// ask is nil outside of the lobby.
func (s *Server) turnAway(a *arrival, began time.Time, key, reason string, ask gossh.KeyboardInteractiveChallenge) error {
	s.hurry(a)
	wait := time.NewTimer(time.Until(began.Add(answerAfter)))
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-a.ctx.Done():
		return net.ErrClosed
	}
	s.session.TurnedAway(session.Identity{Key: key, Address: a.from.String()}, reason)
	s.note(&s.refused, "turned away", "address", a.from, "reason", reason)
	if showsNoBanner(a) {
		return &gossh.PartialSuccessError{Next: lastWord(reason, ask)}
	}
	if err := a.banner.SendAuthBanner(reason + "\n"); err != nil {
		return err
	}
	return &gossh.PartialSuccessError{}
}

// showsNoBanner reports whether a's client is PuTTY or plink, which show a
// banner only together with what they ask next.
func showsNoBanner(a *arrival) bool {
	return strings.HasPrefix(string(a.banner.ClientVersion()), "SSH-2.0-PuTTY")
}

// lastWord tells the reason where the client asks for it, and offers a way to
// ask where it could not be told yet.
func lastWord(reason string, ask gossh.KeyboardInteractiveChallenge) gossh.ServerAuthCallbacks {
	if ask != nil {
		_, _ = ask("", reason+"\n", nil, nil) // whoever is gone misses nothing
		return gossh.ServerAuthCallbacks{}
	}
	return gossh.ServerAuthCallbacks{
		KeyboardInteractiveCallback: func(_ gossh.ConnMetadata, ask gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
			return nil, &gossh.PartialSuccessError{Next: lastWord(reason, ask)}
		},
	}
}

// wait notes by which invite and key a knocks, and how to end its wait.
func (s *Server) wait(a *arrival, id invite.ID, key string, dismiss context.CancelCauseFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.stage, a.invite, a.key, a.dismiss = knocking, id, key, dismiss
}

// admit uses invite id for a guest whom the host let in, and turns those away
// who wait with an invite that this used up. It reports false if it was used up
// before.
func (s *Server) admit(a *arrival, id invite.ID, key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.invites.Admit(id, key) {
		return false
	}
	if s.invites.IsSpent(id) {
		s.dismissLocked(id, a)
	}
	return true
}

// dismissLocked ends the wait of all who knock with invite id, except one.
func (s *Server) dismissLocked(id invite.ID, except *arrival) {
	for _, o := range s.arrivals {
		if o != except && o.stage == knocking && o.invite == id && !s.invites.HasBound(id, o.key) {
			o.dismiss(errSpent)
		}
	}
}
