package sshserver

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"tshare/editor/access"
	"tshare/sshserver/control"
)

const (
	// doorEnv is how many hostile connections come, where that is asked for, and with
	// "unpaced" behind it, as fast as they can; the bars are then those of the program,
	// and in other runs wide ones.
	doorEnv = "TSHARE_DOOR"
	// doorSmoke is how many come otherwise, and smokeLimits how long they may then stay.
	doorSmoke = 400
	// attackers is how many come at the same time, and hurried how many where they come
	// as fast as they can. All hold on to what they have.
	attackers, hurried = 24, 128
	// perSecond is how many come in a second. They run in this process, too, and take
	// all its time where they come as fast as they can.
	perSecond = 250
	// doorClears is after how long no connection may be open that has said its last.
	doorClears = 15 * time.Second
)

var smokeLimits = limits{byItself: 5 * time.Second, person: doorLimits.person}

// hostile is one who wants in. It returns what of theirs stays open, nil for nothing,
// and whether they were let in. One who is patient stops where a person may be asked.
type hostile struct {
	name    string
	patient bool
	attack  func(r *rig) (left net.Conn, in bool)
}

// says connects, says what is given and no more.
func says(name string, text func() string) hostile {
	return hostile{name, false, func(r *rig) (net.Conn, bool) {
		conn, err := net.Dial("tcp", r.address())
		if err != nil {
			return nil, false
		}
		_, _ = io.WriteString(conn, text()) // it may be dropped by now
		return conn, false
	}}
}

// asks exchanges keys and wants in by what is given.
func asks(name string, attempt func(r *rig, c *raw) ([]byte, error)) hostile {
	return hostile{name, false, func(r *rig) (net.Conn, bool) {
		conn, err := net.Dial("tcp", r.address())
		if err != nil {
			return nil, false
		}
		c := newRaw(r.TB, conn)
		if err := c.exchangeKeys(); err != nil {
			return conn, false // dropped for a newer one
		}
		packet, err := attempt(r, c)
		return conn, err == nil && packet[0] == msgAuthSuccess
	}}
}

// patiently is h as one who stops where a person may be asked.
func patiently(h hostile) hostile {
	h.patient = true
	return h
}

// hostiles returns all that come. known is the public key of somebody who is in.
func hostiles(known gossh.PublicKey, own gossh.Signer) []hostile {
	constant := func(text string) func() string { return func() string { return text } }
	noise := func() string {
		b := make([]byte, 1+mathrand.N(600))
		rand.Read(b)
		return string(b)
	}
	wrong := func() string { return strings.ToLower(rand.Text())[:20] }
	hello, _ := hex.DecodeString("16030100750100007103034f")
	begun := "SSH-2.0-half\r\n\x00\x00\x01\x1c\x06\x14" + strings.Repeat("\x00", 90)
	return []hostile{
		says("silent", constant("")),
		says("half a banner", constant("SSH-2.0-ha")),
		says("endless banner", constant(strings.Repeat("x", 300))),
		says("half a key exchange", constant(begun)),
		says("a huge packet", constant("SSH-2.0-huge\r\n\xff\xff\xff\xff"+strings.Repeat("\x00", 64))),
		says("noise", noise),
		says("noise after a banner", func() string { return "SSH-2.0-noise\r\n" + noise() }),
		says("http", constant("GET / HTTP/1.1\r\nHost: x\r\n\r\n")),
		says("tls", constant(string(hello))),
		{"port scan", false, func(r *rig) (net.Conn, bool) {
			if conn, err := net.Dial("tcp", r.address()); err == nil {
				_ = conn.(*net.TCPConn).SetLinger(0)
				conn.Close()
			}
			return nil, false
		}},
		asks("stops after the key exchange", func(*rig, *raw) ([]byte, error) { return nil, io.EOF }),
		{"stops at the fingerprint", true, func(r *rig) (net.Conn, bool) {
			conn, err := net.Dial("tcp", r.address())
			if err == nil {
				_ = newRaw(r.TB, conn).reachFingerprint() // it may be dropped by now
			}
			return conn, false
		}},
		asks("none", func(_ *rig, c *raw) ([]byte, error) { return c.request("root", "none") }),
		asks("password", func(_ *rig, c *raw) ([]byte, error) { return c.request("root", "password", 0, 0, 0, 0, 1, 'x') }),
		patiently(asks("none with a token", func(r *rig, c *raw) ([]byte, error) { return c.request(r.token, "none") })),
		asks("a wrong token", func(_ *rig, c *raw) ([]byte, error) { return c.prove(wrong(), own.PublicKey(), own) }),
		asks("a wrong token in the lobby", func(_ *rig, c *raw) ([]byte, error) {
			return c.request("ann+"+wrong(), "keyboard-interactive", make([]byte, 8)...)
		}),
		asks("offers a key with a wrong token", func(_ *rig, c *raw) ([]byte, error) { return c.offer(wrong(), own) }),
		asks("a token but for its end", func(r *rig, c *raw) ([]byte, error) { return c.prove(r.token[:19]+"a", own.PublicKey(), own) }),
		asks("another's key", func(r *rig, c *raw) ([]byte, error) { return c.prove(r.token, known, own) }),
	}
}

