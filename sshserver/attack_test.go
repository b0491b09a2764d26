package sshserver

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"tshare/editor/access"
	"tshare/sshserver/screen"
)

// T-13: none, and all else that is not listed, is refused.
func TestOnlyPublicKeyAndKeyboardInteractiveAreOffered(t *testing.T) {
	r := newRig(t)
	c := r.dialRaw()
	for _, method := range []string{"none", "password", "hostbased", "gssapi-with-mic"} {
		packet, err := c.request(r.token, method, 0, 0, 0, 0, 1, 'x')
		c.wants(method, packet, err, msgAuthFailure)
		if partial, methods := partly(packet); partial || !slices.Equal(methods, []string{"publickey", "keyboard-interactive"}) {
			t.Errorf("%s: partial success %v, methods %q", method, partial, methods)
		}
	}
}

// T-10: who offers a key and proves none has none.
func TestOfferedKeyIsNotProven(t *testing.T) {
	r := newRig(t)
	victim, _ := r.admitted("ann")
	c := r.dialRaw()
	packet, err := c.offer("mallory+"+r.token, victim)
	c.wants("offer of another's key", packet, err, msgKeyOK)
	pin := c.knock("mallory+" + r.token)
	if k := r.knocks(); len(k) != 1 || k[0].Key != "" || k[0].Name != "mallory" {
		t.Fatalf("who offered a key and proved none knocks as %+v, want without a key", k)
	}
	r.approve(pin)
	packet, err = c.answer()
	c.wants("approval", packet, err, msgAuthSuccess)
}

// T-11: who offers one key and signs with another has the other, or is refused.
func TestKeyIsTheOneThatSigned(t *testing.T) {
	r := newRig(t)
	victim, _ := r.admitted("ann")
	own := newSigner(t)

	forger := r.dialRaw()
	if packet, err := forger.offer("mallory+"+r.token, victim); err != nil || packet[0] != msgKeyOK {
		t.Fatalf("offer of another's key: %q, %v", packet, err)
	}
	if packet, err := forger.prove("mallory+"+r.token, victim.PublicKey(), own); err == nil {
		t.Errorf("a signature by another key is answered with %q, want the end", packet)
	}

	swapper := r.dialRaw()
	if packet, err := swapper.offer("mallory+"+r.token, victim); err != nil || packet[0] != msgKeyOK {
		t.Fatalf("offer of another's key: %q, %v", packet, err)
	}
	packet, err := swapper.prove("mallory+"+r.token, own.PublicKey(), own)
	swapper.wants("proof of one's own key", packet, err, msgAuthFailure)
	if partial, methods := partly(packet); !partial || !slices.Equal(methods, []string{"keyboard-interactive"}) {
		t.Errorf("partial success %v, methods %q, want the lobby", partial, methods)
	}
	swapper.knock("mallory+" + r.token)
	if k := r.knocks(); len(k) != 1 || k[0].Key != gossh.FingerprintSHA256(own.PublicKey()) {
		t.Errorf("who signed with their own key knocks as %+v", k)
	}
}

