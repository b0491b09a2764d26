package sshserver

import (
	"errors"
	"net"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"tshare/editor/access"
	"tshare/editor/session"
	"tshare/sshserver/invite"
)

// algorithms are what both servers speak. Of all this, dropbear of 2022 knows
// curve25519 and chacha20.
var algorithms = gossh.Config{
	KeyExchanges: []string{gossh.KeyExchangeMLKEM768X25519, gossh.KeyExchangeCurve25519},
	Ciphers: []string{
		gossh.CipherChaCha20Poly1305, gossh.CipherAES256GCM, gossh.CipherAES128GCM,
		gossh.CipherAES256CTR, gossh.CipherAES128CTR,
	},
	MACs: []string{gossh.HMACSHA256ETM, gossh.HMACSHA512ETM},
}

// keyAlgorithms are those by which a guest may prove a key.
var keyAlgorithms = []string{
	gossh.KeyAlgoED25519, gossh.KeyAlgoSKED25519, gossh.KeyAlgoECDSA256,
	gossh.KeyAlgoSKECDSA256, gossh.KeyAlgoRSASHA512, gossh.KeyAlgoRSASHA256,
}

// maxAuthTries is how many attempts may fail. A key never does: the first one
// proven decides, so that an agent with twenty locks nobody out.
const maxAuthTries = 6

var errCertificate = errors.New("certificates are not taken, their keys are")

// pass is who somebody is who was let in, and by what.
type pass struct {
	session.Identity
	login  string    // the SSH user name by which they were let in
	invite invite.ID // 0 for the owner at the control socket
	local  bool      // by the control socket
}

// guestConfig is how guests authenticate. None is refused, as a client whom it
// lets in never shows its key. A key that is proven says who somebody is, and
// nothing else lets them in but being known already; everyone else goes on to
// the lobby, with the key that they proved or without one.
//
// What a client offers is not what it owns, and the user name may change from
// one attempt to the next: the key and the name that count are those in the
// callbacks' own arguments once the signature was verified. They are handed on
// in a closure, never stored.
func (s *Server) guestConfig(ctx ssh.Context) *gossh.ServerConfig {
	a := ctx.Value(connKey{}).(*arrival)
	return &gossh.ServerConfig{
		Config:                  algorithms,
		PublicKeyAuthAlgorithms: keyAlgorithms,
		MaxAuthTries:            maxAuthTries,
		PreAuthConnCallback:     func(c gossh.ServerPreAuthConn) { a.banner = c },
		PublicKeyCallback: func(_ gossh.ConnMetadata, key gossh.PublicKey) (*gossh.Permissions, error) {
			if _, is := key.(*gossh.Certificate); is {
				return nil, errCertificate // its restrictions would have to be kept
			}
			return nil, nil // may be proven
		},
		VerifiedPublicKeyCallback: func(c gossh.ConnMetadata, key gossh.PublicKey, _ *gossh.Permissions, _ string) (*gossh.Permissions, error) {
			return s.meet(a, c.User(), gossh.FingerprintSHA256(key))
		},
		KeyboardInteractiveCallback: func(c gossh.ConnMetadata, ask gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
			return s.lobby(a, c.User(), "", ask)
		},
	}
}

// meet decides about a guest who proved key: in at once, to the lobby, or away.
func (s *Server) meet(a *arrival, login, key string) (*gossh.Permissions, error) {
	began := time.Now()
	who, inv, ok := s.check(a, login, key)
	switch {
	case !ok:
		return nil, s.turnAway(a, began, key, notValid, nil)
	case s.own()[key]:
		who.Role, who.By = access.Owner, "a key of the host's own"
	case !s.session.Admitted(key):
		return nil, &gossh.PartialSuccessError{Next: gossh.ServerAuthCallbacks{
			KeyboardInteractiveCallback: func(_ gossh.ConnMetadata, ask gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
				return s.lobby(a, login, key, ask)
			},
		}}
	}
	if who.By == "" {
		who.By = "a key that was let in before"
	}
	return s.welcome(a, pass{Identity: who, login: login, invite: inv.ID}), nil
}

// check returns who a guest with that login and key is and what their invite
// gives. Whatever is wrong with the token, the answer is the same.
func (s *Server) check(a *arrival, login, key string) (session.Identity, invite.Invite, bool) {
	name, token := invite.ParseLogin(login)
	s.mu.Lock()
	inv, ok := s.invites.Check(token, key, time.Now())
	s.mu.Unlock()
	address := a.from.String()
	if !ok || s.session.Blocked(key, address) {
		return session.Identity{}, invite.Invite{}, false
	}
	s.enter(a, naming, lobbyFor+farewellFor)
	return session.Identity{Name: name, Key: key, Address: address, Role: inv.Role}, inv, true
}

// welcome lets a in with p: it waits no more.
func (s *Server) welcome(a *arrival, p pass) *gossh.Permissions {
	s.leave(a)
	keepAlive(a.Conn, insideKeepAlive)
	return s.letIn(p, a)
}

// ownerConfig is how the owner authenticates at the control socket: not at all,
// as the kernel has said whose process it is.
func (s *Server) ownerConfig(ctx ssh.Context) *gossh.ServerConfig {
	return &gossh.ServerConfig{
		Config:       algorithms,
		NoClientAuth: true,
		NoClientAuthCallback: func(c gossh.ConnMetadata) (*gossh.Permissions, error) {
			who := session.Identity{Address: "this machine", Role: access.Owner, By: "the control socket"}
			return s.letIn(pass{Identity: who, login: c.User(), local: true}, ctx.Value(connKey{}).(net.Conn)), nil
		},
	}
}