// doorRun is how the door is attacked.
type doorRun struct {
	n      int
	paced  bool
	strict bool // the program's bars and limits hold
}

func doorRunOf(t *testing.T) doorRun {
	t.Helper()
	asked := os.Getenv(doorEnv)
	if asked == "" {
		return doorRun{n: doorSmoke, paced: true}
	}
	number, fast := strings.CutSuffix(asked, " unpaced")
	n, err := strconv.Atoi(number)
	if err != nil {
		t.Fatalf("%s=%q is neither a number nor one with \" unpaced\"", doorEnv, asked)
	}
	return doorRun{n: n, paced: !fast, strict: true}
}

// TestHostileConnectionsLetNobodyInAndHoldNobodyUp has the door attacked while guests
// come in by their PINs, link thieves knock, the host mistypes PINs and the owner types.
// Who attacks hangs up never, but for those who are patient, once all have come.
func TestHostileConnectionsLetNobodyInAndHoldNobodyUp(t *testing.T) {
	run := doorRunOf(t)
	r := appRig(t, func(c *Config) {
		if !run.strict {
			c.limits = smokeLimits
		}
	})
	known, _ := r.admitted("ann")
	owner := r.ownersScreen()
	before := rss()

	over := make(chan struct{})
	var honest sync.WaitGroup
	honest.Go(func() { typeUntil(t, owner.keys, over) })
	var guests coming
	honest.Go(func() { guests = r.keepComing(run, over) })
	thieves := r.thieves(4)
	began := time.Now()
	in, held := r.attacked(run, hostiles(known.PublicKey(), newSigner(t)))
	took := time.Since(began)
	close(over)
	honest.Wait()
	grown := int64(rss()) - int64(before)

	if in != 0 {
		t.Errorf("%d of %d were let in", in, run.n)
	}
	for _, p := range r.session.Roster().People {
		if p.Role != access.Owner && p.Name != "ann" && !strings.HasPrefix(p.Name, "guest") {
			t.Errorf("%s came in", p.Name)
		}
	}
	for _, c := range thieves {
		held.hold(hostile{name: "a knock that the host denies"}, c.conn)
	}
	for _, k := range r.knocks() {
		if err := r.session.Owner().Deny(k.ID, ""); err != nil {
			t.Error(err)
		}
	}
	open := r.waiting()
	longest := held.wait()
	r.until("no hostile connection is open", func() bool { return r.waiting() == 0 })
	keys := r.server.Health().Latency
	t.Logf("%d hostile connections in %.1f s, none hung up, %d let in; %d were open at the end, and the one that was longest after its last word, %v (%s); "+
		"%d honest logins after %d that were dropped, the slowest in %v; RSS grew by %d MiB, attackers included; "+
		"%d keys of the owner: half within %.1f ms, 99%% within %.1f ms",
		run.n, took.Seconds(), in, open, longest.lasted.Round(time.Millisecond), longest.name,
		guests.came, guests.dropped, guests.slowest.Round(time.Millisecond), grown>>20, keys.Keys, keys.P50, keys.P99)
	run.judge(t, guests, grown, longest, keys)
}

// judge holds the figures against what they may be.
func (run doorRun) judge(t *testing.T, guests coming, grown int64, longest holding, keys control.Latency) {
	t.Helper()
	login, latency := 5*slowness*time.Second, 500.*slowness
	switch {
	case run.strict && run.paced:
		login, latency = time.Second, 50
	case run.strict:
		login, latency = 10*time.Second, 250
	}
	if guests.came == 0 || guests.slowest > login {
		t.Errorf("%d honest logins, the slowest after %v, want some, within %v", guests.came, guests.slowest, login)
	}
	if grown > 96*slowness<<20 { // of which some 5 are live, and the attackers are half
		t.Errorf("the process grew by %d MiB, want 96 at most", grown>>20)
	}
	if longest.lasted > doorClears {
		t.Errorf("%s was open for %v after its last word, want %v at most", longest.name, longest.lasted, doorClears)
	}
	if keys.Keys == 0 || keys.P99 > latency {
		t.Errorf("99%% of %d keys of the owner were shown within %.1f ms, want %.0f", keys.Keys, keys.P99, latency)
	}
}

// holding is a connection that its client does not close, and how long the server let
// it live.
type holding struct {
	name   string
	lasted time.Duration
}

// holdings are connections held open.
type holdings struct {
	mu      sync.Mutex
	longest holding
	holding sync.WaitGroup
	patient []net.Conn
}

