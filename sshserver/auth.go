package sshserver

import (
	"errors"
	"net"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"tshare/editor/access"
	"tshare/editor/session"
	"tshare/sshserver/identity"
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

// maxKeyTries is maxAuthTries where the host lists keys: without an invite, each that
// is not listed is an attempt that failed, and an agent may hold some twenty.
const maxKeyTries = 32

func (s *Server) authTries() int {
	if s.config.Allowed == nil {
		return maxAuthTries
	}
	return maxKeyTries
}

var (
	errCertificate = errors.New("this certificate does not count here, its key may")
	errUnlisted    = errors.New("this key is not listed, and the invite is not valid")
)

// pass is who somebody is who was let in, and by what.
type pass struct {
	session.Identity
	login  string       // the SSH user name by which they were let in
	invite invite.ID    // 0 for the owner at the control socket
	local  bool         // by the control socket
	vouch  func() error // asks again whether they are vouched for; nil if nobody has to
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
		MaxAuthTries:            s.authTries(),
		PreAuthConnCallback:     a.begin,
		BannerCallback: func(c gossh.ConnMetadata) string { // called with the first request
			s.hear(a, c.User())
			return ""
		},
		PublicKeyCallback: func(c gossh.ConnMetadata, key gossh.PublicKey) (*gossh.Permissions, error) {
			return nil, s.mayProve(a, c.User(), key)
		},
		VerifiedPublicKeyCallback: func(c gossh.ConnMetadata, key gossh.PublicKey, _ *gossh.Permissions, _ string) (*gossh.Permissions, error) {
			return s.meet(a, c.User(), key)
		},
		KeyboardInteractiveCallback: func(c gossh.ConnMetadata, ask gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
			return s.lobby(a, c.User(), "", ask)
		},
	}
}

// hear gives a guest the time to prove a key, if there is one that could let them in:
// with a token that is good for anybody, or without one where the host lists keys.
func (s *Server) hear(a *arrival, login string) {
	_, token := invite.ParseLogin(login)
	s.mu.Lock()
	invited := s.invites.MayOpen(token, time.Now())
	s.mu.Unlock()
	if invited || s.config.Allowed != nil && token == (invite.Token{}) {
		s.enter(a, proving, s.limits.person)
	}
}

// mayProve returns nil if it makes a difference that a guest proves a key that they
// offer, and else what has their client offer another. An offer decides nothing else:
// whose key it is, is not known yet.
func (s *Server) mayProve(a *arrival, login string, offered gossh.PublicKey) error {
	_, isCertificate := offered.(*gossh.Certificate)
	_, err := s.vouched(a, offered, pass{login: login})
	switch {
	case err == nil:
		s.enter(a, proving, s.limits.person)
		return nil
	case s.config.Allowed == nil && isCertificate:
		return errCertificate // the client offers the key itself next
	case s.config.Allowed == nil:
		return nil
	}
	if !errors.Is(err, identity.ErrUnlisted) { // for the host, who may wonder
		s.session.TurnedAway(session.Identity{Address: a.from.String()}, "the key that they offer "+err.Error())
		s.note(&s.unlisted, "not let in by a list", "address", a.from, "reason", err)
	}
	if isCertificate {
		return errCertificate
	}
	_, token := invite.ParseLogin(login)
	s.mu.Lock()
	_, invited := s.invites.Check(token, gossh.FingerprintSHA256(offered), time.Now())
	s.mu.Unlock()
	if !invited {
		return errUnlisted
	}
	return nil
}

// meet decides about a guest who proved proven, a key or a certificate for one: in at
// once, to the lobby, or away. A block comes before everything; then, with an invite,
// the host's own keys; then what the host listed; then the keys that were let in
// before, with an invite; then the lobby, with an invite. A key whose line keeps it
// out, as it has expired, gets no further than the lobby.
func (s *Server) meet(a *arrival, login string, proven gossh.PublicKey) (*gossh.Permissions, error) {
	began := time.Now()
	key := gossh.FingerprintSHA256(identity.Plain(proven))
	who, inv, invited := s.check(a, login, key)
	if s.session.Blocked(who) {
		return nil, s.turnAway(a, began, key, notValid, nil)
	}
	if invited && s.own()[key] {
		who.Role, who.By = access.Owner, "a key of the host's own"
		return s.welcome(a, pass{Identity: who, login: login, invite: inv.ID}), nil
	}
	p, err := s.vouched(a, proven, pass{Identity: who, login: login, invite: inv.ID})
	_, isCertificate := proven.(*gossh.Certificate)
	switch {
	case err == nil:
		return s.welcome(a, p), nil
	case isCertificate:
		return nil, errCertificate
	case !invited:
		return nil, s.turnAway(a, began, key, notValid, nil)
	case errors.Is(err, identity.ErrUnlisted) && s.session.Admitted(key):
		who.By = "a key that was let in before"
		return s.welcome(a, pass{Identity: who, login: login, invite: inv.ID}), nil
	}
	return nil, &gossh.PartialSuccessError{Next: gossh.ServerAuthCallbacks{
		KeyboardInteractiveCallback: func(_ gossh.ConnMetadata, ask gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
			return s.lobby(a, login, key, ask)
		},
	}}
}

// vouched returns p as the host's lists have it, or why they do not let it in. What
// keeps the certificate or key out later does so from the next screen on.
func (s *Server) vouched(a *arrival, proven gossh.PublicKey, p pass) (pass, error) {
	claimed, from := invite.Claimed(p.login), a.from.Addr()
	w, err := s.config.Allowed.Meet(proven, claimed, from, time.Now())
	if err != nil {
		return p, err
	}
	p.Role, p.By, p.Vouched = w.Role, w.By, true
	p.Name = orElse(w.Name, claimed)
	p.vouch = func() error {
		_, err := s.config.Allowed.Meet(proven, claimed, from, time.Now())
		return err
	}
	return p, nil
}

// check returns who a guest with that login and key is and what their invite
// gives. Whatever is wrong with the token, the answer is the same.
func (s *Server) check(a *arrival, login, key string) (session.Identity, invite.Invite, bool) {
	name, token := invite.ParseLogin(login)
	s.mu.Lock()
	inv, ok := s.invites.Check(token, key, time.Now())
	s.mu.Unlock()
	who := session.Identity{Name: name, Key: key, Address: a.from.String(), Role: inv.Role}
	if ok && inv.Uses == 1 {
		who.Invite = uint32(inv.ID)
	}
	if !ok || s.session.Blocked(who) {
		return who, invite.Invite{}, false
	}
	s.enter(a, naming, lobbyFor+farewellFor)
	return who, inv, true
}

// welcome lets a in with p: it waits no more.
func (s *Server) welcome(a *arrival, p pass) *gossh.Permissions {
	s.leave(a)
	a.ahead.known.Store(true)
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