// T-12: TestUserNameIsTheLastOne plays the login across accounts: a name in one
// attempt, another in the next.
func TestUserNameIsTheLastOne(t *testing.T) {
	r := newRig(t)
	_, viewers, err := r.server.makeInvite(r.session.Owner(), access.Viewer, time.Time{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	key := newSigner(t)

	c := r.dialRaw()
	if packet, err := c.offer("ann+"+r.token, key); err != nil || packet[0] != msgKeyOK {
		t.Fatalf("offer: %q, %v", packet, err)
	}
	packet, err := c.prove("bob+"+viewers.Reveal(), key.PublicKey(), key)
	c.wants("proof under another name", packet, err, msgAuthFailure)
	pin := c.knock("bob+" + viewers.Reveal())
	if k := r.knocks(); len(k) != 1 || k[0].Name != "bob" || k[0].Role != access.Viewer {
		t.Errorf("who changed the name knocks as %+v, want what the last name gives", k)
	}
	r.approve(pin)
	packet, err = c.answer()
	c.wants("approval", packet, err, msgAuthSuccess)

	// Once a key is proven, the name that it was proven under holds.
	c = r.dialRaw()
	other := newSigner(t)
	packet, err = c.prove("bob+"+viewers.Reveal(), other.PublicKey(), other)
	c.wants("proof", packet, err, msgAuthFailure)
	if packet, err = c.request("ann+"+r.token, "keyboard-interactive", make([]byte, 8)...); err == nil {
		t.Errorf("a name that changes after the proof is answered with %q, want the end", packet)
	}
}

// T-14: 200 attempts of any kind, those after a success in part too.
func TestEndlessAttemptsEndTheConnection(t *testing.T) {
	r := newRig(t)
	key := newSigner(t)
	lobby := func(c *raw) ([]byte, error) {
		return c.request(r.token, "keyboard-interactive", make([]byte, 8)...)
	}
	attempts := map[string]func(c *raw) ([]byte, error){
		"offers": func(c *raw) ([]byte, error) { return c.offer(r.token, key) },
		"offers of other keys": func(c *raw) ([]byte, error) {
			return c.offer(r.token, newSigner(t))
		},
		"successes in part":         func(c *raw) ([]byte, error) { return c.prove(r.token, key.PublicKey(), key) },
		"lobbies that are not told": lobby,
		"successes in part and lobbies": func(c *raw) ([]byte, error) {
			if packet, err := c.prove(r.token, key.PublicKey(), key); err != nil {
				return packet, err
			}
			return lobby(c)
		},
		"none":            func(c *raw) ([]byte, error) { return c.request(r.token, "none") },
		"unknown methods": func(c *raw) ([]byte, error) { return c.request(r.token, "telepathy") },
	}
	for name, attempt := range attempts {
		t.Run(name, func(t *testing.T) {
			c := r.dialRaw()
			for range 200 {
				packet, err := attempt(c)
				if err != nil || packet[0] == msgDisconnect {
					r.until("nobody is at the door", func() bool { return r.waiting() == 0 && len(r.knocks()) == 0 })
					return
				}
			}
			t.Error("200 attempts did not end the connection")
		})
	}
}

// T-16: TestTokensThatAreNotValidAreNotToldApart compares what is said and when.
func TestTokensThatAreNotValidAreNotToldApart(t *testing.T) {
	r := newRig(t)
	expired, used := r.spentInvites()
	revokedID, revoked := r.invited(time.Time{}, 0)
	if err := r.server.revoke(r.session.Owner(), uint32(revokedID)); err != nil {
		t.Fatal(err)
	}
	logins := map[string]string{
		"unknown": strings.Repeat("a", 20), "expired": expired, "used": used, "revoked": revoked,
		"malformed": "x\x00\x1b]0;owned\x07\n", "none": "", "huge": strings.Repeat("ann+", 50_000),
	}
	key := newSigner(t)
	var trying sync.WaitGroup
	for name, login := range logins {
		for _, method := range []string{"publickey", "keyboard-interactive"} {
			c := r.dialRaw()
			trying.Go(func() {
				began := time.Now()
				var packet []byte
				var err error
				if method == "publickey" {
					packet, err = c.prove(login, key.PublicKey(), key)
				} else {
					packet, err = c.request(login, method, make([]byte, 8)...)
				}
				took := time.Since(began)
				if !errors.Is(err, io.EOF) {
					t.Errorf("%s, %s: the answer is %.100q, %v, want the end", name, method, packet, err)
				}
				if got := c.banner.String(); got != notValid+"\n" {
					t.Errorf("%s, %s: the guest is told %q", name, method, got)
				}
				if took < answerAfter || took > answerAfter+500*time.Millisecond {
					t.Errorf("%s, %s: answered after %v, want %v", name, method, took, answerAfter)
				}
			})
		}
	}
	trying.Wait()
	if log := r.log.String(); strings.ContainsAny(log, "\x00\x1b\x07") || strings.Contains(log, "owned") {
		t.Errorf("the log holds what a guest sent:\n%q", log)
	}
	r.noTokenIn("the log", r.log.String(), expired, used, revoked)
}

// T-19: whoever waits in the lobby may ask for a channel, a variable and a screen: nothing
// of it is answered, and no screen comes into being, neither then nor once they are refused.
func TestNobodyInTheLobbyHasAChannel(t *testing.T) {
	screens := make(chan struct{}, 1)
	r := newRig(t, func(c *Config) {
		c.Screen = func(context.Context, *screen.Channel, Place) error { screens <- struct{}{}; return nil }
	})
	c := r.dialRaw()
	c.knock("ann+" + r.token)
	request := func(kind string, payload ...byte) []byte {
		return gossh.Marshal(struct {
			Channel uint32 `sshtype:"98"`
			Kind    string
			Want    bool
			Payload []byte `ssh:"rest"`
		}{0, kind, true, payload})
	}
	for _, packet := range [][]byte{
		gossh.Marshal(struct {
			Type            string `sshtype:"90"`
			ID, Window, Max uint32
		}{"session", 0, 1 << 20, 1 << 15}),
		request("env", gossh.Marshal(struct{ Name, Value string }{"LANG", "C"})...),
		request("pty-req", gossh.Marshal(struct {
			Term                    string
			Width, Height, Wpx, Hpx uint32
			Modes                   string
		}{"xterm", 80, 24, 0, 0, ""})...),
		request("shell"),
		gossh.Marshal(struct {
			Type string `sshtype:"80"`
			Want bool
		}{"keepalive@openssh.com", true}),
	} {
		if err := c.writePacket(packet); err != nil {
			t.Fatal(err)
		}
	}
	k := r.knocks()
	if len(k) != 1 {
		t.Fatalf("%d knocks, want 1", len(k))
	}
	if err := r.session.Owner().Deny(k[0].ID, "No."); err != nil {
		t.Fatal(err)
	}
	if packet, err := c.answer(); err == nil {
		t.Errorf("a channel asked for in the lobby is answered with %q", packet)
	}
	if r.in("ann") != nil {
		t.Error("a guest who was refused is in")
	}
	select {
	case <-screens:
		t.Error("there was a screen")
	default:
	}
}

// T-26: all other channels are refused, and all requests that are not for a screen.
func TestGuestHasNothingButSessions(t *testing.T) {
	r := newRig(t)
	_, c := r.admitted("ann")
	for _, kind := range []string{"direct-tcpip", "direct-streamlocal@openssh.com", "x11", "auth-agent@openssh.com", "tun@openssh.com",
		"forwarded-tcpip", "forwarded-streamlocal@openssh.com", "session@example.com", ""} {
		target := gossh.Marshal(struct {
			Host string
			Port uint32
			From string
			At   uint32
		}{"127.0.0.1", uint32(r.port), "127.0.0.1", 1})
		if ch, _, err := c.OpenChannel(kind, target); err == nil {
			ch.Close()
			t.Errorf("a %s channel was opened", kind)
		}
	}
	for _, kind := range []string{"tcpip-forward", "cancel-tcpip-forward", "streamlocal-forward@openssh.com",
		"cancel-streamlocal-forward@openssh.com", "no-more-sessions@openssh.com", "hostkeys-00@openssh.com", "hostkeys-prove-00@openssh.com",
		"KEEPALIVE@openssh.com", ""} {
		forward := gossh.Marshal(struct {
			Host string
			Port uint32
		}{"127.0.0.1", 0})
		if ok, _, err := c.SendRequest(kind, true, forward); ok || err != nil {
			t.Errorf("global request %s: %v, %v, want a refusal", kind, ok, err)
		}
	}
	if ok, _, err := c.SendRequest("keepalive@openssh.com", true, nil); !ok || err != nil {
		t.Errorf("keepalive: %v, %v", ok, err)
	}
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"auth-agent-req@openssh.com", "x11-req", "signal", "break", "xon-xoff", "exit-status", "eow@openssh.com",
		"window-change", "subsystem", "exec", ""} {
		if ok, err := s.SendRequest(kind, true, nil); ok || err != nil {
			t.Errorf("session request %s: %v, %v, want a refusal", kind, ok, err)
		}
	}
}

// T-56: TestGuestCommandsAreNotTheOwners sends what the control socket obeys.
func TestGuestCommandsAreNotTheOwners(t *testing.T) {
	r := newRig(t)
	_, c := r.admitted("ann")
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	s.Stderr = &out
	err = s.Run(`{"command":"stop"}`)
	if exit := (*gossh.ExitError)(nil); !errors.As(err, &exit) || exit.ExitStatus() != 1 {
		t.Errorf("a guest's command ends with %v, want status 1", err)
	}
	if got, want := out.String(), nothingToRun+"\n"; got != want {
		t.Errorf("a guest's command is answered with %q, want %q", got, want)
	}
	if r.server.hasEnded() {
		t.Error("a guest ended the session")
	}
}

func TestServerIntroducesItself(t *testing.T) {
	r := newRig(t)
	conn, err := net.Dial("tcp", r.address())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	want := "SSH-2.0-tshare\r\n"
	got := make([]byte, len(want))
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != want {
		t.Errorf("the server says %q, %v, want %q", got, err, want)
	}
}