// hold waits for the server to close conn. That of one who is patient counts for nothing.
func (o *holdings) hold(h hostile, conn net.Conn) {
	said := time.Now()
	if h.patient {
		o.mu.Lock()
		o.patient = append(o.patient, conn)
		o.mu.Unlock()
	}
	o.holding.Go(func() {
		defer conn.Close()
		for buf, err := make([]byte, 512), error(nil); err == nil; { // reset or closed, it has ended
			_, err = conn.Read(buf)
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		if lasted := time.Since(said); !h.patient && lasted > o.longest.lasted {
			o.longest = holding{h.name, lasted}
		}
	})
}

// wait has the patient leave, waits until the server has closed all others, and returns
// the one that it let live longest.
func (o *holdings) wait() holding {
	o.mu.Lock()
	for _, conn := range o.patient {
		conn.Close()
	}
	o.mu.Unlock()
	o.holding.Wait()
	return o.longest
}

// attacked has hostile connections come, each kind as often, and returns how many were
// let in, and what they hold.
func (r *rig) attacked(run doorRun, kinds []hostile) (in int, held *holdings) {
	held = &holdings{}
	var mu sync.Mutex
	jobs := make(chan hostile)
	var attacking sync.WaitGroup
	crew := attackers
	if !run.paced {
		crew = hurried
	}
	for range crew {
		attacking.Go(func() {
			for h := range jobs {
				left, letIn := h.attack(r)
				if letIn {
					r.Errorf("let in: %s", h.name)
					mu.Lock()
					in++
					mu.Unlock()
				}
				if left != nil {
					held.hold(h, left)
				}
			}
		})
	}
	pace := time.NewTicker(time.Second / perSecond)
	defer pace.Stop()
	for i := range run.n {
		if run.paced {
			<-pace.C
		}
		jobs <- kinds[i%len(kinds)]
	}
	close(jobs)
	attacking.Wait()
	return in, held
}

// ownersScreen opens a screen by a key of the host's own.
func (r *rig) ownersScreen() *screenText {
	r.Helper()
	own := newSigner(r.TB)
	r.server.own = func() map[string]bool { return map[string]bool{gossh.FingerprintSHA256(own.PublicKey()): true} }
	c, err := r.come(r.token, own)
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { c.Close() })
	return r.shown("olga", c)
}

// typeUntil types a key ten times a second.
func typeUntil(t *testing.T, to io.Writer, over <-chan struct{}) {
	every := time.NewTicker(time.Second / 10)
	defer every.Stop()
	for {
		select {
		case <-over:
			return
		case <-every.C:
			if _, err := io.WriteString(to, "x"); err != nil {
				t.Error(err)
				return
			}
		}
	}
}

// coming are guests who came in, one after the other.
type coming struct {
	came    int
	dropped int           // connections that were dropped for newer ones
	slowest time.Duration // from first connecting to being in
}

// keepComing has guests come in by their PINs, one after the other, and leave again.
// Where strangers come as fast as they can, a guest may have to try again.
func (r *rig) keepComing(run doorRun, over <-chan struct{}) (guests coming) {
	every := time.NewTicker(time.Second / 5)
	defer every.Stop()
	for ; ; guests.came++ {
		select {
		case <-over:
			return guests
		case <-every.C:
		}
		began := time.Now()
		c, err := gossh.Dial("tcp", r.address(), r.guest(fmt.Sprintf("guest%d", guests.came), newSigner(r.TB)))
		for ; err != nil && !run.paced; guests.dropped++ {
			c, err = gossh.Dial("tcp", r.address(), r.guest(fmt.Sprintf("guest%d", guests.came), newSigner(r.TB)))
		}
		if err != nil {
			r.Errorf("an honest guest: %v", err)
			return guests
		}
		guests.slowest = max(guests.slowest, time.Since(began))
		c.Close()
	}
}

// thieves have some who have the link knock and wait, while the host types PINs that
// are nobody's.
func (r *rig) thieves(n int) (clients []*raw) {
	r.Helper()
	for range n {
		c := r.dialRaw()
		pin := c.knock("mallory+" + r.token)
		clients = append(clients, c)
		wrong := fmt.Sprintf("%s%d", pin[:5], (pin[5]-'0'+1)%10)
		if k, err := r.session.Owner().Approve(wrong, access.None); err == nil {
			r.Errorf("the PIN %s, which is nobody's, lets in %+v", wrong, k)
		}
	}
	return clients
}

// T-13: a configuration that lets everybody in is found out before there is a guest.
func TestOpenDoorIsFoundOutAtTheStart(t *testing.T) {
	r := newRig(t)
	if err := r.server.checkDoor(); err != nil {
		t.Errorf("a sound door: %v", err)
	}
	sound := r.server.guests.ServerConfigCallback
	r.server.guests.ServerConfigCallback = func(ctx ssh.Context) *gossh.ServerConfig {
		c := sound(ctx)
		c.NoClientAuth = true
		return c
	}
	if err := r.server.checkDoor(); !errors.Is(err, errOpenDoor) {
		t.Errorf("a door that is open: %v, want %v", err, errOpenDoor)
	}
}
