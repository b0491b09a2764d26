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
)

const (
	// doorEnv is how many hostile connections come, where that is asked for; the bars
	// are then those of the program, and in other runs wide ones.
	doorEnv = "TSHARE_DOOR"
	// doorSmoke is how many come otherwise.
	doorSmoke = 600
	// attackers is how many are at it at the same time, held how many of their
	// connections they leave open.
	attackers, held = 24, 200
	// perSecond is how many come in a second. They run in this process, too, and would
	// take all its time if they came as fast as they can.
	perSecond = 250
	// doorClears is after how long none of them may be open any more.
	doorClears = 15 * time.Second
)

// hostile is one who wants in. It returns what of theirs stays open, nil for nothing,
// and whether they were let in.
type hostile struct {
	name   string
	attack func(r *rig) (left io.Closer, in bool)
}

// says connects, says what is given and no more.
func says(name string, text func() string) hostile {
	return hostile{name, func(r *rig) (io.Closer, bool) {
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
	return hostile{name, func(r *rig) (io.Closer, bool) {
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

// hostiles returns all that come. known is the public key of somebody who is in.
func hostiles(known gossh.PublicKey, own gossh.Signer) []hostile {
	constant := func(text string) func() string { return func() string { return text } }
	noise := func() string {
		b := make([]byte, 1+mathrand.N(600))
		rand.Read(b)
		return string(b)
	}
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
		{"port scan", func(r *rig) (io.Closer, bool) {
			if conn, err := net.Dial("tcp", r.address()); err == nil {
				_ = conn.(*net.TCPConn).SetLinger(0)
				conn.Close()
			}
			return nil, false
		}},
		asks("stops after the key exchange", func(*rig, *raw) ([]byte, error) { return nil, io.EOF }),
		asks("none", func(r *rig, c *raw) ([]byte, error) { return c.request(r.token, "none") }),
		asks("password", func(r *rig, c *raw) ([]byte, error) { return c.request(r.token, "password", 0, 0, 0, 0, 1, 'x') }),
		asks("a wrong token", func(_ *rig, c *raw) ([]byte, error) {
			return c.prove(strings.ToLower(rand.Text())[:20], own.PublicKey(), own)
		}),
		asks("a token but for its end", func(r *rig, c *raw) ([]byte, error) { return c.prove(r.token[:19]+"a", own.PublicKey(), own) }),
		asks("another's key", func(r *rig, c *raw) ([]byte, error) { return c.prove(r.token, known, own) }),
	}
}

// doorSize returns how many connections come, and whether the program's bars hold.
func doorSize(t *testing.T) (n int, strict bool) {
	t.Helper()
	asked := os.Getenv(doorEnv)
	if asked == "" {
		return doorSmoke, false
	}
	n, err := strconv.Atoi(asked)
	if err != nil {
		t.Fatalf("%s=%q is no number", doorEnv, asked)
	}
	return n, true
}

// TestHostileConnectionsLetNobodyInAndHoldNobodyUp has the door attacked while guests
// come in by their PINs, link thieves knock, the host mistypes PINs and the owner types.
func TestHostileConnectionsLetNobodyInAndHoldNobodyUp(t *testing.T) {
	n, strict := doorSize(t)
	r := appRig(t)
	known, _ := r.admitted("ann")
	owner := r.ownersScreen()
	before := rss()

	over := make(chan struct{})
	var honest sync.WaitGroup
	honest.Go(func() { typeUntil(t, owner.keys, over) })
	var slowest time.Duration
	came := 0
	honest.Go(func() { came, slowest = r.keepComing(over) })
	thieves := r.thieves(4)
	in := r.attacked(n, hostiles(known.PublicKey(), newSigner(t)))
	close(over)
	honest.Wait()
	grown := int64(rss()) - int64(before)

	if in != 0 {
		t.Errorf("%d of %d were let in", in, n)
	}
	for _, p := range r.session.Roster().People {
		if p.Role != access.Owner && p.Name != "ann" && !strings.HasPrefix(p.Name, "guest") {
			t.Errorf("%s came in", p.Name)
		}
	}
	for _, c := range thieves {
		c.conn.Close()
	}
	cleared := time.Now()
	r.until("no hostile connection is open", func() bool { return r.waiting() == 0 })
	took := time.Since(cleared)
	keys := r.server.Health().Latency
	t.Logf("%d hostile connections, %d let in; %d honest logins, the slowest in %v; RSS grew by %d MiB, attackers included; "+
		"none was open after %v; %d keys of the owner: half within %.1f ms, 99%% within %.1f ms",
		n, in, came, slowest, grown>>20, took, keys.Keys, keys.P50, keys.P99)
	login, latency := 5*slowness*time.Second, 500.*slowness
	if strict {
		login, latency = time.Second, 50
	}
	if came == 0 || slowest > login {
		t.Errorf("%d honest logins, the slowest after %v, want some, within %v", came, slowest, login)
	}
	if grown > 64*slowness<<20 {
		t.Errorf("the process grew by %d MiB, want 64 at most", grown>>20)
	}
	if took > doorClears {
		t.Errorf("hostile connections were open for %v, want %v at most", took, doorClears)
	}
	if keys.Keys == 0 || keys.P99 > latency {
		t.Errorf("99%% of %d keys of the owner were shown within %.1f ms, want %.0f", keys.Keys, keys.P99, latency)
	}
}

// attacked has n hostile connections come, each kind as often, and returns how many
// were let in.
func (r *rig) attacked(n int, kinds []hostile) (in int) {
	var mu sync.Mutex
	var open []io.Closer
	jobs := make(chan hostile)
	var attacking sync.WaitGroup
	for range attackers {
		attacking.Go(func() {
			for h := range jobs {
				left, letIn := h.attack(r)
				mu.Lock()
				if letIn {
					r.Errorf("let in: %s", h.name)
					in++
				}
				if left != nil {
					open = append(open, left)
				}
				if len(open) > held {
					open[0].Close()
					open = open[1:]
				}
				mu.Unlock()
			}
		})
	}
	pace := time.NewTicker(time.Second / perSecond)
	defer pace.Stop()
	for i := range n {
		<-pace.C
		jobs <- kinds[i%len(kinds)]
	}
	close(jobs)
	attacking.Wait()
	for _, c := range open {
		c.Close()
	}
	return in
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

// keepComing has guests come in by their PINs, one after the other, and leave again.
// It returns how many, and how long the slowest took from connecting to being in.
func (r *rig) keepComing(over <-chan struct{}) (came int, slowest time.Duration) {
	every := time.NewTicker(time.Second / 5)
	defer every.Stop()
	for ; ; came++ {
		select {
		case <-over:
			return came, slowest
		case <-every.C:
		}
		began := time.Now()
		c, err := gossh.Dial("tcp", r.address(), r.guest(fmt.Sprintf("guest%d", came), newSigner(r.TB)))
		if err != nil {
			r.Errorf("an honest guest: %v", err)
			return came, slowest
		}
		slowest = max(slowest, time.Since(began))
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
